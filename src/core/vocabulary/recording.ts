import { z } from 'zod';
import { Rect, Size } from './geometry.js';
import { RunWriter } from './run.js';
import { Artifact, LogEntry } from './screenshot.js';
import { InteractionLine, Step } from './step.js';

/** A problem that a recording shows. Times are ms since its first picture. */
export const ReplayFinding = z.object({
  kind: z.enum([
    'crash',
    'page_error',
    'console_error',
    'error_page',
    'failed_request',
    'blank_page',
    'dead_click',
    'sent_twice',
    'failed_step',
    'frozen',
    'static_video',
  ]),
  /** `error`: the recording does not count as good. `warning`: worth a look. */
  severity: z.enum(['error', 'warning']),
  at_ms: z.number().nonnegative(),
  until_ms: z.number().nonnegative().optional(),
  /** Number of the step it belongs to, from 1. */
  step: z.number().int().positive().optional(),
  /** In codeloop's words. */
  text: z.string(),
  /** The app's own message. Untrusted. */
  said: z.string().optional(),
  /** How often it occurred; time and place are those of the first. */
  times: z.number().int().positive(),
  /** Number of the key frame that shows it, from 1. */
  frame: z.number().int().positive().optional(),
});
export type ReplayFinding = z.infer<typeof ReplayFinding>;

/** One expected step of a flow, and the evidence for or against it in the recording. */
export const FlowMatch = z.object({
  expected: z.string(),
  status: z.enum(['matched', 'contradicted', 'not_seen']),
  /** What matched, in codeloop's words: `step 3`, `navigation`, `text`, `absence`. */
  matched_by: z.string().optional(),
  at_ms: z.number().nonnegative().optional(),
  /** For a text that shows it: the time at which the text disappeared, where it did. */
  until_ms: z.number().nonnegative().optional(),
  /** Number of the key frame that shows it, from 1; absent when none does. */
  frame: z.number().int().positive().optional(),
  /** Why it is contradicted, in codeloop's words. */
  why: z.string().optional(),
});
export type FlowMatch = z.infer<typeof FlowMatch>;

/**
 * One line of a recording's log: something that happened while it ran, `at` in ISO 8601. Besides what the app said and the steps that
 * were taken, a page tells that it was pressed (`press`, with the box of the pressed element, CSS px of the viewport, that of the field that had the focus
 * until then, and what it is called, untrusted; `players`: boxes of what may draw itself, such as canvases and films, `in_player` when the press was in one), that something
 * came of it (`activity`), that something changed which would have changed without the press (`aside`: a message that went after its
 * time, a clock; `boxes`: where, as far as it is known, CSS px of the viewport; `scrolled`: it was scrolled before the press, which it heard only then; `heard`: a script listens to presses there), which texts came up and which went (`texts`, `gone`; `opened`, `closed`: menus, dialogs and the like, by role and name; untrusted, secrets masked; `url`: address of the document whose first texts they are), and that its scripts
 * stood still (`stuck`, for `ms`), with what tells whose doing that was: how long its main thread worked meanwhile (`own_ms`, processor time; absent when it
 * could not be asked), how long we stood still ourselves (`held_ms`), the share of processor time that nobody wanted (`idle`, 0-1), and whether the document was still loading.
 */
export const RecordingEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('log'), at: z.string(), entry: LogEntry }),
  z.object({ kind: z.literal('step'), at: z.string(), line: InteractionLine }),
  z.object({
    kind: z.literal('press'),
    at: z.string(),
    box: Rect.optional(),
    left: Rect.optional(),
    name: z.string().optional(),
    players: z.array(Rect).optional(),
    in_player: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('activity'), at: z.string(), what: z.enum(['dom', 'input', 'network', 'page']) }),
  z.object({
    kind: z.literal('aside'),
    at: z.string(),
    boxes: z.array(Rect),
    scrolled: z.boolean().optional(),
    heard: z.boolean().optional(),
  }),
  z.object({
    kind: z.literal('texts'),
    at: z.string(),
    texts: z.array(z.string()),
    gone: z.array(z.string()).optional(),
    opened: z.array(z.string()).optional(),
    closed: z.array(z.string()).optional(),
    url: z.string().optional(),
  }),
  z.object({
    kind: z.literal('stuck'),
    at: z.string(),
    ms: z.number().nonnegative(),
    own_ms: z.number().nonnegative().optional(),
    held_ms: z.number().nonnegative().optional(),
    idle: z.number().min(0).max(1).optional(),
    loading: z.boolean().optional(),
  }),
]);
export type RecordingEvent = z.infer<typeof RecordingEvent>;

/**
 * One line of a recording's `index.jsonl`: a picture and when it came up, ms since the first one. It stands until the next line's time.
 * `file` lies beside the index. Lines are in order of arrival, not of time, and those of pictures thinned out are gone.
 */
