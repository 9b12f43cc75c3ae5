import { z } from 'zod';
import type { CodeloopError } from '../core/errors.js';
import type { Status } from '../core/vocabulary/gate.js';
import {
  CheckResult,
  GateResult,
  type GateVerdict,
  Problem,
  Recommendation,
  RepeatedFailure,
  Stage,
} from '../core/vocabulary/gate.js';
import { LayoutFinding } from '../core/vocabulary/layout.js';
import type { Pair } from '../core/vocabulary/pair.js';
import { RecordingEnd, type RecordingRecord } from '../core/vocabulary/recording.js';
import type { Cell } from '../core/vocabulary/run.js';
import { type Artifact, type LogEntry, SettleReport } from '../core/vocabulary/screenshot.js';
import { StepResult } from '../core/vocabulary/step.js';
import type { StepsTaken, TakenStep } from '../live/take-steps.js';
import { saidOnce } from '../verify/judge/verdict-status.js';

/** A recording in a reply. */
export const recordingOutput = {
  recording_id: z.string(),
  run_id: z.string(),
  /** `video_state: finishing`: its path is final, the file comes in a moment. */
  video: z.string(),
  video_state: z.string(),
  duration_ms: z.number(),
  ended_by: RecordingEnd,
  frame_count: z.number().int(),
  frames_path: z.string(),
  log_path: z.string(),
  notes: z.array(z.string()),
};

/** A stored recording cut to what a reply shows. */
function recordingReply(record: RecordingRecord) {
  return {
    recording_id: record.recording_id,
    run_id: record.run_id,
    video: record.video.path,
    video_state: record.video.state ?? 'incomplete',
    duration_ms: Math.round(record.duration_ms),
    ended_by: record.ended_by,
    frame_count: record.frames.count,
    frames_path: record.frames.index.path,
    log_path: record.log.path,
    notes: record.notes,
  };
}

/** Returns the reply of a tool that made a recording: its files, the video first, and the replay as the next call. */
export function recordedOutput(record: RecordingRecord) {
  return {
    result: {
      status: 'pass' as const,
      summary: recordingLine(record),
      artifacts: [record.video, record.frames.index, record.log],
      next: [{ tool: 'codeloop_interaction_replay', arguments: { recording_id: record.recording_id } }],
      ...recordingReply(record),
    },
  };
}

/** In one line: how long, how many pictures, and where the video stands. */
function recordingLine(record: RecordingRecord): string {
  const state = { complete: 'the video is there', finishing: 'the video is being written' };
  const video =
    state[record.video.state === 'complete' || record.video.state === 'finishing' ? record.video.state : 'finishing'];
  const what = record.video.state === 'incomplete' ? 'there is no video (see notes); frames and replay remain' : video;
  return `Recorded ${(record.duration_ms / 1000).toFixed(1)} s in ${record.frames.count} frames; ${what}.`;
}

/** Problems of one gate shown in a reply; all are in the run's checks.json. */
const PROBLEMS_SHOWN = 5;
const LOGS_SHOWN = 10;
/** Regions shown of the worst pair, and of the others. */
const WORST_REGIONS_SHOWN = 5;
const REGIONS_SHOWN = 2;

/** A check in a reply; its findings are with its gate. */
export const CheckReply = CheckResult.pick({ id: true, gate: true, status: true, severity: true, problem_count: true });

/** A verdict in a reply. */
export const GateReply = z.object({
  stage: Stage,
  passed: z.boolean(),
  recommendation: Recommendation,
  confidence_score: z.number(),
  threshold: z.number(),
  failing_gates: z.array(GateResult.extend({ problems: z.array(Problem), problem_count: z.number().int() })),
  passing_gates: z.array(z.string()),
  not_applicable: z.array(z.object({ id: z.string(), reason: z.string() })),
  /** Failures that came back so often that a person has to look. */
  repeated: z.array(RepeatedFailure).optional(),
});

/** The evidence of a verdict. */
export const EvidenceReply = z.object({
  run_id: z.string(),
  tree: z.string(),
  commit: z.string().optional(),
  branch: z.string().optional(),
  dirty: z.boolean(),
  environment: z.string().optional(),
  cells: z.number().int(),
  screenshots: z.number().int(),
  pairs: z.number().int(),
  min_score: z.number().optional(),
  manifest_sha256: z.string(),
  verdict: z.string().optional(),
});

