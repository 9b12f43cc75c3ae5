import type { Rect } from '../core/vocabulary/geometry.js';
import type { ReplayFinding } from '../core/vocabulary/replay.js';
import type { RecordingTimeline, SeenPictures } from './recording-timeline.js';

/** Steps that should come to something. */
const PRESSES = new Set(['click', 'double_click', 'submit', 'toggle', 'check', 'uncheck']);
/** Longest time between a press and its effect, ms; shorter when the next step comes earlier, but never below `LEAST_MS`. */
const MOST_MS = 5000;
const LEAST_MS = 400;
/** A press and what it starts reach us by different ways: times may be off by this much, ms. */
const SLACK_MS = 30;
/** A change this long before a press may not be in the picture that stood at the press, and is in that which stood so long after it, ms. */
const UNDRAWN_MS = 300;
const DRAWN_MS = 200;
/** As long on a busy machine, which is asked for few pictures, where the press has that much time to come to something. */
const DRAWN_LATE_MS = 600;
/** Share of pixels from which a picture has changed: a word of text. */
const CHANGED = 0.0002;
/** Pixels around what was pressed that may change without meaning anything, CSS px: hover, focus and press styles, shadows. */
const MARGIN = 14;
/**
 * Dead presses: the page did not change, sent no request, did not navigate, and looks the same but for what was pressed
 * (hover, focus), what was left (the hover before it), and what would have changed without the press (a message that goes after its time). A press that was followed by the end of the recording cannot be judged.
 */
export function deadPresses(timeline: RecordingTimeline, pictures: SeenPictures): ReplayFinding[] {
  const { steps, durationMs } = timeline;
  return steps.flatMap((step, index) => {
    if (!PRESSES.has(step.line.action) || !step.line.success) return [];
    const press = timeline.presses.find(({ atMs }) => atMs >= step.atMs - SLACK_MS && atMs <= step.endMs + SLACK_MS);
    const fromMs = press?.atMs ?? step.atMs;
    const next = steps[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    const toMs = Math.min(Math.max(next, fromMs + LEAST_MS), fromMs + MOST_MS, durationMs);
    if (toMs - fromMs < LEAST_MS) return [];
    if (somethingCame(timeline, fromMs, toMs) || looksDifferent(timeline, pictures, fromMs, toMs)) return [];
    return [
      {
        kind: 'dead_click' as const,
        severity: 'error' as const,
        at_ms: fromMs,
        until_ms: toMs,
        step: step.number,
        text: `Nothing came of step ${step.number} (${step.line.action}): neither picture${timeline.watched ? ', document, address' : ''} nor network changed.`,
        said: step.line.detail,
        times: 1,
      },
    ];
  });
}

function somethingCame({ activity, logs }: RecordingTimeline, fromMs: number, toMs: number): boolean {
  const within = (atMs: number) => atMs >= fromMs && atMs <= toMs;
  return activity.some(within) || logs.some(({ atMs }) => within(atMs));
}

function looksDifferent(
  { presses, activity, asides }: RecordingTimeline,
  pictures: SeenPictures,
  fromMs: number,
  toMs: number,
): boolean {
  const upTo = presses.filter(({ atMs }) => atMs <= fromMs + SLACK_MS).slice(-2);
  const boxes = upTo.flatMap(({ box, left }) => [box, left].flatMap((one) => (one ? [grown(one)] : [])));
  for (const aside of asides) if (aside.atMs >= fromMs && aside.atMs <= toMs) boxes.push(...aside.boxes.map(grown));
  // What changed just before, such as a page that was scrolled to the button, may be drawn only after the press.
  const before = activity.findLast((atMs) => atMs > fromMs - UNDRAWN_MS && atMs <= fromMs);
  const scroll = asides.findLast(({ atMs, scrolled }) => scrolled === true && atMs >= fromMs && atMs <= toMs)?.atMs;
  const changedMs = scroll ?? (before === undefined ? undefined : fromMs);
  const drawnMs = Math.max(DRAWN_MS, Math.min(DRAWN_LATE_MS, (toMs - fromMs) / 2));
  return pictures.changedShare(changedMs === undefined ? fromMs : changedMs + drawnMs, toMs, boxes) > CHANGED;
}

function grown({ x, y, width, height }: Rect): Rect {
  return { x: x - MARGIN, y: y - MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN };
}
