import { distance, hex, readColor } from './css-color.js';

/** What two values of a property come to: how they are told, how far they may lie apart, and whether they do. */
export interface Judged {
  expected: string;
  actual: string;
  tolerance: string;
  differs: boolean;
}

/** Largest CIEDE2000 distance of equal colours: Figma and browsers round differently; 2.3 is just noticeable. */
const COLOR_DELTA = 2;
const ALPHA = 0.02;

/** Largest difference of equal lengths, CSS px, by property; the first entry that fits counts. */
const LENGTHS: readonly (readonly [RegExp, number])[] = [
  [/^font-size$/, 0.5],
  [/^letter-spacing$/, 0.1],
  [/^line-height$/, 1],
  [/-width$/, 0.5],
  [/-radius$/, 1],
  [/^padding-|-gap$/, 1],
];

/** Judges one CSS property of a layer (`expected`) against an element's computed value; `undefined` where they cannot be compared. */
export function judgeProperty(property: string, expected: string, actual: string): Judged | undefined {
  if (property.endsWith('color')) return judgeColor(expected, actual);
  if (property === 'box-shadow') return judgeShadow(expected, actual);
  if (property === 'font-family') return judgeFamily(expected, actual);
  if (property === 'opacity') return judgeNumber(expected, actual, ALPHA, '');
  const length = LENGTHS.find(([pattern]) => pattern.test(property))?.[1];
  if (length !== undefined) return judgeNumber(expected, actual === 'normal' ? '0px' : actual, length, 'px');
  return { expected, actual, tolerance: 'equal', differs: expected !== actual };
}

function judgeColor(expected: string, actual: string): Judged | undefined {
  const [a, b] = [readColor(expected), readColor(actual)];
  if (!a || !b) return undefined;
  const differs = Math.abs(a.alpha - b.alpha) > ALPHA || (a.alpha > ALPHA && distance(a, b) > COLOR_DELTA);
  return { expected: hex(a), actual: hex(b), tolerance: `ΔE00 ${COLOR_DELTA}`, differs };
}

function judgeNumber(expected: string, actual: string, most: number, unit: '' | 'px'): Judged | undefined {
  const read = (text: string) => (/^-?[\d.]+(?:px)?$/.test(text) ? Number.parseFloat(text) : undefined);
  const [a, b] = [read(expected), read(actual)];
  if (a === undefined || b === undefined) return undefined;
  // Half a hundredth more, so that a difference of exactly the tolerance is equal whatever its binary form.
  return { expected, actual, tolerance: `${most}${unit}`, differs: Math.abs(a - b) > most + 0.005 };
}

/** Figma names one family, CSS a list of which the first that is there is used. */
function judgeFamily(expected: string, actual: string): Judged {
  const first = (actual.split(',')[0] ?? '').trim().replace(/^["']|["']$/g, '');
  return { expected, actual: first, tolerance: 'equal', differs: first.toLowerCase() !== expected.toLowerCase() };
}

interface Shadow {
  color: string;
  lengths: number[];
  inset: boolean;
}

function judgeShadow(expected: string, actual: string): Judged {
  const [a, b] = [shadows(expected), shadows(actual)];
  const same =
    a.length === b.length &&
    a.every((one) => b.some((other) => sameShadow(one, other))) &&
    b.every((one) => a.some((other) => sameShadow(one, other)));
  return { expected, actual, tolerance: `1px, ΔE00 ${COLOR_DELTA}`, differs: !same };
}

function sameShadow(a: Shadow, b: Shadow): boolean {
  const near = a.lengths.every((length, at) => Math.abs(length - (b.lengths[at] ?? 0)) <= 1);
  return a.inset === b.inset && near && judgeColor(a.color, b.color)?.differs === false;
}

/** Shadows of a computed value: `rgba(0, 0, 0, 0.25) 0px 4px 4px 0px inset, …`. */
function shadows(text: string): Shadow[] {
  if (text === 'none') return [];
  return text.split(/,(?![^(]*\))/).map((part) => {
    const lengths = [...part.replace(/[a-z]+\([^)]*\)/gi, '').matchAll(/(-?[\d.]+)px/g)].map(([, length]) =>
      Number(length),
    );
    const color = /[a-z]+\([^)]*\)/i.exec(part)?.[0] ?? 'rgb(0, 0, 0)';
    return { color, lengths: [0, 1, 2, 3].map((at) => lengths[at] ?? 0), inset: /\binset\b/.test(part) };
  });
}
