/** What kind of evidence an expectation asks for, by its verb. */
export type FlowVerb = 'press' | 'type' | 'go' | 'see';

/** An expectation, read. */
export interface FlowWords {
  verb: FlowVerb | undefined;
  /** True when it must not happen: `no error appears`. */
  negated: boolean;
  /** Parts in quotation marks, in lower case; they must occur as they are. */
  quotes: string[];
  /** What is left, as stems, and the numbers among it, which must all occur. */
  words: string[];
  numbers: string[];
}

const VERBS: readonly (readonly [FlowVerb, readonly string[]])[] = [
  [
    'press',
    [
      'click',
      'tap',
      'press',
      'push',
      'select',
      'choose',
      'pick',
      'toggle',
      'tick',
      'submit',
      'check',
      'filter',
      'sort',
    ],
  ],
  ['type', ['type', 'enter', 'fill', 'input', 'write']],
  ['go', ['open', 'go', 'goe', 'navigate', 'visit', 'load', 'land', 'redirect', 'arrive', 'reach', 'return', 'lead']],
  [
    'see',
    [
      'see',
      'show',
      'shown',
      'appear',
      'display',
      'visible',
      'contain',
      'expect',
      'verify',
      'read',
      'say',
      'updat',
      'update',
    ],
  ],
];
const VERB_OF = new Map(VERBS.flatMap(([verb, words]) => words.map((word) => [stem(word), verb] as const)));
const NEGATIONS = new Set([
  'no',
  'not',
  'never',
  'without',
  "doesn't",
  'doesnt',
  "isn't",
  'isnt',
  "don't",
  'dont',
  'none',
]);
/** Words that say nothing of which thing is meant. */
const EMPTY = new Set(
  (
    'a an the to of on in at and or is are was be been it its with for by as i we you they then that this there has have into from up ' +
    'out should must can will now after before again page screen view button link field box icon form section area element app site'
  ).split(' '),
);

/** Words for parts of pages that people add to what a thing is called: the evidence need not have them, but speaks when it does. */
const PARTS = new Set(
  'menu tab column row dialog modal popup window list table card item tile panel dropdown checkbox radio option header footer sidebar'
    .split(' ')
    .map(stem),
);

/** How much a stem counts, 0-1. */
export function weightOf(word: string): number {
  return PARTS.has(word) ? 0.5 : 1;
}

/** Reads an expectation. */
export function readExpectation(text: string): FlowWords {
  const quotes = [...text.matchAll(/"([^"]+)"|“([^”]+)”|`([^`]+)`|'([^']{2,})'/g)].map((match) =>
    plain(match.slice(1).find((part) => part !== undefined) ?? ''),
  );
  // `The user opens …` says who; elsewhere it is part of a name.
  const rest = text.replace(/"[^"]+"|“[^”]+”|`[^`]+`/g, ' ').replace(/^\s*(?:the\s+)?user\b/i, ' ');
  const all = split(rest);
  const negated = all.some((word) => NEGATIONS.has(word));
  let verb: FlowVerb | undefined;
  const words: string[] = [];
  for (const word of all) {
    const root = stem(word);
    const kind = VERB_OF.get(root);
    if (kind !== undefined && verb === undefined) verb = kind;
    else if (!NEGATIONS.has(word) && !EMPTY.has(word)) words.push(root);
  }
  const numbers = words.filter((word) => /^\d+$/.test(word));
  return { verb, negated, quotes, words: [...new Set(words)], numbers };
}

/** The stems of a text. */
export function stemsOf(text: string): Set<string> {
  return new Set(split(text).map(stem));
}

/** A text as it is searched for quotes: lower case, single blanks. */
export function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

function split(text: string): string[] {
  return plain(text).match(/[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu) ?? [];
}

/** The word without the endings of English inflection; numbers and short words as they are. */
export function stem(word: string): string {
  if (/\d/.test(word) || word.length <= 3) return word;
  return word
    .replace(/(?<=\p{L}{3})(?:ies)$/u, 'y')
    .replace(/(?<=\p{L}{3})(?:ing|ed|es)$/u, '')
    .replace(/(?<=\p{L}{3})(?<!s)s$/u, '')
    .replace(/(?<=\p{L}{3})e$/u, '')
    .replace(/(?<=\p{L}{2})(\p{L})\1$/u, '$1');
}
