import type { FlowMatch } from '../../core/vocabulary/recording.js';
import { canBe, isAct, isNumber, plain, split, stem, stemsOf } from './flow-acts.js';
import { clausesOf, type FlowVerb, type FlowWords, isAt, readExpectation, weightOf } from './flow-words.js';

/** The time of a piece of evidence, for the order; `atMs` and `untilMs` as in `FlowEvidence`. */
interface Moment {
  atMs: number;
  kind: string;
  ok: boolean;
  untilMs?: number;
}

/** Likeness from which evidence shows a step, 0-1. */
const ENOUGH = 0.6;
/** Value of one more shown step in an order: more than any likeness. */
const STEP = 1000;
/** Amount by which a failed step counts less than one that worked. */
const FAILED = 0.001;

/**
 * Index of the evidence of each step; `undefined` where there is none. Of all orders in which times never go backwards the one that shows
 * most steps, then the likest (dynamic programming, as for a longest common subsequence). `scores[step][evidence]`: likeness, 0-1. One
 * action shows one step; a text shows any number of them from when it came up until it was gone.
 */
function assignFlow(scores: readonly (readonly number[])[], evidence: readonly Moment[]): (number | undefined)[] {
  const width = evidence.length + 1;
  const lasts = evidence.map((one, index) => lastMoment(one, index, evidence));
  // best[i][j]: the best sum for the first i steps when the first j pieces of evidence have happened; by[i][j]: what shows step i then.
  const best = [new Float64Array(width)];
  const by: Int32Array[] = [];
  for (const [i, row] of scores.entries()) {
    const above = best[i] as Float64Array; // filled by the round before
    const current = above.slice();
    const chosen = new Int32Array(width).fill(-1);
    const offer = (j: number, sum: number, index: number) => {
      if (sum <= (current[j] ?? 0)) return;
      current[j] = sum;
      chosen[j] = index;
    };
    for (const [index, score] of row.entries()) {
      if (score < ENOUGH) continue;
      const one = evidence[index];
      const worth = STEP + score - (one?.ok ? 0 : FAILED);
      if (one?.kind === 'action') offer(index + 1, (above[index] ?? 0) + worth, index);
      else for (let j = index + 1; j <= (lasts[index] ?? 0); j++) offer(j, (above[j] ?? 0) + worth, index);
    }
    // What was best earlier still is.
    for (let j = 1; j < width; j++)
      if ((current[j - 1] ?? 0) >= (current[j] ?? 0)) {
        current[j] = current[j - 1] ?? 0;
        chosen[j] = EARLIER;
      }
    best.push(current);
    by.push(chosen);
  }
  return trace(by, evidence);
}

/** Mark of a moment at which nothing is better than at the one before. */
const EARLIER = -2;

/** Up to how many pieces of evidence have happened while a text is still there. */
function lastMoment({ untilMs }: Moment, index: number, evidence: readonly Moment[]): number {
  if (untilMs === undefined) return index + 1;
  const gone = evidence.findIndex((one, at) => at > index && one.atMs >= untilMs);
  return gone === -1 ? evidence.length : Math.max(gone, index + 1);
}

function trace(by: readonly Int32Array[], evidence: readonly Moment[]): (number | undefined)[] {
  const assigned: (number | undefined)[] = by.map(() => undefined);
  let j = evidence.length;
  for (let i = by.length - 1; i >= 0; i--) {
    while (j > 0 && by[i]?.[j] === EARLIER) j--;
    const index = by[i]?.[j] ?? -1;
    if (index < 0) continue;
    assigned[i] = index;
    if (evidence[index]?.kind === 'action') j--;
  }
  return assigned;
}

