/** `codeloop/playwright`: a test of Playwright asserts by the engine, the names, the designs and the accepted pictures of `codeloop verify`. */
import { dirname, relative, resolve } from 'node:path';
import {
  test as base,
  expect as baseExpect,
  type Expect,
  type ExpectMatcherState,
  type MatcherReturnType,
  type Page,
  type PlaywrightTestConfig,
  type TestInfo,
} from '@playwright/test';
import { AdoptedPage, pictureFlags, prepareContext } from '../browser/adopted-page.js';
import { toCodeloopError } from '../core/errors.js';
import { assertPage } from './assert.js';
import type { Assertion } from './judge.js';
import { knownProject, type LookOptions, redactorOf } from './look.js';

/** Options of every matcher. `timeout`: how long it may take until it holds, ms; default: that of `expect`. */
export interface MatcherOptions extends LookOptions {
  timeout?: number;
}

/** Options of a matcher that needs no name. */
export interface NamedOptions extends MatcherOptions {
  /** Name under which it is kept, and by which findings are accepted; default: the screen at this address, else the test's title. */
  name?: string;
}

/** What a test says of the project that its pages belong to. */
export interface CodeloopOptions {
  /** A folder of the project, where it is not the one that the runner's configuration lies in; relative to that. */
  codeloopProject: string;
}

/** Folder of the project that the present test names; a worker runs one test at a time. */
let named: string | undefined;

/** True once this worker's browsers are started with codeloop's flags, on this machine. */
let flagged = false;

async function judge(
  state: ExpectMatcherState,
  page: Page,
  assertion: Assertion,
  name: string | undefined,
  { timeout = state.timeout, ...options }: MatcherOptions = {},
): Promise<MatcherReturnType> {
  const info = base.info();
  const dir = named ?? dirname(info.config.configFile ?? info.file);
  const remote = info.project.use.connectOptions !== undefined || Boolean(process.env.PW_TEST_CONNECT_WS_ENDPOINT);
  const hint = state.utils.matcherHint(assertion, 'page', name === undefined ? '' : JSON.stringify(name), {
    isNot: state.isNot,
  });
  try {
    const engine = page.context().browser()?.browserType().name() ?? 'chromium';
    const likeOurs = !remote && (flagged || engine !== 'chromium');
    const adopted = await AdoptedPage.adopt(page, { redact: await redactorOf(dir), likeOurs });
    const { updateSnapshots: asked } = info.config;
    const { pass, lines, pictures, run } = await assertPage({
      ...{ dir, page: adopted, url: page.url(), test: await nameOf(info, dir), name, options },
      ...{ assertion, negated: state.isNot, timeoutMs: timeout, signal: new AbortController().signal },
      updates: asked === 'default' ? 'missing' : asked,
    });
    for (const { name: title, path } of pictures) await info.attach(title, { path, contentType: 'image/png' });
    return { name: assertion, pass, timeout, message: () => [hint, '', ...lines, '', `Evidence: ${run}`].join('\n') };
  } catch (error) {
    const known = toCodeloopError(error);
    if (known.code === 'INTERNAL') throw error;
    // What could not be judged is no answer: it fails with and without `not`.
    const { code, message, fix } = known.toBody();
    return {
      name: assertion,
      pass: state.isNot,
      timeout,
      message: () => [hint, '', `${code}: ${message}`, fix].join('\n'),
    };
  }
}

async function nameOf({ titlePath, file, line }: TestInfo, dir: string) {
  const { project } = await knownProject(dir);
  const place = `${relative(project.dir, file).split('\\').join('/')}:${line}`;
  return { runner: 'playwright', title: titlePath.slice(1).join(' › '), place };
}

/** The matchers, for an `expect` of your own: `baseExpect.extend(codeloopMatchers)`. */
export const codeloopMatchers = {
  /** The page looks as its design: `designs/<viewport>/<name>.png`, or where else a design of that name is found. */
  toMatchDesign(this: ExpectMatcherState, page: Page, name: string, options?: MatcherOptions) {
    return judge(this, page, 'toMatchDesign', name, options);
  },
  /** The page looks as a person accepted it: `.codeloop/baselines/<environment>/<name>/<viewport>.png`. */
  toMatchBaseline(this: ExpectMatcherState, page: Page, name: string, options?: MatcherOptions) {
    return judge(this, page, 'toMatchBaseline', name, options);
  },
  /** Nothing of the page's layout is broken. Chromium only. */
  toBeLaidOutSoundly(this: ExpectMatcherState, page: Page, { name, ...options }: NamedOptions = {}) {
    return judge(this, page, 'toBeLaidOutSoundly', name, options);
  },
  /** No element breaks a rule of accessibility at or above `accessibility.fail_on`. Chromium only. */
  toBeAccessible(this: ExpectMatcherState, page: Page, { name, ...options }: NamedOptions = {}) {
    return judge(this, page, 'toBeAccessible', name, options);
  },
};

/** Playwright's `expect` with the matchers; `mergeExpects(expect, yours)` joins it with others. */
export const expect: Expect<typeof codeloopMatchers> = baseExpect.extend(codeloopMatchers);

/**
 * Playwright's `test`, with browsers and pages set up so that pictures come out the same each time and compare with those of
 * `codeloop verify`; `mergeTests(test, yours)` joins it with others.
 */
export const test = base.extend<CodeloopOptions & { codeloopFolder: undefined }>({
  codeloopProject: ['', { option: true }],
  launchOptions: [
    async ({ launchOptions, browserName }, use) => {
      flagged = true;
      // Whether it is the shell depends on options that depend on this one; what takes that flag without need is none the worse.
      const shell = launchOptions.executablePath === undefined;
      await use({ ...launchOptions, args: [...(launchOptions.args ?? []), ...pictureFlags(browserName, shell)] });
    },
    { scope: 'worker' },
  ],
  codeloopFolder: [
    async ({ codeloopProject }, use, { config, file }) => {
      named = codeloopProject === '' ? undefined : resolve(dirname(config.configFile ?? file), codeloopProject);
      await use(undefined);
      named = undefined;
    },
    { auto: true, box: true },
  ],
  context: async ({ context }, use) => {
    await prepareContext(context);
    await use(context);
  },
});

/**
 * A project of Playwright for each configured viewport, with all that a viewport sets: `projects: await viewportProjects()`. `dir`: a folder
 * of the project; default: where the runner was started. Throws PROJECT_NOT_FOUND, CONFIG_INVALID.
 */
export async function viewportProjects(dir = '.'): Promise<NonNullable<PlaywrightTestConfig['projects']>> {
  const { project } = await knownProject(dir);
  return Object.entries(project.config.viewports).map(([name, one]) => ({
    name,
    use: {
      viewport: { width: one.width, height: one.height },
      deviceScaleFactor: one.device_scale_factor,
      ...(one.is_mobile ? { isMobile: true } : {}),
      hasTouch: one.has_touch,
      colorScheme: one.color_scheme,
      locale: one.locale,
      timezoneId: one.timezone,
      contextOptions: { reducedMotion: one.reduced_motion },
    },
  }));
}
