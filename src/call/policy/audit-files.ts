import { closeSync, constants, fstatSync, ftruncateSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { sha256 } from '../../core/digest.js';
import { isErrno } from '../../core/errors.js';
import { AUDIT_FILE } from '../../store/paths.js';
import { notAFile } from '../../store/plain-file.js';

/** Outcome of a call: `allowed` ran; `denied`, `limited` and `policy_invalid` are the policy's; `rejected` never got as far. */
export const AuditDecision = z.enum(['allowed', 'denied', 'limited', 'policy_invalid', 'rejected']);
export type AuditDecision = z.infer<typeof AuditDecision>;

/** The dispatcher's record of one call. `arguments` are as given; the log masks secrets. */
export const AuditCall = z.object({
  door: z.enum(['mcp', 'cli', 'review']),
  client: z.object({ name: z.string(), version: z.string() }),
  /** Who called, as grants name it, and how that is known; lines of earlier versions have none. */
  who: z
    .object({ id: z.string(), known_by: z.enum(['token', 'terminal', 'environment', 'said_by_itself', 'door']) })
    .optional(),
  tool: z.string(),
  arguments: z.unknown(),
  decision: AuditDecision,
  /** The rule that refused, or null. */
  rule: z.string().nullable(),
  duration_ms: z.number().nonnegative(),
  /** The result's status, or `error`. */
  status: z.enum(['pass', 'fail', 'needs_human', 'could_not_run', 'error']),
  /** The error's code. */
  code: z.string().optional(),
  run_id: z.string().optional(),
});
export type AuditCall = z.infer<typeof AuditCall>;

const link = {
  /** 1, 2, 3 … through all files of the log. */
  seq: z.number().int().positive(),
  time: z.string(),
};
const seal = {
  /** `hash` of the line before; 64 zeros at the first. */
  prev: z.string().regex(/^[0-9a-f]{64}$/),
  /** SHA-256 of this line without its `hash`. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
};

/** One line of `.codeloop/audit.jsonl`: a call, a repair after a crash, or a gap that was noticed. */
export const AuditEntry = z.discriminatedUnion('kind', [
  z.object({ ...link, kind: z.literal('call'), ...AuditCall.shape, ...seal }),
  z.object({
    ...link,
    kind: z.literal('repair'),
    /**
     * The repair: a line that a crash had cut off, a missing line end, a ledger that did not know this log yet, or one
     * that did not know its last `lines`.
     */
    what: z.enum(['torn_line_removed', 'line_end_added', 'ledger_started', 'ledger_behind']),
    lines: z.number().int().positive().optional(),
    removed_bytes: z.number().int().nonnegative(),
    removed_sha256: z.string().optional(),
    removed_start: z.string().optional(),
    ...seal,
  }),
  z.object({
    ...link,
    kind: z.literal('gap'),
    reason: z.string(),
    found: z.object({ count: z.number().int(), head: z.string() }),
    expected: z.object({ count: z.number().int(), head: z.string() }).optional(),
    ...seal,
  }),
]);
export type AuditEntry = z.infer<typeof AuditEntry>;

/** `prev` of the first line of a log. */
export const GENESIS = '0'.repeat(64);

const SEALED = /^(\{.*),"hash":"([0-9a-f]{64})"\}$/s;

/** Distributes over the kinds of entry, so that each keeps its own fields. */
type Unsealed<Entry> = Entry extends { hash: string } ? Omit<Entry, 'hash'> : never;
/** An entry before its hash is made. */
export type AuditBody = Unsealed<AuditEntry>;

/** The line of an entry, without its line end, and its hash: SHA-256 of the line's JSON without the `hash` field. */
export function sealLine(body: AuditBody): { line: string; hash: string } {
  const text = JSON.stringify(body);
  const hash = sha256(text);
  return { line: `${text.slice(0, -1)},"hash":"${hash}"}`, hash };
}

/** The entry of a line, or why the line is not as codeloop wrote it. Every byte of the line is covered by the hash. */
export function openLine(line: string): { entry: AuditEntry } | { problem: string } {
  const parts = SEALED.exec(line);
  if (!parts?.[1]) return { problem: 'it is not a line of this log' };
  if (sha256(`${parts[1]}}`) !== parts[2]) return { problem: 'it was changed: its hash does not fit its content' };
  try {
    return { entry: AuditEntry.parse(JSON.parse(line)) };
  } catch {
    // The hash fits, so somebody wrote it on purpose; what exactly is wrong with it does not matter.
    return { problem: 'it is not an entry of this log, though its hash fits' };
  }
}

/** The folder of the log, relative to the project. */
export const AUDIT_DIR = dirname(AUDIT_FILE);

/** Bytes that are looked at to find the last line. A line that codeloop writes is at most a quarter of it. */
const TAIL_BYTES = 65_536;

/** Files that rotation has finished, oldest first, by name inside `.codeloop/`: `audit.000001.jsonl`, … */
export function rotatedFiles(project: string): string[] {
  return namesIn(join(project, AUDIT_DIR))
    .filter((name) => /^audit\.\d{6,}\.jsonl$/.test(name))
    .sort((a, b) => numberOf(a) - numberOf(b));
}

/** The name that the current file gets at the next rotation. */
export function nextRotated(project: string): string {
  const last = rotatedFiles(project).at(-1);
  return `audit.${String((last ? numberOf(last) : 0) + 1).padStart(6, '0')}.jsonl`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    // A project that was never called has no such folder yet.
    if (isErrno(error) && error.code === 'ENOENT') return [];
    throw error;
  }
}

function numberOf(name: string): number {
  return Number(name.split('.')[1]);
}

/** The current file, open for appending; never through a link. Throws the system's error. */
export class AppendFile {
  readonly #fd: number;
  #open = true;

  constructor(path: string) {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0);
    this.#fd = openSync(path, flags, 0o600);
    if (fstatSync(this.#fd).isFile()) return;
    // A pipe would swallow the lines, and hold the process once it is full.
    this.close();
    throw notAFile(path);
  }

  get size(): number {
    return fstatSync(this.#fd).size;
  }

  /**
   * The last whole line (undefined: there is none) and the bytes after it that have no line end (empty when the file ends
   * well). A last line longer than codeloop writes comes back cut off at its start, and is none of ours.
   */
  tail(): { line: string | undefined; torn: Buffer } {
    const bytes = this.#end();
    const end = bytes.lastIndexOf(0x0a);
    const torn = bytes.subarray(end + 1);
    if (end < 0) return { line: this.size > bytes.length ? '' : undefined, torn };
    const start = end === 0 ? 0 : bytes.lastIndexOf(0x0a, end - 1) + 1;
    return { line: bytes.toString('utf8', start, end), torn };
  }

  /** Returns true when the end of the file holds a line with this hash. */
  has(hash: string): boolean {
    return this.#end().includes(`"hash":"${hash}"}\n`);
  }

  /** Takes the last `bytes` bytes away. */
  cut(bytes: number): void {
    ftruncateSync(this.#fd, this.size - bytes);
  }

  append(text: string): void {
    // One write of one buffer: a reader without the lock sees whole lines but for the very last.
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
  }

  /** May be called twice. */
  close(): void {
    if (this.#open) closeSync(this.#fd);
    this.#open = false;
  }

  #end(): Buffer {
    const length = Math.min(this.size, TAIL_BYTES);
    const bytes = Buffer.alloc(length);
    readSync(this.#fd, bytes, 0, length, this.size - length);
    return bytes;
  }
}
