import { z } from 'zod';
import { Rect, Size } from './geometry.js';

/**
 * One message or event of the app while it was observed. Text comes from the page: untrusted, secrets already masked.
 * `blocked_request` is a request that codeloop's own allow list stopped; it is never the app's fault.
 */
export const LogEntry = z.object({
  at: z.string(),
  kind: z.enum([
    'console',
    'page_error',
    'failed_request',
    'http_error',
    'blocked_request',
    'dialog',
    'crash',
    'app_output',
    'action',
    'navigation',
  ]),
  level: z.enum(['error', 'warning', 'info', 'debug']),
  text: z.string(),
  url: z.string().optional(),
  location: z.string().optional(),
  /** Place in the project's own sources, by source maps where the app serves them; line and column from 1. */
  source: z
    .object({ file: z.string(), line: z.number().int().positive(), column: z.number().int().positive() })
    .optional(),
  status: z.number().int().optional(),
  method: z.string().optional(),
  resource_type: z.string().optional(),
  same_origin: z.boolean().optional(),
  /** Errors among what was dropped because there was too much: nobody knows what they say. */
  lost_errors: z.number().int().positive().optional(),
  /** Why an answer that says something is wrong is taken as it is: what the page shows, in codeloop's words. */
  excuse: z.string().optional(),
  /** For blocked requests: the line to add to the configuration. */
  config_line: z.string().optional(),
});
export type LogEntry = z.infer<typeof LogEntry>;

/** A file of a run. `path` is relative to the project folder, with `/`; sizes of pictures in device pixels. */
export const Artifact = z.object({
  path: z.string(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  bytes: z.number().int().nonnegative().optional(),
  width: z.number().int().positive().optional(),
  height: z.number().int().positive().optional(),
  state: z.enum(['complete', 'finishing', 'incomplete']).optional(),
});
export type Artifact = z.infer<typeof Artifact>;

/** An artefact that is finished: its digest and length are known. */
export const StoredArtifact = Artifact.extend({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
});
export type StoredArtifact = z.infer<typeof StoredArtifact>;

/** The environment that pictures were made in; pictures of different environments are not the same evidence. `id` is its short name. */
export const Environment = z.object({
  id: z.string(),
  os: z.string(),
  arch: z.string(),
  browser: z.string(),
  browser_version: z.string(),
  /** Digest of the names of the fonts the system offers. */
  fonts: z.string(),
});
export type Environment = z.infer<typeof Environment>;

/** Steadiness of a picture: two equal frames in a row within the time allowed, or what kept moving. */
export const Steadiness = z.discriminatedUnion('settled', [
  z.object({ settled: z.literal(true), frames: z.number().int(), waited_ms: z.number() }),
  z.object({
    settled: z.literal(false),
    frames: z.number().int(),
    waited_ms: z.number(),
    /** The rectangle in which the last two frames differ, device pixels of the picture. */
    moving_region: Rect,
    /** A mask for `screens[].mask` that would cover it: a selector where one is known, else the rectangle. */
    mask_proposal: z.union([z.string(), Rect]),
  }),
]);
export type Steadiness = z.infer<typeof Steadiness>;

/** Record of bringing a page to rest; everything that did not come in time is listed. */
export const SettleReport = z.object({
  fonts_missing: z.array(z.string()),
  images_missing: z.array(z.string()),
  lazy_scroll_px: z.number(),
  lazy_complete: z.boolean(),
  media_pinned: z.number().int(),
  animations_stopped: z.number().int(),
  /** Parts of the page that could not be brought into the picture, each with why. `likely`: it may be meant so. Selectors are the page's: untrusted. */
  unseen: z.array(z.object({ selector: z.string(), reason: z.string(), likely: z.boolean().optional() })).optional(),
  /**
   * What the page had asked for and had no answer to when the picture was taken, by address and kind (fetch, script, stylesheet, document, image, …),
   * with how long it had been open. `unfinished`: the page evidently was not done without it; `shown_at`: the selector of what shows that. Untrusted.
   */
  open_requests: z
    .array(
      z.object({
        url: z.string(),
        kind: z.string(),
        open_ms: z.number(),
        unfinished: z.boolean(),
        shown_at: z.string().optional(),
      }),
    )
    .optional(),
  /** Parts that scroll by themselves, with how much of their height (`sideways`: width) the picture shows, CSS px. */
  scrollers: z
    .array(
      z.object({
        selector: z.string(),
        shown_px: z.number(),
        total_px: z.number(),
        sideways: z.boolean().optional(),
      }),
    )
    .optional(),
});
export type SettleReport = z.infer<typeof SettleReport>;

/**
 * The writing of a page, in tiles of 32 x 16 CSS px: text, and what was drawn instead (in a picture, a canvas, a pattern of boxes). `lines`: rows of
 * tiles with drawn writing of plain size. `covered`: share of the screen under the largest picture that such writing is in.
 */
export const Writing = z.object({
  text: z.number().int(),
  drawn: z.number().int(),
  lines: z.number().int(),
  covered: z.number(),
});
export type Writing = z.infer<typeof Writing>;

/** One steady (or honestly unsteady) picture with what was observed on the way to it. */
export const Screenshot = z.object({
  image: StoredArtifact,
  dom: StoredArtifact.optional(),
  /** How the page was laid out (`LayoutEvidence`, gzip). */
  layout: StoredArtifact.optional(),
  /** Device pixels of the picture. */
  size: Size,
  device_scale_factor: z.number(),
  full_page: z.boolean(),
  /** Device pixels of the whole page (or element), where it was too large and only its upper left part was photographed. */
  cut_from: Size.optional(),
  /** Requested address and final address. */
  requested_url: z.string(),
  url: z.string(),
  title: z.string(),
  http_status: z.number().int().optional(),
  steady: Steadiness,
  settle: SettleReport,
  /** Masked rectangles in device pixels of the picture, and their share of its area. */
  masks: z.array(Rect),
  masked_ratio: z.number(),
  /** What each mask given as a selector found: elements that match, and boxes of them that can be seen and were covered. */
  mask_matches: z
    .array(z.object({ selector: z.string(), matched: z.number().int(), covered: z.number().int() }))
    .optional(),
  /** How much of the writing is no text; absent where nobody looked. */
  writing: Writing.optional(),
  /** True when the picture shows (nearly) one single colour. */
  blank: z.boolean(),
  /** The text that shows the page to be an error page, whatever its status. Untrusted. */
  error_page: z.string().optional(),
  /** Texts by which parts of the page say that what belongs there could not be loaded, one for each part. Untrusted. */
  error_parts: z.array(z.string()).optional(),
  logs: z.array(LogEntry),
});
export type Screenshot = z.infer<typeof Screenshot>;

/** A request that had no answer, in one phrase; the address is the page's: untrusted. */
export function openRequest({ url, kind, open_ms }: { url: string; kind: string; open_ms: number }): string {
  return `${kind} ${url.slice(0, 200)}, open for ${(open_ms / 1000).toFixed(1)} s`;
}
