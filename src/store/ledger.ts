import { createHmac, randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { canonicalJson, sha256 } from '../core/digest.js';
import { isErrno } from '../core/errors.js';
import { ID_PATTERN } from '../core/ids.js';
import { Bars } from '../core/vocabulary/bars.js';
import { Iterations } from '../core/vocabulary/gate.js';
import { CodeState } from '../core/vocabulary/run.js';
import { claimName, readPlain, replaceFile, rewriteJson, temporaryFor } from './plain-file.js';

/** The user's folder for state that belongs to no project: `$XDG_STATE_HOME/codeloop`, else `~/.local/state/codeloop`. */
export function userStateDir(env: NodeJS.ProcessEnv = process.env): string {
  const xdg = env.XDG_STATE_HOME;
  // The XDG specification: relative values are invalid and to be ignored.
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'codeloop');
  const local = env.LOCALAPPDATA;
  if (process.platform === 'win32' && local) return join(local, 'codeloop');
  return join(env.HOME || homedir(), '.local', 'state', 'codeloop');
}

/** A secret of the user, and its public name (so that a run can say which ledger attests it without giving it away). */
export interface LedgerKey {
  name: string;
  mac(value: unknown): string;
}

/**
 * The user's key, made at first use (32 random bytes, file 0600 in a folder 0700; two processes at once agree on one).
 * Answers the reason instead of throwing when it cannot be had: work goes on without a ledger then.
 */
export function loadKey(folder: string): LedgerKey | { problem: string } {
  try {
    const path = join(folder, 'key');
    const secret = readSecret(path) ?? createSecret(path);
    if (secret.length !== 64) return { problem: `${path} is damaged` };
    const bytes = Buffer.from(secret, 'hex');
    return {
      name: sha256(`codeloop ledger ${secret}`).slice(0, 16),
      mac: (value) => createHmac('sha256', bytes).update(canonicalJson(value)).digest('hex'),
    };
  } catch (error) {
    if (!isErrno(error)) throw error;
    return { problem: `the ledger folder ${folder} cannot be used (${error.code})` };
  }
}

/** Makes a folder that only this user may enter; the reason when it cannot be made or written. */
export function privateProblem(folder: string): string | undefined {
  try {
    makePrivate(folder);
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return `the ledger folder ${folder} cannot be written (${error.code})`;
  }
}

function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.platform !== 'win32' && (statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
}

