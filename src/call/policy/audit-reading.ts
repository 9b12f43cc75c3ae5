import { basename, join } from 'node:path';
import { isErrno } from '../../core/errors.js';
import { withFileLock } from '../../store/file-lock.js';
import { Ledger } from '../../store/ledger.js';
import { AUDIT_FILE } from '../../store/paths.js';
import { ensureFolder, readPlain, realProject } from '../../store/plain-file.js';
import type { AuditDecision, AuditEntry } from './audit-files.js';
import { AUDIT_DIR, GENESIS, openLine, rotatedFiles } from './audit-files.js';
import type { AuditAnchor, AuditHead } from './audit-log.js';

/** Something that is not as codeloop wrote it; `line` starts at 1. */
interface AuditProblem {
  file: string;
  line: number;
  /** The entry's number, as far as it can be told. */
  seq?: number;
  problem: string;
}

/** Result of a check of the whole log. `problems` are in the order of the log; none: it is intact as far as can be told. */
interface AuditReport {
  intact: boolean;
  entries: number;
  files: string[];
  head: AuditHead;
  problems: AuditProblem[];
  /** Repaired crashes and other remarks that are no sign of tampering. */
  notes: string[];
  /** True when count and head could be held against the ledger; without it a cut tail cannot be seen. */
  anchored: boolean;
}

interface Line {
  file: string;
  line: number;
  text: string;
}

/** Most problems that a report lists; after a broken chain the rest says little. */
const MAX_PROBLEMS = 20;

/**
 * Reads the whole log under its lock and reports every line that was changed, removed, added or moved, and a tail that was cut
 * off (by count and head in the ledger). The first problem names the first bad line.
 */
export async function verifyAudit(options: { projectDir: string; anchor?: AuditAnchor }): Promise<AuditReport> {
  const project = realProject(options.projectDir);
  const folder = ensureFolder(project, AUDIT_DIR);
  return withFileLock(
    folder,
    () => {
      const { lines, torn, files, unreadable } = readLines(project);
      const anchor = options.anchor?.problem === undefined ? options.anchor : undefined;
      return readChain(lines, torn, files, unreadable, anchor?.readAudit(), options.anchor?.problem);
    },
    { what: AUDIT_FILE },
  );
}

/** Filter of `showAudit`. */
interface AuditFilter {
  /** The newest so many (default 50). */
  limit?: number;
  tool?: string;
  decision?: AuditDecision;
  /** ISO time; older ones are left out. */
  since?: string;
}

/** The newest entries that fit, oldest first. Lines that are not whole are left out: `verifyAudit` reports them. */
export function showAudit(projectDir: string, filter: AuditFilter = {}): AuditEntry[] {
  const { lines } = readLines(realProject(projectDir));
  const found: AuditEntry[] = [];
  for (let index = lines.length - 1; index >= 0 && found.length < (filter.limit ?? 50); index -= 1) {
    const opened = openLine(lines[index]?.text ?? '');
    if ('entry' in opened && fits(opened.entry, filter)) found.push(opened.entry);
  }
  return found.reverse();
}

function fits(entry: AuditEntry, filter: AuditFilter): boolean {
  if (filter.since !== undefined && Date.parse(entry.time) < Date.parse(filter.since)) return false;
  if (filter.tool === undefined && filter.decision === undefined) return true;
  if (entry.kind !== 'call') return false;
  return (
    (filter.tool === undefined || entry.tool === filter.tool) &&
    (filter.decision === undefined || entry.decision === filter.decision)
  );
}

function readLines(project: string): {
  lines: Line[];
  torn: Line | undefined;
  files: string[];
  unreadable: AuditProblem[];
} {
  const lines: Line[] = [];
  let torn: Line | undefined;
  const files: string[] = [];
  const unreadable: AuditProblem[] = [];
  for (const name of [...rotatedFiles(project), basename(AUDIT_FILE)]) {
    const file = `${AUDIT_DIR}/${name}`;
    const text = textOf(join(project, AUDIT_DIR, name));
    if (text === undefined) continue;
    if (typeof text !== 'string') {
      unreadable.push({ file, line: 1, problem: `it cannot be read (${text.code})` });
      continue;
    }
    files.push(file);
    const parts = text.split('\n');
    const rest = parts.pop() ?? '';
    for (const [index, part] of parts.entries()) lines.push({ file, line: index + 1, text: part });
    if (rest !== '') {
      torn = { file, line: parts.length + 1, text: rest };
      // Only the last file can end in a line that a crash cut off.
      if (name !== basename(AUDIT_FILE) || 'entry' in openLine(rest)) lines.push(torn);
    }
  }
  return { lines, torn: torn && lines.at(-1) === torn ? undefined : torn, files, unreadable };
}

