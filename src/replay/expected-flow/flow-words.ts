import { type FlowAct, isNumber, leadingAct, plain, split, stem } from './flow-acts.js';

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
  /** What is said to have come of it, in the form that only then is used: `deleted` of `the account is deleted`. A text must say so too. */
  states: string[];
  /** Where one is said to be, by the address itself: `the url ends with /cart`. */
  address?: { part: string; where: 'is' | 'ends' | 'starts' | 'contains' };
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
  (
    'menu tab column row dialog modal popup window list table card item tile panel dropdown checkbox radio option header footer sidebar ' +
    'toast message notification alert banner snackbar tooltip heading label badge'
  )
    .split(' ')
    .map(stem),
);

/**
 * Returns the weight of a stem, 0-1, among all of a step. Where all of them are words for parts, the last one is the part, and those before it
 * are its name: the `alerts` menu, the `message` list.
 */
export function weightOf(word: string, among: readonly string[] = [word]): number {
  if (!PARTS.has(word)) return 1;
  return among.at(-1) === word || among.some((one) => !PARTS.has(one)) ? 0.5 : 1;
}

/** Reads an expectation. */
export function readExpectation(text: string): FlowWords {
  const quotes = [...text.matchAll(/"([^"]+)"|“([^”]+)”|`([^`]+)`|'([^']{2,})'/g)].map((match) =>
    plain(match.slice(1).find((part) => part !== undefined) ?? ''),
  );
  // `The user opens …` says who; elsewhere it is part of a name.
  const rest = text.replace(/"[^"]+"|“[^”]+”|`[^`]+`/g, ' ').replace(/^\s*(?:the\s+)?user\b/i, ' ');
  const gone = LONGER.test(rest);
  const all = split(gone ? `${rest.replace(LONGER, ' ').replace(SHOWN, ' ')} disappears` : rest);
  const address = addressIn(rest);
  const negated = !gone && all.some((word) => NEGATIONS.has(word));
  const first = all.findIndex((word) => !FILLERS.has(word));
  const begin = first === -1 ? all : all.slice(first);
  const leading = VERB_OF.get(stem(begin[0] ?? ''));
  const held = quotes.length > 0 ? ['it', ...begin] : begin;
  const happens = negated || leading !== undefined ? undefined : happening(held, quotes.length > 0);
  const placed = /\b(?:page|screen|view|url|address|site|route|tab)\b/i.test(rest);
  if (happens) {
    const words = [...new Set(happens.words.filter((word) => !EMPTY.has(word) || word === 'menu').map(stem))];
    const numbers = words.filter(isNumber);
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
      states: [],
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
  const states = stated && !negated ? statesIn(rest) : [];
  // `on` says more than that it was turned.
  if (/^o(?:n|ff)$/.test(states[0] ?? ''))
    words.splice(0, words.length, ...words.filter((word) => !/^(?:turn|switch)$/.test(word)));
  const numbers = words.filter(isNumber);
  const doing =
    led !== undefined ||
    (!negated && !stated && leading !== undefined && leading !== 'see' && !isOutcome(begin[0] ?? ''));
  const opening = begin[0] ?? '';
  const named = EMPTY.has(opening) || /^\d/.test(opening) || PARTS.has(stem(opening)) || NOUNS.has(stem(opening));
  const lead = verb !== undefined || led || negated || named ? undefined : words[0];
  return {
    ...{ verb, act: led?.act, doing, lead, negated, placed, quotes, words: [...new Set(words)], numbers },
    states,
    ...(address ? { address } : {}),
  };
}

