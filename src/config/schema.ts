import { z } from 'zod';
import { Rect } from '../core/vocabulary/geometry.js';
import { Severity } from '../core/vocabulary/pair.js';
import { Viewport } from '../core/vocabulary/viewport.js';

/** A viewport as the configuration spells it; what is left out takes the vocabulary's default. */
const ViewportSettings = Viewport;

/** mobile 375x812 with touch, tablet 768x1024, desktop 1440x900; device pixel ratio 1, light, reduced motion, en-US, UTC. */
export const DEFAULT_VIEWPORTS: Record<string, Viewport> = {
  mobile: Viewport.parse({ width: 375, height: 812, is_mobile: true, has_touch: true }),
  tablet: Viewport.parse({ width: 768, height: 1024 }),
  desktop: Viewport.parse({ width: 1440, height: 900 }),
};

/** A command line: an argv array, or one string that is split without a shell. */
export const CommandLine = z.union([z.array(z.string().min(1)).min(1), z.string().min(1)]);
export type CommandLine = z.infer<typeof CommandLine>;

const Runner = z.strictObject({
  command: CommandLine.optional(),
  timeout_ms: z.number().int().positive().default(300_000),
});

/** A part of the picture that does not count: a selector (every match) or a rectangle in CSS pixels of the picture. */
export const Mask = z.union([z.string().min(1), Rect]);
export type Mask = z.infer<typeof Mask>;

function isRegExp(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false; // that it throws is the answer
  }
}

/** Something to wait for before a screen is photographed. */
export const WaitFor = z.union([
  z.string().min(1),
  z.strictObject({
    selector: z.string().optional(),
    text: z.string().optional(),
    url: z.string().optional(),
    timeout_ms: z.number().int().positive().optional(),
  }),
]);
export type WaitFor = z.infer<typeof WaitFor>;

/** A named place of the app. */
export const ScreenConfig = z
  .strictObject({
    name: z.string().min(1),
    path: z.string().optional(),
    url: z.url().optional(),
    /** App of `native.apps`: its window is the screen. */
    app: z.string().min(1).optional(),
    wait_for: WaitFor.optional(),
    steps: z.array(z.looseObject({ action: z.string() })).optional(),
    mask: z.array(Mask).default([]),
    ignore_regions: z.array(Rect).default([]),
    viewports: z.array(z.string()).optional(),
    full_page: z.boolean().optional(),
    threshold: z.number().min(0).max(1).optional(),
    allow_size_difference: z.boolean().default(false),
  })
  .refine(({ path, url, app }) => [path, url, app].filter((place) => place !== undefined).length === 1, {
    message: 'a screen needs exactly one of path, url and app',
  })
  .refine(
    ({ app, wait_for, full_page, mask }) =>
      app === undefined ||
      (wait_for === undefined && full_page === undefined && mask.every((one) => typeof one !== 'string')),
    {
      message: 'the screen of an app has no wait_for, no full_page and no selectors in mask: a window has no elements',
    },
  );
export type ScreenConfig = z.infer<typeof ScreenConfig>;

/** `.codeloop/config.json` (docs/config.md). Every key has a default; unknown keys are refused. */
export const Config = z.strictObject({
  $schema: z.string().optional(),
  project_type: z.string().default('auto'),
  runners: z
    .strictObject({
      build: Runner.optional(),
      lint: Runner.optional(),
      typecheck: Runner.optional(),
      test: Runner.optional(),
    })
    .prefault({}),
  tests: z
    .strictObject({
      run: z.boolean().default(true),
      waive_gate: z.strictObject({ reason: z.string().min(1) }).optional(),
    })
    .prefault({}),
  server: z
    .strictObject({
      command: CommandLine.optional(),
      url: z.url().optional(),
      /** Folder of finished HTML that codeloop serves itself when there is no command. */
      static: z.string().optional(),
      ready_timeout_ms: z.number().int().positive().default(60_000),
    })
    .prefault({}),
  browser: z
    .strictObject({
      engine: z.enum(['chromium', 'firefox', 'webkit']).default('chromium'),
      executable: z.string().optional(),
      channel: z.string().optional(),
      args: z.array(z.string()).default([]),
    })
    .prefault({}),
  screens: z.array(ScreenConfig).optional(),
  viewports: z.record(z.string().regex(/^[a-z0-9][a-z0-9_-]*$/i), ViewportSettings).default(DEFAULT_VIEWPORTS),
  capture: z
    .strictObject({
      full_page: z.union([z.literal('auto'), z.boolean()]).default('auto'),
      settle_timeout_ms: z.number().int().min(500).default(10_000),
      concurrency: z.number().int().min(1).max(32).optional(),
      /** ISO time at which the page's clock stands still. */
      freeze_time: z.iso.datetime({ offset: true }).optional(),
    })
    .prefault({}),
  network: z.strictObject({ allowed_origins: z.array(z.string()).default([]) }).prefault({}),
  native: z
    .strictObject({
      apps: z
        .record(z.string(), z.strictObject({ command: z.array(z.string()).min(1), window: z.string().optional() }))
        .default({}),
    })
    .prefault({}),
  secrets: z
    .array(z.strictObject({ env: z.string().regex(/^[A-Z_][A-Z0-9_]*$/i), origins: z.array(z.string()).default([]) }))
    .default([]),
  redact: z.array(z.string()).default([]),
  design: z
    .strictObject({
      dir: z.string().default('designs'),
      match_threshold: z.number().min(0).max(1).default(0.95),
      block_on_severity: Severity.default('critical'),
      pixel_threshold: z.number().min(0).max(1).default(0.1),
      antialiasing: z.enum(['ignored', 'counted']).default('ignored'),
      /** Measured: below this pixelmatch on decoded pixels is faster; above it odiff keeps the memory out of this process. */
      odiff_above_pixels: z.number().int().positive().default(32_000_000),
      max_masked_ratio: z.number().min(0).max(1).default(0.2),
    })
    .prefault({}),
  visual: z
    .strictObject({
      max_diff_ratio: z.number().min(0).max(1).default(0),
      approval: z.enum(['human', 'auto']).default('human'),
    })
    .prefault({}),
  accessibility: z
    .strictObject({
      enabled: z.boolean().default(true),
      fail_on: z.enum(['minor', 'moderate', 'serious', 'critical']).default('serious'),
    })
    .prefault({}),
  layout: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** Lay pages out at widths between the viewports as well, in full runs. */
      widths: z.boolean().default(true),
    })
    .prefault({}),
  runtime: z
    .strictObject({
      /** Console errors that are known and accepted: a regular expression each, tested against the text. Shown in the gate. */
      allowed_console_errors: z.array(z.string().refine(isRegExp, 'is not a regular expression')).default([]),
    })
    .prefault({}),
  recording: z
    .strictObject({
      fps: z.number().int().min(1).max(60).default(25),
      max_seconds: z.number().int().positive().default(600),
      max_megabytes: z.number().int().positive().default(200),
    })
    .prefault({}),
  gates: z
    .strictObject({
      threshold: z.number().min(0).max(100).default(94),
      max_iterations: z.number().int().positive().default(15),
    })
    .prefault({}),
  retention: z
    .strictObject({
      runs: z.number().int().positive().default(20),
      megabytes: z.number().int().positive().default(2000),
    })
    .prefault({}),
  workflow: z.strictObject({ required: z.boolean().optional() }).prefault({}),
});
/** The configuration with every default filled in. */
export type Config = z.infer<typeof Config>;