/** Undefined when it is not there. A folder, a link or a pipe in the place of a file is a finding, not an end of the check. */
function textOf(path: string): string | { code: string | undefined } | undefined {
  try {
    return readPlain(path)?.data.toString('utf8');
  } catch (error) {
    if (isErrno(error)) return { code: error.code };
    throw error;
  }
}

type Look = ReturnType<AuditAnchor['readAudit']>;

function readChain(
  lines: readonly Line[],
  torn: Line | undefined,
  files: string[],
  unreadable: readonly AuditProblem[],
  look: Look | undefined,
  noLedger: string | undefined,
): AuditReport {
  const problems: AuditProblem[] = [...unreadable];
  const notes: string[] = [];
  const known = look && 'value' in look ? look.value : undefined;
  let last: AuditHead = { count: 0, head: GENESIS };
  for (const { file, line, text } of lines) {
    const report = (problem: string, seq?: number) =>
      problems.push({ file, line, ...(seq === undefined ? {} : { seq }), problem });
    const opened = openLine(text);
    if ('problem' in opened) {
      report(opened.problem, last.count + 1);
      // The chain is taken up again at the next whole line, so that one bad line is one problem.
      last = { count: last.count + 1, head: '' };
      continue;
    }
    const { entry } = opened;
    const chain = entry.kind === 'gap' ? undefined : brokenChain(entry, last);
    if (chain) report(chain, entry.seq);
    if (entry.kind === 'gap') report(`codeloop noticed here: ${entry.reason}`, entry.seq);
    if (entry.kind === 'repair') notes.push(`${file}:${line}: ${repairText(entry)} at ${entry.time}`);
    if (known?.count === entry.seq && known.head !== entry.hash)
      report('it is not the line that the ledger knows by this number', entry.seq);
    last = { count: entry.seq, head: entry.hash };
  }
  const end = lines.at(-1);
  if (known && last.count < known.count) {
    const missing = known.count - last.count;
    problems.push({
      file: end?.file ?? AUDIT_FILE,
      line: (end?.line ?? 0) + 1,
      seq: last.count + 1,
      problem: `the last ${missing} of ${known.count} lines that the ledger counts are missing`,
    });
  }
  if (torn) notes.push(`${torn.file}:${torn.line}: the line was cut off by a crash; the next call fixes it`);
  if (known && last.count > known.count)
    notes.push(`${last.count - known.count} of the last lines are newer than the ledger: ${NEWER}`);
  if (look && 'damaged' in look) problems.push({ file: AUDIT_FILE, line: 1, problem: look.damaged });
  if (!known) notes.push(`a cut tail cannot be seen: ${noLedger ?? 'the ledger does not know this log'}`);
  return {
    intact: problems.length === 0,
    entries: lines.length,
    files,
    head: last,
    problems: problems.slice(0, MAX_PROBLEMS),
    notes,
    anchored: known !== undefined,
  };
}

/** Possible origins of lines that the ledger does not know. It cannot tell them apart, so the note stays in the log. */
const NEWER = 'a call was killed at its end, another user made them, or they were added by hand';

function repairText(entry: Extract<AuditEntry, { kind: 'repair' }>): string {
  if (entry.what === 'ledger_behind')
    return `the ledger did not know the ${entry.lines ?? 1} line(s) before (${NEWER}), noted`;
  return entry.what.replaceAll('_', ' ');
}

/** Why an entry does not follow the one before. An unknown head (after a bad line) is not held against it. */
function brokenChain(entry: AuditEntry, last: AuditHead): string | undefined {
  if (entry.seq > last.count + 1)
    return `${entry.seq - last.count - 1} lines before it are missing (it is number ${entry.seq}, the one before is ${last.count})`;
  if (entry.seq <= last.count)
    return `it is number ${entry.seq} and stands after number ${last.count}: lines were moved or repeated`;
  if (last.head !== '' && entry.prev !== last.head) return 'it does not follow the line before it';
  return undefined;
}

/** A check of a project's audit log against the user's ledger. */
export async function auditReport(dir: string): Promise<AuditReport> {
  return verifyAudit({ projectDir: dir, anchor: new Ledger(realProject(dir)) });
}
