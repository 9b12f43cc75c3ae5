import { z } from 'zod';
import type { LogEntry } from '../core/vocabulary/screenshot.js';
import type { KeyFrame } from './key-frames.js';
import type { RecordingTimeline } from './recording-timeline.js';
import type { KeptPicture } from './replay-source.js';

/** One key frame of a replay, with what went on around it. */
export const ReplayFrame = z.object({
  /** Number, from 1; the order of the images. */
  frame: z.number().int().positive(),
  at_ms: z.number().nonnegative(),
  path: z.string(),
  width: z.number().int().optional(),
  height: z.number().int().optional(),
  /** Why it was chosen: first, last, step, moment, settled, before, moving. */
  why: z.array(z.string()),
  /** Steps that were done between the frame before and this one. `detail` is in codeloop's words but quotes the page's names of elements: untrusted. */
  steps: z.array(z.object({ step: z.number().int(), action: z.string(), detail: z.string(), ok: z.boolean() })),
  /** Address at that time. Untrusted. */
  url: z.string().optional(),
  /** Log from this frame until the next: errors and warnings first. Untrusted. */
  log: z.array(z.string()),
  log_count: z.number().int(),
});
export type ReplayFrame = z.infer<typeof ReplayFrame>;

/** Lines of the log shown with a frame, and characters of each. */
const MAX_LINES = 4;
const MAX_LINE = 200;
/** A picture may appear this long before its address is reported, ms. */
const SHOWN_MS = 100;
/** Longest delay of a page's report after the picture of it, ms. */
const TOLD_MS = 300;
const LEVELS: readonly LogEntry['level'][] = ['error', 'warning', 'info', 'debug'];

/** Key frames as a reply shows them. `pictures` are those of the frames, in the same order. */
export function replayFrames(
  frames: readonly KeyFrame[],
  pictures: readonly KeptPicture[],
  timeline: RecordingTimeline,
): ReplayFrame[] {
  return frames.map((frame, index) => {
    const picture = pictures[index];
    const nextMs = frames[index + 1]?.tMs ?? Number.POSITIVE_INFINITY;
    const said = timeline.logs.filter(({ atMs }) => (index === 0 || atMs >= frame.tMs) && atMs < nextMs);
    const url = addressAt(timeline, Math.min(frame.tMs + SHOWN_MS, nextMs - 1, timeline.durationMs));
    return {
      frame: index + 1,
      at_ms: Math.round(frame.tMs),
      path: picture?.file.path ?? '',
      ...(picture?.file.width === undefined ? {} : { width: picture.file.width }),
      ...(picture?.file.height === undefined ? {} : { height: picture.file.height }),
      why: [...frame.reasons],
      steps: frame.steps.flatMap((step) => {
        const taken = timeline.steps[step];
        if (!taken) return [];
        const { action, detail, success } = taken.line;
        return [{ step: taken.number, action, detail: detail.slice(0, MAX_LINE), ok: success }];
      }),
      ...(url === undefined ? {} : { url }),
      log: said
        .toSorted((a, b) => LEVELS.indexOf(a.entry.level) - LEVELS.indexOf(b.entry.level))
        .slice(0, MAX_LINES)
        .map(logLine),
      log_count: said.length,
    };
  });
}

/** One entry as a line: `4.2s error console: …`. */
export function logLine({ atMs, entry }: { atMs: number; entry: LogEntry }): string {
  return `${(atMs / 1000).toFixed(1)}s ${entry.level} ${entry.kind}: ${entry.text}`.slice(0, MAX_LINE);
}

/** Number of the frame that shows the page after a step (from 1); none when it had to make room for others. */
export function frameOfStep(frames: readonly KeyFrame[], step: number): { frame?: number } {
  const at = frames.findIndex(({ steps, passed }) => steps.includes(step - 1) && !passed?.includes(step - 1));
  return at < 0 ? {} : { frame: at + 1 };
}

/** Number of the frame that shows a step, or else what stood a moment after a time; frames settle after what caused them. */
export function frameFor(frames: readonly KeyFrame[], atMs: number, step: number | undefined): { frame?: number } {
  const shown = step === undefined ? {} : frameOfStep(frames, step);
  if (shown.frame !== undefined || frames.length === 0) return shown;
  return {
    frame:
      Math.max(
        0,
        frames.findLastIndex((frame) => frame.tMs <= atMs + 500),
      ) + 1,
  };
}

/**
 * Number of the first frame taken while something was to be seen (ms; without an end, until the recording's), else of one that came up a
 * moment before the page told of it; none when no frame shows it.
 */
export function frameWithin(
  frames: readonly KeyFrame[],
  fromMs: number,
  untilMs = Number.POSITIVE_INFINITY,
): { frame?: number } {
  const within = frames.findIndex(({ tMs }) => tMs >= fromMs && tMs < untilMs);
  const at = within >= 0 ? within : frames.findLastIndex(({ tMs }) => tMs >= fromMs - TOLD_MS && tMs < fromMs);
  return at < 0 ? {} : { frame: at + 1 };
}

function addressAt({ logs, steps }: RecordingTimeline, atMs: number): string | undefined {
  const navigated = logs.findLast(({ atMs: at, entry }) => entry.kind === 'navigation' && entry.url && at <= atMs);
  const stepped = steps.findLast((step) => step.endMs <= atMs && step.line.url !== null);
  return stepped && stepped.endMs > (navigated?.atMs ?? -1) ? (stepped.line.url ?? undefined) : navigated?.entry.url;
}