function readSecret(path: string): string | undefined {
  try {
    const secret = readFileSync(path, 'utf8').trim();
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
    return secret;
  } catch (error) {
    if (isErrno(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function createSecret(path: string): string {
  makePrivate(dirname(path));
  const temporary = temporaryFor(path);
  writeFileSync(temporary, `${randomBytes(32).toString('hex')}\n`, { flag: 'wx', mode: 0o600 });
  // Another process may have been first: its key counts.
  if (!claimName(temporary, path)) rmSync(temporary, { force: true });
  return readSecret(path) ?? '';
}

/** The ledger's record of one run. */
export const LedgerRun = z.object({
  run_id: z.string(),
  tree: z.string(),
  started_at: z.string(),
  /** Digest of run.json as it is, or is about to be; `was` is the one before, null at the first. */
  manifest: z.string(),
  was: z.string().nullable(),
  /** True once run.json with that digest was surely on disk and nobody was writing any more: then `was` counts no longer. */
  sealed: z.boolean(),
  /** Digests of verdicts by number, and one that may or may not have reached the disk. */
  verdicts: z.record(z.string(), z.string()),
  pending: z.object({ n: z.string(), sha256: z.string() }).optional(),
});
export type LedgerRun = z.infer<typeof LedgerRun>;

/** The newest passed verdict on a branch, with the bars it was judged by. */
export const LastGreen = z.object({
  run_id: z.string(),
  n: z.number().int(),
  at: z.string(),
  threshold: z.number(),
  code_state: CodeState,
  /** The bars it was judged by; absent in records of earlier versions. */
  bars: Bars.optional(),
});
export type LastGreen = z.infer<typeof LastGreen>;

const Greens = z.record(z.string(), LastGreen);
const Reports = z.record(z.string(), z.string());
const BranchIterations = z.record(z.string(), Iterations);
const AuditHead = z.object({ count: z.number().int(), head: z.string() });

/** A record, or why there is none: never written, or damaged or edited. */
export type Look<Value> = { value: Value } | { absent: true } | { damaged: string };

/**
 * The per-user ledger of one project: digests of its runs, verdicts and audit log, outside the project, so that evidence
 * which is edited, deleted, cut or copied from elsewhere is noticed.
 *
 * One small file per run, one for the audit log and one for the last green verdicts, each replaced whole and carrying an HMAC under a key that only the user can
 * read; the HMAC covers project and name, so records cannot be moved. Written only while the project's run lock is held.
 *
 * Threat model: this is for an agent or a script that changes files under `artifacts/` to make a verdict come out. Whoever
 * has the same user's shell can read the key as well and write a ledger that agrees: against them it is tamper-*evident* at
 * best, and CI verifying again on its own machine is the authority. When the folder cannot be written, `problem` says why,
 * nothing is recorded, and runs are `unknown` to it, never `agrees`.
 */
export class Ledger {
  /** Why there is no ledger, or none that can be written. */
  readonly problem: string | undefined;
  readonly #key: LedgerKey | undefined;
  readonly #folder: string;
  readonly #project: string;
  #failed: string | undefined;

  /** `projectReal`: the project's real path. `stateDir`: default the user's (see `userStateDir`). Never throws for the disk's sake. */
  constructor(projectReal: string, stateDir: string = userStateDir()) {
    const root = join(stateDir, 'ledger');
    this.#project = sha256(projectReal).slice(0, 32);
    this.#folder = join(root, this.#project);
    const key = loadKey(root);
    if ('problem' in key) {
      this.problem = key.problem;
      return;
    }
    this.#key = key;
    this.problem = privateProblem(this.#folder);
  }

  /** Public name of the user's key, as manifests have it; `undefined` when there is none. */
  get name(): string | undefined {
    return this.#key?.name;
  }

  /** Why nothing can be recorded, or why the last record could not be. */
  get why(): string {
    return this.problem ?? this.#failed ?? 'no reason known';
  }

  /** Returns true when new evidence can be recorded. A ledger that can only be read still verifies. */
  get writable(): boolean {
    return this.problem === undefined;
  }

  readRun(runId: string): Look<LedgerRun> {
    return this.#read(`run-${runId}`, LedgerRun);
  }

  /** False when it could not be written. */
  writeRun(record: LedgerRun): boolean {
    return this.#write(`run-${record.run_id}`, record);
  }

  /** Forgets a run that codeloop itself has removed. */
  removeRun(runId: string): void {
    rmSync(join(this.#folder, `run-${runId}.json`), { force: true });
  }

  /** Ids of all runs it has a record of. */
  runIds(): string[] {
    try {
      return readdirSync(this.#folder)
        .map((name) => /^run-(.+)\.json$/.exec(name)?.[1] ?? '')
        .filter((id) => ID_PATTERN.test(id));
    } catch (error) {
      // No folder yet, or none that may be read: it knows of no run.
      if (isErrno(error)) return [];
      throw error;
    }
  }

  /** Count and last hash of the audit log, by which lines cut off its end are noticed (docs/policy.md). */
  readAudit(): Look<{ count: number; head: string }> {
    return this.#read('audit', AuditHead);
  }

  /** False when it could not be written. Call it while holding the lock of the audit log. */
  recordAudit(count: number, head: string): boolean {
    return this.#write('audit', { count, head });
  }

  /** The newest passed verdict of each branch (`''`: no branch); empty when nothing is known. */
  greens(): Record<string, LastGreen> {
    const look = this.#read('greens', Greens);
    return 'value' in look ? look.value : {};
  }

  /** Runs that hold the newest passed verdict of some branch. */
  greenRuns(): Set<string> {
    return new Set(Object.values(this.greens()).map((green) => green.run_id));
  }

  /** False when it could not be written. Call it while holding the run lock. */
  recordGreen(branch: string, green: LastGreen): boolean {
    return this.#write('greens', { ...this.greens(), [branch]: green });
  }

  /** Returns the reports of this project that codeloop wrote outside its own folders: path relative to the project → digest. */
  reports(): Record<string, string> {
    const look = this.#read('reports', Reports);
    return 'value' in look ? look.value : {};
  }

  /** Remembers a report that was just written, with the digest of its content; of 50 the oldest are forgotten. False when it could not be written. */
  recordReport(path: string, digest: string): boolean {
    const { [path]: _old, ...others } = this.reports();
    return this.#write('reports', Object.fromEntries([...Object.entries(others), [path, digest]].slice(-50)));
  }

  /** Returns what is remembered of stops that agents were held at; empty when nothing is known. */
  stops<Value extends object>(schema: z.ZodType<Value>): Value | Record<string, never> {
    const look = this.#read('stops', schema);
    return 'value' in look ? look.value : {};
  }

  /** Remembers stops, those of the last 20 sessions. False when it could not be written. */
  recordStops(stops: Record<string, unknown>): boolean {
    return this.#write('stops', Object.fromEntries(Object.entries(stops).slice(-20)));
  }

  /** Returns how often failures of a branch came back (`''`: no branch); empty when nothing is known. */
  iterations(branch: string): Iterations {
    const look = this.#read('iterations', BranchIterations);
    return ('value' in look ? look.value[branch] : undefined) ?? {};
  }

  /** False when it could not be written. Call it while holding the run lock. */
  recordIterations(branch: string, iterations: Iterations): boolean {
    const look = this.#read('iterations', BranchIterations);
    const all = 'value' in look ? look.value : {};
    return this.#write('iterations', { ...all, [branch]: iterations });
  }

  #read<Value>(name: string, schema: z.ZodType<Value>): Look<Value> {
    const key = this.#key;
    if (!key) return { damaged: this.problem ?? 'there is no ledger' };
    const path = join(this.#folder, `${name}.json`);
    try {
      const file = readPlain(path);
      if (!file) return { absent: true };
      const { body, mac } = Sealed.parse(JSON.parse(String(file.data)));
      if (mac !== key.mac({ project: this.#project, name, body }))
        return { damaged: `the ledger's record ${name} was changed by something else than codeloop` };
      return { value: schema.parse(body) };
    } catch (error) {
      const why = isErrno(error) ? (error.code ?? '') : 'not whole';
      return { damaged: `the ledger's record ${name} cannot be read (${why})` };
    }
  }

  #write(name: string, body: unknown): boolean {
    const key = this.#key;
    if (!key || !this.writable) return false;
    try {
      const mac = key.mac({ project: this.#project, name, body });
      // The head of the audit log changes with every call, and all who read it hold the log's lock.
      const write = name === 'audit' ? rewriteJson : replaceFile;
      write(join(this.#folder, `${name}.json`), `${JSON.stringify({ body, mac })}\n`, { mode: 0o600 });
      return true;
    } catch (error) {
      if (!isErrno(error)) throw error;
      this.#failed = `${join(this.#folder, name)}.json could not be written (${error.code})`;
      return false;
    }
  }
}

const Sealed = z.object({ body: z.unknown(), mac: z.string() });

/** Tests whether this user's ledger can be written, for `doctor`; `path` is its folder. */
export async function ledgerWritable(
  stateDir: string = userStateDir(),
): Promise<{ ok: true; path: string } | { ok: false; path: string; reason: string }> {
  const path = join(stateDir, 'ledger');
  const key = loadKey(path);
  const reason = 'problem' in key ? key.problem : privateProblem(path);
  return reason === undefined ? { ok: true, path } : { ok: false, path, reason };
}
