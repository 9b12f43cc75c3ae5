import { boxesAside, SLACK_MS, selfDrawn, somethingCame } from '../capture/press-outcome.js';
import { errorPageText } from '../core/page-kind.js';
import type { RecordingEnd, ReplayFinding } from '../core/vocabulary/recording.js';
import type { LogEntry } from '../core/vocabulary/screenshot.js';
import { pageStarts } from './expected-flow/flow-evidence.js';
import { isFrozen, type RecordingTimeline, type SeenPictures } from './recording-timeline.js';

/** Returns the findings of a recording's log; a repeated message counts up. */
export function logFindings(timeline: RecordingTimeline, endedBy: RecordingEnd | undefined): ReplayFinding[] {
  const found = [
    ...timeline.logs.flatMap(({ atMs, entry }) => {
      const problem = problemOf(entry);
      return problem ? [finding(timeline, atMs, problem, entry.text)] : [];
    }),
    ...timeline.texts.flatMap(({ atMs, texts }) => {
      const said = errorPageText(texts);
      return said === undefined
        ? []
        : [finding(timeline, atMs, { kind: 'error_page', text: 'The page shows an error in place of the app.' }, said)];
    }),
  ];
  found.push(...remarked(timeline, found));
  const crashed = found.some(({ kind }) => kind === 'crash');
  if (endedBy === 'app_exited' && !crashed)
    found.push(
      finding(
        timeline,
        timeline.durationMs,
        { kind: 'crash', text: 'The app ended while it was recorded.' },
        undefined,
      ),
    );
  return counted(found);
}

/** What was noticed of a step when it was taken: an error page that nobody asked for, a submission that was sent twice. */
function remarked({ steps }: RecordingTimeline, found: readonly ReplayFinding[]): ReplayFinding[] {
  const wanted = steps.some(
    ({ line }) =>
      line.action.startsWith('assert_') &&
      line.success &&
      errorPageText([], [String(line.input_args.value)]) !== undefined,
  );
  return steps.flatMap(({ number, endMs, line }) =>
    (line.remarks ?? []).flatMap(({ kind, text, said }): ReplayFinding[] => {
      const known = found.some((one) => one.kind === kind && one.step === number);
      if (kind === 'nothing_came' || known || (kind === 'error_page' && wanted)) return [];
      const severity = kind === 'error_page' ? 'error' : 'warning';
      const place = { at_ms: endMs, step: number, ...(said === undefined ? {} : { said }), times: 1 };
      return [{ kind, severity, ...place, text: `Step ${number} (${line.action}): ${text}.` }];
    }),
  );
}

type Problem = Pick<ReplayFinding, 'kind' | 'text'>;

function problemOf(entry: LogEntry): Problem | undefined {
  if (entry.kind === 'crash') return { kind: 'crash', text: 'The app crashed.' };
  if (entry.level !== 'error') return undefined;
  const isDocument = entry.resource_type === 'document';
  switch (entry.kind) {
    case 'page_error':
      return { kind: 'page_error', text: 'A script of the page threw an error.' };
    case 'console':
      return { kind: 'console_error', text: 'The page wrote an error to the console.' };
    case 'http_error':
      return isDocument
        ? { kind: 'error_page', text: `The page itself was answered with HTTP ${entry.status ?? 'error'}.` }
        : { kind: 'failed_request', text: `A request was answered with HTTP ${entry.status ?? 'error'}.` };
    case 'failed_request':
      return isDocument
        ? { kind: 'error_page', text: 'The page could not be loaded.' }
        : { kind: 'failed_request', text: 'A request failed.' };
    default:
      return undefined;
  }
}

function finding(
  { steps }: RecordingTimeline,
  atMs: number,
  problem: Problem,
  said: string | undefined,
): ReplayFinding {
  const step = steps.findLast((one) => one.atMs <= atMs + 50);
  return {
    ...problem,
    severity: 'error',
    at_ms: atMs,
    ...(step ? { step: step.number } : {}),
    ...(said === undefined ? {} : { said }),
    times: 1,
  };
}

function counted(found: readonly ReplayFinding[]): ReplayFinding[] {
  const known = new Map<string, ReplayFinding>();
  for (const one of found.toSorted((a, b) => a.at_ms - b.at_ms)) {
    const key = JSON.stringify([one.kind, one.said]);
    const first = known.get(key);
    if (first) first.times += 1;
    else known.set(key, { ...one });
  }
  return [...known.values()];
}

