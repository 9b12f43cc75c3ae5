import { lstatSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, isoTime } from '../../core/clock.js';
import { canonicalJson, sha256 } from '../../core/digest.js';
import { CodeloopError, isErrno } from '../../core/errors.js';
import { createRedactor, REDACTED } from '../../core/redact.js';
import { withFileLock } from '../../store/file-lock.js';
import { AUDIT_FILE } from '../../store/paths.js';
import { ensureFolder, isRealFolder, notAFile, readPlain, realProject } from '../../store/plain-file.js';
import type { AuditCall } from './audit-files.js';
import {
  AppendFile,
  AUDIT_DIR,
  type AuditBody,
  GENESIS,
  nextRotated,
  openLine,
  rotatedFiles,
  sealLine,
} from './audit-files.js';

/** Names whose values are secrets whatever they look like: `figma_token`, `Authorization`, `apiKey`, `set-cookie`, `passwd`. */
const SECRET_NAME =
  /(?:^|[^a-z])(?:pass(?:word|wd|phrase|code)?|pwd|secrets?|tokens?|bearer|auth(?:orization)?|credentials?|cookies?|session_?id|sid|jwt|csrf|xsrf|connection_?string|private[ _-]?key|api[ _-]?key|access[ _-]?key|signature|otp|pin|cvc|cvv|security[ _-]?code|card[ _-]?number|iban|ssn)(?:$|[^a-z])/i;

/** The same as parts of a word: `dbpassword`, `accesstoken`, `clientsecret`. */
const SECRET_PART = /password|passwd|clientsecret|[a-z]tokens?(?:$|[^a-z])/i;

/** Fields that say what the `value` beside them is: `{name: "Cookie", value: …}`, `{target: {label: "Password"}, value: …}`. */
const NAMING = ['name', 'key', 'header', 'field', 'label', 'placeholder', 'selector', 'test_id', 'text'] as const;

/** Longest text that is kept, in UTF-16 units; deepest nesting; most items of one list or mapping. */
const MAX_TEXT = 2_000;
const MAX_DEPTH = 8;
const MAX_ITEMS = 200;
/** Longest text that is looked at as JSON, and longest name that is looked at, in UTF-16 units. */
const MAX_JSON = 100_000;
const MAX_FIELD_NAME = 200;

/**
 * A copy of a call's arguments that is fit to be written down: values under secret names are masked (and those beside one, in
 * lists of names and values and in steps that type into a field), every text goes through `redact`, long parts are cut and say
 * so. Not proof against a secret that looks like plain prose.
 */
export function maskArguments(value: unknown, redact: (text: string) => string): unknown {
  return copy(value, redact, 0);
}

function copy(value: unknown, redact: (text: string) => string, depth: number): unknown {
  if (typeof value === 'string') return cut(redact(withoutSecrets(value, redact, depth)));
  if (typeof value === 'bigint') return value.toString();
  if (value === undefined) return null;
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return '[nested deeper than is logged]';
  if (Array.isArray(value)) {
    const items = value
      .slice(0, MAX_ITEMS)
      .map((item, index) => (afterSecretName(value, index) ? REDACTED : copy(item, redact, depth + 1)));
    return value.length > MAX_ITEMS ? [...items, `[${value.length - MAX_ITEMS} more]`] : items;
  }
  const entries = Object.entries(value);
  const named = namesSecret(value) || namesSecret(Reflect.get(value, 'target'));
  const kept = entries.slice(0, MAX_ITEMS).map(([key, item]) => {
    const hidden = item !== null && item !== undefined && (isSecretName(key) || (named && key === 'value'));
    return [cut(redact(key)), hidden ? REDACTED : copy(item, redact, depth + 1)] as const;
  });
  if (entries.length > MAX_ITEMS) kept.push(['[more]', entries.length - MAX_ITEMS]);
  return Object.fromEntries(kept);
}

