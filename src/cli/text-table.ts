import stringWidth from 'string-width';
import { shortList } from '../core/vocabulary/gate.js';
import { type Palette, plainText } from './terminal.js';

/** Most characters of one cell of a table. */
const MAX_CELL = 70;

/**
 * A value in few words, or undefined for what has none: scalars as they are, lists of words joined or counted, sizes as
 * `375 x 812`, rectangles as `10,20 80 x 32`, files as their path, elements as their selector, errors as their message.
 */
export function compact(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'object') return plainText(String(value));
  if (Array.isArray(value)) {
    const words = value.every((item) => typeof item === 'string') ? plainText(value.join(', ')) : '';
    return words !== '' && words.length <= MAX_CELL ? words : String(value.length);
  }
  const field = (name: string): unknown => Reflect.get(value, name);
  const [width, height] = [field('width'), field('height')];
  if (typeof field('path') === 'string') return plainText(String(field('path')));
  if (typeof field('selector') === 'string') return plainText(String(field('selector')));
  if (typeof field('code') === 'string' && typeof field('message') === 'string')
    return plainText(`${field('code')}: ${field('message')}`);
  if (typeof width !== 'number' || typeof height !== 'number') return undefined;
  const corner = typeof field('x') === 'number' ? `${field('x')},${field('y')} ` : '';
  return `${corner}${width} x ${height}`;
}

/** The same, short enough for a cell; empty for what has no words. */
function cellText(value: unknown): string {
  const text = compact(value) ?? '';
  return text.length > MAX_CELL ? `${text.slice(0, MAX_CELL - 1)}…` : text;
}

/** Most columns of a table, and most rows. */
const MAX_COLUMNS = 6;
const MAX_ROWS = 30;
/** Problems listed below a row. */
const MAX_PROBLEMS = 5;
/** Fields that say nothing to a reader. */
export const NOISE: ReadonlySet<string> = new Set([
  'sha256',
  'manifest_sha256',
  'passing_checks',
  'bytes',
  'version',
  'schema_version',
  'captured_at',
  'tree',
]);
/** Fields to show, in order, of lists that are wide; lists that are not named here show their first fields. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  pairs: ['screen', 'viewport', 'outcome', 'score', 'comparator', 'regions', 'note'],
  regions: ['rect', 'kind', 'severity', 'area', 'element'],
  cells: ['screen', 'viewport', 'size', 'steady', 'log_count', 'failure', 'path'],
  layout: ['screen', 'kind', 'certainty', 'condition', 'from_width', 'to_width', 'element'],
  checks: ['id', 'status', 'severity', 'problem_count', 'title'],
  failing_gates: ['id', 'status', 'reason'],
  passing_gates: ['id', 'status', 'reason'],
  probes: ['id', 'ok', 'required', 'detail'],
  runs: ['run_id', 'started_at', 'status', 'tools', 'branch', 'commit_sha'],
};

/** A row as it comes from a result: any fields. */
export type Row = Readonly<Record<string, unknown>>;

/** Rows under a heading, as lines: columns padded, verdicts coloured, what a row's problems are and how to fix them below it. `name` is the list's field. */
export function textTable(name: string, all: readonly Row[], colors: Palette, width: number): string[] {
  const rows = all.slice(0, MAX_ROWS);
  const columns = columnsOf(name, rows);
  const cells = rows.map((row) => columns.map((column) => cellText(row[column])));
  const widths = columns.map((column, index) =>
    Math.max(textWidth(column), ...cells.map((row) => textWidth(row[index] ?? ''))),
  );
  const join = (texts: readonly string[]) =>
    `  ${texts.map((text, index) => pad(text, widths[index] ?? 0)).join('  ')}`;
  const more = all.length - rows.length;
  return [
    colors.dim(clip(join(columns.map((column) => column.replaceAll('_', ' '))), width)),
    ...cells.flatMap((texts, index) => [
      paintWords(clip(join(texts), width), texts, colors),
      ...remarks(rows[index] ?? {}, colors),
    ]),
    ...(more > 0 ? [colors.dim(`  … and ${more} more (--json lists all)`)] : []),
  ];
}

