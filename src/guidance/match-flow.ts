import type { FlowMatch } from '../core/vocabulary/replay.js';
import { type FlowVerb, type FlowWords, plain, readExpectation, stemsOf, weightOf } from './flow-words.js';

/** Something that happened, as evidence for a flow, by time. */
export interface FlowEvidence {
  atMs: number;
  kind: 'action' | 'navigation' | 'text' | 'error';
  /** Untrusted. */
  text: string;
  /** Where it happened: address and title. Counts half. */
  context?: string;
  /** False for a step that failed. */
  ok: boolean;
  /** In our words: `step 3`. */
  by: string;
}

/** Share of an expectation's words that evidence must have. */
const ENOUGH = 0.6;
/** Share from which evidence speaks against a negated expectation. */
const CLEAR = 0.8;
const CONTEXT_WEIGHT = 0.5;

/** How much each kind of evidence says for each verb: a text shows no press, and a press is not something that is seen. */
const FITS: Readonly<Record<FlowVerb, Readonly<Record<FlowEvidence['kind'], number>>>> = {
  press: { action: 1, navigation: 0.5, text: 0.5, error: 0.5 },
  type: { action: 1, navigation: 0.5, text: 0.5, error: 0.5 },
  go: { action: 1, navigation: 1, text: 0.7, error: 0.5 },
  see: { action: 0.5, navigation: 0.9, text: 1, error: 1 },
};
/** The same for `add a mug to the bag`: something to do, or a text that says the same. */
const FITS_ANY: Readonly<Record<FlowEvidence['kind'], number>> = {
  action: 1,
  navigation: 0.95,
  text: 0.95,
  error: 0.95,
};

interface ReadEvidence extends FlowEvidence {
  stems: Set<string>;
  contextStems: Set<string>;
  plain: string;
}

/**
 * Finds for each expected step what of the evidence shows it, in order: of all ways to assign evidence to steps so that times never go
 * backwards the one with the best sum (dynamic programming, as for a longest common subsequence). A step whose evidence failed, whose
 * numbers differ, that must not happen and did, or that happened out of order is contradicted. Pure.
 */
export function matchFlow(expected: readonly string[], evidence: readonly FlowEvidence[]): FlowMatch[] {
  const steps = expected.map(readExpectation);
  const read = evidence.map((one) => ({
    ...one,
    stems: stemsOf(one.text),
    contextStems: stemsOf(one.context ?? ''),
    plain: plain(one.text),
  }));
  const assigned = assign(steps, read);
  return expected.map((text, index) => {
    const words = steps[index] as FlowWords; // as many as there are expectations
    if (words.negated) return { expected: text, ...negatedOutcome(words, read) };
    const at = assigned[index];
    const found = at === undefined ? undefined : read[at];
    if (found) return { expected: text, ...matchedOutcome(found) };
    return { expected: text, ...missingOutcome(words, read, between(assigned, index, read)) };
  });
}

/** How well evidence shows a step, 0-1; below `ENOUGH` it does not. */
export function likeness(words: FlowWords, evidence: ReadEvidence): number {
  if (words.quotes.some((quote) => !evidence.plain.includes(quote))) return 0;
  if (words.numbers.some((number) => !evidence.stems.has(number))) return 0;
  const fit = (words.verb === undefined ? FITS_ANY : FITS[words.verb])[evidence.kind];
  const quoted = words.quotes.length * 2;
  const total = words.words.reduce((sum, word) => sum + weightOf(word), quoted);
  if (total === 0) return words.verb !== undefined && fit === 1 ? ENOUGH : 0;
  const covered = words.words.reduce((sum, word) => sum + coverage(word, evidence) * weightOf(word), quoted);
  return (covered / total) * fit;
}

function coverage(word: string, { stems, contextStems }: ReadEvidence): number {
  if (stems.has(word)) return 1;
  return contextStems.has(word) ? CONTEXT_WEIGHT : 0;
}

/** Index of the evidence of each step; `undefined` where there is none. */
function assign(steps: readonly FlowWords[], evidence: readonly ReadEvidence[]): (number | undefined)[] {
  const width = evidence.length + 1;
  // best[i][j]: the best sum for the first i steps with the first j pieces of evidence.
  const best = [new Float64Array(width)];
  const scores = steps.map((words) =>
    words.negated ? evidence.map(() => 0) : evidence.map((one) => likeness(words, one)),
  );
  for (const [i, row] of scores.entries()) {
    const above = best[i] as Float64Array; // filled by the round before
    const current = new Float64Array(width);
    current[0] = above[0] ?? 0;
    for (let j = 1; j < width; j++) {
      const score = row[j - 1] ?? 0;
      // One action shows one step; a text or an address may show several.
      const rest = evidence[j - 1]?.kind === 'action' ? (above[j - 1] ?? 0) : (above[j] ?? 0);
      current[j] = Math.max(current[j - 1] ?? 0, above[j] ?? 0, score >= ENOUGH ? rest + score : 0);
    }
    best.push(current);
  }
  return trace(best, scores, evidence);
}

function trace(
  best: readonly Float64Array[],
  scores: readonly (readonly number[])[],
  evidence: readonly ReadEvidence[],
): (number | undefined)[] {
  const assigned: (number | undefined)[] = scores.map(() => undefined);
  let j = evidence.length;
  for (let i = scores.length; i > 0; i--) {
    const row = best[i];
    const above = best[i - 1];
    // The earliest evidence that is as good.
    while (j > 0 && row?.[j - 1] === row?.[j]) j--;
    if (j === 0 || row?.[j] === above?.[j]) continue;
    assigned[i - 1] = j - 1;
    if (evidence[j - 1]?.kind === 'action') j--;
  }
  return assigned;
}

type Outcome = Omit<FlowMatch, 'expected'>;

function matchedOutcome(found: ReadEvidence): Outcome {
  const where = { matched_by: found.by, at_ms: found.atMs };
  return found.ok ? { status: 'matched', ...where } : { status: 'contradicted', ...where, why: `${found.by} failed` };
}

function negatedOutcome(words: FlowWords, evidence: readonly ReadEvidence[]): Outcome {
  const against = evidence.find(
    (one) => one.kind !== 'action' && likeness({ ...words, verb: undefined }, one) >= CLEAR,
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

function missingOutcome(words: FlowWords, evidence: readonly ReadEvidence[], around: readonly ReadEvidence[]): Outcome {
  const { numbers } = words;
  if (numbers.length > 0) {
    const others = { ...words, numbers: [], words: words.words.filter((word) => !numbers.includes(word)) };
    const other = around.find(
      (one) =>
        others.words.length > 0 &&
        one.kind === 'text' &&
        likeness({ ...others, verb: undefined }, one) >= CLEAR &&
        [...one.stems].some((word) => /^\d+$/.test(word)),
    );
    if (other)
      return { status: 'contradicted', matched_by: other.by, at_ms: other.atMs, why: 'another number was shown' };
  }
  const early = evidence.find((one) => one.kind !== 'text' && one.ok && likeness(words, one) >= CLEAR);
  if (early && !around.includes(early))
    return {
      status: 'contradicted',
      matched_by: early.by,
      at_ms: early.atMs,
      why: 'it happened, but not in this order',
    };
  return { status: 'not_seen' };
}
