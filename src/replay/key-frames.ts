import { sampleAt } from '../image/grey-changes.js';

/** A stretch in which the picture changes: from the sample that stood before it to the first one that stands after it. */
interface Burst {
  /** Indexes of samples. */
  from: number;
  to: number;
}

/** Share of changed pixels that counts as a change: a dozen pixels of a sample, a typed word. */
const CHANGE_SHARE = 0.0002;
/** Changes that follow each other within this time belong together, ms: a transition, a page that loads. */
const GAP_MS = 300;

/**
 * The stretches in which something moves, by time. `shares[i]`: share of pixels by which sample `i` differs from the one before it.
 * The sample at `to` shows the settled state: the next change comes later than 300 ms after it.
 */
export function findBursts(times: readonly number[], shares: readonly number[]): Burst[] {
  const bursts: Burst[] = [];
  for (const [index, share] of shares.entries()) {
    if (index === 0 || share <= CHANGE_SHARE) continue;
    const last = bursts.at(-1);
    if (last !== undefined && (times[index] ?? 0) - (times[last.to] ?? 0) <= GAP_MS) last.to = index;
    else bursts.push({ from: index - 1, to: index });
  }
  return bursts;
}

/** The material that key frames are chosen from. Times are ms since the first picture. */
export interface KeyFrameRequest {
  /** Time of each sample; it shows until the next one. Not empty, by time. */
  times: readonly number[];
  /** Share of pixels by which each sample differs from the one before it, 0-1. */
  shares: readonly number[];
  /** The steps, by time. */
  steps: readonly { startMs: number; endMs: number }[];
  /** Moments that must be shown if there is room: where something went wrong. */
  moments: readonly number[];
  /** Most frames, at least 1. */
  max: number;
  /** Share of pixels by which two samples differ, by index. */
  differ: (one: number, other: number) => number;
}

/** Why a frame was chosen. */
type KeyFrameReason = 'first' | 'last' | 'step' | 'moment' | 'settled' | 'before' | 'moving';

export interface KeyFrame {
  /** Index of the sample. */
  sample: number;
  tMs: number;
  reasons: KeyFrameReason[];
  /** Indexes of the steps after which the page looked like this, or which it represents: see `passed`. */
  steps: number[];
  /** Those of `steps` whose own frame had to go: it looked otherwise, and this is the next one. */
  passed?: number[];
}

/** Two frames that differ by less are shown once, share of pixels: below a word of text, above a blinking caret. */
export const NEAR_SHARE = 0.0004;
/** A change of that share of the picture is shown from before it, too. */
const BIG_SHARE = 0.1;
/** A state that stands shorter than this before the next change is one of passage (a skeleton, a spinner), ms. */
const STANDS_MS = 500;
/** A stretch of movement longer than this is shown in its middle, too, ms. */
const LONG_MS = 2000;

/** Priority of a frame when there are too many; the share that changed decides among equals. */
const WORTH: Readonly<Record<KeyFrameReason, number>> = {
  first: 100,
  last: 100,
  moment: 50,
  step: 10,
  settled: 5,
  moving: 2,
  before: 1,
};

/**
 * The few frames that tell what happened, by time: first and last, the state after each step (as it stood when the next one began), the
 * settled state after each other change, the state before big ones, and moments asked for. Neighbours that look the same become one.
 * The moment of a change shows half-drawn pages; the settled state shows the effect.
 */
export function chooseKeyFrames(request: KeyFrameRequest): KeyFrame[] {
  const merged = mergeAlike(candidates(request), request);
  return thinOut(merged, request);
}

function candidates({ times, shares, steps, moments, differ }: KeyFrameRequest): KeyFrame[] {
  const last = times.length - 1;
  const found: KeyFrame[] = [];
  const add = (sample: number, reason: KeyFrameReason, step?: number) =>
    found.push({
      sample,
      tMs: times[sample] ?? 0,
      reasons: [reason],
      steps: step === undefined ? [] : [step],
    });
  add(0, 'first');
  for (const [index] of steps.entries()) {
    const next = steps[index + 1];
    add(next === undefined ? last : sampleAt(times, next.startMs), 'step', index);
  }
  const bursts = findBursts(times, shares);
  for (const [index, burst] of bursts.entries()) {
    if (differ(burst.from, burst.to) >= BIG_SHARE) add(burst.from, 'before');
    const [from, to] = [times[burst.from + 1] ?? 0, times[burst.to] ?? 0];
    if (to - from > LONG_MS) add(sampleAt(times, (from + to) / 2), 'moving');
    const next = bursts[index + 1];
    if (next === undefined || (times[next.from + 1] ?? 0) - to >= STANDS_MS) add(burst.to, 'settled');
  }
  for (const moment of moments) add(sampleAt(times, moment), 'moment');
  add(last, 'last');
  return found.toSorted((a, b) => a.sample - b.sample);
}

/** Of neighbours that look alike the later one stays, with the reasons and steps of both; the first stays where it is. */
function mergeAlike(frames: readonly KeyFrame[], { differ }: KeyFrameRequest): KeyFrame[] {
  const merged: KeyFrame[] = [];
  for (const frame of frames) {
    const before = merged.at(-1);
    const alike =
      before !== undefined && (before.sample === frame.sample || differ(before.sample, frame.sample) < NEAR_SHARE);
    if (!alike) {
      merged.push(frame);
      continue;
    }
    const shown = before.sample === 0 && before.reasons.includes('first') ? before : frame;
    merged[merged.length - 1] = {
      sample: shown.sample,
      tMs: shown.tMs,
      reasons: [...new Set([...before.reasons, ...frame.reasons])],
      steps: [...new Set([...before.steps, ...frame.steps])],
    };
  }
  return merged;
}

function thinOut(frames: readonly KeyFrame[], { max, differ }: KeyFrameRequest): KeyFrame[] {
  const kept = [...frames];
  while (kept.length > Math.max(1, max)) {
    const worth = kept.map((frame, index) => {
      const before = kept[index - 1];
      const change = before === undefined ? 1 : differ(before.sample, frame.sample);
      return Math.max(...frame.reasons.map((reason) => WORTH[reason])) + change;
    });
    const least = worth.reduce((best, value, index) => (value < (worth[best] ?? 0) ? index : best), 0);
    const [gone] = kept.splice(least, 1);
    // The step is still told: by the next frame, which shows the page after it.
    const next = kept[least] ?? kept[least - 1];
    if (gone && next) {
      next.steps = [...new Set([...gone.steps, ...next.steps])].sort((a, b) => a - b);
      if (gone.steps.length > 0) next.passed = [...(next.passed ?? []), ...gone.steps];
    }
  }
  return kept;
}
