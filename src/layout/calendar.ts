import { isWithin, type Line, type PageModel, type Placed } from './page-model.js';

/** Days of a week. */
const WEEK = 7;
/** Letters of a day's number with its name, at most, and what two distances differ by, CSS px. */
const LONGEST = 16;
const EVEN = 8;

/** Seven days that stand in a row. CSS px. */
interface Week {
  /** What holds them. */
  box: Placed;
  y: number;
  /** From the middle of one to that of the next. */
  day: number;
}

/** Of the same page it is asked for each text that is cut. */
const known = new WeakMap<PageModel, Week[]>();

/** Part of a calendar, below a row of its days: each has a seventh of its width, and an event says the rest when it is opened. */
export function isInCalendar({ owner, rect }: Line, model: PageModel): boolean {
  const weeks = known.get(model) ?? weeksOf(model);
  known.set(model, weeks);
  return weeks.some(({ box, y, day }) => {
    // Beside the days may stand the numbers of weeks, or hours.
    let around = box;
    while (around.parent && around.parent.el.rect.width <= day * (WEEK + 2) && around.parent.el.tag !== 'body')
      around = around.parent;
    return rect.y > y && isWithin(owner, around);
  });
}

/** Seven texts at one height and one distance with numbers that follow each other, whatever the names of the days. */
function weeksOf(model: PageModel): Week[] {
  const rows = new Map<number, Line[]>();
  for (const line of model.lines) {
    const { shown, text, rect } = line;
    if (!shown || text.length > LONGEST || !/\d/.test(text)) continue;
    const y = Math.round(rect.y);
    rows.set(y, [...(rows.get(y) ?? []), line]);
  }
  return [...rows.values()].flatMap((row) => {
    const sorted = row.toSorted((a, b) => middle(a) - middle(b));
    return sorted.flatMap((_, at) => weekOf(sorted.slice(at, at + WEEK)) ?? []);
  });
}

function weekOf(days: readonly Line[]): Week | undefined {
  const [first, second] = days;
  if (!first || !second || days.length < WEEK) return undefined;
  const day = middle(second) - middle(first);
  const follows = (one: Line, at: number) => {
    const before = days[at - 1];
    if (!before) return true;
    const last = numbersIn(before);
    const isNext = numbersIn(one).some((number) => number === 1 || last.includes(number - 1));
    return isNext && Math.abs(middle(one) - middle(before) - day) <= EVEN;
  };
  if (!days.every(follows)) return undefined;
  let box: Placed | undefined = first.owner;
  while (box && !days.every(({ owner }) => box && isWithin(owner, box))) box = box.parent;
  return box && { box, y: first.rect.y, day };
}

const middle = ({ rect: { x, width } }: Line): number => x + width / 2;
const numbersIn = ({ text }: Line): number[] => (text.match(/\d+/g) ?? []).map(Number);