/** The material of findings. */
interface ReplayEvidence {
  timeline: RecordingTimeline;
  pictures: SeenPictures;
  /** Undefined for a video file. */
  endedBy: RecordingEnd | undefined;
}

/**
 * A blank picture counts when it stands that long, ms, or for this long until the end; there at once when the page had come to rest, and
 * only after the longer time when it was about to change.
 */
const BLANK_MS = 1500;
const BLANK_END_MS = 600;
/** A blank picture this soon after a navigation, ms, is what that led to. */
const ARRIVES_MS = 1500;
/** A page may be blank for this long from the beginning, ms: it is loading. */
const LOADING_MS = 4000;
/** A recording that shows nothing but one picture for longer than this says nothing, ms. */
const STATIC_MS = 1000;
/** Without a log, a stretch this long between two movements is worth a look, ms. */
const FROZEN_MS = 5000;
const SEVERITY_ORDER = { error: 0, warning: 1 } as const;

/** Returns the problems that a recording shows: errors first, then by time. Pure. */
export function findProblems(evidence: ReplayEvidence): ReplayFinding[] {
  const found = [
    ...logFindings(evidence.timeline, evidence.endedBy),
    ...blankPages(evidence),
    ...deadPresses(evidence.timeline, evidence.pictures),
    ...failedSteps(evidence.timeline),
    ...frozen(evidence),
    ...staticVideo(evidence),
  ];
  return found.toSorted((a, b) => SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity] || a.at_ms - b.at_ms);
}

function blankPages({ pictures, timeline }: ReplayEvidence): ReplayFinding[] {
  return pictures.blank
    .filter(({ fromMs, toMs }) => {
      const lasts = toMs - fromMs;
      const atEnd = toMs >= timeline.durationMs - 1;
      if (fromMs === 0 && !atEnd) return lasts >= LOADING_MS;
      return lasts >= (atEnd ? leastAtEnd(timeline) : BLANK_MS);
    })
    .map(({ fromMs, toMs }) => ({
      kind: 'blank_page',
      severity: 'error',
      at_ms: fromMs,
      until_ms: toMs,
      ...stepAt(timeline, cameFrom(timeline, fromMs)),
      text: `The picture shows one colour for ${seconds(toMs - fromMs)}.`,
      times: 1,
    }));
}

/** Returns how long a blank picture must last until the end, ms: the last step that was waited for shows whether the page was at rest. */
function leastAtEnd({ steps, logs }: RecordingTimeline): number {
  const last = steps.findLast(({ line }) => line.at_rest !== undefined);
  const goneOn = logs.some(({ entry, atMs }) => entry.kind === 'navigation' && atMs > (last?.endMs ?? 0));
  if (last === undefined || goneOn) return BLANK_END_MS;
  return last.line.at_rest ? 0 : BLANK_MS;
}

/** A document that looks like nothing sends no picture of its own accord: the one that is asked for comes after the navigation to it. */
function cameFrom({ logs, texts }: RecordingTimeline, fromMs: number): number {
  const arrivedMs = pageStarts(logs).findLast((atMs) => atMs <= fromMs);
  if (arrivedMs === undefined || fromMs - arrivedMs > ARRIVES_MS) return fromMs;
  // A page that told more than its title was there, and went later.
  const told = texts.filter(({ atMs }) => atMs >= arrivedMs && atMs <= fromMs).flatMap((one) => one.texts);
  return told.length <= 1 ? arrivedMs : fromMs;
}

function failedSteps({ steps }: RecordingTimeline): ReplayFinding[] {
  return steps
    .filter(({ line }) => !line.success)
    .map(({ number, atMs, endMs, line }) => ({
      kind: 'failed_step',
      // A check that does not hold is the app's fault; a step that could not be taken may be the script's.
      severity: line.action.startsWith('assert_') ? 'error' : 'warning',
      at_ms: atMs,
      until_ms: endMs,
      step: number,
      text: `Step ${number} (${line.action}) failed.`,
      said: line.detail,
      times: 1,
    }));
}

