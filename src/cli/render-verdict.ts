import { type Palette, plainText } from './terminal.js';
import { clip, type Row, textWidth, wrap } from './text-table.js';

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
    const place = [say('screen') || say('flow'), say('viewport')].filter((part) => part !== '').join('@');
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
