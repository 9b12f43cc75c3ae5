import { posix } from 'node:path';
import { z } from 'zod';
import { canonicalJson, sha256 } from '../core/digest.js';
import { CodeloopError } from '../core/errors.js';
import type { Bars, BarValue, Lowering } from '../core/vocabulary/bars.js';
import {
  ACCESSIBILITY_BASELINE_FILE,
  LAYOUT_BASELINE_FILE,
  parseAcceptance,
  parseAccessibilityBaseline,
  parseLayoutBaseline,
} from './acceptance.js';
import { Config, type Mask, type ScreenConfig } from './schema.js';

/** Files that hold bars besides the settings, relative to the project. */
export const BAR_FILES: readonly string[] = [
  '.codeloop/policy.yaml',
  'codeloop.yaml',
  ACCESSIBILITY_BASELINE_FILE,
  LAYOUT_BASELINE_FILE,
];
/** Folders whose files each are bars. */
export const BAR_FOLDERS: readonly string[] = ['docs/acceptance', '.codeloop/flows'];

const FlowSteps = z.object({ steps: z.array(z.object({ action: z.string() })) });

/** The bars that files besides the settings set. `texts`: path relative to the project → its text. A file that cannot be read sets none. */
export function fileBars(texts: ReadonlyMap<string, string>): Bars {
  const bars: Bars = { 'accessibility.accepted': [], 'layout.accepted': [] };
  for (const [path, text] of texts) Object.assign(bars, barsOfFile(path, text));
  return bars;
}