/** Something that happened, as evidence for a flow, by time. */
export interface FlowEvidence {
  atMs: number;
  kind: 'action' | 'navigation' | 'text' | 'error' | 'opened' | 'closed';
  /** Untrusted. */
  text: string;
  /** Place where it happened: address and title. Counts half. */
  context?: string;
  /** False for a step that failed. */
  ok: boolean;
  /** In our words: `step 3`. */
  by: string;
  /** Of a step: its action, `double_click`; without, the first word of `text`. */
  action?: string;
  /** Of a step: what the thing is called that it pressed or filled; without, `text`. Untrusted. */
  names?: string;
  /** Of a step: nothing came of it. */
  dead?: boolean;
  /** Of a text: it came up soon after a step. */
  fresh?: boolean;
  /** Of a page that was gone to: its address. Untrusted. */
  url?: string;
  /** Of a page that was gone to: its title, or its first line. Untrusted. */
  head?: string;
  /** Of a page that was gone to: it shows an error in place of the app. */
  errorPage?: boolean;
  /** Of a text: until when it was to be seen; without, only at `atMs`. */
  untilMs?: number;
}

/** Share from which evidence contradicts a negated expectation. */
const CLEAR = 0.8;
const CONTEXT_WEIGHT = 0.5;
/** Share from which evidence is reported as the nearest to what was not seen. */
const NEAR = 0.5;

/** Weight of each kind of evidence for each verb: a text shows no press, and a press is not something that is seen. */
const FITS: Readonly<Record<FlowVerb, Readonly<Record<FlowEvidence['kind'], number>>>> = {
  press: { action: 1, navigation: 0.5, text: 0.5, error: 0.5, opened: 0, closed: 0 },
  type: { action: 1, navigation: 0.5, text: 0.5, error: 0.5, opened: 0, closed: 0 },
  go: { action: 1, navigation: 1, text: 0.7, error: 0.5, opened: 0.7, closed: 0 },
  see: { action: 0.5, navigation: 0.9, text: 1, error: 1, opened: 1, closed: 0 },
  open: { action: 0, navigation: 1, text: 0.95, error: 0, opened: 1, closed: 0 },
  close: { action: 0, navigation: 0, text: 0, error: 0, opened: 0, closed: 1 },
};
/** The same for `add a mug to the bag`: something to do, or a text that says the same. */
const FITS_ANY: Readonly<Record<FlowEvidence['kind'], number>> = {
  action: 1,
  navigation: 0.95,
  text: 0.95,
  error: 0.95,
  opened: 0.95,
  closed: 0.95,
};
/**
 * Share of its words that a text must have to show what is said to be seen: two of three are something else, and so is one of two whose
 * other is what the page is called.
 */
const SEEN = 0.76;
/** Words by which a text says that something is not so. */
const DENIALS = new Set(
  [
    'no',
    'not',
    'never',
    'fail',
    'unable',
    'cannot',
    'error',
    'invalid',
    'denied',
    'unsuccessful',
    'none',
    'nothing',
  ].map(stem),
);

interface ReadEvidence extends FlowEvidence {
  stems: Set<string>;
  contextStems: Set<string>;
  plain: string;
}

/**
 * Finds for each expected step what of the evidence shows it, in order (`assignFlow`). A step whose evidence failed, whose numbers differ,
 * that must not happen and did, or that happened out of order is contradicted. What a person does is shown by a step or an address only,
 * never by a text; what opens or closes by what came up or went, never by the press; what cannot be decided is not seen, with the nearest
 * evidence. Of a step of several clauses each must be shown. Pure.
 */
export function matchFlow(expected: readonly string[], evidence: readonly FlowEvidence[]): FlowMatch[] {
  const clauses = expected.map(clausesOf);
  const outcomes = matchClauses(clauses.flat(), evidence);
  let from = 0;
  return expected.map((text, index) => {
    const parts = clauses[index] ?? [];
    const own = outcomes.slice(from, from + parts.length);
    from += parts.length;
    const worst = ['contradicted', 'not_seen'].flatMap((status) => {
      const at = own.findIndex((one) => one.status === status);
      return at === -1 ? [] : [at];
    })[0];
    const shown = own[worst ?? own.length - 1] ?? { status: 'not_seen' as const };
    const clause = worst === undefined || own.length === 1 ? undefined : parts[worst];
    const why = clause === undefined ? shown.why : [`"${clause}"`, shown.why ?? 'was not seen'].join(': ');
    return { expected: text, ...shown, ...(why === undefined ? {} : { why }) };
  });
}

