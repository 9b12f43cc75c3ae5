import { type FlowAct, leadingAct, plain, split, stem } from './flow-acts.js';

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

/** The kind of evidence that an expectation asks for, by its verb. */
export type FlowVerb = 'press' | 'type' | 'go' | 'see' | 'open' | 'close';

/** An expectation, read. */
export interface FlowWords {
  verb: FlowVerb | undefined;
  /** The act to be done, where the text begins with a verb for one: no text on the page shows an act. */
  act: FlowAct | undefined;
  /** True when the text says that a person acts; texts on the page alone never show it. */
  doing: boolean;
  /** Its first word, where nobody knows whether that is a verb: evidence must have it. */
  lead: string | undefined;
  /** True when it must not happen: `no error appears`. */
  negated: boolean;
  /** True when the text speaks of a page or an address, which an address can show. */
  placed: boolean;
  /** Parts in quotation marks, in lower case; they must occur as they are. */
  quotes: string[];
  /** The remaining words, as stems, and the numbers among them, which must all occur. */
  words: string[];
  numbers: string[];
}

const VERBS: readonly (readonly [FlowVerb, readonly string[]])[] = [
  ['press', ['click', 'tap', 'press', 'push', 'choose']],
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
/** Words that do not identify the thing. */
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

/** Returns the weight of a stem, 0-1. */
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
  const first = all.findIndex((word) => !FILLERS.has(word));
  const begin = first === -1 ? all : all.slice(first);
  const leading = VERB_OF.get(stem(begin[0] ?? ''));
  const happens = negated || leading !== undefined ? undefined : happening(begin);
  const placed = /\b(?:page|screen|view|url|address|site|route|tab)\b/i.test(rest);
  if (happens) {
    const words = [...new Set(happens.words.filter((word) => !EMPTY.has(word) || word === 'menu').map(stem))];
    const numbers = words.filter((word) => /^\d+$/.test(word));
    return {
      verb: happens.verb,
      act: undefined,
      doing: false,
      lead: undefined,
      negated,
      placed,
      quotes,
      words,
      numbers,
    };
  }
  const stated = !negated && isStatement(rest, begin, leading);
  const led = negated || stated || leading !== undefined ? undefined : leadingAct(begin);
  const words: string[] = [];
  let verb: FlowVerb | undefined = stated ? 'see' : undefined;
  const asked = stated && LEAD_IN.test(begin[0] ?? '') && LEAD_IN.test(begin[1] ?? '');
  for (const word of led ? begin.slice(led.length) : asked ? begin.slice(2) : all) {
    const root = stem(word);
    const kind = led ? undefined : VERB_OF.get(root);
    if (kind !== undefined && (verb === undefined || (stated && kind === 'see'))) verb = kind;
    else if (!NEGATIONS.has(word) && !EMPTY.has(word)) words.push(root);
  }
  const numbers = words.filter((word) => /^\d+$/.test(word));
  const doing =
    led !== undefined ||
    (!negated && !stated && leading !== undefined && leading !== 'see' && !isOutcome(begin[0] ?? ''));
  const opening = begin[0] ?? '';
  const named = EMPTY.has(opening) || /^\d/.test(opening) || PARTS.has(stem(opening)) || NOUNS.has(stem(opening));
  const lead = verb !== undefined || led || negated || named ? undefined : words[0];
  return { verb, act: led?.act, doing, lead, negated, placed, quotes, words: [...new Set(words)], numbers };
}

/** Of what opens and closes by itself, as words after the thing: `the menu opens`, `the dialog is closed`, `a toast pops up`. */
const OPENS = /^(?:opens|expands|unfolds|opened|expanded|unfolded|open|pops|slides|drops|comes)$/;
const CLOSES = /^(?:closes|collapses|disappears|vanishes|closed|collapsed|hidden|gone|removed|dismissed|goes)$/;

