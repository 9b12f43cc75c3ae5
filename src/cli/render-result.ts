import type { CommandName } from '../call/tool-schemas.js';
import { flagName } from './flags.js';
import { type Palette, plainText } from './terminal.js';
import { clip, compact, NOISE, type Row, screensSaid, textTable, textWidth, verdictColor, wrap } from './text-table.js';

/** A suggested call as a line that can be typed: `codeloop capture --screen-name home`. Tools that are no command go through `call`. */
export function commandLine(
  name: string,
  given: Readonly<Record<string, unknown>>,
  tools: readonly CommandName[],
): string {
  const tool = tools.find((candidate) => candidate.name === name);
  if (!tool) return ['codeloop call', quote(name), '--json', quote(JSON.stringify(given))].join(' ');
  const positionals = tool.command.positionals ?? [];
  const words = [...positionals.flatMap((field) => wordsOf(given[field]))];
  for (const [field, value] of Object.entries(given)) {
    if (positionals.includes(field)) continue;
    if (value === true) words.push(flagName(field));
    else if (value === false) words.push(flagName(field).replace(/^--/, '--no-'));
    else for (const word of wordsOf(value)) words.push(flagName(field), word);
  }
  return ['codeloop', tool.command.name, ...words].join(' ');
}

function wordsOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    const plain = value.every((item) => typeof item !== 'object' && !String(item).includes(','));
    return value.length === 0 ? [] : [quote(plain ? value.join(',') : JSON.stringify(value))];
  }
  return [quote(typeof value === 'object' ? JSON.stringify(value) : String(value))];
}

/** Quoted for a POSIX shell where it must be. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Options of rendering besides the result. `tools` turn suggested calls into commands. */
interface RenderOptions {
  colors: Palette;
  columns: number;
  tools: readonly CommandName[];
}

/** Fields that have a place of their own. */
const COMMON = new Set(['schema_version', 'status', 'summary', 'artifacts', 'next', 'truncated']);
const MAX_ARTIFACTS = 12;
const MAX_DEPTH = 3;

/** The one line that says how it went. */
export function renderSummary(result: Row, colors: Palette): string {
  const status = String(result.status);
  const summary = plainText(String(result.summary));
  // Some summaries begin with the verdict themselves.
  const word = summary.toLowerCase().startsWith(status) ? '' : ` ${status} `;
  const mark = { pass: '✔', fail: '✖', needs_human: '?', could_not_run: '!' }[status] ?? '•';
  return `${verdictColor(status, colors)(`${mark}${word}`)} ${colors.bold(summary)}`;
}

