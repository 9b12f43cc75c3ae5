import { z } from 'zod';
import { LogEntry, StoredArtifact } from './screenshot.js';

/** The actions of a step. Desktop apps support those of `DESKTOP_ACTIONS`, pages support all but two. */
export const StepAction = z.enum([
  'click',
  'double_click',
  'right_click',
  'hover',
  'drag',
  'type',
  'fill',
  'clear',
  'press',
  'hotkey',
  'select_option',
  'check',
  'uncheck',
  'toggle',
  'submit',
  'upload_file',
  'fill_form',
  'scroll',
  'scroll_into_view',
  'focus',
  'navigate_url',
  'navigate_back',
  'navigate_forward',
  'reload',
  'wait',
  'dialog',
  'new_tab',
  'switch_tab',
  'close_tab',
  'set_viewport',
  'set_color_scheme',
  'emulate_offline',
  'set_geolocation',
  'grant_permission',
  'clear_storage',
  'screenshot',
  'assert_visible',
  'assert_text',
  'assert_url',
  'assert_count',
  'focus_app',
  'bring_to_front',
]);
export type StepAction = z.infer<typeof StepAction>;

/** The steps a desktop app understands. */
export const DESKTOP_ACTIONS = [
  'click',
  'double_click',
  'right_click',
  'hover',
  'drag',
  'type',
  'hotkey',
  'scroll',
  'focus_app',
  'bring_to_front',
  'wait',
  'screenshot',
] as const satisfies readonly StepAction[];

/** Index among several matches, from 1 in document order. */
const nth = z.number().int().min(1).max(10_000).optional();

/**
 * The element that a step acts on: exactly one of a reference of a page snapshot, role (with name), visible text, label, placeholder, test id,
 * selector, or a point in CSS px of the viewport (of the window's picture in device px, for a desktop app).
 */
export const StepTarget = z.union([
  z.strictObject({ ref: z.string().min(1) }),
  z.strictObject({ role: z.string().min(1), name: z.string().optional(), nth }),
  z.strictObject({ text: z.string().min(1), nth }),
  z.strictObject({ label: z.string().min(1), nth }),
  z.strictObject({ placeholder: z.string().min(1), nth }),
  z.strictObject({ test_id: z.string().min(1), nth }),
  z.strictObject({ selector: z.string().min(1), nth }),
  z.strictObject({ x: z.number(), y: z.number() }),
]);
export type StepTarget = z.infer<typeof StepTarget>;

/**
 * The value of a step besides its target, by action: text to type, `{secret}` (a name of `secrets[]`), keys ("Ctrl+S"), an address, a
 * number of ms or px, the point `{x, y}` a drag ends at, `{dx, dy}` to scroll by, names and texts of a form.
 */
export const StepValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.string()),
  z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.strictObject({ secret: z.string() })])),
]);
export type StepValue = z.infer<typeof StepValue>;

/** One thing to do in an app. */
export const Step = z.strictObject({
  action: StepAction,
  target: StepTarget.optional(),
  value: StepValue.optional(),
  /** Other ways to the same element, tried in order when nothing, or more than one thing, matches the target. */
  otherwise: z.array(StepTarget).max(4).optional(),
  /** Longest wait until it can be done, ms; default: the driver's. */
  timeout_ms: z.number().int().min(1).max(120_000).optional(),
});
export type Step = z.infer<typeof Step>;

/** Lines of a page's tree that came, and that went; the first few of them. */
export const PageChanges = z.object({
  added: z.array(z.string()),
  removed: z.array(z.string()),
  added_count: z.number().int(),
  removed_count: z.number().int(),
});
export type PageChanges = z.infer<typeof PageChanges>;

/**
 * What is to be said of a step that was done: nothing came of its press; it sent the same submission twice; the page it led to is an error
 * page, though it was answered as any other. `said` is the page's own, untrusted.
 */
export const StepRemark = z.object({
  kind: z.enum(['nothing_came', 'sent_twice', 'error_page']),
  /** In codeloop's words. */
  text: z.string(),
  said: z.string().optional(),
});
export type StepRemark = z.infer<typeof StepRemark>;

