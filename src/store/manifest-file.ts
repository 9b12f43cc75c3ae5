import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../core/digest.js';
import { CodeloopError, isErrno, toCodeloopError } from '../core/errors.js';
import { ID_PATTERN } from '../core/ids.js';
import { countedWork } from '../core/lanes.js';
import { RunManifest } from '../core/vocabulary/run.js';
import { withFileLock } from './file-lock.js';
import type { Ledger, LedgerRun } from './ledger.js';
import { manifestFile, RUNS_DIR, runDir } from './paths.js';
import { diskFull, ensureFolder, fileSignature, isRealFolder, readPlainUnless, replaceFile } from './plain-file.js';

/** A manifest as it stood on disk, with the digest of its bytes. Do not change it: it may be shared. */
export interface ManifestRead {
  readonly manifest: RunManifest;
  readonly sha256: string;
  /** Tells whether the file is still the same without reading it. */
  readonly signature: string;
}

/**
 * `run.json` of a run; `seen` itself when the file has not changed since. `undefined` when it is not there.
 * Throws RUN_NOT_FOUND (another schema version), EVIDENCE_TAMPERED (not readable as this run's manifest).
 */
export function readManifest(project: string, runId: string, seen?: ManifestRead): ManifestRead | undefined {
  const tampered = (reason: string) => new CodeloopError('EVIDENCE_TAMPERED', { run_id: runId, reason });
  if (!isRealFolder(project, runDir(runId))) return undefined;
  let file: ReturnType<typeof readPlainUnless>;
  try {
    file = readPlainUnless(join(project, manifestFile(runId)), seen?.signature);
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw tampered(error.code === 'ELOOP' ? 'run.json is a link' : `run.json cannot be read (${error.code})`);
  }
  if (!file) return undefined;
  if (file.data === undefined) return seen;
  const value = parseJson(file.data.toString('utf8'));
  if (value === undefined) throw tampered('run.json is not whole JSON');
  const version = typeof value === 'object' && value !== null ? Reflect.get(value, 'schema_version') : undefined;
  if (typeof version === 'number' && version !== 1)
    throw new CodeloopError('RUN_NOT_FOUND', {
      run: runId,
      reason: `its run.json has schema_version ${version}, and this codeloop reads 1`,
    });
  const parsed = RunManifest.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw tampered(`run.json is no manifest (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`);
  }
  if (parsed.data.run_id !== runId) throw tampered(`run.json is the manifest of ${parsed.data.run_id}`);
  return { manifest: parsed.data, sha256: sha256(file.data), signature: file.signature };
}

/** The value, or `undefined` when the text is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller says so in its own words.
    return undefined;
  }
}

/** Agreement of a run with the ledger. `unknown`: the ledger can neither confirm nor deny it, and says why. */
export interface LedgerStanding {
  state: 'agrees' | 'differs' | 'unknown';
  reason: string;
}

/** Compares `run.json` with the ledger; with it the record, for looking further. */
export function manifestStanding(ledger: Ledger, read: ManifestRead): LedgerStanding & { record?: LedgerRun } {
  const { manifest, sha256 } = read;
  if (ledger.name === undefined) return { state: 'unknown', reason: ledger.problem ?? 'there is no ledger' };
  const look = ledger.readRun(manifest.run_id);
  if ('damaged' in look) return { state: 'unknown', reason: look.damaged };
  if ('absent' in look) {
    if (manifest.ledger === ledger.name)
      return {
        state: 'differs',
        reason: 'the ledger has no record of this run for this folder: it was copied here, or the folder was moved',
      };
    return manifest.ledger === undefined
      ? { state: 'unknown', reason: 'it was made while no ledger could be written' }
      : { state: 'unknown', reason: 'it was made by another user or on another machine' };
  }
  const record = look.value;
  if (manifest.ledger !== ledger.name)
    return { state: 'differs', reason: 'run.json was edited: it hides the ledger that has a record of it' };
  // Between the ledger's write and the manifest's, the one before is still the true one.
  if (sha256 === record.manifest || (!record.sealed && sha256 === record.was))
    return { state: 'agrees', reason: '', record };
  return { state: 'differs', reason: 'run.json was changed by something else than codeloop' };
}

