import type { LinearPattern } from './linear-pattern.js';
import { HINT, REDACTED, SHAPES } from './secret-shapes.js';

export { REDACTED } from './secret-shapes.js';

/** Values that were learnt while a redactor was in use, each in all its spellings. */
const LEARNT = new WeakMap<(text: string) => string, Set<string>>();
/** Parts of secrets that pages keep in several places: masked last, so that a whole one is known by its beginning. */
const PARTS = new WeakMap<(text: string) => string, Set<string>>();

/**
 * Makes a redactor mask a value from now on that it was not given: what was typed into a password field. Answers whether it does: not for
 * values under four characters and plain words (`admin`, `password`), which stand in many texts that give nothing away.
 */
export function learnSecret(redact: (text: string) => string, value: string): boolean {
  const learnt = LEARNT.get(redact);
  if (!learnt || value.length < MIN_LENGTH || /^[a-z]{0,11}$/i.test(value)) return false;
  for (const one of spellings(value)) learnt.add(one);
  return true;
}

/** A text as one place of a page holds it. `apart`: it does not go on in the same line of text as the one before. */
export interface TextPiece {
  text: string;
  apart: boolean;
}

/** Stands for a covered character while a text is covered: no page's own. */
const COVER = '\ue0ff';
/** What nobody sees between two letters. */
const UNSEEN = /[\u00ad\u200b-\u200d\u2060\ufeff]/;
/** What is secret, each character by `COVER`; by redactor. */
const COVERERS = new WeakMap<(text: string) => string, (text: string) => string>();
/** Shortest part of a secret that is masked wherever it comes up, and most of them, in all spellings. */
const PART = 6;
const MOST_PARTS = 4000;
/** The least of a word that goes on in another place, or that stands apart beside its name. */
const LONG = 8;
const NAME = /^[\p{L}\d .-]{2,40}$/u;
const CODE = /^(?:\d{4,8}|\d{3}[ -]\d{3}|\d{4}[ -]\d{4})$/;

/**
 * Covers what is secret though no single text of a page shows it: halves of a token in two elements, a letter in each, a value beside the name that
 * says what it is. Answers each text of `pieces` (in the order of the document) with the covered characters as `•`, and has `redact` mask longer
 * parts wherever they come up from now on.
 */
export function coverPieces(pieces: readonly TextPiece[], redact: (text: string) => string): string[] {
  const cover = COVERERS.get(redact);
  const covered = pieces.map(() => new Set<number>());
  if (!cover) return pieces.map(({ text }) => text);
  const mark = (places: readonly Place[], text: string) => {
    for (const [at, letter] of [...cover(text)].entries()) {
      const place = places[at];
      if (letter === COVER && place) covered[place.piece]?.add(place.at);
    }
  };
  let before: Place[] = [];
  for (const run of runsOf(pieces)) {
    const text = spell(run);
    const several = run[0]?.piece !== run.at(-1)?.piece;
    if (several || run.some(({ piece }) => UNSEEN.test(pieces[piece]?.text ?? ''))) mark(run, text);
    const name = spell(before)
      .trim()
      .replace(/[\s:*]+$/, '');
    const value = text.trim();
    const named = NAME.test(name) && /\p{L}/u.test(name) && !/(?:\S+\s+){4}/.test(name);
    // A value that stands beside its name: it has to look like one.
    const says = CODE.test(value) ? `${name}: ` : isLikeSecret(value) ? `${name.replaceAll(' ', '_')}: ` : undefined;
    if (named && says !== undefined) {
      const from = text.indexOf(value);
      // All of it: no other text goes on behind it.
      if (cover(says + value)[says.length] === COVER)
        for (const { piece, at } of run.slice(from, from + value.length)) covered[piece]?.add(at);
    }
    // A word that goes on in another place.
    const last = before.slice(spell(before).trimEnd().search(/\S+$/)).filter(({ letter }) => letter.trim() !== '');
    const from = text.search(/\S/);
    const first = run.slice(from, from + (/^\S+/.exec(text.slice(from))?.[0].length ?? 0));
    if (last.length > 0 && first.length >= LONG && /\d/.test(spell(first)) && !/[:=]$/.test(spell(last))) {
      const whole = cover(spell(last) + spell(first));
      if (whole[last.length - 1] === COVER && whole[last.length] === COVER) {
        mark([...last, ...first], spell(last) + spell(first));
        // What each holds by itself is not to be told any more by half of it.
        mark(before, spell(before));
        mark(run, text);
      }
    }
    if (value !== '') before = run;
  }
  const parts = PARTS.get(redact);
  return pieces.map(({ text }, piece) => {
    const marks = covered[piece];
    if (!marks || marks.size === 0) return text;
    const shown = [...text.split('')].map((letter, at) => (marks.has(at) ? COVER : letter)).join('');
    for (const { index, 0: marked } of shown.matchAll(new RegExp(`${COVER}{${PART},}`, 'g'))) {
      const part = text.slice(index, index + marked.length);
      // A beginning alone (`sk_live_`) says nothing.
      if (parts && parts.size < MOST_PARTS && /\d/.test(part)) for (const one of spellings(part)) parts.add(one);
    }
    return shown.replaceAll(COVER, '•');
  });
}

/** A letter, and where it stands: `at` in which text. */
interface Place {
  piece: number;
  at: number;
  letter: string;
}

const spell = (places: readonly Place[]) => places.map(({ letter }) => letter).join('');

/** Whether a text looks like a secret of its own: one word with letters and digits. */
const isLikeSecret = (text: string) =>
  text.length >= LONG && /^\S+$/.test(text) && /\d/.test(text) && /\p{L}/u.test(text);