/** Reads what happens to a thing, which no press alone shows: verb, and the words besides it. */
function happening(begin: readonly string[]): { verb: 'open' | 'close'; words: string[] } | undefined {
  const at = begin.findIndex((word, index) => {
    if (index === 0) return false;
    const [before, after] = [begin[index - 1] ?? '', begin[index + 1] ?? ''];
    if (/^(?:opened|expanded|unfolded|open|closed|collapsed|hidden|gone|removed|dismissed)$/.test(word))
      return /^(?:is|are|gets|get|was|were)$/.test(before);
    if (/^(?:pops|slides|drops|comes)$/.test(word)) return /^(?:up|in|out|down)$/.test(after);
    return word === 'goes' ? after === 'away' : OPENS.test(word) || CLOSES.test(word);
  });
  if (at === -1) return undefined;
  const around = [...begin.slice(0, at), ...begin.slice(at + 1)];
  const words = around.filter((word) => !/^(?:is|are|gets|get|was|were|up|in|out|down|away)$/.test(word));
  return words.some((word) => !EMPTY.has(word))
    ? { verb: CLOSES.test(begin[at] ?? '') ? 'close' : 'open', words }
    : undefined;
}

/** `check that`, `make sure`. */
const LEAD_IN = /^(?:check|make|be|ensure|confirm|that|if|whether|sure)$/;
/** Words that are no verb at the beginning. */
const NOUNS = new Set(
  'toast heading title message text label alert notification banner error warning badge total count'
    .split(' ')
    .map(stem),
);

/** Words before the verb: `then they open …`. */
const FILLERS = new Set(
  'i we you they he she it then now after next finally please can should must will and to'.split(' '),
);

/** `The search results are shown`, `check that …`: what is so, not what is done. */
function isStatement(rest: string, begin: readonly string[], leading: FlowVerb | undefined): boolean {
  if (leading !== undefined) return false;
  if (LEAD_IN.test(begin[0] ?? '') && LEAD_IN.test(begin[1] ?? '')) return true;
  const [clause = ''] = rest.toLowerCase().split(/\b(?:and|then|that|which|so|until|when|where|who|what)\b/);
  return /\b(?:is|are|was|were|has|have)\b/.test(clause) || /\b(?:appears?|visible|shown|displayed)\W*$/.test(clause);
}

/** Verbs of where one comes to, which the page itself may show. */
function isOutcome(word: string): boolean {
  return /^(?:load|land|redirect|arrive|reach|lead)(?:s|es|ed|d|ing)?$/.test(word);
}

/** Between two clauses of one step. */
const BETWEEN = /\s*(?:[,;]\s*(?:and\s+)?(?:then\s+)?|\s+and\s+(?:then\s+)?|\s+then\s+)/gi;

/**
 * The clauses of an expected step, each of which says something on its own: `click Save and "Saved" is shown` are two, `see mug and lamp` is one.
 * What stands in quotation marks stays whole.
 */
export function clausesOf(text: string): string[] {
  const quotes: string[] = [];
  const held = text.replace(QUOTED, (quote) => `\uE000${quotes.push(quote) - 1}\uE001`);
  const whole = (part: string) => part.replace(/\uE000(\d+)\uE001/g, (_, index) => quotes[Number(index)] ?? '');
  const clauses: string[] = [];
  let from = 0;
  for (const { index, 0: gap } of held.matchAll(BETWEEN)) {
    const [left, right] = [whole(held.slice(from, index)).trim(), whole(held.slice(index + gap.length)).trim()];
    if (!isClause(left) || !isClause(right)) continue;
    clauses.push(left);
    from = index + gap.length;
  }
  return [...clauses, whole(held.slice(from)).trim()];
}

/** True for a verb with something to it, or a statement. */
function isClause(text: string): boolean {
  const bare = text.replace(/"[^"]+"|“[^”]+”|`[^`]+`/g, ' it ').replace(/^\s*(?:the\s+)?user\b/i, ' ');
  const words = split(bare);
  const begin = words.slice(
    Math.max(
      0,
      words.findIndex((word) => !FILLERS.has(word) || word === 'it'),
    ),
  );
  const leading = VERB_OF.get(stem(begin[0] ?? ''));
  if (leading !== undefined || leadingAct(begin)) return begin.length > 1;
  return happening(begin) !== undefined || isStatement(bare, begin, undefined);
}
