/** `codeloop/playwright`: a test of Playwright asserts by the engine, the names, the designs and the accepted pictures of `codeloop verify`. */
import { dirname, join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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
import { type Assertion, type Judgement, judgePage, keepLook, proposeLook } from './judge.js';
import { knownProject, type Looking, type LookOptions, type LookRequest, looking, redactorOf } from './look.js';

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

/** When a runner may write what it holds pictures against; the names are Playwright's. codeloop proposes then, it never replaces. */
type Updates = 'all' | 'changed' | 'missing' | 'none';

/** One assertion of a test. */
interface AssertRequest extends LookRequest {
  assertion: Assertion;
  negated: boolean;
  /** How long it may take until it holds, ms; a look that has begun is finished. */
  timeoutMs: number;
  updates: Updates;
}

/** A picture that shows why, with an absolute path. */
interface ShownPicture {
  /** `checkout-desktop-expected.png`: reports show three of one name side by side. */
  name: string;
  path: string;
}

/** What an assertion came to, in a runner's terms. */
interface Asserted {
  pass: boolean;
  /** What was found, what it was held against, and where the evidence is. */
  lines: string[];
  pictures: ShownPicture[];
  run: string;
}

/** How often the page is looked at again while it does not hold, ms: each glance, and a page of which no picture may tell. */
const GLANCE_MS = 120;
const AGAIN_MS = 1000;

/**
 * Judges a page until what is asserted holds, or its time is over: again as soon as it looks otherwise, so that a page which is still
 * coming in is waited for and one that stands still is photographed once. Keeps what was seen last in the run. Throws as `looking`.
 */
function assertPage(request: AssertRequest): Promise<Asserted> {
  return looking(request, async (at) => {
    const { assertion, negated, timeoutMs, page } = request;
    const until = Date.now() + timeoutMs;
    let before = await page.glance();
    let judged = await judgePage(at, assertion);
    while (judged.holds === negated && Date.now() < until) {
      const again = assertion === 'toBeAccessible' ? Math.min(until, Date.now() + AGAIN_MS) : until;
      const now = await looksOtherwise(page, before, again);
      if (!now && again === until) break;
      before = now ?? before;
      judged = await judgePage(at, assertion);
    }
    await keepLook(at, judged, assertion, negated);
    const failed = judged.holds === negated;
    return {
      pass: judged.holds,
      lines: [...judged.found, '', ...places(judged), ...(failed ? await proposal(at, judged, request) : [])],
      pictures: failed ? shown(at, judged) : [],
      run: at.run.dir,
    };
  });
}

/** The window as soon as it shows something else than before the page was judged, which takes a while itself; nothing at `until`. */
async function looksOtherwise(page: LookRequest['page'], before: Buffer, until: number): Promise<Buffer | undefined> {
  for (;;) {
    const now = await page.glance();
    if (!now.equals(before)) return now;
    if (Date.now() >= until) return undefined;
    await sleep(Math.min(GLANCE_MS, Math.max(0, until - Date.now())));
  }
}

function places({ reference, actual, diff }: Judgement): string[] {
  const line = (name: string, file: { path: string } | undefined) => (file ? [`${name} ${file.path}`] : []);
  return [...line('Expected:', reference), ...line('Received:', actual), ...line('    Diff:', diff)];
}

/** What becomes of a picture that is not the accepted one: it may be laid before a person, and nothing else. */
async function proposal(at: Looking, judged: Judgement, { updates, negated }: AssertRequest): Promise<string[]> {
  const { baseline } = judged;
  if (baseline === undefined || negated) return [];
  const wanted = baseline === 'differs' ? updates === 'all' || updates === 'changed' : updates !== 'none';
  const screen = at.planned.screen.name;
  const accept = `npx codeloop baseline accept ${/\s/.test(screen) ? JSON.stringify(screen) : screen}`;
  if (!wanted)
    return baseline === 'differs'
      ? [
          '',
          'If it is meant so, run the test with --update-snapshots: that proposes the picture, and a person accepts it.',
        ]
      : ['', 'Nothing was proposed: the runner was told to write no snapshots.'];
  try {
    const path = await proposeLook(at, judged);
    return ['', `Proposed: ${path}`, `A person accepts it with \`${accept}\`; the test is red until then.`];
  } catch (error) {
    const known = toCodeloopError(error);
    if (known.code !== 'BASELINE_READ_ONLY') throw known;
    return ['', `${known.message} ${known.toBody().fix}`];
  }
}

function shown({ project, planned }: Looking, { reference, actual, diff }: Judgement): ShownPicture[] {
  const all = { expected: reference, actual, diff };
  return Object.entries(all).flatMap(([kind, file]) =>
    file ? [{ name: `${planned.name.replaceAll('.', '-')}-${kind}.png`, path: join(project.dir, file.path) }] : [],
  );
}
