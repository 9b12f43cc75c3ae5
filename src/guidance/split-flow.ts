/** Steps of a flow at most, and characters of each. */
const MAX_STEPS = 50;
const MAX_LENGTH = 300;
const ARROW = /\s*(?:→|⟶|➜|➔|⇒|->|=>)\s*/;
/** `1.` or `2)` before a step, at the beginning of a line or after a blank. */
const NUMBER = /(?:^|\s)(\d{1,2})[.)]\s+(?=\S)/g;
const BULLET = /^\s*(?:[-*•]\s+|\d{1,2}[.)]\s+)/;
const QUOTED = /"[^"\n]*"|“[^”\n]*”|`[^`\n]*`/g;

/** The steps of a flow that a person or an agent wrote down: lines, bullets, numbers or arrows. Quoted parts stay whole. At most 50. */
export function splitFlow(text: string): string[] {
  const quotes: string[] = [];
  const held = text.replace(QUOTED, (quote) => `\uE000${quotes.push(quote) - 1}\uE001`);
  return held
    .split(/\r?\n/)
    .flatMap((line) => line.split(ARROW))
    .flatMap(splitNumbered)
    .map((step) => step.replace(BULLET, '').replace(/\uE000(\d+)\uE001/g, (_, index) => quotes[Number(index)] ?? ''))
    .map((step) => step.replace(/\s+/g, ' ').trim().slice(0, MAX_LENGTH))
    .filter((step) => /[\p{L}\p{N}]/u.test(step))
    .slice(0, MAX_STEPS);
}

/** `1. open the shop 2. add a mug` as two; only where the numbers count up from one, so that `wait 2. seconds` stays whole. */
function splitNumbered(line: string): string[] {
  const marks = [...line.matchAll(NUMBER)];
  if (marks.length < 2 || marks.some((mark, index) => Number(mark[1]) !== index + 1)) return [line];
  const starts = marks.map((mark) => mark.index + mark[0].length);
  const before = line.slice(0, marks[0]?.index ?? 0);
  return [before, ...starts.map((start, index) => line.slice(start, marks[index + 1]?.index ?? line.length))];
}
