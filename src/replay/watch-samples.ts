import type { Size } from '../core/vocabulary/geometry.js';
import {
  changedShare,
  changedShareOutside,
  changeShares,
  isBlankThumb,
  maskBoxes,
  maskChanges,
  type Sample,
  sampleAt,
} from '../image/grey-changes.js';
import { findBursts } from './key-frames.js';
import type { SeenPictures } from './recording-timeline.js';

/** Time before a moment in which movement by itself is looked for, ms; longer than most animations take for one round. */
const AMBIENT_MS = 4000;
/** What has changed this often in that time moves by itself. */
const MOVES = 2;
/** A change of that share of the picture is no animation of a part of it. */
const PASSING_SHARE = 0.1;

/** The observations from samples, for key frames and findings. Thumbnails are compared when they are asked for. */
interface Watched extends SeenPictures {
  times: number[];
  shares: number[];
  differ(one: number, other: number): number;
}

/** Looks through the samples of a recording. `space`: size of the picture, the unit of boxes. */
export function watchSamples(samples: readonly Sample[], durationMs: number, space: Size): Watched {
  const times = samples.map((sample) => sample.tMs);
  const shares = changeShares(samples);
  const thumb = (index: number) => (samples[index] ?? (samples[0] as Sample)).thumb; // there is always one
  return {
    times,
    shares,
    differ: (one, other) => changedShare(thumb(one), thumb(other)),
    changedShare(fromMs, toMs, except) {
      const base = sampleAt(times, fromMs);
      const mask = new Uint8Array(thumb(base).data.length);
      maskBoxes(mask, thumb(base), except, space);
      for (let index = sampleAt(times, fromMs - AMBIENT_MS) + 1; index <= base; index++)
        // A page that scrolls or is replaced by another one does not move by itself.
        if ((shares[index] ?? 1) < PASSING_SHARE) maskChanges(mask, thumb(index - 1), thumb(index));
      let most = 0;
      for (let index = base + 1; index < times.length && (times[index] ?? 0) <= toMs; index++)
        most = Math.max(most, changedShareOutside(thumb(base), thumb(index), mask));
      return most;
    },
    moved(untilMs, box) {
      const base = sampleAt(times, untilMs);
      const outside = new Uint8Array(thumb(base).data.length);
      maskBoxes(outside, thumb(base), [box], space);
      const mask = outside.map((inside) => 1 - inside);
      let count = 0;
      for (let index = sampleAt(times, untilMs - AMBIENT_MS) + 1; index <= base; index++)
        if (changedShareOutside(thumb(index - 1), thumb(index), mask) > 0 && (shares[index] ?? 1) < 1) count++;
      return count >= MOVES;
    },
    blank: stretches(samples, durationMs, (sample) => isBlankThumb(sample.thumb)),
    still: stillStretches(times, shares, durationMs),
  };
}

function stretches(samples: readonly Sample[], durationMs: number, holds: (sample: Sample) => boolean) {
  const found: { fromMs: number; toMs: number }[] = [];
  for (const [index, sample] of samples.entries()) {
    if (!holds(sample)) continue;
    const toMs = Math.max(sample.tMs, samples[index + 1]?.tMs ?? durationMs);
    const last = found.at(-1);
    if (last?.toMs === sample.tMs) last.toMs = toMs;
    else found.push({ fromMs: sample.tMs, toMs });
  }
  return found;
}

function stillStretches(times: readonly number[], shares: readonly number[], durationMs: number) {
  const found: { fromMs: number; toMs: number }[] = [];
  let fromMs = 0;
  for (const burst of findBursts(times, shares)) {
    found.push({ fromMs, toMs: times[burst.from + 1] ?? fromMs });
    fromMs = times[burst.to] ?? fromMs;
  }
  found.push({ fromMs, toMs: Math.max(fromMs, durationMs) });
  return found;
}
