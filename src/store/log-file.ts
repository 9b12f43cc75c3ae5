import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '../core/errors.js';
import type { StoredArtifact } from '../core/vocabulary/screenshot.js';
import { artifactDir, safeName, versionedName } from './paths.js';
import { diskFull, ensureFolder } from './plain-file.js';

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