function frozen({ timeline, pictures, endedBy }: ReplayEvidence): ReplayFinding[] {
  const stuck: ReplayFinding[] = timeline.stuck.filter(isFrozen).map(({ fromMs, toMs }) => ({
    kind: 'frozen',
    severity: 'error',
    at_ms: fromMs,
    until_ms: toMs,
    ...stepAt(timeline, fromMs),
    text: `The page's scripts held everything up for ${seconds(toMs - fromMs)}.`,
    times: 1,
  }));
  // In codeloop's own recordings the log shows whether a step was waiting; a page that stands still while nobody acts is no fault.
  if (endedBy !== undefined) return stuck;
  const waits = pictures.still.filter(
    ({ fromMs, toMs }) => toMs - fromMs >= FROZEN_MS && fromMs > 0 && toMs < timeline.durationMs - 1,
  );
  return [
    ...stuck,
    ...waits.map(
      ({ fromMs, toMs }): ReplayFinding => ({
        kind: 'frozen',
        severity: 'warning',
        at_ms: fromMs,
        until_ms: toMs,
        text: `Nothing moves for ${seconds(toMs - fromMs)} between two movements.`,
        times: 1,
      }),
    ),
  ];
}

function staticVideo({ timeline, pictures }: ReplayEvidence): ReplayFinding[] {
  const [only, ...more] = pictures.still;
  const whole = only !== undefined && more.length === 0 && only.fromMs === 0 && only.toMs >= timeline.durationMs - 1;
  // What is done in another tab moves there.
  if (!whole || timeline.durationMs < STATIC_MS || timeline.steps.some(({ line }) => line.off_record)) return [];
  const done = timeline.steps.length;
  return [
    {
      kind: 'static_video',
      severity: 'error',
      at_ms: 0,
      until_ms: timeline.durationMs,
      text: `Nothing moves in the whole recording (${seconds(timeline.durationMs)})${done > 0 ? `, though ${done} steps were taken` : ''}.`,
      times: 1,
    },
  ];
}

/** The step after which a time lies. */
function stepAt({ steps }: RecordingTimeline, atMs: number): { step?: number } {
  const step = steps.findLast((one) => one.atMs <= atMs + 50);
  return step ? { step: step.number } : {};
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Steps that should come to something. */
const PRESSES = new Set(['click', 'double_click', 'submit', 'toggle', 'check', 'uncheck']);
/** Longest time between a press and its effect, ms; shorter when the next step comes earlier, but never below `LEAST_MS`. */
const MOST_MS = 5000;
const LEAST_MS = 400;
/** A change this long before a press may not be in the picture that stood at the press, and is in that which stood so long after it, ms. */
const UNDRAWN_MS = 300;
const DRAWN_MS = 200;
/** As long on a busy machine, which is asked for few pictures, where the press has that much time to come to something. */
const DRAWN_LATE_MS = 600;
/** Share of pixels from which a picture has changed: a word of text. */
const CHANGED = 0.0002;
/**
 * Dead presses: the page did not change, sent no request, did not navigate, and looks the same but for what was pressed
 * (hover, focus), what was left (the hover before it), and what would have changed without the press (a message that goes after its time). A press that was followed by the end of the recording cannot be judged.
 */
function deadPresses(timeline: RecordingTimeline, pictures: SeenPictures): ReplayFinding[] {
  const { steps, durationMs } = timeline;
  return steps.flatMap((step, index) => {
    if (!PRESSES.has(step.line.action) || !step.line.success || step.line.off_record) return [];
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

/** True also where nobody can tell: something that was drawn by itself may have been drawn by the press. */
function looksDifferent(timeline: RecordingTimeline, pictures: SeenPictures, fromMs: number, toMs: number): boolean {
  const { activity, asides } = timeline;
  const drawn = selfDrawn(timeline, fromMs, toMs, (box) => pictures.moved(fromMs, box));
  if (drawn === undefined) return true;
  const boxes = [...boxesAside(timeline, fromMs, toMs), ...drawn];
  // What changed just before, such as a page that was scrolled to the button, may be drawn only after the press.
  const before = activity.findLast((atMs) => atMs > fromMs - UNDRAWN_MS && atMs <= fromMs);
  const scroll = asides.findLast(({ atMs, scrolled }) => scrolled === true && atMs >= fromMs && atMs <= toMs)?.atMs;
  const changedMs = scroll ?? (before === undefined ? undefined : fromMs);
  const drawnMs = Math.max(DRAWN_MS, Math.min(DRAWN_LATE_MS, (toMs - fromMs) / 2));
  return pictures.changedShare(changedMs === undefined ? fromMs : changedMs + drawnMs, toMs, boxes) > CHANGED;
}
