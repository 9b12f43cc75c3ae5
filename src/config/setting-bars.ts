import type { Bars } from '../core/vocabulary/bars.js';
import { Config, type Mask, type ScreenConfig } from './schema.js';

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
