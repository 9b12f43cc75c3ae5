import type { AccessibilityResult } from '../core/vocabulary/accessibility.js';
import type { PageSnapshot } from '../core/vocabulary/dom-boxes.js';
import type { Rect, Viewport } from '../core/vocabulary/geometry.js';
import type { LaidOutPage } from '../core/vocabulary/laid-out-page.js';
import type { LayoutCondition } from '../core/vocabulary/layout.js';
import type { Recording, RecordingEvent } from '../core/vocabulary/recording.js';
import type { ArtifactSink, SecondLook } from '../core/vocabulary/run.js';
import type { Environment, LogEntry, Screenshot } from '../core/vocabulary/screenshot.js';
import type { Step, StepResult } from '../core/vocabulary/step.js';

/** The target of a capture: a page by its address, or an app by its configured name or window title. */
export type Target = { kind: 'url'; url: string; waitFor?: PageWait } | { kind: 'app'; app: string };

/** A condition that must hold before a page counts as opened. `timeoutMs` default 10,000. */
export interface PageWait {
  selector?: string;
  text?: string;
  url?: string;
  timeoutMs?: number;
}

export interface ScreenshotRequest {
  /** Base name of the artefacts, `<screen>.<viewport>` as slugs. */
  name: string;
  /** `{untilHeight}`: full page when the reference is taller than the viewport (device-independent CSS px), else the viewport. */
  fullPage: boolean | { untilHeight: number };
  /** Photograph only this element. Throws TARGET_NOT_FOUND. */
  selector?: string;
  /** Selectors (every match) or rectangles in CSS pixels of the picture. */
  masks: readonly (string | Rect)[];
  settleTimeoutMs: number;
  /** Store boxes and computed styles beside the picture; default true where the driver can. */
  dom?: boolean;
  /** Find out how much of the writing is text, and how much was drawn; default false. */
  writing?: boolean;
  /** Store how the page is laid out as well, so that its layout can be judged; default false. */
  layout?: boolean;
}

/** Options of one isolated session of a driver. */
export interface CaptureOptions {
  viewport: Viewport;
  /** Origins (scheme://host[:port]) besides loopback that may be reached; enforced below the page. */
  allowedOrigins: readonly string[];
  /** Page clock stands still at this time (ISO) when given. */
  freezeTime?: string;
  /** Masks secrets in any text before it is stored. */
  redact: (text: string) => string;
  /**
   * The session is used by hand before it is photographed: endless drawing loops run on. Without it they are held two seconds
   * after the load, so that a picture shows them at the same place each time.
   */
  live?: boolean;
  /**
   * Sessions of one series and the same settings may show their pages one after the other in one page of the browser, where the one before
   * has left nothing behind. They share what masks their secrets. Without it each session has a page of its own.
   */
  series?: string;
  /** User and password that the app asks for by HTTP authentication; sent to this origin only. */
  credentials?: { origin: string; username: string; password: string };
  /** Secrets that steps may type by name; without them none can be typed. */
  secrets?: readonly TypedSecret[];
  /** Folders that files to upload may lie in. Without, none can be uploaded. */
  uploadRoots?: readonly string[];
}

/** A secret that steps may type by its name, and only into pages of its origins. */
export interface TypedSecret {
  name: string;
  /** `https://host[:port]`; none: pages of loopback only. */
  origins: readonly string[];
  /** Read when it is typed; undefined when it is not set. */
  value(): string | undefined;
}

/** One driver session on one target. What a driver cannot do is absent, not a stub. */
export interface Capture {
  /** Opens the target. Throws NAVIGATION_FAILED, ORIGIN_BLOCKED, DEADLINE_EXCEEDED, BROWSER_CRASHED, CANCELLED. */
  open(target: Target, signal: AbortSignal): Promise<void>;
  /** One steady (or honestly unsteady) picture, stored through the sink, with the log entries since the last one. */
  screenshot(request: ScreenshotRequest, signal: AbortSignal): Promise<Screenshot>;
  /** Ends the session; may be called twice, never throws. */
  close(): Promise<void>;
}

/** A session that keeps what the app said. */
export interface Observed {
  /** Entries since the last drain, oldest first. */
  drainLogs(): readonly LogEntry[];
  /** Calls the listener with every entry as it arrives, besides what `drainLogs` returns. Returns a function that stops it. */
  onLog?(listener: (entry: LogEntry) => void): () => void;
}

/** The wanted part of a page's tree. */
export interface SnapshotRequest {
  /** Only what lies in the first element that matches. Throws TARGET_NOT_FOUND. */
  selector?: string | undefined;
  /** Levels below the top (or the selector's element) at most. */
  depth?: number | undefined;
  /** Only nodes whose role, name or text has this (case does not count), with what they lie in. */
  find?: string | undefined;
  /** Lines to leave out at the beginning, for the next page of a long tree. */
  fromLine?: number | undefined;
}

/** A session whose structure can be read. */
export interface Inspectable {
  /** Accessibility tree with references that steps can use. Throws TARGET_NOT_FOUND, DEADLINE_EXCEEDED, BROWSER_CRASHED, CANCELLED. */
  snapshot(request: SnapshotRequest, signal: AbortSignal): Promise<PageSnapshot>;
  /**
   * Absolute addresses that the page links to, once it has come to rest (at most 3 s), each once, in the order of the document.
   * Throws DEADLINE_EXCEEDED, BROWSER_CRASHED, CANCELLED.
   */
  links(signal: AbortSignal): Promise<string[]>;
  /**
   * Examines the accessibility of the page in its present state, frames included; the page cannot notice it and is not
   * changed. Throws DEADLINE_EXCEEDED, BROWSER_CRASHED, CANCELLED, INTERNAL: never answers with a part of it.
   */
  accessibility(signal: AbortSignal): Promise<AccessibilityResult>;
}

