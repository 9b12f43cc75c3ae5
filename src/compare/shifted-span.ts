import { luma } from './color-distance.js';
import type { LineRun, Span } from './line-place.js';
import type { PixelView } from './pixel-view.js';

/** Levels of brightness by which a pixel must differ to speak: more than compression leaves on most pixels. */
const APART = 24;

/** Every so many lines are looked at. */
const STEP = 3;

/** Share of the lines looked at by which a position may fit worse shifted and still be taken along: noise. */
const NOISE_SHARE = 0.004;

/**
 * The columns (of shifted rows) or rows (of shifted columns) in which the shift holds: those that fit better shifted than as they are, and
 * what lies beside them as long as it fits no worse, since empty space may go with either. Undefined when nothing fits better.
 */
export function shiftedSpan(
  reference: PixelView,
  actual: PixelView,
  axis: 'x' | 'y',
  stretches: readonly LineRun[],
): Span | undefined {
  const { gains, lines } = gainsOf(reference, actual, axis, stretches);
  // The span with the largest sum (Kadane's algorithm, Bentley 1984).
  let [sum, start, best] = [0, 0, 0];
  const span = { from: 0, to: 0 };
  for (const [at, gain] of gains.entries()) {
    if (sum <= 0) [sum, start] = [0, at];
    sum += gain;
    if (sum > best) [best, span.from, span.to] = [sum, start, at + 1];
  }
  if (best === 0) return undefined;
  const goesAlong = (at: number) => (gains[at] ?? Number.NEGATIVE_INFINITY) >= -NOISE_SHARE * lines;
  while (goesAlong(span.from - 1)) span.from--;
  while (goesAlong(span.to)) span.to++;
  return span;
}

/** Per position across the lines: on how many more lines it fits shifted than as it is. */
function gainsOf(reference: PixelView, actual: PixelView, axis: 'x' | 'y', stretches: readonly LineRun[]) {
  const down = axis === 'y';
  const extent = (view: PixelView) => (down ? [view.height, view.width] : [view.width, view.height]);
  const [[linesA = 0, acrossA = 0], [, acrossB = 0]] = [extent(reference), extent(actual)];
  const gains = new Float64Array(Math.min(acrossA, acrossB));
  const [lineA, acrossStepA] = down ? [reference.stride, 1] : [1, reference.stride];
  const [lineB, acrossStepB] = down ? [actual.stride, 1] : [1, actual.stride];
  let lines = 0;
  for (const { reference: from, actual: to, count } of stretches)
    for (let line = 0; line < count; line += STEP) {
      if (from === to || to + line >= linesA) continue;
      lines++;
      const [shifted, still, there] = [(from + line) * lineA, (to + line) * lineA, (to + line) * lineB];
      for (let at = 0; at < gains.length; at++) {
        const now = actual.pixels[there + at * acrossStepB] ?? 0;
        const unmoved = reference.pixels[still + at * acrossStepA] ?? 0;
        const moved = reference.pixels[shifted + at * acrossStepA] ?? 0;
        if (unmoved === moved) continue;
        gains[at] = (gains[at] ?? 0) + apart(now, unmoved) - apart(now, moved);
      }
    }
  return { gains, lines };
}

function apart(a: number, b: number): number {
  return a !== b && Math.abs(luma(a) - luma(b)) > APART ? 1 : 0;
}