/** Of what was there and is not: `is no longer shown`, `is not visible any more`. */
const LONGER = /\b(?:no longer|(?:not|n['’]t)(?=.*\bany ?more\b)|any ?more)\b|(?<=\w)n['’]t\b(?=.*\bany ?more\b)/giu;
/** What is then left over of saying that it is seen. */
const SHOWN = /\b(?:is|are|was|were|does|do|shown|visible|displayed|there|show|appears?|present|listed|any ?more)\b/gi;

/** `The address ends with /cart`, `the url is http://…`: what stands for an address and how much of it. */
function addressIn(rest: string): FlowWords['address'] | undefined {
  const said = /\b(?:url|address|route|path|location)\b(.*?)\s((?:https?:\/\/|[/?#])\S*)\s*$/i.exec(rest);
  const [, between = '', part = ''] = said ?? [];
  if (!said) return undefined;
  const where = /\bends?\b/i.test(between)
    ? 'ends'
    : /\b(?:starts?|begins?)\b/i.test(between)
      ? 'starts'
      : /\b(?:contains?|includes?|has|have)\b/i.test(between)
        ? 'contains'
        : 'is';
  return { part, where };
}

/** True when an address is what a clause says of it; a slash at its end is no difference. */
export function isAt(url: string, { part, where }: NonNullable<FlowWords['address']>): boolean {
  const bare = (text: string) => text.toLowerCase().replace(/(?<=.)\/(?=$|[?#])/, '');
  const { pathname, search, hash } = URL.canParse(url) ? new URL(url) : { pathname: url, search: '', hash: '' };
  const spellings = [url, pathname, pathname + search, pathname + search + hash, pathname + hash, search, hash]
    .filter(Boolean)
    .map(bare);
  const wanted = bare(part);
  if (where === 'is') return spellings.includes(wanted);
  if (where === 'ends') return bare(url).endsWith(wanted);
  return where === 'starts'
    ? spellings.some((one) => one.startsWith(wanted))
    : url.toLowerCase().includes(part.toLowerCase());
}

/** Participles without `-ed`, and the words of a switch. */
const IRREGULAR =
  /^(?:sent|paid|built|made|found|set|put|sold|bought|written|chosen|begun|taken|given|kept|left|drawn|on|off|done|hidden|frozen|torn|lost|won|read|run)$/;

/** The words that say what came of it, behind `is`, `has been` and the like: `deleted`, `signed`, `on`. */
function statesIn(rest: string): string[] {
  const [, said = ''] =
    /\b(?:is|are|was|were|been|gets?|got|has|have)\s+(?:now |already |successfully |being |been )*(.*)$/i.exec(rest) ??
    [];
  const words = split(said);
  const first = words[0] ?? '';
  const isState = (word: string) => (/\p{L}{2}ed$/u.test(word) || IRREGULAR.test(word)) && !VERB_OF.has(stem(word));
  const switched = /^(?:turned|switched)$/.test(first) && /^(?:on|off)$/.test(words[1] ?? '') ? [words[1] ?? ''] : [];
  if (switched.length > 0) return switched;
  if (/^(?:on|off)$/.test(first) && words.length > 1) return [];
  return isState(first) ? [first] : [];
}

/** Of what opens and closes by itself, as words after the thing: `the menu opens`, `the dialog is closed`, `a toast pops up`. */
const OPENS = /^(?:opens|expands|unfolds|opened|expanded|unfolded|open|pops|slides|drops|comes)$/;
const CLOSES = /^(?:closes|collapses|disappears|vanishes|closed|collapsed|hidden|gone|removed|dismissed|goes)$/;

/** Reads what happens to a thing, which no press alone shows: verb, and the words besides it. */
function happening(begin: readonly string[], quoted = false): { verb: 'open' | 'close'; words: string[] } | undefined {
  const at = begin.findIndex((word, index) => {
    if (index === 0) return false;
    const [before, after] = [begin[index - 1] ?? '', begin[index + 1] ?? ''];
    if (/^(?:opened|expanded|unfolded|open|closed|collapsed|hidden|gone|removed|dismissed)$/.test(word))
      return /^(?:is|are|gets|get|was|were)$/.test(before);
    if (/^(?:pops|slides|drops|comes)$/.test(word)) return /^(?:up|in|out|down)$/.test(after);
    return word === 'goes' ? after === 'away' : OPENS.test(word) || CLOSES.test(word);
  });
  if (at === -1) return undefined;
  // What it goes from, or where it comes up, is no part of it.
  const behind = begin.slice(at + 1);
  const place = behind.findIndex((word) => /^(?:from|of)$/.test(word));
  const around = [...begin.slice(0, at), ...(place === -1 ? behind : behind.slice(0, place))];
  const words = around.filter((word) => !/^(?:is|are|gets|get|was|were|up|in|out|down|away)$/.test(word));
  return quoted || words.some((word) => !EMPTY.has(word))
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
  // `see the mug and not the lamp`
  const denies = words.some((word) => NEGATIONS.has(word)) && begin.length > 1;
  return denies || happening(begin) !== undefined || isStatement(bare, begin, undefined);
}