function barsOfFile(path: string, text: string): Bars {
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
          .map(({ kind, selector, screens = ['every screen'] }) => `${kind} ${selector} on ${screens.join(', ')}`)
          .sort(),
      };
    if (path.startsWith('.codeloop/flows/')) {
      const { steps } = FlowSteps.parse(JSON.parse(text));
      const expected = steps.filter(({ action }) => action.startsWith('assert')).length;
      return { [`flows/${posix.basename(path, '.json')}`]: expected };
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
  /^(?:design|visual|accessibility|layout|runtime|gates|tests|workflow)\.|^screens\..*\.(?:threshold|allow_size_difference)$/;

/** The bars that settings set. `screens`: those that are looked at, configured or discovered; undefined where that cannot be known. */
export function settingBars(config: Config, screens: readonly ScreenConfig[] | undefined): Bars {
  const { design, visual, accessibility, layout, runtime, gates, tests, workflow, capture, server } = config;
  const viewports = Object.entries(config.viewports);
  return {
    'design.match_threshold': design.match_threshold,
    'design.block_on_severity': design.block_on_severity,
    'design.pixel_threshold': design.pixel_threshold,
    'design.antialiasing': design.antialiasing,
    'design.max_masked_ratio': design.max_masked_ratio,
    'visual.max_diff_ratio': visual.max_diff_ratio,
    'visual.approval': visual.approval,
    'accessibility.enabled': accessibility.enabled,
    'accessibility.fail_on': accessibility.fail_on,
    'layout.enabled': layout.enabled,
    'layout.widths': layout.widths,
    'runtime.allowed_console_errors': [...runtime.allowed_console_errors].sort(),
    'gates.threshold': gates.threshold,
    'gates.max_iterations': gates.max_iterations,
    'tests.run': tests.run,
    'tests.waive_gate': tests.waive_gate?.reason ?? null,
    'workflow.required': workflow.required ?? null,
    'capture.full_page': capture.full_page,
    ...(server.static === undefined ? {} : { 'server.static': server.static }),
    ...(server.command === undefined ? {} : { 'server.command': [server.command].flat().join(' ') }),
    ...Object.assign({}, ...Object.entries(config.native.apps).map(([name, app]) => appBars(name, app))),
    ...Object.fromEntries(
      viewports.map(([name, { width, height, device_scale_factor }]) => [
        `viewports.${name}`,
        `${width}x${height}@${device_scale_factor}`,
      ]),
    ),
    ...Object.assign({}, ...(screens ?? []).map((screen) => screenBars(config, screen, screens ?? []))),
  };
}

/** Returns the bars that the shipped defaults set, for a project with these screens. */
export function shippedBars(screens: readonly ScreenConfig[]): Bars {
  const plain = screens.map(({ name, path, url, app }) => ({ name, path, url, app, mask: [], ignore_regions: [] }));
  const bars = settingBars(
    Config.parse({}),
    plain.map((screen) => ({ ...screen, allow_size_difference: false })),
  );
  return Object.fromEntries(Object.entries(bars).filter(([key]) => SHIPPED.test(key)));
}

/** Returns the bars of an app: its program and window. */
function appBars(name: string, { command, window }: Config['native']['apps'][string]): Bars {
  return { [`native.${name}.command`]: command.join(' '), [`native.${name}.window`]: window ?? null };
}

function screenBars(config: Config, screen: ScreenConfig, all: readonly ScreenConfig[]): Bars {
  const key = `screens.${addressOf(screen, all)}`;
  const masks = [...screen.mask, ...screen.ignore_regions].map(maskText);
  return {
    [key]: screen.name,
    [`${key}.threshold`]: screen.threshold ?? config.design.match_threshold,
    [`${key}.allow_size_difference`]: screen.allow_size_difference,
    [`${key}.full_page`]: screen.full_page ?? config.capture.full_page,
    [`${key}.mask`]: masks.sort(),
    [`${key}.viewports`]: [...(screen.viewports ?? Object.keys(config.viewports))].sort(),
  };
}

/** Returns what identifies a screen, whatever its name: its address, and its name only where another screen has the same one. */
function addressOf(screen: ScreenConfig, all: readonly ScreenConfig[]): string {
  const address = ({ url, path = '', app }: ScreenConfig) => url ?? (app === undefined ? path : `app:${app}`);
  const shared = all.filter((one) => address(one) === address(screen)).length > 1;
  return shared ? `${address(screen)} (${screen.name})` : address(screen);
}

function maskText(mask: Mask): string {
  return typeof mask === 'string' ? mask : `${mask.x},${mask.y} ${mask.width}x${mask.height}`;
}

/** A rule for when a bar is lower than before. `gone`: a removed bar counts as lower too. */
interface BarRule {
  gone: boolean;
  isLower(before: BarValue, after: BarValue): boolean;
}

const rule = (isLower: BarRule['isLower'], gone = false): BarRule => ({ gone, isLower });
const atLeast = (gone = false) => rule((before, after) => Number(after) < Number(before), gone);
const atMost = rule((before, after) => Number(after) > Number(before));
/** From the laxest to the strictest. */
const ordered = (...values: BarValue[]) => rule((before, after) => values.indexOf(after) < values.indexOf(before));
const list = (value: BarValue): string[] => (Array.isArray(value) ? value : []);
/** A list of exceptions: anything new in it lowers the bar. */
const nothingNew = rule((before, after) => list(after).some((one) => !list(before).includes(one)));
/** A list of what is looked at: nothing may be missing. */
const nothingMissing = rule((before, after) => list(before).some((one) => !list(after).includes(one)));
/** A program cannot say whether another value is lower, so each change is shown to a person. */
const same = (gone: boolean) => rule((before, after) => before !== after, gone);

/** Keys, by how they begin and end, and the rule of each; the first that fits holds. */
const RULES: readonly [RegExp, BarRule][] = [
  [/^design\.match_threshold$/, atLeast()],
  [/^design\.block_on_severity$/, ordered('critical', 'major', 'minor')],
  [/^design\.pixel_threshold$/, atMost],
  [/^design\.antialiasing$/, ordered('ignored', 'counted')],
  [/^design\.max_masked_ratio$/, atMost],
  [/^visual\.max_diff_ratio$/, atMost],
  [/^visual\.approval$/, ordered('auto', 'human')],
  [/^accessibility\.enabled$/, ordered(false, true)],
  [/^accessibility\.fail_on$/, ordered('critical', 'serious', 'moderate', 'minor')],
  [/^accessibility\.accepted$/, nothingNew],
  [/^layout\.(?:enabled|widths)$/, ordered(false, true)],
  [/^layout\.accepted$/, nothingNew],
  [/^runtime\.allowed_console_errors$/, nothingNew],
  [/^gates\.threshold$/, atLeast()],
  [/^gates\.max_iterations$/, atMost],
  [/^tests\.run$/, ordered(false, true)],
  [/^tests\.waive_gate$/, rule((before, after) => after !== null && after !== before)],
  [/^tests\.executed$/, atLeast()],
  // Without the setting, flows and screens decide.
  [/^workflow\.required$/, ordered(false, null, true)],
  [/^capture\.full_page$/, ordered(false, 'auto', true)],
  [/^(?:server|native)\./, same(false)],
  [/^viewports\./, same(true)],
  [/^screens\..*\.threshold$/, atLeast()],
  [/^screens\..*\.full_page$/, ordered(false, 'auto', true)],
  [/^screens\..*\.allow_size_difference$/, ordered(true, false)],
  [/^screens\..*\.mask$/, nothingNew],
  [/^screens\..*\.viewports$/, nothingMissing],
  // What a screen is called may change, as long as its address is looked at.
  [/^screens\./, rule(() => false, true)],
  [/^flows\//, atLeast(true)],
  // `policy`, `references/…`, `acceptance/…`, `runners.…`
  [/./, same(true)],
];

function barRule(key: string): BarRule {
  return RULES.find(([pattern]) => pattern.test(key))?.[1] ?? same(true);
}

/**
 * The bars that are lower now than before, or gone, in the order of their keys. Bars that are new, or higher, are none.
 * Pure: the same two sets give the same list. `against` names where `before` is from.
 */
export function loweredBars(before: Bars, now: Bars, against: string): Lowering[] {
  const lower = Object.keys(before)
    .sort()
    .flatMap((key) => {
      const [was, is] = [before[key] ?? null, now[key] ?? now[otherKey(key, before, now) ?? '']];
      const { gone, isLower } = barRule(key);
      const lowered = is === undefined ? gone : isLower(was, is);
      return lowered ? [{ key, before: was, after: is ?? null, against }] : [];
    });
  return lower.filter((one) => !followsFrom(one, lower));
}

/**
 * The key that a screen's bar has now, where another screen has come to its address or gone from it: keys hold a screen's name only
 * where its address does not tell it apart (setting-bars.ts).
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

/** True for a screen's bar that came down with the one it is taken from. */
function followsFrom({ key, before, after }: Lowering, all: readonly Lowering[]): boolean {
  const from = INHERITED.find(([end]) => key.startsWith('screens.') && key.endsWith(end))?.[1];
  return all.some((one) => one.key === from && one.before === before && one.after === after);
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
