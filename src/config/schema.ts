import { z } from 'zod';
import { patternProblem } from '../core/linear-pattern.js';
import { Rect, Viewport } from '../core/vocabulary/geometry.js';
import { Severity } from '../core/vocabulary/pair.js';
import {
  AT_LEAST,
  AT_MOST,
  barValue,
  COMPARED,
  COVERS_SECRETS,
  free,
  NOTHING_MISSING,
  NOTHING_NEW,
  ordered,
  SAME,
  stepLines,
} from './bar-rules.js';
import { Mask, StorybookScreens, WaitFor } from './place-settings.js';

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

const Runner = z
  .strictObject({ command: CommandLine.optional(), timeout_ms: z.number().int().positive().default(300_000) })
  .optional()
  .register(
    COMPARED,
    free('commands are compared as `runners.<name>`, configured or found; a time limit can only fail them'),
  );

/** When pages are looked at under a condition. */
const WhenLooked = z
  .enum(['off', 'release', 'always'])
  .default('release')
  .register(COMPARED, ordered('off', 'release', 'always'));

/** A regular expression in RE2 syntax, which no text can make slow: without look-around and back-references. */
const Pattern = z.string().superRefine((text, context) => {
  const problem = patternProblem(text);
  if (problem !== undefined)
    context.addIssue({ code: 'custom', message: `is no regular expression of RE2: ${problem}` });
});

const MASKED = free('compared as `mask`, with the rectangles of both');
const PLACE = free('it is the key that the screen is known by');