/** A session whose page can be opened as others open it. */
export interface Shared {
  /**
   * Opens the page's address again as people's browsers do, as often as it takes to know whether it shows them something else. Right after
   * the picture; the session's own page is left alone. Throws CANCELLED, BROWSER_CRASHED, DEADLINE_EXCEEDED, INTERNAL.
   */
  seenByOthers(signal: AbortSignal): Promise<SecondLook>;
}

/** A session whose page can be laid out in windows of other sizes. */
export interface Resizable {
  /**
   * Widths (CSS px) from which on a style of the page's sheets holds or ends, ascending. Throws DEADLINE_EXCEEDED, BROWSER_CRASHED,
   * CANCELLED.
   */
  breakpoints(signal: AbortSignal): Promise<number[]>;
  /**
   * Returns the page's layout in a window of this width, once it is drawn; `rested`: also once it is at rest. It stays so
   * until the next call. `height`: of the window, CSS px; default: the viewport's. Throws as `breakpoints`.
   */
  layOut(width: number, rested: boolean, signal: AbortSignal, height?: number): Promise<LaidOutPage>;
  /** Puts the page under a condition, or, without one, back as it was. Throws as `breakpoints`. */
  putUnder(condition: Exclude<LayoutCondition, 'keyboard'> | undefined, signal: AbortSignal): Promise<void>;
  /** Returns the page's layout at its own size, with what moves without end in it. Throws as `breakpoints`. */
  layOutMoving(signal: AbortSignal): Promise<LaidOutPage>;
  /**
   * Walks through the page by Tab, at its own size, and returns its layout with what the walk met. It stays scrolled where the walk
   * ended. Throws as `breakpoints`.
   */
  walkByTab(signal: AbortSignal): Promise<LaidOutPage>;
  /**
   * A part of the page as it lies now, CSS px of the page, with what is masked in it covered: PNG, and the covered boxes, CSS px of the page.
   * Throws as `breakpoints`.
   */
  part(
    clip: Rect,
    masks: ScreenshotRequest['masks'],
    signal: AbortSignal,
  ): Promise<{ picture: Buffer; covered: readonly Rect[] }>;
}

/** A recording to make: its paths and limits. */
export interface RecordingRequest {
  /** Id of the recording, safe as a file name. */
  id: string;
  /** Absolute; the two paths below are relative to it, with `/`, and so are those of the answer. */
  projectDir: string;
  /** Folder for the frames and their index; made and empty. */
  framesDir: string;
  /** Path of the video, `….mp4`; its folder exists, the file does not. */
  videoFile: string;
  /** Pictures per second of the video, and the most that are asked of the source. */
  fps: number;
  maxSeconds: number;
  /** For frames and video together. */
  maxMegabytes: number;
  /** Hears when the first picture came up, ms since the epoch. */
  onFirstFrame?: (atMs: number) => void;
  /** Receives what the driver observes besides pictures and log: presses, changes, texts. Never called where the driver cannot observe them. */
  onEvent?: (event: RecordingEvent) => void;
}

/** A session that can be recorded, any number of times, one recording after the other. */
export interface Recordable {
  /** Resolves when the first frame is in. Throws RECORDING_ACTIVE, DEADLINE_EXCEEDED, DISK_FULL, and as `screenshot` does. */
  startRecording(request: RecordingRequest): Promise<void>;
  /**
   * Returns at once: frames and index are whole and hashed, the video is `finishing`. Also for a recording that has ended by itself.
   * Gives the focus back where it was taken. Throws RECORDING_NOT_FOUND, DISK_FULL.
   */
  stopRecording(): Promise<Recording>;
  /** The stopped recording once its video is `complete`, or `incomplete` with a note. Throws RECORDING_NOT_FOUND. */
  finishRecording(id: string): Promise<Recording>;
}

/** A session in which steps can be taken. */
export interface Interactive {
  /**
   * Takes one step, after waiting until it can be taken. Throws STEP_INVALID, TARGET_NOT_FOUND, TARGET_AMBIGUOUS, WINDOW_NOT_FOUND,
   * STEP_TIMEOUT, CANCELLED, and as `screenshot` does.
   */
  perform(step: Step, signal: AbortSignal): Promise<StepResult>;
}

/** Makes sessions; keeps what is expensive (a warm browser, a display) between them. */
export interface CaptureDriver {
  readonly id: 'browser' | 'native';
  /** Browsers that the sessions are spread over; default 1. */
  readonly places?: number;
  accepts(target: Target): boolean;
  /** Isolated from every other session. */
  create(
    options: CaptureOptions,
    sink: ArtifactSink,
  ): Capture & Partial<Observed & Inspectable & Shared & Resizable & Recordable & Interactive>;
  /** Returns what this driver's pictures depend on. Starts the browser if necessary. Throws BROWSER_NOT_FOUND. */
  environment(): Promise<Environment>;
  /** Ends everything the driver started; may be called twice. */
  dispose(): Promise<void>;
}