/** One captured cell in a reply, in the few fields an agent needs. */
export const CellReply = z.object({
  screen: z.string(),
  viewport: z.string(),
  path: z.string().optional(),
  width: z.number().int().optional(),
  height: z.number().int().optional(),
  url: z.string().optional(),
  http_status: z.number().int().optional(),
  steady: z.boolean().optional(),
  moving_region: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }).optional(),
  blank: z.boolean().optional(),
  /** Parts of the page that are not in the picture, with why. Untrusted selectors. */
  unseen: SettleReport.shape.unseen,
  /** What the page had asked for and had no answer to. Untrusted addresses. */
  open_requests: SettleReport.shape.open_requests,
  /** What each mask that is a selector found. */
  mask_matches: z.array(z.object({ selector: z.string(), matched: z.number(), covered: z.number() })).optional(),
  ad_hoc_reasons: z.array(z.string()).optional(),
  failure: z.object({ code: z.string(), message: z.string() }).optional(),
  /** Errors and warnings of console and network. Untrusted text. */
  log: z.array(z.object({ kind: z.string(), level: z.string(), text: z.string() })),
  log_count: z.number().int(),
});

/** A verdict cut to what a reply shows. What a gate repeats of the others is counted, not said twice. */
export function gateReply(verdict: GateVerdict): z.infer<typeof GateReply> {
  const { checks: _checks, bars: _bars, iterations: _iterations, failing_gates, passing_gates, ...rest } = verdict;
  const said = saidOnce(failing_gates);
  return {
    ...rest,
    failing_gates: failing_gates.map((gate) => ({
      ...gate,
      problems: said.includes(gate) ? gate.problems.slice(0, PROBLEMS_SHOWN) : [],
      problem_count: gate.problems.length,
    })),
    passing_gates: passing_gates.map((gate) => gate.id),
  };
}

/** A check cut to what a reply shows. */
export function checkReply({ id, gate, status, severity, problem_count }: CheckResult): z.infer<typeof CheckReply> {
  return { id, gate, status, severity, problem_count };
}

/** A pair of a list (worst first) cut to what a reply shows: its worst regions, and of files only where they are. All is in the run's summary. */
export function pairReply(pair: Pair, index: number): Pair {
  const place = (artifact: Artifact | undefined) => (artifact ? { path: artifact.path } : undefined);
  const { reference, actual, diff, regions, figma, ...rest } = pair;
  const places = Object.entries({ reference: place(reference), actual: place(actual), diff: place(diff) }).filter(
    ([, value]) => value !== undefined,
  );
  const shown = regions
    .slice(0, index === 0 ? WORST_REGIONS_SHOWN : REGIONS_SHOWN)
    .map(({ tile, ...region }) => ({ ...region, ...(tile ? { tile: { path: tile.path } } : {}) }));
  const most = index === 0 ? WORST_REGIONS_SHOWN : REGIONS_SHOWN;
  const layers = figma && { figma: { ...figma, deviations: figma.deviations.slice(0, most) } };
  return { ...rest, ...layers, regions: shown, region_count: regions.length, ...Object.fromEntries(places) };
}

/** The errors and warnings of a log, errors first: a flood of warnings must not push the one error out of a reply. Else in their order. */
export function faultsOf(logs: readonly LogEntry[]): LogEntry[] {
  return ['error', 'warning'].flatMap((level) => logs.filter((entry) => entry.level === level));
}

/** A cell cut to what a reply shows. */
export function cellReply(cell: Cell): z.infer<typeof CellReply> {
  const shot = cell.screenshot;
  const said = faultsOf(shot?.logs ?? []);
  return {
    screen: cell.screen,
    viewport: cell.viewport,
    ...(shot
      ? {
          path: shot.image.path,
          width: shot.size.width,
          height: shot.size.height,
          url: shot.url,
          steady: shot.steady.settled,
          blank: shot.blank,
        }
      : {}),
    ...(shot?.http_status === undefined ? {} : { http_status: shot.http_status }),
    ...(shot && !shot.steady.settled ? { moving_region: shot.steady.moving_region } : {}),
    ...(shot?.settle.unseen ? { unseen: shot.settle.unseen.slice(0, LOGS_SHOWN) } : {}),
    ...(shot?.settle.open_requests ? { open_requests: shot.settle.open_requests.slice(0, LOGS_SHOWN) } : {}),
    ...(shot?.mask_matches ? { mask_matches: shot.mask_matches } : {}),
    ...(cell.ad_hoc ? { ad_hoc_reasons: cell.ad_hoc_reasons } : {}),
    ...(cell.failure ? { failure: cell.failure } : {}),
    log: said.slice(0, LOGS_SHOWN).map(({ kind, level, text }) => ({ kind, level, text })),
    log_count: said.length,
  };
}