/** Why `run.json` must not be built upon, or `undefined`. What the ledger cannot judge may be built upon. */
function manifestProblem(ledger: Ledger, read: ManifestRead): string | undefined {
  const standing = manifestStanding(ledger, read);
  return standing.state === 'differs' ? standing.reason : undefined;
}

/** Compares the verdict files on disk (digest by number) with the ledger's record. */
export function verdictStanding(record: LedgerRun, onDisk: ReadonlyMap<string, string>): LedgerStanding {
  const pending = record.pending;
  for (const [n, digest] of Object.entries(record.verdicts)) {
    const found = onDisk.get(n);
    if (found === undefined) return { state: 'differs', reason: `verdict ${n} was deleted` };
    if (found !== digest) return { state: 'differs', reason: `verdict ${n} was changed` };
  }
  for (const [n, digest] of onDisk) {
    if (n in record.verdicts || (pending?.n === n && pending.sha256 === digest)) continue;
    return { state: 'differs', reason: `verdict ${n} was not written by codeloop here` };
  }
  return { state: 'agrees', reason: '' };
}

/** One change: `apply` gives the next manifest or throws before it has touched anything, `after` runs once it is on disk. */
interface Change {
  apply: (draft: RunManifest | undefined) => RunManifest;
  after: ((now: ManifestRead) => void) | undefined;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * `run.json` of one run, read and changed under the project's lock. Changes that come while one is being written go to disk
 * together, so that a thousand frames do not mean a thousand manifests. Each write is whole or not at all, and the ledger is
 * told first, so that a process killed at any moment leaves a manifest that is readable and known.
 */
export class ManifestFile {
  readonly #project: string;
  readonly #runId: string;
  readonly #ledger: Ledger;
  #seen: ManifestRead | undefined;
  #waiting: Change[] = [];
  #writing = false;

  /** `project`: real absolute path. Throws RUN_NOT_FOUND when `runId` has not the shape of an id. */
  constructor(project: string, runId: string, ledger: Ledger) {
    if (!ID_PATTERN.test(runId)) throw new CodeloopError('RUN_NOT_FOUND', { run: runId, reason: 'not a run id' });
    this.#project = project;
    this.#runId = runId;
    this.#ledger = ledger;
  }

  /** Throws RUN_NOT_FOUND (no such run, or one of another schema version), EVIDENCE_TAMPERED (not readable as a manifest). */
  read(): ManifestRead {
    this.#seen = readManifest(this.#project, this.#runId, this.#seen);
    if (!this.#seen) throw new CodeloopError('RUN_NOT_FOUND', { run: this.#runId });
    return this.#seen;
  }

  /** Writes the first manifest. Throws INTERNAL when there is one. */
  create(manifest: RunManifest): Promise<void> {
    return this.#enqueue((draft) => {
      if (draft) throw new CodeloopError('INTERNAL', { reason: `run ${this.#runId} is there already` });
      return manifest;
    });
  }

  /**
   * Changes the manifest as it is on disk now, whichever process wrote it last: `apply` edits the draft, or throws before it has
   * touched it; it may be called again with a fresh draft. Resolves when the change is on disk; `after` runs then, still
   * under the lock. Throws EVIDENCE_TAMPERED when what is there is not what codeloop wrote, DISK_FULL, RUN_BUSY,
   * LEDGER_UNWRITABLE, and what `apply` throws.
   */
  change(apply: (draft: RunManifest) => void, after?: (now: ManifestRead) => void): Promise<void> {
    return this.#enqueue((draft) => {
      if (!draft) throw new CodeloopError('RUN_NOT_FOUND', { run: this.#runId });
      apply(draft);
      return draft;
    }, after);
  }

