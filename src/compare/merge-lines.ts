import type { Rect } from '../core/vocabulary/geometry.js';
import { absorb } from './connect.js';
import type { Classified } from './merge-moved.js';

/** CSS px between parts of one line of text. */
const NEARBY = 40;

/** CSS px: what is taller is no part of a line. */
const TALLEST = 60;

/** Share of the lower part's height that two parts must have in common to be on one line. */
const ON_LINE = 0.5;

const PARTS: ReadonlySet<string> = new Set(['text', 'unknown', 'added', 'missing', 'moved', 'noise', 'resized']);

/**
 * Merges what changed beside changed text on the same line: the words after an edited one slide along, and letters that are gained or
 * lost at its end are neither an element that came nor one that went.
 */
export function mergeLines(parts: readonly Classified[], deviceScale: number): Classified[] {
  const texts = parts.filter(({ nature }) => nature.kind === 'text');
  if (texts.length === 0) return [...parts];
  const wholes = texts.map(({ component, nature }) => ({ component: { ...component }, nature }));
  const rest = parts.filter(({ nature }) => nature.kind !== 'text');
  // What grows may reach another part, so it goes on until nothing is taken any more.
  for (let taken = true; taken; ) {
    taken = false;
    for (const whole of wholes)
      for (const list of [rest, wholes])
        for (const part of [...list]) {
          if (
            part === whole ||
            !PARTS.has(part.nature.kind) ||
            !onLine(whole.component.rect, part.component.rect, deviceScale)
          )
            continue;
          absorb(whole.component, part.component);
          list.splice(list.indexOf(part), 1);
          taken = true;
        }
  }
  return [...wholes, ...rest];
}

function onLine(a: Rect, b: Rect, deviceScale: number): boolean {
  if (Math.max(a.height, b.height) > TALLEST * deviceScale) return false;
  const common = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const apart = Math.max(a.x, b.x) - Math.min(a.x + a.width, b.x + b.width);
  return common >= ON_LINE * Math.min(a.height, b.height) && apart <= NEARBY * deviceScale;
}