/** Returns the colour of a verdict's word. */
export function verdictColor(word: string, colors: Palette): (text: string) => string {
  if (/^(pass|passed|match|ready_for_review|ok|yes|true)$/.test(word)) return colors.good;
  if (/^(fail|failed|mismatch|size-mismatch|unreadable|continue_fixing|critical|missing-\w+)$/.test(word))
    return colors.bad;
  if (/^(needs_human|could_not_run|blocked|major)$/.test(word)) return colors.warn;
  return (text) => text;
}

function columnsOf(name: string, rows: readonly Row[]): string[] {
  const present = [
    ...new Set(rows.flatMap((row) => Object.keys(row).filter((key) => compact(row[key]) !== undefined))),
  ];
  const wanted = COLUMNS[name]?.filter((column) => present.includes(column));
  if (wanted && wanted.length > 0) return wanted;
  return present.filter((column) => !NOISE.has(column) && column !== 'fix').slice(0, MAX_COLUMNS);
}

/** The screens that a problem of a result is about, as far as a line has room. */
export function screensSaid(problem: object): string {
  const [screen, also]: unknown[] = [Reflect.get(problem, 'screen'), Reflect.get(problem, 'also')];
  if (screen === undefined) return '';
  const others = also !== null && typeof also === 'object' ? Object.keys(also) : [];
  return plainText(shortList([String(screen), ...others]));
}

/** Returns the problems of a row and their fixes, each on its own line and in full: commands are there to be copied. */
function remarks(row: Row, colors: Palette): string[] {
  const problems: unknown[] = Array.isArray(row.problems) ? row.problems : [];
  const lines = problems.slice(0, MAX_PROBLEMS).flatMap((problem) => {
    if (problem === null || typeof problem !== 'object') return [];
    const say = (field: string) => plainText(String(Reflect.get(problem, field) ?? ''));
    const place = [screensSaid(problem), say('viewport')].filter((part) => part !== '').join('@');
    const text = say('text');
    const line = `${place === '' ? '' : `${place}: `}${say('title')}${text === '' ? '' : colors.dim(` ${clip(text, 160)}`)}`;
    return [`    - ${line}`, ...(say('fix') === '' ? [] : [`      → ${say('fix')}`])];
  });
  const total = typeof row.problem_count === 'number' ? row.problem_count : problems.length;
  const more = total - Math.min(problems.length, MAX_PROBLEMS);
  return [
    ...lines,
    ...(problems.length > 0 && more > 0 ? [colors.dim(`    … and ${more} more`)] : []),
    ...(typeof row.fix === 'string' ? [`    → ${plainText(row.fix)}`] : []),
  ];
}

/** Colours the verdict words of a padded line, each once, from the left. */
function paintWords(line: string, texts: readonly string[], colors: Palette): string {
  let rest = line;
  let done = '';
  for (const text of texts) {
    const at = text === '' ? -1 : rest.indexOf(text);
    if (at < 0) continue;
    done += rest.slice(0, at) + verdictColor(text, colors)(text);
    rest = rest.slice(at + text.length);
  }
  return done + rest;
}

/** The columns that a text takes in a terminal: wide signs (CJK, emoji) count two, marks none, escapes nothing. */
export function textWidth(text: string): number {
  return stringWidth(text);
}

const signs = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A text of at most `width` columns, with `…` where it was cut; no sign is cut in two. Without escapes. */
export function clip(text: string, width: number): string {
  // Measured is what can be shown: a page may write megabytes.
  const start = startOf(text, width);
  const trimmed = start.trimEnd();
  if (start.length === text.length && textWidth(trimmed) <= width) return trimmed;
  let kept = '';
  let room = width - 1;
  for (const { segment } of signs.segment(trimmed)) {
    room -= textWidth(segment);
    if (room < 0) break;
    kept += segment;
  }
  return width < 1 ? '' : `${kept}…`;
}

/** UTF-16 units that one column may take: families of emoji and letters under many marks. */
const UNITS = 32;

/** As much of a text as can come into so many columns. */
function startOf(text: string, width: number): string {
  return text.slice(0, (Math.max(0, width) + 1) * UNITS).toWellFormed();
}

/** Cuts a text at blanks into lines of at most `width` columns, at most `most` of them; the last is cut short where it must be. */
export function wrap(text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of startOf(text, width * most).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || lines.length === most - 1 || textWidth(longer) <= width) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].map((one) => clip(one, width));
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}