/** A named place of the app. */
export const ScreenConfig = z
  .strictObject({
    name: z.string().min(1).register(COMPARED, free('what a screen is called may change')),
    path: z.string().optional().register(COMPARED, PLACE),
    url: z.url().optional().register(COMPARED, PLACE),
    /** App of `native.apps`: its window is the screen. */
    app: z.string().min(1).optional().register(COMPARED, PLACE),
    wait_for: WaitFor.optional().register(COMPARED, SAME),
    steps: z
      .array(z.looseObject({ action: z.string() }))
      .optional()
      .register(COMPARED, { ...SAME, shown: shownSteps }),
    mask: z.array(Mask).default([]).register(COMPARED, NOTHING_NEW),
    ignore_regions: z.array(Rect).default([]).register(COMPARED, MASKED),
    viewports: z.array(z.string()).min(1).optional().register(COMPARED, NOTHING_MISSING),
    full_page: z
      .boolean()
      .optional()
      .register(COMPARED, ordered(false, 'auto', true)),
    /** What can be read on it is drawn by nature, not text: a map, a drawing board, a viewer of documents. */
    drawn: z.literal(true).optional().register(COMPARED, ordered(true, null)),
    threshold: z.number().min(0).max(1).optional().register(COMPARED, AT_LEAST),
    allow_size_difference: z.boolean().default(false).register(COMPARED, ordered(true, false)),
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

/** Scheme and host of each: the rest of an address may be the secret that opens it. */
function shownEndpoints(endpoints: unknown) {
  const plain = (one: unknown) =>
    /^(?:cdp\+)?\w+:\/\/(?:[^/@]*@)?[^/?#]*/.exec(String(one))?.[0].replace(/\/\/.*@/, '//') ?? '?';
  return barValue(Array.isArray(endpoints) ? endpoints.map(plain) : endpoints);
}

/** The address without what does not belong in it. */
function shownStore(url: unknown) {
  return typeof url === 'string' ? (/^[^?#]*/.exec(url)?.[0] ?? '').replace(/\/\/[^/]*@/, '//') : url;
}

function shownSteps(steps: unknown) {
  if (!Array.isArray(steps)) return null;
  const known = z.array(z.looseObject({ action: z.string() })).safeParse(steps);
  return known.success ? stepLines(known.data) : null;
}

/** A desktop app: its program, and the title of its window where it has several. */
export const NativeApp = z.strictObject({
  command: z
    .array(z.string())
    .min(1)
    .register(COMPARED, { ...SAME, shown: words }),
  window: z.string().optional().register(COMPARED, SAME),
});

/** An argument array or a string, as one line. */
function words(command: unknown) {
  return Array.isArray(command) ? command.join(' ') : barValue(command);
}

/** A secret of the environment, and where it may be typed. */
export const SecretConfig = z.strictObject({
  env: z
    .string()
    .regex(/^[A-Z_][A-Z0-9_]*$/i)
    .register(COMPARED, free('it is the key that the secret is known by')),
  origins: z.array(z.string()).default([]).register(COMPARED, NOTHING_NEW),
});

/** Flags of Chromium that answer for a host from another place, reach past the proxy, run another program, or let others drive it. */
const REROUTES =
  /^--?(?:host-(?:resolver-)?rules|proxy-(?:server|pac-url|auto-detect|bypass-list)|no-proxy-server|load-extension|disable-extensions-except|remote-debugging-\w+|[\w-]+-cmd-prefix|gpu-launcher|browser-subprocess-path|user-data-dir)(?:=|$)/;

const LIMIT = free('it can only stop the work, and is told when it does');
const KEPT = free('how long older runs are kept changes no judgement; the ledger keeps their digests');
const ONE_BY_ONE = free('each has bars of its own, by its address or name');

/** `.codeloop/config.json` (docs/config.md). Every key has a default; unknown keys are refused. */
export const Config = z.strictObject({
  $schema: z.string().optional().register(COMPARED, free('it is for editors')),
  project_type: z.string().default('auto').register(COMPARED, SAME),
  runners: z
    .strictObject({
      build: Runner,
      lint: Runner,
      typecheck: Runner,
      test: Runner,
    })
    .prefault({}),
  tests: z
    .strictObject({
      run: z.boolean().default(true).register(COMPARED, ordered(false, true)),
      waive_gate: z
        .strictObject({ reason: z.string().min(1) })
        .optional()
        .register(COMPARED, {
          isLower: (before, after) => after !== null && after !== before,
          shown: (value) => barValue(value === undefined ? undefined : Reflect.get(Object(value), 'reason')),
        }),
    })
    .prefault({}),
  server: z
    .strictObject({
      command: CommandLine.optional().register(COMPARED, { ...SAME, shown: words }),
      url: z.url().optional().register(COMPARED, SAME),
      /** Folder of finished HTML that codeloop serves itself when there is no command. */
      static: z.string().optional().register(COMPARED, SAME),
      ready_timeout_ms: z.number().int().positive().default(60_000).register(COMPARED, LIMIT),
    })
    .prefault({}),
  browser: z
    .strictObject({
      engine: z.enum(['chromium', 'firefox', 'webkit']).default('chromium').register(COMPARED, SAME),
      executable: z.string().optional().register(COMPARED, SAME),
      channel: z.string().optional().register(COMPARED, SAME),
      args: z
        .array(
          z
            .string()
            .refine(
              (flag) => !REROUTES.test(flag),
              'would lead the browser past the walls that codeloop puts around it',
            ),
        )
        .default([])
        .register(COMPARED, SAME),
      /** Browsers that run elsewhere and take the pictures in the place of one of this machine. */
      endpoints: z
        .array(z.string().min(1))
        .default([])
        .register(COMPARED, { ...SAME, shown: shownEndpoints }),
    })
    .prefault({}),
  screens: z.array(ScreenConfig).optional().register(COMPARED, ONE_BY_ONE),
  /** Stories that are screens as well. `screens: { storybook: … }` is read as this and no other screens. */
  stories: StorybookScreens.optional(),
  viewports: z
    .record(z.string().regex(/^[a-z0-9][a-z0-9_-]*$/i), ViewportSettings)
    .refine(
      (named) => Object.keys(named).length > 0,
      'name at least one viewport, or leave the key out for the usual ones',
    )
    .default(DEFAULT_VIEWPORTS)
    .register(COMPARED, ONE_BY_ONE),
  capture: z
    .strictObject({
      full_page: z
        .union([z.literal('auto'), z.boolean()])
        .default('auto')
        .register(COMPARED, ordered(false, 'auto', true)),
      settle_timeout_ms: z.number().int().min(500).default(10_000).register(COMPARED, AT_LEAST),
      concurrency: z
        .number()
        .int()
        .min(1)
        .max(32)
        .optional()
        .register(COMPARED, free('pictures do not depend on how many are taken at once')),
      /** ISO time at which the page's clock stands still. */
      freeze_time: z.iso.datetime({ offset: true }).optional().register(COMPARED, SAME),
    })
    .prefault({}),
  network: z
    .strictObject({ allowed_origins: z.array(z.string()).default([]).register(COMPARED, NOTHING_NEW) })
    .prefault({}),
  native: z
    .strictObject({
      apps: z.record(z.string(), NativeApp).default({}).register(COMPARED, ONE_BY_ONE),
    })
    .prefault({}),
  secrets: z
    .array(SecretConfig)
    .default([])
    .register(COMPARED, {
      ...NOTHING_MISSING,
      shown: (value) =>
        Array.isArray(value) ? value.map((one) => String(Reflect.get(Object(one), 'env'))).sort() : null,
    }),
  redact: z.array(Pattern).default([]).register(COMPARED, COVERS_SECRETS),
  design: z
    .strictObject({
      dir: z.string().default('designs').register(COMPARED, free('the references in it are compared')),
      match_threshold: z.number().min(0).max(1).default(0.95).register(COMPARED, AT_LEAST),
      block_on_severity: Severity.default('major').register(COMPARED, ordered('critical', 'major', 'minor')),
      pixel_threshold: z.number().min(0).max(1).default(0.1).register(COMPARED, AT_MOST),
      antialiasing: z.enum(['ignored', 'counted']).default('ignored').register(COMPARED, ordered('ignored', 'counted')),
      /** Measured: below this pixelmatch on decoded pixels is faster; above it odiff keeps the memory out of this process. */
      odiff_above_pixels: z.number().int().positive().default(32_000_000).register(COMPARED, SAME),
      max_masked_ratio: z.number().min(0).max(1).default(0.2).register(COMPARED, AT_MOST),
    })
    .prefault({}),
  visual: z
    .strictObject({
      max_diff_ratio: z.number().min(0).max(1).default(0).register(COMPARED, AT_MOST),
      approval: z.enum(['human', 'auto']).default('human').register(COMPARED, ordered('auto', 'human')),
    })
    .prefault({}),
  store: z
    .strictObject({
      /** Where accepted pictures are kept besides this machine: any store that speaks S3. */
      url: z
        .string()
        .min(1)
        .optional()
        .register(COMPARED, { ...SAME, shown: (value) => barValue(shownStore(value)) }),
    })
    .prefault({}),
  accessibility: z
    .strictObject({
      enabled: z.boolean().default(true).register(COMPARED, ordered(false, true)),
      fail_on: z
        .enum(['minor', 'moderate', 'serious', 'critical'])
        .default('serious')
        .register(COMPARED, ordered('critical', 'serious', 'moderate', 'minor')),
    })
    .prefault({}),
  layout: z
    .strictObject({
      enabled: z.boolean().default(true).register(COMPARED, ordered(false, true)),
      /** Lay pages out at widths between the viewports as well, in full runs. */
      widths: z.boolean().default(true).register(COMPARED, ordered(false, true)),
      /** Conditions that pages are looked at under as well: for a release, in each verification, or never. */
      conditions: z
        .strictObject({
          text_200: WhenLooked,
          text_spacing: WhenLooked,
          reflow: WhenLooked,
          forced_colors: WhenLooked,
          dark: WhenLooked,
          reduced_motion: WhenLooked,
          rtl: WhenLooked,
          long_text: WhenLooked,
          print: WhenLooked,
          keyboard: WhenLooked,
        })
        .prefault({}),
    })
    .prefault({}),
  runtime: z
    .strictObject({
      /** Console errors that are known and accepted: a regular expression each, tested against the text. Shown in the gate. */
      allowed_console_errors: z.array(Pattern).default([]).register(COMPARED, NOTHING_NEW),
    })
    .prefault({}),
  recording: z
    .strictObject({
      fps: z.number().int().min(1).max(60).default(25).register(COMPARED, AT_LEAST),
      max_seconds: z.number().int().positive().default(600).register(COMPARED, AT_LEAST),
      max_megabytes: z.number().int().positive().default(200).register(COMPARED, AT_LEAST),
    })
    .prefault({}),
  gates: z
    .strictObject({
      threshold: z.number().min(0).max(100).default(94).register(COMPARED, AT_LEAST),
      max_iterations: z.number().int().positive().default(15).register(COMPARED, AT_MOST),
      /** Under CI: earlier commits have to be there, or the project says that it keeps none. */
      history: z.enum(['compared', 'none']).default('compared').register(COMPARED, ordered('none', 'compared')),
    })
    .prefault({}),
  retention: z
    .strictObject({
      runs: z.number().int().positive().default(20).register(COMPARED, KEPT),
      megabytes: z.number().int().positive().default(2000).register(COMPARED, KEPT),
    })
    .prefault({}),
  workflow: z
    .strictObject({
      /** Without it, flows and screens decide. */
      required: z
        .boolean()
        .optional()
        .register(COMPARED, ordered(false, null, true)),
      /**
       * Brings the back end to the state that flows begin with, before each replay: a command, or a request to the app such as
       * `POST /test/reset`. Flows are replayed one after the other then.
       */
      reset: CommandLine.optional().register(COMPARED, SAME),
    })
    .prefault({}),
});
/** The configuration with every default filled in. */
export type Config = z.infer<typeof Config>;