/** A tool's result for a person: summary, its lists as tables, artefact paths, what to do next as commands. Ends with a line end. */
export function renderResult(result: Row, options: RenderOptions): string {
  const { colors } = options;
  const fields = Object.entries(result).filter(([name]) => !COMMON.has(name));
  const blocks = [
    [renderSummary(result, colors)],
    ...(verdictBlocks(result, options) ?? renderFields(fields, options, 0)),
    artifactLines(result.artifacts, colors),
    nextLines(result.next, options),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Scalars together, then a block for each list and object. */
function renderFields(
  fields: readonly (readonly [string, unknown])[],
  options: RenderOptions,
  depth: number,
): string[][] {
  const scalars: string[] = [];
  const blocks: string[][] = [];
  for (const [name, value] of fields) {
    if (NOISE.has(name)) continue;
    const title = name.replaceAll('_', ' ');
    if (Array.isArray(value)) {
      const rows = value.filter(isRow);
      if (rows.length > 0) blocks.push(listLines(name, rows, options));
      else if (value.length > 0) {
        const line = `${title}: ${plainText(value.join(', '))}`;
        if (line.length <= options.columns) scalars.push(line);
        else blocks.push([options.colors.bold(title), ...value.map((one) => `  ${plainText(String(one))}`)]);
      }
    } else if (compact(value) !== undefined) {
      const text = compact(value) ?? '';
      scalars.push(`${title}: ${verdictColor(text, options.colors)(text)}`);
    } else if (isRow(value)) {
      const inner = renderFields(Object.entries(value), options, depth + 1);
      if (inner.length > 0 && depth < MAX_DEPTH)
        blocks.push([options.colors.bold(title), ...inner.flat().map((line) => `  ${line}`)]);
    }
  }
  return scalars.length > 0 ? [scalars, ...blocks] : blocks;
}

/** A list as a table under its name. Of checks only those that do not hold are of interest; the others are counted. */
function listLines(name: string, rows: readonly Row[], { colors, columns }: RenderOptions): string[] {
  const shown = name === 'checks' ? rows.filter((row) => row.status !== 'pass') : rows;
  const held = rows.length - shown.length;
  const heading =
    colors.bold(name.replaceAll('_', ' ')) + (held > 0 ? colors.dim(`  ${held} of ${rows.length} hold`) : '');
  return shown.length === 0
    ? [heading]
    : [heading, ...textTable(name, shown, colors, columns), ...shown.flatMap((row) => failureLines(row))];
}

/** Why an entry failed, what to do, and what is near: too long for a table. */
function failureLines({ failure }: Row): string[] {
  if (!isRow(failure)) return [];
  const said = [failure.message, failure.fix]
    .filter((text) => typeof text === 'string')
    .map((text) => `  ${plainText(text)}`);
  const near = Object.values(isRow(failure.details) ? failure.details : {})
    .filter((value) => Array.isArray(value))
    .flatMap((list) => list.map((one) => `    ${plainText(text(one))}`));
  return [...said, ...near];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function artifactLines(artifacts: unknown, colors: Palette): string[] {
  const rows = Array.isArray(artifacts) ? artifacts.filter(isRow) : [];
  if (rows.length === 0) return [];
  const lines = rows.slice(0, MAX_ARTIFACTS).map((row) => {
    const size = row.width && row.height ? colors.dim(`  ${row.width} x ${row.height}`) : '';
    return `  ${plainText(String(row.path))}${size}`;
  });
  const more =
    rows.length > MAX_ARTIFACTS ? [colors.dim(`  … and ${rows.length - MAX_ARTIFACTS} more (--json lists all)`)] : [];
  return [colors.bold('files'), ...lines, ...more];
}

function nextLines(next: unknown, { colors, tools }: RenderOptions): string[] {
  // Pages live as long as their process: a call that needs one of ours comes too late.
  const calls = (Array.isArray(next) ? next.filter(isRow) : []).filter(
    (call) => !(isRow(call.arguments) && 'page_id' in call.arguments),
  );
  if (calls.length === 0) return [];
  const lines = calls.map((call) => {
    const line = commandLine(String(call.tool), isRow(call.arguments) ? call.arguments : {}, tools);
    return `  ${plainText(line)}${call.why === undefined ? '' : colors.dim(`  # ${plainText(String(call.why))}`)}`;
  });
  return [colors.bold('next'), ...lines];
}

/** Most rows, and most columns that a place takes beside what failed there. */
const MOST_ROWS = 12;
const MOST_PLACE = 34;
/** Below so many columns a place stands on a line of its own. */
const NARROW = 64;
/** Lines that say what failed at one place. */
const MOST_LINES = 3;

/** One thing that failed, and where. */
interface Failed {
  place: string;
  what: string;
  fix?: string | undefined;
}

/**
 * A verdict for a person, in blocks of lines: what failed and nothing else, what was left out, what only warns. `undefined` for a
 * result that is no verdict. All it quotes of the page is made harmless. Pure.
 */
export function verdictBlocks(
  result: Row,
  { colors, columns }: { colors: Palette; columns: number },
): string[][] | undefined {
  const { gate } = result;
  const failing = isRow(gate) && Array.isArray(gate.failing_gates) ? gate.failing_gates.filter(isRow) : undefined;
  if (failing === undefined) return undefined;
  const failed = failing.flatMap(failedOf);
  const unsaid = failing.reduce((sum, { problem_count: count, problems }) => {
    const [all, said] = [Number(count ?? 0), Array.isArray(problems) ? problems.length : 0];
    return said === 0 ? sum : sum + Math.max(0, all - said);
  }, 0);
  const more = Math.max(0, failed.length - MOST_ROWS) + unsaid;
  return [
    failed.length === 0
      ? []
      : [
          colors.bold('what failed'),
          ...table(failed.slice(0, MOST_ROWS), colors, columns),
          ...(more > 0 ? [colors.dim(`  … and ${more} more (the report shows all)`)] : []),
        ],
    [...leftOut(result.skipped), ...warnings(result.checks)].map((line) => colors.dim(clip(line, columns))),
  ];
}

/** The findings of a gate; of one that has none to show, why it does not hold. What the gates repeat of each other has no row. */
function failedOf({ id, reason, problems, problem_count: count }: Row): Failed[] {
  const told = (Array.isArray(problems) ? problems.filter(isRow) : []).map((problem) => {
    const say = (field: string) => plainText(String(problem[field] ?? ''));
    const place = [screensSaid(problem) || say('flow'), say('viewport')].filter((part) => part !== '').join('@');
    const [title, text, file] = [say('title'), say('text'), say('file')];
    const at = file === '' ? '' : ` (${file}${problem.line === undefined ? '' : `:${say('line')}`})`;
    return {
      place: place === '' ? plainText(String(id)) : place,
      what: `${title}${text === '' ? '' : ` ${text}`}${at}`,
      fix: say('fix') === '' ? undefined : say('fix'),
    };
  });
  return told.length > 0 || Number(count ?? 0) > 0
    ? told
    : [{ place: plainText(String(id)), what: plainText(String(reason ?? '')) }];
}

/** Where and what, beside each other where there is room; what to do is said once for all that have it in common. */
function table(failed: readonly Failed[], colors: Palette, columns: number): string[] {
  const beside = columns >= NARROW;
  const wide = Math.min(MOST_PLACE, Math.max(...failed.map(({ place }) => textWidth(place))));
  const indent = beside ? wide + 4 : 4;
  const width = Math.max(10, columns - indent - 1);
  return failed.flatMap(({ place, what, fix }, index) => {
    const [first = '', ...others] = wrap(what, width, MOST_LINES);
    const shown = clip(place, beside ? wide : Math.max(1, columns - 3));
    const head = beside
      ? [`  ${colors.bad(shown)}${' '.repeat(wide - textWidth(shown) + 2)}${first}`]
      : [`  ${colors.bad(shown)}`, `    ${first}`];
    // In full, on one line: commands in it are there to be copied.
    const help =
      fix === undefined || fix === failed[index + 1]?.fix ? [] : [`${' '.repeat(indent)}${colors.dim(`→ ${fix}`)}`];
    return [...head, ...others.map((line) => `${' '.repeat(indent)}${line}`), ...help];
  });
}

function leftOut(skipped: unknown): string[] {
  const names = (Array.isArray(skipped) ? skipped.filter(isRow) : []).map(({ what }) => plainText(String(what)));
  return names.length === 0 ? [] : [`left out: ${names.join(', ')} (--json says why)`];
}

function warnings(checks: unknown): string[] {
  const warned = (Array.isArray(checks) ? checks.filter(isRow) : []).filter(({ severity }) => severity === 'warn');
  const names = warned.map(({ id, problem_count: count }) => `${plainText(String(id))} (${Number(count ?? 0)})`);
  return names.length === 0 ? [] : [`warns: ${names.join(', ')}`];
}

function isRow(value: unknown): value is Row {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