/** A text that is itself JSON is masked by its names, too: arguments of arguments. */
function withoutSecrets(text: string, redact: (text: string) => string, depth: number): string {
  if (!/^\s*[[{]/.test(text) || text.length > MAX_JSON) return text;
  try {
    const parsed: unknown = JSON.parse(text);
    return JSON.stringify(copy(parsed, redact, depth + 1));
  } catch {
    return text; // no JSON after all
  }
}

/** Returns true when the item before is the name of a secret: `["Cookie", "…"]`, `["--token", "…"]`. */
function afterSecretName(list: readonly unknown[], index: number): boolean {
  const [before, item] = [list[index - 1], list[index]];
  const isName = typeof before === 'string' && before.length <= 40 && !/\s/.test(before);
  return isName && (typeof item === 'string' || typeof item === 'number') && isSecretName(before);
}

function namesSecret(value: unknown): boolean {
  if (typeof value === 'string') return isSecretName(value);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  return NAMING.some((field) => {
    const name: unknown = Object.hasOwn(value, field) ? Reflect.get(value, field) : undefined;
    return typeof name === 'string' && isSecretName(name);
  });
}

/** Camel case counts as separate words: `figmaToken`, `apiKey`, `APIToken`. */
function isSecretName(given: string): boolean {
  const name = given.slice(0, MAX_FIELD_NAME);
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/([A-Z])([A-Z][a-z])/g, '$1_$2');
  return SECRET_NAME.test(words) || SECRET_PART.test(name);
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length - MAX_TEXT} more characters)` : text;
}

/** Number of entries and hash of the last: what a hash chain cannot know about its own tail. */
export interface AuditHead {
  count: number;
  head: string;
}

/** The place outside the project that keeps count and head (the ledger). Both are called while the log's lock is held. */
export interface AuditAnchor {
  /** Why nothing can be kept; then the log goes on without it. */
  readonly problem?: string | undefined;
  readAudit(): { value: AuditHead } | { absent: true } | { damaged: string };
  /** False when it could not be written. */
  recordAudit(count: number, head: string): boolean;
}

/** A file is finished when it has reached this many bytes. */
const MAX_FILE_BYTES = 5_000_000;
/** Arguments whose JSON is longer than this are logged by digest and names only, in bytes. */
const MAX_ARGUMENTS = 8_000;
/** Longest name that a caller can give (client, tool), in UTF-16 units. */
const MAX_NAME = 200;
/** Bytes of a torn line that are kept in the record of its removal. */
const KEPT_BYTES = 200;

/**
 * `.codeloop/audit.jsonl`: one line per call, each holding the hash of the line before it; several processes append under one
 * file lock. Lines are handed to the system before `append` resolves, without waiting for the disk (no fsync): they survive a
 * killed process, not a power cut. A line that a crash had cut off is removed with a record of it, a tail that the ledger
 * knows and the file has no longer is recorded as a gap that every later check reports. A line that could not be written is
 * counted in the ledger all the same, and so becomes such a gap: making the log unwritable for a while hides no call.
 */
export class AuditLog {
  readonly #projectDir: string;
  readonly #clock: Clock;
  readonly #openAnchor: () => AuditAnchor | undefined;
  #anchor: AuditAnchor | undefined;
  #project: string | undefined;
  readonly #maxFileBytes: number;

  /** `anchor` is asked for by the first line. */
  constructor(options: { projectDir: string; clock: Clock; anchor?: () => AuditAnchor; maxFileBytes?: number }) {
    this.#projectDir = options.projectDir;
    this.#clock = options.clock;
    this.#openAnchor = () => options.anchor?.();
    this.#maxFileBytes = options.maxFileBytes ?? MAX_FILE_BYTES;
  }

  /** Writes the line of one call, secrets masked by `redact` and by the names of the arguments. Throws the system's error (a full disk), PATH_OUTSIDE_ROOTS, RUN_BUSY. */
  async append(call: AuditCall, redact: (text: string) => string = byShape): Promise<AuditHead> {
    try {
      return await this.#appendLocked(call, redact);
    } catch (error) {
      this.#owe();
      throw error;
    }
  }

  /**
   * Throws when a line cannot be written, as far as can be seen: asked before a call runs, so that no call runs unlogged.
   * Throws the system's error, PATH_OUTSIDE_ROOTS.
   */
  check(): void {
    const look = (name: string) => lstatSync(join(this.#projectDir, name), { throwIfNoEntry: false });
    if (look(AUDIT_DIR)?.isDirectory() === false) ensureFolder(realProject(this.#projectDir), AUDIT_DIR);
    const file = look(AUDIT_FILE);
    if (file?.isDirectory()) throw Object.assign(new Error(`${AUDIT_FILE} is a folder`), { code: 'EISDIR' });
    if (file?.isFile() === false) throw notAFile(AUDIT_FILE);
  }

  async #appendLocked(call: AuditCall, redact: (text: string) => string): Promise<AuditHead> {
    const entry = {
      ...call,
      client: { name: named(call.client.name), version: named(call.client.version) },
      tool: named(call.tool),
      rule: call.rule === null ? null : named(call.rule),
      arguments: shortened(maskArguments(call.arguments, redact)),
    };
    this.#project ??= realProject(this.#projectDir);
    const project = this.#project;
    const folder = isRealFolder(project, AUDIT_DIR) ? join(project, AUDIT_DIR) : ensureFolder(project, AUDIT_DIR);
    return withFileLock(folder, () => this.#append(project, entry), { what: AUDIT_FILE });
  }

  /** Counts a line that could not be written. It takes no lock: the process that cannot be waited for may hold it. */
  #owe(): void {
    try {
      this.#anchor ??= this.#openAnchor();
      const look = this.#anchor?.problem === undefined ? this.#anchor?.readAudit() : undefined;
      if (!look || 'damaged' in look) return;
      const { count, head } = 'value' in look ? look.value : { count: 0, head: GENESIS };
      this.#anchor?.recordAudit(count + 1, sha256(`${head} and a call that could not be logged`));
    } catch (error) {
      // A project folder that is gone has no ledger; the caller gets the first error anyway.
      if (!isErrno(error) && !(error instanceof CodeloopError)) throw error;
    }
  }

  #append(project: string, call: AuditCall): AuditHead {
    this.#anchor ??= this.#openAnchor();
    const path = join(project, AUDIT_FILE);
    let file = new AppendFile(path);
    try {
      let head = this.#recovered(file, project);
      if (file.size >= this.#maxFileBytes) {
        file.close();
        renameSync(path, join(project, AUDIT_DIR, nextRotated(project)));
        file = new AppendFile(path);
      }
      head = this.#write(file, head, { kind: 'call', ...call });
      if (this.#anchor?.problem === undefined) this.#anchor?.recordAudit(head.count, head.head);
      return head;
    } finally {
      file.close();
    }
  }

  /**
   * The head to go on from. What a crash left unfinished is repaired with a record of it; an end that does not fit the ledger
   * becomes a `gap` entry, and the numbers go on from the higher of the two.
   */
  #recovered(file: AppendFile, project: string): AuditHead {
    const end = endOf(file, project);
    const look = this.#anchor?.problem === undefined ? this.#anchor?.readAudit() : undefined;
    const known = look && 'value' in look ? look.value : undefined;
    const damaged = look && 'damaged' in look ? look.damaged : undefined;
    const reason = end.foreign ?? damaged ?? (known ? misfit(file, project, end, known) : undefined);
    if (end.repair?.what === 'line_end_added') file.append('\n');
    if (end.repair?.what === 'torn_line_removed') file.cut(end.repair.removed_bytes);
    let head: AuditHead = { count: end.count, head: end.head };
    if (reason !== undefined) {
      const gap = { kind: 'gap', reason, found: head, ...(known ? { expected: known } : {}) } as const;
      head = this.#write(file, { ...head, count: Math.max(end.count, known?.count ?? 0) }, gap);
    }
    if (end.repair) head = this.#write(file, head, { kind: 'repair', ...end.repair });
    // A process was killed between the line and the ledger, or could not write there, or the lines are none of ours.
    if (reason === undefined && known && end.count > known.count)
      head = this.#write(file, head, {
        kind: 'repair',
        what: 'ledger_behind',
        removed_bytes: 0,
        lines: end.count - known.count,
      });
    if (look && 'absent' in look && end.count > 0)
      head = this.#write(file, head, { kind: 'repair', what: 'ledger_started', removed_bytes: 0 });
    return head;
  }

  #write(file: AppendFile, after: AuditHead, fields: EntryFields): AuditHead {
    const seq = after.count + 1;
    const { line, hash } = sealLine({ seq, time: isoTime(this.#clock), ...fields, prev: after.head });
    file.append(`${line}\n`);
    return { count: seq, head: hash };
  }
}

/** Masks secrets that are known by their shape alone. */
const byShape = createRedactor([]);

type Fields<Body> = Body extends AuditBody ? Omit<Body, 'seq' | 'time' | 'prev'> : never;
type EntryFields = Fields<AuditBody>;

type Repair = Omit<Extract<EntryFields, { kind: 'repair' }>, 'kind'>;

/** The end of the log as it is found. `foreign`: the last line is not one of ours. */
interface LogEnd extends AuditHead {
  foreign?: string;
  repair?: Repair;
}

function endOf(file: AppendFile, project: string): LogEnd {
  const { line, torn } = file.tail();
  const text = torn.toString('utf8');
  // A whole line that lacks only its line end is kept: the crash cut off one byte.
  if (torn.length > 0 && 'entry' in openLine(text))
    return { ...headOf(text), repair: { what: 'line_end_added', removed_bytes: 0 } };
  const end = line === undefined ? previousHead(project) : headOf(line);
  if (torn.length === 0) return end;
  const repair: Repair = {
    what: 'torn_line_removed',
    removed_bytes: torn.length,
    removed_sha256: sha256(torn),
    removed_start: byShape(torn.toString('utf8', 0, KEPT_BYTES)),
  };
  return { ...end, repair };
}

/** Reads the last line of the log. A line of another program still has a hash to continue from. */
function headOf(line: string): LogEnd {
  const opened = openLine(line);
  if ('entry' in opened) return { count: opened.entry.seq, head: opened.entry.hash };
  return { count: 0, head: sha256(line), foreign: `the last line: ${opened.problem}` };
}

/** The head at the end of the file that rotation finished last; the start of a log when there is none. */
function previousHead(project: string): LogEnd {
  const last = rotatedFiles(project).findLast((name) => lstatSync(join(project, AUDIT_DIR, name)).isFile());
  const text = last === undefined ? undefined : readPlain(join(project, AUDIT_DIR, last))?.data.toString('utf8');
  const line = text?.split('\n').at(-2);
  return line === undefined ? { count: 0, head: GENESIS } : headOf(line);
}

/**
 * Why the file's end is not the one the ledger knows. The file may be ahead of it (a process was killed between the line and
 * the ledger), as long as the line that the ledger knows is there.
 */
function misfit(file: AppendFile, project: string, found: AuditHead, known: AuditHead): string | undefined {
  if (found.count < known.count)
    return `${known.count - found.count} of the last lines are missing, or could not be written: the ledger counts ${known.count}, the file ends at ${found.count}`;
  if (found.count === known.count)
    return found.head === known.head ? undefined : `line ${known.count} is not the one that the ledger knows`;
  return file.has(known.head) || previousHead(project).head === known.head
    ? undefined
    : `the line that the ledger knows as number ${known.count} is not in the file`;
}

function shortened(value: unknown): unknown {
  const text = canonicalJson(value);
  if (Buffer.byteLength(text) <= MAX_ARGUMENTS) return value;
  const names = value !== null && typeof value === 'object' ? Object.keys(value).slice(0, 50).map(named) : [];
  return { shortened: true, bytes: Buffer.byteLength(text), sha256: sha256(text), names };
}

function named(name: string): string {
  return byShape(name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name);
}