  #enqueue(apply: Change['apply'], after?: Change['after']): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ apply, after, resolve, reject });
      if (!this.#writing) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      // One turn of the event loop lets whatever else is ready join this write.
      await new Promise((resolve) => setImmediate(resolve));
      let batch: Change[] = [];
      let failures = new Map<Change, unknown>();
      try {
        await withFileLock(
          ensureFolder(this.#project, RUNS_DIR),
          () => {
            batch = this.#waiting.splice(0);
            failures = this.#writeBatch(batch);
          },
          { what: this.#runId },
        );
      } catch (error) {
        // Without the lock nothing was taken from the queue: every waiting call gets the error.
        if (batch.length === 0) batch = this.#waiting.splice(0);
        failures = new Map(batch.map((change) => [change, diskFull(error, manifestFile(this.#runId))]));
      }
      for (const change of batch) {
        if (failures.has(change)) change.reject(failures.get(change));
        else change.resolve();
      }
    }
    this.#writing = false;
  }

  #writeBatch(batch: readonly Change[]): Map<Change, unknown> {
    for (;;) {
      const done = this.#tryBatch(batch);
      if (done) return done;
    }
  }

  /** `undefined`: another process took the lock over while this one stood still (a suspended machine), so look again. */
  #tryBatch(batch: readonly Change[]): Map<Change, unknown> | undefined {
    const failures = new Map<Change, unknown>();
    this.#seen = readManifest(this.#project, this.#runId, this.#seen);
    const before = this.#seen;
    const problem = before && manifestProblem(this.#ledger, before);
    if (problem !== undefined) throw new CodeloopError('EVIDENCE_TAMPERED', { run_id: this.#runId, reason: problem });
    let draft = before && draftOf(before.manifest);
    for (const change of batch) {
      try {
        draft = change.apply(draft);
      } catch (error) {
        failures.set(change, error);
      }
    }
    if (!draft || failures.size === batch.length) return failures;
    if (this.#signature() !== before?.signature) return undefined;
    const now = this.#write(draft, before);
    for (const change of batch.filter((each) => !failures.has(each))) {
      try {
        change.after?.(now);
      } catch (error) {
        failures.set(change, toCodeloopError(error));
      }
    }
    return failures;
  }

  #write(manifest: RunManifest, before: ManifestRead | undefined): ManifestRead {
    const text = `${JSON.stringify(manifest, null, 1)}\n`;
    const digest = sha256(text);
    const path = join(ensureFolder(this.#project, runDir(this.#runId)), 'run.json');
    const attested = manifest.ledger !== undefined && manifest.ledger === this.#ledger.name;
    const known = attested ? this.#ledger.readRun(this.#runId) : undefined;
    const record = {
      ...(known && 'value' in known ? known.value : { verdicts: {} }),
      run_id: this.#runId,
      tree: manifest.code_state.tree,
      started_at: manifest.started_at,
      manifest: digest,
      was: before?.sha256 ?? null,
      sealed: false,
    };
    const quiet = manifest.writers.length === 0;
    // A manifest that the ledger does not know would look tampered with: better none than that.
    if (attested && !this.#ledger.writeRun(record))
      throw new CodeloopError('LEDGER_UNWRITABLE', { run_id: this.#runId, reason: this.#ledger.why });
    replaceFile(path, text, { durable: quiet });
    countedWork.manifest.publish({ run: this.#runId });
    if (attested && quiet) this.#ledger.writeRun({ ...record, sealed: true });
    this.#seen = { manifest, sha256: digest, signature: this.#signature() ?? '' };
    return this.#seen;
  }

  #signature(): string | undefined {
    const path = join(this.#project, manifestFile(this.#runId));
    const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stat && fileSignature(stat);
  }
}

/** A copy whose lists can grow without changing the manifest that readers hold. */
function draftOf(manifest: RunManifest): RunManifest {
  return {
    ...manifest,
    writers: [...manifest.writers],
    tools: [...manifest.tools],
    cells: [...manifest.cells],
    entries: [...manifest.entries],
  };
}
