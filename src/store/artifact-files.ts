import { createHash } from 'node:crypto';
import { constants, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../core/digest.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { redactShapes, redactValue } from '../core/redact.js';
import type { ArtifactRequest, ManifestEntry } from '../core/vocabulary/run.js';
import type { StoredArtifact } from '../core/vocabulary/screenshot.js';
import { artifactDir, runDir, safeName, versionedName } from './paths.js';
import { claimName, diskFull, ensureFolder, fileBelow, NO_FOLLOW, temporaryFor } from './plain-file.js';

/**
 * Writes a file of a run under the first version of its name that is free; it is there whole or not at all, and nothing is
 * overwritten, by whichever process. Throws ARTIFACT_NAME_INVALID, PATH_OUTSIDE_ROOTS (a planted link), DISK_FULL.
 */
export async function storeArtifact(
  project: string,
  runId: string,
  request: ArtifactRequest,
  recording?: string,
): Promise<StoredArtifact> {
  const name = safeName(request.name);
  const folder = artifactDir(runId, request.kind, recording);
  const absolute = ensureFolder(project, folder);
  const data =
    typeof request.data === 'string' ? Buffer.from(withoutSecrets(request.data, request.kind)) : request.data;
  const temporary = temporaryFor(join(absolute, name));
  try {
    const handle = await open(temporary, 'wx', 0o644);
    try {
      await handle.writeFile(data);
    } finally {
      await handle.close();
    }
    let version = 1;
    while (!claimName(temporary, join(absolute, versionedName(name, version, request.kind)))) version += 1;
    return {
      path: `${folder}/${versionedName(name, version, request.kind)}`,
      sha256: sha256(data),
      bytes: data.length,
      ...request.size,
    };
  } catch (error) {
    rmSync(temporary, { force: true });
    throw diskFull(error, `${folder}/${name}`);
  }
}

/** Text as it may be stored, whoever made it: JSON text by text, so that it stays JSON, everything else as one text. */
function withoutSecrets(text: string, kind: ManifestEntry['kind']): string {
  // The boxes of a page are masked one by one as they are read; a report is made of masked texts, with pictures in between.
  if (kind === 'dom' || kind === 'report') return text;
  if (!/^\s*[[{]/.test(text)) return redactShapes(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return redactShapes(text); // no JSON after all: a log whose first line begins with a bracket
  }
  const masked = redactValue(value);
  return JSON.stringify(masked) === JSON.stringify(value) ? text : JSON.stringify(masked);
}

/** Bytes of a listed file, checked against its digest. Throws EVIDENCE_TAMPERED when it is gone, a link, or changed. */
export async function readEntry(
  project: string,
  runId: string,
  entry: Pick<ManifestEntry, 'path' | 'sha256'>,
): Promise<Buffer> {
  const problem = (reason: string) =>
    new CodeloopError('EVIDENCE_TAMPERED', { run_id: runId, reason: `${entry.path} ${reason}` });
  const path = fileBelow(project, runDir(runId), entry.path);
  if (path === undefined) throw problem('is gone, or does not lie in the run');
  try {
    const handle = await open(path, NO_FOLLOW | (constants.O_NONBLOCK ?? 0));
    try {
      if (!(await handle.stat()).isFile()) throw problem('is no file');
      const data = await handle.readFile();
      if (sha256(data) !== entry.sha256) throw problem('was changed');
      return data;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw problem(error.code === 'ENOENT' ? 'is gone' : `cannot be read (${error.code})`);
  }
}

/** Bytes kept of one log; what comes after is counted. */
const MAX_BYTES = 16 * 1024 * 1024;

/** A log of a run that is written while it grows, so that it can be followed; the run lists it when it is finished (`Run.adopt`). */
export class LogFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #dropped = 0;
  #queue: Promise<void> = Promise.resolve();

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /**
   * A new, empty file under the first version of the name that is free. `project`: real absolute path.
   * Throws ARTIFACT_NAME_INVALID, PATH_OUTSIDE_ROOTS, DISK_FULL.
   */
  static async create(project: string, runId: string, name: string): Promise<LogFile> {
    const folder = artifactDir(runId, 'log');
    const absolute = ensureFolder(project, folder);
    for (let version = 1; ; version += 1) {
      const file = versionedName(safeName(name), version, 'log');
      try {
        return new LogFile(`${folder}/${file}`, await open(join(absolute, file), 'wx', 0o644));
      } catch (error) {
        if (!isErrno(error) || error.code !== 'EEXIST') throw diskFull(error, `${folder}/${file}`);
      }
    }
  }

  /** Adds text, in the order of the calls. `finish` throws its failure. */
  append(text: string): void {
    this.#queue = this.#queue.then(() => this.#write(Buffer.from(text)));
    // Whoever finishes gets it; until then it must not count as unhandled.
    this.#queue.catch(() => undefined);
  }

  /** Closes it. Throws DISK_FULL when something could not be written. */
  async finish(): Promise<StoredArtifact> {
    try {
      await this.#queue;
      if (this.#dropped > 0) await this.#put(Buffer.from(`\n[${this.#dropped} more bytes are not kept]\n`));
    } catch (error) {
      throw diskFull(error, this.path);
    } finally {
      await this.#handle.close();
    }
    return { path: this.path, sha256: this.#hash.digest('hex'), bytes: this.#bytes };
  }

  async #write(data: Buffer): Promise<void> {
    const room = Math.max(0, MAX_BYTES - this.#bytes);
    this.#dropped += Math.max(0, data.length - room);
    if (room > 0) await this.#put(data.subarray(0, room));
  }

  async #put(data: Buffer): Promise<void> {
    await this.#handle.writeFile(data);
    this.#hash.update(data);
    this.#bytes += data.length;
  }
}
