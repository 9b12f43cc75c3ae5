import {
  Import,
  type Imported,
  type ImportedScreen,
  listOf,
  numberOf,
  recordOf,
  saysNothing,
  textsOf,
} from './imported.js';
import { Unreadable } from './static-value.js';

/** Keys of the whole file that only steer BackstopJS itself. */
const OWN = new Set([
  ...[
    'id',
    'viewports',
    'scenarios',
    'scenarioDefaults',
    'paths',
    'report',
    'engine',
    'engineOptions',
    'debug',
    'debugWindow',
  ],
  ...[
    'asyncCaptureLimit',
    'asyncCompareLimit',
    'archiveReport',
    'scenarioLogsInReports',
    'fileNameTemplate',
    'dynamicTestId',
  ],
  ...[
    'outputFormat',
    'outputFileFormatSuffix',
    'openReport',
    'ci',
    'dockerCommandTemplate',
    'resembleOutputOptions',
    '$schema',
  ],
]);
/** Keys of a scenario that are carried, or mean nothing here. */
const CARRIED = new Set([
  ...[
    'label',
    'url',
    'viewports',
    'selectors',
    'selectorExpansion',
    'hideSelectors',
    'removeSelectors',
    'readySelector',
  ],
  ...['readyTimeout', 'keyPressSelectors', 'keyPressSelector', 'hoverSelector', 'hoverSelectors', 'clickSelector'],
  ...['clickSelectors', 'scrollToSelector', 'requireSameDimensions', 'id', 'sIndex'],
]);
const SETTLES = 'is not needed: codeloop waits until the page stands still';
const SCRIPT =
  'is a script. Clicks, hovers, keys and scrolls of the scenario are carried as steps; what else it does (cookies, stubs) is not: use steps, or `mask`';
/** Why a key of a scenario is left out. */
const REASONS: Readonly<Record<string, string>> = {
  ...{ delay: SETTLES, onBeforeScript: SCRIPT, onReadyScript: SCRIPT },
  readyEvent: 'is a line of the console: wait_for waits for an element or a text of the page',
  cookiePath: 'cookies are not carried: log in with the steps of the screen, with a secret of `secrets[]`',
  misMatchThreshold: 'a difference is judged by what it is (docs/severity.md), not by a share of pixels',
  defaultMisMatchThreshold: 'a difference is judged by what it is (docs/severity.md), not by a share of pixels',
  referenceUrl: 'compare with it by `codeloop verify --base <url>`',
  expect: 'the number of elements is no setting: `assert_count` is a step of a flow',
  variants: 'are not carried: give each its own screen',
};

/** True when these are settings of BackstopJS. */
export function isBackstop(value: unknown): boolean {
  return Array.isArray(recordOf(value).scenarios);
}

/** What settings of BackstopJS (6.3, docs in its README) become. Pure. */
export function fromBackstop(value: unknown): Imported {
  const config = recordOf(value);
  const result = new Import();
  result.leaveUnreadable(value);
  const all = viewportsOf(result, config.viewports);
  const browser = recordOf(config.engineOptions).browser;
  if (browser === 'firefox' || browser === 'webkit') result.engine = browser;
  const args = textsOf(recordOf(config.engineOptions).args).filter(
    (one) => !/sandbox|device-scale|scrollbars/.test(one),
  );
  if (args.length > 0)
    result.leave('engineOptions.args', `${args.join(' ')}: put what pictures need into browser.args`);
  const defaults = recordOf(config.scenarioDefaults);
  for (const [key, one] of Object.entries(config))
    if (!OWN.has(key) && !saysNothing(one) && !(one instanceof Unreadable))
      result.leave(key, REASONS[key] ?? 'has nothing like it here');
  listOf(config.scenarios).forEach((one, index) => {
    const scenario = { ...defaults, ...recordOf(one) };
    const label = textsOf(scenario.label)[0] ?? `scenario ${index + 1}`;
    const address = textsOf(scenario.url)[0];
    const place = address === undefined ? undefined : result.place(address);
    if (place === undefined) {
      result.leave('scenario', 'has no address that a browser can open', label);
      return;
    }
    const own = listOf(scenario.viewports).length > 0 ? viewportsOf(result, scenario.viewports) : undefined;
    const selectors = textsOf(scenario.selectors);
    const screen = result.screen({
      name: label,
      ...place,
      ...shown(result, label, selectors),
      ...details(result, label, scenario),
    });
    // A screen is taken at every viewport of the settings unless it names its own.
    screen.viewports = (own ?? all).map(({ key }) => key);
    for (const [key, setting] of Object.entries(scenario))
      if (!CARRIED.has(key) && key !== 'postInteractionWait' && !saysNothing(setting))
        result.leave(key, REASONS[key] ?? 'has nothing like it here', label);
    pictures(result, config, {
      label,
      screen: screen.name,
      selectors,
      viewports: own ?? all,
      moves: textsOf(scenario.removeSelectors).length > 0,
    });
  });
  return plainViewports(result.done());
}