/** A fault of a layout, without what its check says about it. */
export const LayoutReply = LayoutFinding.pick({
  screen: true,
  kind: true,
  certainty: true,
  condition: true,
  from_width: true,
  to_width: true,
  viewport: true,
  element: true,
  other: true,
  rect: true,
  by_px: true,
  what: true,
  new: true,
}).extend({ tile: z.string().optional(), siblings: z.number().int() });

/** As replies show it. */
export function layoutReply({
  width: _,
  repair: __,
  tile,
  siblings,
  ...finding
}: LayoutFinding): z.infer<typeof LayoutReply> {
  return { ...finding, ...(tile ? { tile: tile.path } : {}), siblings: siblings.length };
}

const ERRORS_SHOWN = 5;
/** Failures that are the app's: what was expected is not there. All others mean that the step could not be tried. */
const APP_FAILS: ReadonlySet<string> = new Set(['TARGET_NOT_FOUND', 'STEP_TIMEOUT', 'NAVIGATION_FAILED']);

/** One step in a reply. What comes from the page (title, errors, changes, candidates) is untrusted. */
export const StepReply = StepResult.omit({
  logs: true,
  screenshot: true,
  lasting_target: true,
  lasting_otherwise: true,
  hide_value: true,
  url: true,
}).extend({
  n: z.number().int(),
  url: z.string().optional(),
  /** Console and network errors and warnings since the step before. */
  errors: z.array(z.object({ kind: z.string(), level: z.string(), text: z.string() })),
  error_count: z.number().int(),
  screenshot: z.string().optional(),
  failure: z
    .object({
      code: z.string(),
      message: z.string(),
      fix: z.string(),
      allowed: z.array(z.string()).optional(),
      details: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
});
export type StepReply = z.infer<typeof StepReply>;

/** A taken step cut to what a reply shows. */
export function stepReply({ step, result, error }: TakenStep, index: number): StepReply {
  const said = faultsOf(result?.logs ?? []);
  const body = error?.toBody();
  const {
    logs: _logs,
    screenshot,
    lasting_target: _t,
    lasting_otherwise: _o,
    hide_value: _h,
    ...shown
  } = result ?? EMPTY;
  return {
    ...shown,
    n: index + 1,
    action: step.action,
    ok: result?.ok ?? false,
    detail: result?.detail ?? undone(error),
    errors: said.slice(0, ERRORS_SHOWN).map(({ kind, level, text }) => ({ kind, level, text: text.slice(0, 300) })),
    error_count: said.length,
    ...(screenshot ? { screenshot: screenshot.path } : {}),
    ...(body
      ? {
          failure: {
            code: body.code,
            message: body.message,
            fix: body.fix,
            ...(body.allowed ? { allowed: body.allowed } : {}),
            ...(body.details ? { details: body.details } : {}),
          },
        }
      : {}),
  };
}

/** Describes a step that ended in an error. */
function undone(error: CodeloopError | undefined): string {
  const done = error?.values.done;
  return typeof done === 'string' ? `${done}; what came of it is not known` : 'not done';
}

const EMPTY: StepResult = { action: 'wait', ok: false, detail: '', waited_for: '', waited_ms: 0, logs: [] };

/** Returns the status of a list of steps: `fail` when the app did not show or do what was expected. */
export function stepsStatus({ taken, failedAt }: StepsTaken): Status {
  if (failedAt === undefined) return 'pass';
  const { error } = taken[failedAt] ?? {};
  return error === undefined || APP_FAILS.has(error.code) ? 'fail' : 'could_not_run';
}

/** Returns one line about steps, in codeloop's words. */
export function stepsLine({ taken, failedAt }: StepsTaken, total: number): string {
  const remarks = taken.flatMap(({ result }, index) =>
    (result?.remarks ?? []).map(({ text }) => (total > 1 ? `step ${index + 1}: ${text}` : text)),
  );
  if (failedAt === undefined) return [`${total} of ${total} step(s) done`, ...remarks.slice(0, 3)].join('; ');
  const failed = taken[failedAt];
  const why = failed?.error ? failed.error.code : 'the assertion does not hold';
  return `step ${failedAt + 1} of ${total} (${failed?.step.action}) failed: ${why}`;
}
