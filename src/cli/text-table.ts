import type { Palette } from './terminal.js';
import { plainText } from './terminal.js';

/** Most columns of a table, and most characters of one cell. */
const MAX_COLUMNS = 6;
const MAX_CELL = 60;
/** Fields that say nothing to a reader of a table. */
const NOISE = new Set(['sha256', 'bytes', 'version', 'schema_version', 'captured_at', 'tree', 'fix', 'hint']);
/** Fields to show, in order, of lists that are wide; lists that are not named here show their first fields. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  pairs: ['screen', 'viewport', 'outcome', 'score', 'comparator', 'regions'],
  checks: ['id', 'status', 'severity', 'problem_count', 'examined', 'title'],
  failing_gates: ['id', 'status', 'reason'],
  passing_gates: ['id', 'status', 'reason'],
  runs: ['run_id', 'started_at', 'status', 'tools', 'branch', 'commit_sha'],
};

/** A row as it comes from a result: any fields. */
export type Row = Readonly<Record<string, unknown>>;

/** Rows under a heading, as lines: columns padded, verdicts coloured, lists as counts. `name` is the list's field. */
export function textTable(name: string, rows: readonly Row[], colors: Palette, width: number): string[] {
  const columns = columnsOf(name, rows);
  const cells = rows.map((row) => columns.map((column) => cellText(row[column])));
  const widths = columns.map((column, index) =>
    Math.max(length(column), ...cells.map((row) => length(row[index] ?? ''))),
  );
  const line = (texts: readonly string[], paint: (text: string, raw: string) => string) => {
    const padded = texts.map((text, index) => (index < texts.length - 1 ? pad(text, widths[index] ?? 0) : text));
    return clip(`  ${padded.join('  ')}`, width, (text) => paintAll(text, texts, paint));
  };
  return [
    colors.dim(
      `  ${columns.map((column, index) => pad(column.replaceAll('_', ' '), widths[index] ?? 0)).join('  ')}`.trimEnd(),
    ),
    ...cells.map((row) => line(row, (text, raw) => verdictColor(raw, colors)(text))),
  ];
}

/** How a verdict's word is coloured. */
export function verdictColor(word: string, colors: Palette): (text: string) => string {
  if (/^(pass|passed|match|ready_for_review|ok|yes|true)$/.test(word)) return colors.good;
  if (/^(fail|failed|mismatch|size-mismatch|unreadable|continue_fixing|missing-\w+)$/.test(word)) return colors.bad;
  if (/^(needs_human|could_not_run|blocked)$/.test(word)) return colors.warn;
  return (text) => text;
}

function columnsOf(name: string, rows: readonly Row[]): string[] {
  const present = [...new Set(rows.flatMap((row) => Object.keys(row).filter((key) => isCell(row[key]))))];
  const wanted = COLUMNS[name]?.filter((column) => present.includes(column));
  if (wanted && wanted.length > 0) return wanted;
  return present.filter((column) => !NOISE.has(column)).slice(0, MAX_COLUMNS);
}

function isCell(value: unknown): boolean {
  return value !== null && value !== undefined && (typeof value !== 'object' || Array.isArray(value));
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) {
    const words = value.every((item) => typeof item === 'string') ? plainText(value.join(', ')) : '';
    return words !== '' && words.length <= MAX_CELL ? words : String(value.length);
  }
  if (typeof value === 'object') return '';
  const text = plainText(String(value));
  return text.length > MAX_CELL ? `${text.slice(0, MAX_CELL - 1)}…` : text;
}

/** Colours the verdict words of a padded line, each once, from the left. */
function paintAll(line: string, texts: readonly string[], paint: (text: string, raw: string) => string): string {
  let rest = line;
  let done = '';
  for (const text of texts) {
    const at = text === '' ? -1 : rest.indexOf(text);
    if (at < 0) continue;
    done += rest.slice(0, at) + paint(text, text);
    rest = rest.slice(at + text.length);
  }
  return done + rest;
}

function clip(line: string, width: number, paint: (text: string) => string): string {
  const trimmed = line.trimEnd();
  return paint(length(trimmed) > width ? `${[...trimmed].slice(0, width - 1).join('')}…` : trimmed);
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - length(text)));
}

function length(text: string): number {
  return [...text].length;
}