/** The letters of texts that go on in each other, and of single letters that stand beside each other; without what nobody sees. */
function runsOf(pieces: readonly TextPiece[]): Place[][] {
  const runs: Place[][] = [];
  let single = false;
  for (const [piece, { text, apart }] of pieces.entries()) {
    const places = text.split('').flatMap((letter, at) => (UNSEEN.test(letter) ? [] : [{ piece, at, letter }]));
    const alone = text.trim().length === 1;
    const run = runs.at(-1);
    if (run && (!apart || (alone && single)))
      run.push(...(apart ? places.filter(({ letter }) => letter.trim() !== '') : places));
    else runs.push(places);
    single = alone;
  }
  return runs;
}

/** Shorter values would blank half of every log. */
const MIN_LENGTH = 4;

/** Masks secrets by their shape alone, whatever project they are of. */
export const redactShapes: (text: string) => string = createRedactor([]);

/**
 * The last hand before text leaves this process: a copy of a value of which every text is masked by shape. Names of fields, numbers and
 * the order are as they were, so that what was valid stays valid.
 */
export function redactValue<T>(value: T): T {
  // The same fields with the same kinds of values: only texts differ.
  return masked(value) as T;
}

function masked(value: unknown): unknown {
  // A picture is no text, and any three letters stand somewhere in it.
  if (typeof value === 'string') return value.startsWith('data:image/') ? value : redactShapes(value);
  if (Array.isArray(value)) return value.map(masked);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner)]));
}

/**
 * Returns a function that masks secrets in any text before it is stored: given values (and as they stand in addresses, forms, JSON, HTML
 * and base64), given patterns, what it learns, and the shapes of `secret-shapes.ts`. Values shorter than four characters are left alone.
 */
export function createRedactor(
  values: readonly string[],
  patterns: readonly LinearPattern[] = [],
): (text: string) => string {
  const known = [...new Set(values.flatMap(spellings))]
    .filter((value) => value.length >= MIN_LENGTH)
    .sort((a, b) => b.length - a.length);
  const learnt = new Set<string>();
  const parts = new Set<string>();
  const redact = (text: string) => {
    let rest = text;
    for (const value of known) rest = rest.replaceAll(value, REDACTED);
    for (const value of learnt) rest = rest.replaceAll(value, REDACTED);
    for (const pattern of patterns) rest = pattern.replaceAll(rest, REDACTED);
    rest = withoutShapes(rest);
    const plain = ESCAPED.test(rest) ? unescaped(rest) : rest;
    const safe = plain === rest ? plain : withoutShapes(plain);
    if (safe !== plain) rest = safe;
    for (const value of parts) rest = rest.replaceAll(value, REDACTED);
    return rest;
  };
  PARTS.set(redact, parts);
  LEARNT.set(redact, learnt);
  COVERERS.set(redact, (text) => {
    let rest = text;
    const hide = (value: string) => {
      rest = rest.replaceAll(value, COVER.repeat(value.length));
    };
    for (const value of [...known, ...learnt]) hide(value);
    // By no word but those that stand in the text: a pattern leaves none of another length in their place.
    for (const pattern of patterns) rest = pattern.replaceAll(rest, (found) => COVER.repeat(found.length));
    if (HINT.test(rest)) for (const [shape, by] of SHAPES) rest = rest.replace(shape, (...told) => covering(told, by));
    for (const part of parts) hide(part);
    return rest;
  });
  return redact;
}

function withoutShapes(text: string): string {
  let rest = text;
  if (HINT.test(text)) for (const [shape, replacement] of SHAPES) rest = rest.replace(shape, replacement);
  return rest;
}

/** A letter, digit, `-`, `.`, `_` or `~` that stands for itself (RFC 3986, 2.3) and is escaped all the same: in addresses, code, JSON and markup. */
const ESCAPES = /(?:%(?:25){0,3}|\\u00|\\x|&#x0{0,2})([2-7][\da-f])(?:(?<=&#x[\da-f]{2,4});)?|&#0{0,2}(\d{2,3});/gi;
const ESCAPED = new RegExp(ESCAPES, 'i');

/** The same text with such letters as themselves. */
function unescaped(text: string): string {
  return text.replace(ESCAPES, (found, hex?: string, decimal?: string) => {
    const letter = String.fromCharCode(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
    return /[\w.~-]/.test(letter) ? letter : found;
  });
}

/** A match with what is not kept of it covered; `told` is what a replacer is given, `by` its replacement with `$1`, `$2`. */
function covering(told: readonly unknown[], by: string): string {
  const [found = '', ...groups] = told.map((one) => (typeof one === 'string' ? one : ''));
  const put = by.replace(/\$(\d)/g, (_, number: string) => groups[Number(number) - 1] ?? '');
  let from = 0;
  while (from < found.length && found[from] === put[from]) from++;
  let to = 0;
  while (to < Math.min(found.length, put.length) - from && found.at(-1 - to) === put.at(-1 - to)) to++;
  return found.slice(0, from) + COVER.repeat(found.length - from - to) + found.slice(found.length - to);
}

/** A value as other texts carry it. */
function spellings(value: string): string[] {
  const html = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  return [
    value,
    encodeURIComponent(value),
    encodeURI(value),
    new URLSearchParams({ '': value }).toString().slice(1),
    JSON.stringify(value).slice(1, -1),
    html,
    Buffer.from(value).toString('base64').replace(/=+$/, ''),
    Buffer.from(value).toString('base64url'),
  ];
}