/**
 * Result of a step. `ok` is false only for an assertion that does not hold: a step that cannot be done is an error. `detail` and
 * `waited_for` are our own words; `title`, `url` and the logs come from the app and are untrusted.
 */
export const StepResult = z.object({
  action: StepAction,
  ok: z.boolean(),
  detail: z.string(),
  /** What it waited for, in codeloop's words; empty: nothing. */
  waited_for: z.string(),
  waited_ms: z.number().nonnegative(),
  /** True when requests had ended after it and the page had stopped changing, with no timer or animation due; absent when that was not waited for. */
  at_rest: z.boolean().optional(),
  url: z.string().optional(),
  title: z.string().optional(),
  /** Messages of the app since the last step. */
  logs: z.array(LogEntry),
  screenshot: StoredArtifact.optional(),
  /** Dialogs that came up meanwhile, and how they were answered. `message` is untrusted. */
  dialogs: z.array(z.object({ type: z.string(), message: z.string(), answer: z.string() })).optional(),
  /** Files that the page offered; none is kept. Untrusted. */
  downloads: z.array(z.object({ file: z.string(), url: z.string() })).optional(),
  /** Tabs that opened by themselves; `switch_tab` goes there. Addresses are untrusted. */
  opened_tabs: z.array(z.object({ tab: z.number().int(), url: z.string() })).optional(),
  /** Titles of windows of a desktop app that came up by it, such as dialogs; pictures show them in front. Untrusted. */
  opened_windows: z.array(z.string()).optional(),
  /** Changes of the page since the last step, as lines of its tree. Untrusted. */
  changes: PageChanges.optional(),
  /** Taken in another tab than the one that is recorded: its pictures do not show it. */
  off_record: z.boolean().optional(),
  /** What a person would notice about it; absent: nothing. */
  remarks: z.array(StepRemark).optional(),
  /** For a ref whose element is gone: the ref of the element that took its place. */
  ref_moved: z.object({ from: z.string(), to: z.string() }).optional(),
  /** Of an assertion that does not hold: what on the page is near a target that is not there, the likeliest first. Untrusted. */
  candidates: z.array(z.object({ ref: z.string(), role: z.string(), name: z.string().optional() })).optional(),
  /** The other way that led to the element, in codeloop's words; absent: the step's target did. */
  found_otherwise: z.string().optional(),
  /** A target that finds the element again in another load, and the other ways. */
  lasting_target: StepTarget.optional(),
  lasting_otherwise: z.array(StepTarget).optional(),
  /** True when what was typed must not be written down: it went into a password field. */
  hide_value: z.boolean().optional(),
});
export type StepResult = z.infer<typeof StepResult>;

/** One line of `logs/interaction_log.jsonl`: one step that was taken, or tried. Texts of the page are untrusted, secrets masked. */
export const InteractionLine = z.object({
  /** Time at which the step began. */
  timestamp: z.string(),
  /** Duration of the step, ms. */
  duration_ms: z.number().nonnegative(),
  /** The recording that ran during the step. */
  recording_id: z.string().nullable(),
  page_id: z.string(),
  action: StepAction,
  /** Kind of target: `ref`, `role`, `text`, `label`, `placeholder`, `test_id`, `selector`, `point`, or `none`. */
  target_type: z.string(),
  success: z.boolean(),
  /** True when the page was at rest after it: requests had ended, nothing changed or was about to. Absent when that was not waited for. */
  at_rest: z.boolean().optional(),
  /** What was done, or why it was not, in codeloop's words; for an error its code comes first. */
  detail: z.string(),
  /** Taken in another tab than the one that is recorded. */
  off_record: z.boolean().optional(),
  /** As in the result. */
  remarks: z.array(StepRemark).optional(),
  /** The step as it was given, without secrets. */
  input_args: z.record(z.string(), z.unknown()),
  /** Console and page errors, failed requests and error answers since the last step. */
  console_errors: z.array(z.string()),
  /** Path of the picture taken by or after the step. */
  screenshot_ref: z.string().nullable(),
  /** File of the frame that shows the page after the step; known once the recording has been stopped. */
  frame: z.string().nullable(),
  /** Address after the step. */
  url: z.string().nullable(),
});
export type InteractionLine = z.infer<typeof InteractionLine>;