export const FrameEntry = z.object({
  t_ms: z.number().nonnegative(),
  file: z.string().regex(/^\d{6,}\.(?:jpg|png)$/),
  bytes: z.number().int().positive(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type FrameEntry = z.infer<typeof FrameEntry>;

/** Why a recording ended: on request, at its limit, because its page or window closed, or (`cut_off`) because its process died. */
export const RecordingEnd = z.enum([
  'stopped',
  'max_seconds',
  'window_closed',
  'app_exited',
  'page_closed',
  'source_failed',
  'cut_off',
]);
export type RecordingEnd = z.infer<typeof RecordingEnd>;

/** One stretch of time, kept as pictures with their times; the video is made from them. Paths are relative to the project folder. */
export const Recording = z.object({
  recording_id: z.string(),
  started_at: z.string(),
  ended_at: z.string(),
  /** From the first picture to the end, ms of the wall clock; the video is as long. */
  duration_ms: z.number().nonnegative(),
  ended_by: RecordingEnd,
  frames: z.object({
    /** `index.jsonl`, whole and hashed; each line holds the digest of its picture. */
    index: Artifact,
    /** Pictures kept; equal ones in a row count once. */
    count: z.number().int().nonnegative(),
    /** Number of pictures that arrived. */
    captured: z.number().int().nonnegative(),
    bytes: z.number().int().nonnegative(),
    /** Least time between two kept pictures after thinning out, ms; 0: none was thinned out. */
    thinned_to_ms: z.number().nonnegative(),
    /** Of the last picture, device pixels. */
    size: Size.optional(),
  }),
  /** `finishing` until it is written, then `complete` with digest and size, or `incomplete` when it could not be made. */
  video: Artifact,
  /** Remarks for the viewer, in codeloop's words. */
  notes: z.array(z.string()),
});
export type Recording = z.infer<typeof Recording>;

/** The recorded page or app. Addresses are untrusted, secrets masked. */
const RecordedTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('url'), url: z.string() }),
  z.object({ kind: z.literal('app'), app: z.string() }),
]);

const Origin = z.object({
  schema_version: z.literal(1),
  recording_id: z.string(),
  run_id: z.string(),
  target: RecordedTarget,
  page_id: z.string().nullable(),
  /** Size of a page in CSS px, the unit of presses. */
  viewport: Size.optional(),
  label: z.string().optional(),
  tool: z.string(),
});

/** `recording.json` beside the frames while a recording runs: what its video is made from when its process was ended. */
export const RecordingNote = Origin.extend({
  fps: z.number().positive(),
  max_megabytes: z.number().positive(),
  /** Time of the first picture; absent until it is in. */
  started_at: z.string().optional(),
  writer: RunWriter,
});
export type RecordingNote = z.infer<typeof RecordingNote>;

/** `videos/<recording_id>.json`: a recording that has ended. Its newest version says whether the video is complete. */
export const RecordingRecord = Recording.extend(Origin.shape).extend({
  /** `logs/<recording_id>.jsonl`: everything that happened, one `RecordingEvent` a line, by time. */
  log: Artifact,
});
export type RecordingRecord = z.infer<typeof RecordingRecord>;

/** The step at which the replay of a flow ended. */
export const FailedStep = z.object({
  /** From 1. */
  n: z.number().int().positive(),
  action: z.string(),
  /** Code of the error; none: an assertion that does not hold. */
  code: z.string().optional(),
  /** The reason, in codeloop's words; for an assertion what was seen instead. The page may have written it: untrusted. */
  why: z.string(),
  /** Elements near the place where the target was expected: role and name, written by the page. Untrusted. */
  candidates: z.array(z.string()),
});
export type FailedStep = z.infer<typeof FailedStep>;

/** `logs/<flow>.<viewport>.flow.json`: one saved flow, replayed at one viewport by a verification. */
export const FlowReplay = z.object({
  schema_version: z.literal(1),
  /** Name of the file, without `.json`. */
  flow: z.string(),
  file: z.string(),
  /** Digest of the file's bytes. */
  sha256: z.string(),
  viewport: z.string(),
  at: z.string(),
  /** Code state (tree) it was replayed on, and what differed from it afterwards. */
  tree: z.string(),
  stale: z.object({ reason: z.string(), files: z.array(z.string()) }).optional(),
  /** `fail`: the app did not do what the flow says. `could_not_run`: it could not be tried. */
  status: z.enum(['pass', 'fail', 'could_not_run']),
  steps_done: z.number().int(),
  step_count: z.number().int(),
  failed_step: FailedStep.optional(),
  /** Why it could not begin, or not be recorded to its end. */
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  recording_id: z.string().optional(),
  /** The page where it failed, or at its end. */
  screenshot: Artifact.optional(),
  /** Steps whose target was found by another way than the first: the flow holds, but should be updated. */
  found_otherwise: z.array(z.object({ n: z.number().int(), as: z.string() })).optional(),
  /** Problems that the recording shows. */
  findings: z.array(ReplayFinding),
});
export type FlowReplay = z.infer<typeof FlowReplay>;

/** `.codeloop/flows/<name>.json`: steps that can be taken again, at any viewport. Committed with the project. */
export const Flow = z.object({
  schema_version: z.literal(1),
  name: z.string().min(1),
  /** Start: a path of the app, or a whole address. */
  start: z.string().min(1),
  /** Names of the configured viewports it is meant for; all of them without. */
  viewports: z.array(z.string().min(1)).min(1).optional(),
  /** Replayed once in a run, at the first of its viewports: what it does cannot be done twice. */
  once: z.boolean().optional(),
  /** `{{unique}}` in a text is replaced by one that no replay had before. */
  steps: z.array(Step).min(1).max(200),
});
export type Flow = z.infer<typeof Flow>;