function matchClauses(clauses: readonly string[], evidence: readonly FlowEvidence[]): Outcome[] {
  const steps = clauses.map(readExpectation);
  const read = evidence.map((one) => ({
    ...one,
    stems: stemsOf(one.text),
    contextStems: stemsOf(one.context ?? ''),
    plain: plain(one.text),
  }));
  const assigned = assignFlow(
    steps.map((words) => (words.negated ? read.map(() => 0) : read.map((one) => likeness(words, one)))),
    read,
  );
  let nowMs = 0;
  return steps.map((words, index) => {
    if (words.negated) return negatedOutcome(words, read);
    const at = assigned[index];
    const found = at === undefined ? undefined : read[at];
    if (!found) return missingOutcome(words, read, assigned, index);
    // A text that was there before shows it from what came last on.
    nowMs = Math.max(nowMs, found.atMs);
    return matchedOutcome(words, found, nowMs);
  });
}

/** Returns how well evidence shows a step, 0-1; below `ENOUGH` it does not. */
function likeness(words: FlowWords, evidence: ReadEvidence): number {
  return canShow(words, evidence) ? sharedWords(words, evidence) : 0;
}

/** False when evidence of this kind cannot show the step, whatever its words: a text shows nobody who deletes something. */
function canShow(expected: FlowWords, evidence: ReadEvidence): boolean {
  const { act, verb, doing, lead, placed, words, quotes, states, address } = expected;
  if (address) return evidence.url !== undefined && isAt(evidence.url, address);
  const { kind, action = evidence.plain.split(' ')[0] ?? '', names = evidence.text } = evidence;
  // That an address has the words shows nothing of what is on the page.
  if (verb === 'see' && kind === 'navigation' && !placed) {
    const head = evidence.head ?? '';
    const stems = stemsOf(head);
    return quotes.every((quote) => plain(head).includes(quote)) && words.every((word) => stems.has(word));
  }
  // A word on a button that was there all along is not the menu that it names.
  const isPart =
    verb === 'open' || (verb === 'see' && quotes.length === 0 && words.every((word) => weightOf(word) < 1));
  if (isPart && kind === 'text' && !evidence.fresh) return false;
  if (kind === 'text' && quotes.length === 0 && (verb === 'see' || verb === 'open')) {
    const denied = [...evidence.stems].some((one) => DENIALS.has(one) && !words.includes(one));
    if (denied || /n['’]t\b/.test(evidence.plain)) return false;
  }
  // `Delete account` on a button does not show that it is deleted.
  if (kind === 'text' && states.length > 0) {
    const said = new Set(split(evidence.text));
    if (!states.every((state) => said.has(state))) return false;
  }
  if (lead !== undefined && !evidence.stems.has(lead)) return false;
  if (!doing) return true;
  if (kind === 'navigation') return !act || act.byAddress;
  if (kind !== 'action') return false;
  if (act) return isAct(act, action, names);
  return verb === undefined || verb === 'see' || verb === 'open' || verb === 'close' || canBe(verb, action);
}

/** Share of a step's words that evidence has, by how well its kind fits. */
function sharedWords(words: FlowWords, evidence: ReadEvidence): number {
  if (words.address) return canShow(words, evidence) ? 1 : 0;
  if (words.quotes.some((quote) => !evidence.plain.includes(quote))) return 0;
  if (words.numbers.some((number) => !evidence.stems.has(number))) return 0;
  const fit = (words.verb === undefined ? FITS_ANY : FITS[words.verb])[evidence.kind];
  // What the step does is said by its kind or its name, and counts as a word.
  const given = words.quotes.length * 2 + (words.act ? 1 : 0);
  const share = (of: (word: string) => number) =>
    words.words.reduce((sum, word) => sum + of(word) * weightOf(word, words.words), given);
  const total = share(() => 1);
  if (total === 0) return words.verb !== undefined && fit === 1 ? ENOUGH : 0;
  const { stems, contextStems } = evidence;
  const covered = share((word) => (stems.has(word) ? 1 : contextStems.has(word) ? CONTEXT_WEIGHT : 0));
  if (words.verb === 'see' && evidence.kind === 'text' && covered / total < SEEN) return 0;
  return (covered / total) * fit;
}

type Outcome = Omit<FlowMatch, 'expected'>;

function matchedOutcome(words: FlowWords, found: ReadEvidence, atMs: number): Outcome {
  const until = found.untilMs !== undefined && Number.isFinite(found.untilMs) ? { until_ms: found.untilMs } : {};
  const where = { matched_by: found.by, at_ms: atMs, ...until };
  if (found.errorPage) return { status: 'contradicted', ...where, why: 'an error page came in its place' };
  if (found.dead && words.verb === 'go')
    return { status: 'contradicted', ...where, why: `nothing came of ${found.by}` };
  return found.ok ? { status: 'matched', ...where } : { status: 'contradicted', ...where, why: `${found.by} failed` };
}

function negatedOutcome(words: FlowWords, evidence: readonly ReadEvidence[]): Outcome {
  // Where one is not is said of where one came to.
  const places = words.address ? evidence.filter(({ kind }) => kind === 'navigation').slice(-1) : evidence;
  const against = places.find(
    (one) => one.kind !== 'action' && sharedWords({ ...words, verb: undefined }, one) >= CLEAR,
  );
  if (against)
    return {
      status: 'contradicted',
      matched_by: against.by,
      at_ms: against.atMs,
      why: 'it was not to happen, and did',
    };
  return evidence.length > 0 ? { status: 'matched', matched_by: 'absence' } : { status: 'not_seen' };
}

/** The evidence that lies between the neighbours of a step that has none. */
function between(assigned: readonly (number | undefined)[], index: number, read: readonly ReadEvidence[]) {
  const before = assigned.slice(0, index).findLast((at) => at !== undefined) ?? -1;
  const after = assigned.slice(index + 1).find((at) => at !== undefined) ?? read.length;
  return read.slice(before + 1, after);
}

function missingOutcome(
  words: FlowWords,
  evidence: readonly ReadEvidence[],
  assigned: readonly (number | undefined)[],
  index: number,
): Outcome {
  const around = between(assigned, index, evidence);
  const other = words.doing ? undefined : otherNumber(words, around);
  if (other)
    return { status: 'contradicted', matched_by: other.by, at_ms: other.atMs, why: 'another number was shown' };
  const early = evidence.find(
    (one, at) => one.kind !== 'text' && one.ok && !assigned.includes(at) && likeness(words, one) >= CLEAR,
  );
  if (early && !around.includes(early))
    return {
      status: 'contradicted',
      matched_by: early.by,
      at_ms: early.atMs,
      why: 'it happened, but not in this order',
    };
  const near = words.doing ? nearest(words, evidence) : undefined;
  return near ? { status: 'not_seen', why: `nearest is ${near}, which does not show it` } : { status: 'not_seen' };
}

/** A text that says the same with another number. */
function otherNumber(words: FlowWords, around: readonly ReadEvidence[]): ReadEvidence | undefined {
  const { numbers } = words;
  const rest = words.words.filter((word) => !numbers.includes(word));
  if (numbers.length === 0 || rest.length === 0) return undefined;
  const others = { ...words, numbers: [], words: rest, verb: undefined };
  return around.find(
    (one) => one.kind === 'text' && sharedWords(others, one) >= CLEAR && [...one.stems].some(isNumber),
  );
}

/** Returns the evidence with most of a step's words that cannot show it, in codeloop's words; steps go before texts. */
function nearest(words: FlowWords, evidence: readonly ReadEvidence[]): string | undefined {
  const things = { ...words, act: undefined, verb: undefined };
  let best: { share: number; by: string } | undefined;
  for (const one of evidence) {
    const share = sharedWords(things, one);
    const by = one.action === undefined ? one.by : `${one.by} (${one.action})`;
    if (share >= NEAR && share > (best?.share ?? 0)) best = { share, by };
  }
  return best?.by;
}
