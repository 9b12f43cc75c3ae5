import { posix } from 'node:path';
import { z } from 'zod';
import { canonicalJson, sha256 } from '../core/digest.js';
import { CodeloopError } from '../core/errors.js';
import { redactShapes } from '../core/redact.js';
import type { Bars, BarValue, Lowering } from '../core/vocabulary/bars.js';
import { Viewport } from '../core/vocabulary/geometry.js';
import { parseAcceptance, parseAccessibilityBaseline, parseLayoutBaseline } from './acceptance.js';
import {
  AT_LEAST,
  type BarRule,
  BEGINS_SO,
  barFields,
  barValue,
  NOT_NARROWER,
  NOTHING_NEW,
  SAME,
  stepLines,
} from './bar-rules.js';
import { ACCESSIBILITY_BASELINE_FILE, LAYOUT_BASELINE_FILE } from './parse-settings.js';
import type { Mask } from './place-settings.js';
import { Config, NativeApp, ScreenConfig, SecretConfig } from './schema.js';

/** Files that hold bars besides the settings, relative to the project. */
export const BAR_FILES: readonly string[] = [
  '.codeloop/policy.yaml',
  'codeloop.yaml',
  ACCESSIBILITY_BASELINE_FILE,
  LAYOUT_BASELINE_FILE,
  ...['.npmrc', 'pnpm-workspace.yaml', '.yarnrc.yml', '.yarnrc', 'bunfig.toml'],
];
/** Folders whose files each are bars. */
export const BAR_FOLDERS: readonly string[] = ['docs/acceptance', '.codeloop/flows'];

const FlowSteps = z.object({
  start: z.string().optional(),
  viewports: z.array(z.string()).optional(),
  once: z.boolean().optional(),
  steps: z.array(z.looseObject({ action: z.string() })),
});

/** The bars that files besides the settings set. `texts`: path relative to the project → its text. A file that cannot be read sets none. */
export function fileBars(texts: ReadonlyMap<string, string>): Bars {
  const bars: Bars = {
    ...{ 'accessibility.accepted': [], 'layout.accepted': [] },
    ...{ 'npmrc.script-shell': null, 'npmrc.node-options': null, 'npmrc.ignore-scripts': null },
    ...Object.fromEntries(Object.keys(RUNS).map((path) => [`runs.${path}`, null])),
  };
  for (const [path, text] of texts) Object.assign(bars, barsOfFile(path, text));
  return bars;
}

/** Settings of npm that choose what runs a script. */
const NPM_RUNS = /^\s*(script-shell|node-options|ignore-scripts)\s*=\s*(.*?)\s*$/gm;

