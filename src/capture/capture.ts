import type { ArtifactSink } from '../core/artifact-sink.js';
import type { DomBoxes } from '../core/vocabulary/dom-boxes.js';
import type { Environment } from '../core/vocabulary/environment.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { LogEntry } from '../core/vocabulary/log-entry.js';
import type { Screenshot } from '../core/vocabulary/screenshot.js';
import type { Viewport } from '../core/vocabulary/viewport.js';

/** What is looked at: a page by its address, or an app by its configured name or window title. */
export type Target = { kind: 'url'; url: string; waitFor?: PageWait } | { kind: 'app'; app: string };

/** What must be on the page before it counts as opened. `timeoutMs` default 10,000. */
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
}

/** What a driver needs to know to make one isolated session. */
export interface CaptureOptions {
  viewport: Viewport;
  /** Origins (scheme://host[:port]) besides loopback that may be reached; enforced below the page. */
  allowedOrigins: readonly string[];
  /** Page clock stands still at this time (ISO) when given. */
  freezeTime?: string;
  /** Masks secrets in any text before it is stored. */
  redact: (text: string) => string;
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
}

/** A session whose structure can be read. */
export interface Inspectable {
  domBoxes(): Promise<DomBoxes>;
}

/** Makes sessions; keeps what is expensive (a warm browser, a display) between them. */
export interface CaptureDriver {
  readonly id: 'browser' | 'native';
  accepts(target: Target): boolean;
  /** Isolated from every other session. */
  create(options: CaptureOptions, sink: ArtifactSink): Capture & Partial<Observed & Inspectable>;
  /** What pictures of this driver depend on. Starts the browser if need be. Throws BROWSER_NOT_FOUND. */
  environment(): Promise<Environment>;
  /** Ends everything the driver started; may be called twice. */
  dispose(): Promise<void>;
}