interface ViewportOf {
  key: string;
  /** Label as the names of pictures have it. */
  label: string;
}

function viewportsOf(result: Import, value: unknown): ViewportOf[] {
  return listOf(value).flatMap((one) => {
    const { label, name, width, height } = recordOf(one);
    const [w, h] = [numberOf(width), numberOf(height)];
    if (w === undefined || h === undefined) {
      result.leave('viewports', 'one has no width and height in numbers');
      return [];
    }
    const called = textsOf(label)[0] ?? textsOf(name)[0] ?? `w${w}`;
    return [{ key: result.viewport(called, w, h), label: called }];
  });
}

/** Whether the whole page is photographed, or what a window shows. */
function shown(result: Import, label: string, selectors: readonly string[]): Pick<ImportedScreen, 'full_page'> {
  const elements = selectors.filter((one) => !/^(?:document|viewport|body|html)$/.test(one));
  if (elements.length > 0)
    result.leave(
      'selectors',
      `${elements.join(', ')}: no pictures of single elements; the whole page, which holds them, is photographed`,
      label,
    );
  const window = selectors.includes('viewport') && selectors.every((one) => one === 'viewport');
  return { full_page: !window };
}

function details(result: Import, label: string, scenario: Readonly<Record<string, unknown>>): Partial<ImportedScreen> {
  const removed = textsOf(scenario.removeSelectors);
  if (removed.length > 0)
    result.leave(
      'removeSelectors',
      'are masks here: the element keeps its place, so its old pictures are not copied',
      label,
    );
  const mask = [...textsOf(scenario.hideSelectors), ...removed];
  const [ready] = textsOf(scenario.readySelector);
  const timeout = numberOf(scenario.readyTimeout);
  const at = (action: string, selector: string, value?: string) => ({
    action,
    target: { selector },
    ...(value === undefined ? {} : { value }),
  });
  const after = scenario.postInteractionWait;
  if (typeof after === 'number' && after > 0) result.leave('postInteractionWait', SETTLES, label);
  const keys = [...listOf(scenario.keyPressSelectors), ...listOf([scenario.keyPressSelector])].map(recordOf);
  const steps = [
    ...keys.flatMap(({ selector, keyPress }) =>
      typeof selector === 'string' && typeof keyPress === 'string' ? [at('type', selector, keyPress)] : [],
    ),
    ...[scenario.hoverSelector, scenario.hoverSelectors].flatMap(textsOf).map((one) => at('hover', one)),
    ...[scenario.clickSelector, scenario.clickSelectors].flatMap(textsOf).map((one) => at('click', one)),
    ...(typeof after === 'string' ? textsOf(after).map((one) => at('wait', one)) : []),
    ...textsOf(scenario.scrollToSelector).map((one) => at('scroll_into_view', one)),
  ];
  return {
    ...(mask.length > 0 ? { mask } : {}),
    ...(ready === undefined ? {} : { wait_for: { selector: ready, ...(timeout ? { timeout_ms: timeout } : {}) } }),
    ...(steps.length > 0 ? { steps } : {}),
    ...(scenario.requireSameDimensions === false ? { allow_size_difference: true } : {}),
  };
}

/** The reference pictures that show the whole page or window, by the names that BackstopJS gives them. */
function pictures(
  result: Import,
  config: Readonly<Record<string, unknown>>,
  of: { label: string; screen: string; selectors: readonly string[]; viewports: readonly ViewportOf[]; moves: boolean },
): void {
  const folder = textsOf(recordOf(config.paths).bitmaps_reference)[0] ?? 'backstop_data/bitmaps_reference';
  const template =
    textsOf(config.fileNameTemplate)[0] ??
    '{configId}_{scenarioLabel}_{selectorIndex}_{selectorLabel}_{viewportIndex}_{viewportLabel}';
  const selectors = of.selectors.length > 0 ? of.selectors : ['document'];
  const whole = ['document', 'viewport'].find((one) => selectors.includes(one));
  if (whole === undefined || of.moves) return;
  of.viewports.forEach(({ key, label }, index) => {
    const values: Record<string, string> = {
      configId: textsOf(config.id)[0] ?? 'backstop_default',
      scenarioLabel: safe(of.label),
      selectorIndex: String(selectors.indexOf(whole)),
      selectorLabel: whole,
      viewportIndex: String(index),
      viewportLabel: safe(label),
    };
    const name = template.replace(/\{(\w+)\}/g, (_, part: string) => values[part] ?? '').replace(/[^a-z0-9_-]/gi, '');
    result.pictures.push({ from: `${folder}/${name}.png`, screen: of.screen, viewport: key });
  });
}

function safe(label: string): string {
  return label.replace(/[ /]/g, '_');
}

/** A screen that is taken at all viewports need not list them. */
function plainViewports(done: Imported): Imported {
  const all = Object.keys(done.viewports).length;
  return {
    ...done,
    screens: done.screens.map(({ viewports, ...screen }) =>
      viewports && viewports.length < all ? { ...screen, viewports } : screen,
    ),
  };
}
