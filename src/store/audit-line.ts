import { sha256 } from '../core/digest.js';
import { AuditEntry } from '../core/vocabulary/audit-entry.js';

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