/** Lines of package managers' files by which other scripts, another shell or another program run; yarn's own releases are none. */
const RUNS: Readonly<Record<string, RegExp>> = {
  '.npmrc': /^\s*(?:workspaces?|include-workspace-root|if-present|filter|recursive)(?:\[\])?\s*(?:=.*)?$/gm,
  'pnpm-workspace.yaml': /^(?:scriptShell|shellEmulator|nodeOptions|ignoreScripts)\s*:.*$/gm,
  '.yarnrc.yml':
    /^(?:yarnPath|enableScripts|plugins)\s*:(?!\s*["']?\.yarn\/releases\/yarn-[\d.]+\.cjs).*(?:\n[ -].*)*/gm,
  '.yarnrc': /^\s*(?:--\S+\.)?(?:yarn-path|script-shell)\s(?!["']?\.yarn\/releases\/yarn-[\d.]+\.c?js).*$/gm,
  'bunfig.toml': /^\s*(?:shell|bun|preload|root)\s*=.*$/gm,
};

function barsOfFile(path: string, text: string): Bars {
  const lines = RUNS[path] && (text.match(RUNS[path]) ?? []).map((line) => line.trim().replace(/\s+/g, ' '));
  if (lines) {
    const own = path === '.npmrc' ? [...text.matchAll(NPM_RUNS)] : [];
    const named = own.map(([, name, value = '']) => [`npmrc.${name}`, value]);
    return { ...Object.fromEntries(named), [`runs.${path}`]: lines.length === 0 ? null : lines.sort().join('; ') };
  }
  if (path.endsWith('policy.yaml') || path === 'codeloop.yaml') return { policy: sha256(text) };
  try {
    if (path === ACCESSIBILITY_BASELINE_FILE)
      return {
        'accessibility.accepted': parseAccessibilityBaseline(text)
          .map(({ rule, selector, screens = ['every screen'] }) => `${rule} ${selector} on ${screens.join(', ')}`)
          .sort(),
      };
    if (path === LAYOUT_BASELINE_FILE)
      return {
        'layout.accepted': parseLayoutBaseline(text)
          .map(({ kind, selector, condition, screens = ['every screen'] }) =>
            [
              kind,
              selector,
              ...(condition === undefined ? [] : [`under ${condition}`]),
              `on ${screens.join(', ')}`,
            ].join(' '),
          )
          .sort(),
      };
    if (path.startsWith('.codeloop/flows/')) {
      const { start = '', steps, viewports, once } = FlowSteps.parse(JSON.parse(text));
      const key = `flows/${posix.basename(path, '.json')}`;
      return {
        [key]: steps.filter(({ action }) => action.startsWith('assert')).length,
        [`${key}.steps`]: [`start ${start}`, ...stepLines(steps)],
        [`${key}.viewports`]: once
          ? ['the first only', ...(viewports?.slice(0, 1) ?? [])]
          : (viewports?.toSorted() ?? null),
      };
    }
    return Object.fromEntries(
      parseAcceptance(text, path).map(({ id, text: said, proof }) => [
        // Numbers of a check list move when a line is added above.
        `acceptance/${posix.basename(path)}#${path.endsWith('.md') ? said : id}`,
        `${said} [${Object.entries(proof ?? {})
          .flat()
          .join(' ')}]`,
      ]),
    );
  } catch (error) {
    // A file that is broken fails the check that reads it; as a bar it says nothing.
    if (error instanceof CodeloopError || error instanceof SyntaxError || error instanceof z.ZodError) return {};
    throw error;
  }
}

/** Bars that the shipped defaults set for every project; the others (screens, sizes, masks) are each project's own. */
const SHIPPED =
  /^(?:redact$|design\.(?!odiff)|(?:visual|accessibility|layout|runtime|gates|tests|workflow)\.|screens\..*\.(?:threshold|allow_size_difference|drawn)$)/;

/**
 * The bars that settings set: every field that does not say that it is none. `screens`: those that are looked at, configured or
 * discovered; undefined where that cannot be known. `configured`: false where the defaults stand in; then only those count.
 */
export function settingBars(config: Config, screens: readonly ScreenConfig[] | undefined, configured = true): Bars {
  const own = bars(Config, config);
  return {
    ...(configured ? own : Object.fromEntries(Object.entries(own).filter(([key]) => SHIPPED.test(key)))),
    ...membersBars(
      'secrets',
      SecretConfig,
      config.secrets.map((secret) => [secret.env, secret]),
    ),
    ...membersBars('native', NativeApp, Object.entries(config.native.apps)),
    ...membersBars('viewports', ViewportRest, Object.entries(config.viewports)),
    ...Object.fromEntries(
      Object.entries(config.viewports).map(([name, viewport]) => [`viewports.${name}`, sizeOf(viewport)]),
    ),
    ...Object.assign({}, ...(screens ?? []).map((screen) => screenBars(config, screen, screens ?? []))),
  };
}

/** What else a viewport says than its size. */
const ViewportRest = Viewport.omit({ width: true, height: true, device_scale_factor: true });

/** The bars of a schema's fields, as a value has them. */
function bars(schema: z.ZodObject, value: object, prefix = ''): Bars {
  return Object.fromEntries(
    barFields(schema).map(({ path, rule }) => {
      let held: unknown = value;
      for (const step of path) held = Reflect.get(Object(held), step);
      const shown = rule.shown?.(held) ?? barValue(held);
      return [prefix + path.join('.'), Array.isArray(shown) && !rule.incomparable ? shown.toSorted() : shown];
    }),
  );
}

function membersBars(above: string, schema: z.ZodObject, members: readonly (readonly [string, object])[]): Bars {
  return Object.assign({}, ...members.map(([name, value]) => bars(schema, value, `${above}.${name}.`)));
}

/** Returns the bars that the shipped defaults set, for a project with these screens. */
export function shippedBars(screens: readonly ScreenConfig[]): Bars {
  const plain = screens.map(({ name, path, url, app }) => ({ name, path, url, app, mask: [], ignore_regions: [] }));
  const bars = settingBars(
    Config.parse({}),
    plain.map((screen) => ({ ...screen, allow_size_difference: false })),
  );
  // No project begins with findings that somebody accepted.
  const accepted = Object.entries(fileBars(new Map())).filter(([key]) => SHIPPED.test(key));
  return Object.fromEntries([...Object.entries(bars).filter(([key]) => SHIPPED.test(key)), ...accepted]);
}

/** What was measured on a screen and cannot be judged, because a setting keeps it out of the pictures; `what`: codeloop's words. */
export interface HiddenFault {
  screen: string;
  by: 'mask' | 'window';
  what: string;
}

/** Smallest window that is taken for one that somebody looks through, CSS px. */
const SMALLEST = { width: 160, height: 120 };

/**
 * The bars that are each project's own (masks, how much of a page is photographed, sizes of windows) where they are laxer than what is shipped
 * and hide something: a fault that was measured, or, in windows that nobody looks through, the page. No earlier settings are asked, so
 * that they count in the first commit too. Pure.
 */
export function hidingBars(
  config: Config,
  screens: readonly ScreenConfig[],
  faults: readonly HiddenFault[],
): Lowering[] {
  const against = 'the shipped defaults';
  return screens.flatMap((screen): Lowering[] => {
    const own = faults.filter((one) => one.screen === screen.name);
    const bars = screenBars(config, screen, screens);
    const key = `screens.${addressOf(screen, screens)}`;
    const hides = (by: HiddenFault['by']) =>
      [...new Set(own.filter((one) => one.by === by).map(({ what }) => what))].sort().join('; ');
    const whole = screen.full_page === undefined ? 'capture.full_page' : `${key}.full_page`;
    const sizes = screen.app === undefined ? (screen.viewports ?? Object.keys(config.viewports)) : [];
    const small = sizes.filter((name) => isTooSmall(config.viewports[name]));
    return [
      ...(hides('mask') === ''
        ? []
        : [{ key: `${key}.mask`, before: [], after: bars[`${key}.mask`] ?? null, against, hides: hides('mask') }]),
      ...(hides('window') === '' || bars[`${key}.full_page`] !== false
        ? []
        : [{ key: whole, before: 'auto', after: false, against, hides: hides('window') }]),
      ...(small.length < sizes.length ? [] : small).map((name) => ({
        ...{ key: `viewports.${name}`, before: `${SMALLEST.width}x${SMALLEST.height} or more`, against },
        ...{ after: sizeOf(config.viewports[name]), changed: true, hides: 'what people with larger windows see' },
      })),
    ];
  });
}

const isTooSmall = (one: Viewport | undefined) =>
  one !== undefined && (one.width < SMALLEST.width || one.height < SMALLEST.height);

const sizeOf = (one: Viewport | undefined) =>
  one === undefined ? null : `${one.width}x${one.height}@${one.device_scale_factor}`;

function screenBars(config: Config, screen: ScreenConfig, all: readonly ScreenConfig[]): Bars {
  const key = `screens.${addressOf(screen, all)}`;
  const effective = {
    ...screen,
    threshold: screen.threshold ?? config.design.match_threshold,
    full_page: screen.full_page ?? config.capture.full_page,
    mask: [...screen.mask, ...screen.ignore_regions].map(maskText),
    viewports: screen.viewports ?? Object.keys(config.viewports),
  };
  return { [key]: screen.name, ...bars(ScreenConfig, effective, `${key}.`) };
}

/** Returns what identifies a screen, whatever its name: its address, and its name only where another screen has the same one. */
function addressOf(screen: ScreenConfig, all: readonly ScreenConfig[]): string {
  // A name of a bar stands in every verdict.
  const address = ({ url, path = '', app }: ScreenConfig) =>
    redactShapes(url ?? (app === undefined ? path : `app:${app}`));
  const shared = all.filter((one) => address(one) === address(screen)).length > 1;
  return shared ? `${address(screen)} (${screen.name})` : address(screen);
}

function maskText(mask: Mask): string {
  return typeof mask === 'string' ? mask : `${mask.x},${mask.y} ${mask.width}x${mask.height}`;
}

/** The rules of the settings' own keys. */
const SETTINGS = new Map(barFields(Config).map(({ path, rule }) => [path.join('.'), rule]));
/** The rules of a screen's fields. */
const SCREEN = new Map(barFields(ScreenConfig).map(({ path, rule }) => [path.join('.'), rule]));
/** The one rule of what has no other: it may neither change nor go. */
const KEPT: BarRule = { ...SAME, gone: true };

/** Keys that are no single setting, by how they begin and end; the first that fits holds. */
const RULES: readonly [RegExp, BarRule][] = [
  [/^secrets\..*\.origins$/, NOTHING_NEW],
  [/^native\.|^viewports\.[^.]+\./, SAME],
  [/^(?:(?:accessibility|layout)\.accepted|stories\.exceptions)$/, NOTHING_NEW],
  [/^tests\.executed$/, AT_LEAST],
  [/^(?:server\.script$|npmrc\.|runs\.)/, SAME],
  // What settings leave out is told with each verdict; a page more is no lower bar.
  [/^pages\.left_out$/, { isLower: () => false }],
  // What a screen is called may change, as long as its address is looked at.
  [/^screens\./, { gone: true, isLower: () => false }],
  [/^flows\/.*\.steps$/, BEGINS_SO],
  [/^flows\/.*\.viewports$/, NOT_NARROWER],
  [/^flows\//, { ...AT_LEAST, gone: true }],
];

/** The rule of a key. `policy`, `references/…`, `acceptance/…`, `runners.…` and all that is not known here are kept as they are. */
function barRule(key: string): BarRule {
  const field = key.startsWith('screens.') ? SCREEN.get(key.slice(key.lastIndexOf('.') + 1)) : SETTINGS.get(key);
  return field ?? RULES.find(([pattern]) => pattern.test(key))?.[1] ?? KEPT;
}

/**
 * The bars that are lower now than before, or gone, in the order of their keys. Bars that are new, or higher, are none.
 * Pure: the same two sets give the same list. `against` names where `before` is from.
 */
export function loweredBars(before: Bars, now: Bars, against: string): Lowering[] {
  const lower = Object.keys(before)
    .sort()
    .flatMap((key) => {
      // Nothing is a value too: a setting that was taken out.
      const [was, is] = [before[key] ?? null, key in now ? now[key] : now[otherKey(key, before, now) ?? '']];
      const { gone = false, incomparable, isLower } = barRule(key);
      const lowered = is === undefined ? gone : isLower(was, is);
      const how = incomparable ? { changed: true } : {};
      return lowered ? [{ key, before: was, after: is ?? null, against, ...how }] : [];
    });
  return lower.filter((one) => !followsFrom(one, lower) && !isFirstServer(one, before));
}

/**
 * The key that a screen's bar has now, where another screen has come to its address or gone from it: keys hold a screen's name only
 * where its address does not tell it apart.
 */
function otherKey(key: string, before: Bars, now: Bars): string | undefined {
  const base = Object.keys(before)
    .filter((one) => `${one}.viewports` in before && (key === one || key.startsWith(`${one}.`)))
    .sort((a, b) => b.length - a.length)[0];
  const name = base === undefined ? undefined : before[base];
  if (base === undefined || typeof name !== 'string') return undefined;
  const called = ` (${name})`;
  const other = base.endsWith(called) ? base.slice(0, -called.length) : base + called;
  return now[other] === name ? other + key.slice(base.length) : undefined;
}

/** Settings of a screen that are those of all screens, unless it has its own. */
const INHERITED: readonly [end: string, from: string][] = [
  ['.threshold', 'design.match_threshold'],
  ['.full_page', 'capture.full_page'],
];

/** True for a bar that came down with another one: a screen's with the one it is taken from, a script with the command that runs it. */
function followsFrom({ key, before, after }: Lowering, all: readonly Lowering[]): boolean {
  if (key === 'server.script') return all.some((one) => one.key === 'server.command');
  const from = INHERITED.find(([end]) => key.startsWith('screens.') && key.endsWith(end))?.[1];
  return all.some((one) => one.key === from && one.before === before && one.after === after);
}

/** True for a server, or a Storybook, where none was named before: nothing is put in the place of another one. */
function isFirstServer({ key }: Lowering, before: Bars): boolean {
  if (key.startsWith('stories.')) return (before['stories.storybook'] ?? null) === null;
  const named = ['server.command', 'server.url', 'server.static'];
  return named.includes(key) && named.every((one) => (before[one] ?? null) === null);
}

/** Returns true when a person accepted this value of a bar, or a lower one. */
export function isCovered(lowering: Lowering, accepted: readonly { key: string; after: BarValue }[]): boolean {
  return accepted.some(
    ({ key, after }) =>
      key === lowering.key &&
      (canonicalJson(after) === canonicalJson(lowering.after) ||
        (after !== null && lowering.after !== null && !barRule(key).isLower(after, lowering.after))),
  );
}
