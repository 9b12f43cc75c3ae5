import type { AdoptedPage } from '../browser/adopted-page.js';
import type { Mask } from '../config/place-settings.js';
import { ScreenConfig } from '../config/schema.js';
import { isoTime } from '../core/clock.js';
import { CodeloopError } from '../core/errors.js';
import { slug } from '../core/ids.js';
import type { Viewport } from '../core/vocabulary/geometry.js';
import type { Cell, TestLook } from '../core/vocabulary/run.js';
import { fileReferences, findReferences, type ReferenceSet, TESTS_FOLDER } from '../design/references.js';
import type { PlannedCell } from '../live/planned-cell.js';
import { projectRedactor } from '../live/redactor.js';
import { Session } from '../live/session.js';
import { type CodeWatch, watchCode } from '../project/code-state/code-state.js';
import { findFolder } from '../project/locate.js';
import type { Project } from '../project/project.js';
import { projectScreens } from '../project/screens.js';
import type { Run } from '../store/run.js';
import { whichRun } from '../store/which-run.js';
import { fullPage } from '../verify/gather.js';

/** A test of a runner, as it names itself. */
export type TestName = Pick<TestLook, 'runner' | 'title' | 'place'>;

/** What a matcher may be told besides its name; what is left out is as the configuration says of the screen. */
export interface LookOptions {
  /** Name of a configured viewport; default: the one of the page's size. */
  viewport?: string | undefined;
  /** More to cover, besides the screen's own: selectors, or rectangles in CSS px of the picture. */
  mask?: readonly Mask[] | undefined;
  fullPage?: boolean | undefined;
}

/** A page of a test, and what it is to be looked at as. */
export interface LookRequest {
  /** A folder of the project, or below it. */
  dir: string;
  page: AdoptedPage;
  /** Address that it shows. */
  url: string;
  test: TestName;
  /** Name of a screen, or any other; without one, that of the screen at this address, else the test's. */
  name: string | undefined;
  options: LookOptions;
  signal: AbortSignal;
}

/** A page that is looked at: the names of its place, and the run that what is seen goes into. */
export interface Looking {
  project: Project;
  session: Session;
  run: Run;
  watch: CodeWatch;
  signal: AbortSignal;
  page: AdoptedPage;
  url: string;
  test: TestName;
  planned: PlannedCell;
  screens: readonly ScreenConfig[];
  references: ReferenceSet;
  options: LookOptions;
}

/** The parts of a project that do not change while tests run. */
interface Known {
  project: Project;
  screens: readonly ScreenConfig[];
}

const known = new Map<string, Promise<Known>>();
const session = new Session();

/** The project around a folder, read once in a process. Throws PROJECT_NOT_FOUND, CONFIG_INVALID. */
export function knownProject(dir: string): Promise<Known> {
  const asked = known.get(dir);
  if (asked) return asked;
  const reading = readProject(dir);
  known.set(dir, reading);
  // What is wrong with it may be mended while the runner waits.
  reading.catch(() => known.delete(dir));
  return reading;
}

async function readProject(dir: string): Promise<Known> {
  const project = await findFolder(undefined, [dir]);
  try {
    return { project, screens: await projectScreens(project) };
  } catch (error) {
    // Stories are listed by a server that need not run for a test of something else.
    if (!(error instanceof CodeloopError) || project.config.stories === undefined) throw error;
    return { project, screens: project.config.screens ?? [] };
  }
}

/** A function that masks the project's secrets, for what is seen of a page. Throws as `knownProject`. */
export async function redactorOf(dir: string): Promise<(text: string) => string> {
  return projectRedactor((await knownProject(dir)).project.config);
}

/**
 * Opens the run of the present code for what a test sees, and hands it to `work`; the run stays open for others. Throws VIEWPORT_NOT_FOUND
 * (no configured viewport is of the page's size), PROJECT_NOT_FOUND, CONFIG_INVALID, REFERENCE_AMBIGUOUS, DISK_FULL, RUN_BUSY.
 */
export async function looking<T>(request: LookRequest, work: (at: Looking) => Promise<T>): Promise<T> {
  const { project, screens } = await knownProject(request.dir);
  const window = await request.page.viewport();
  const viewportName = request.options.viewport ?? viewportNamed(project, window);
  const screen = screenOf(request, screens);
  const planned: PlannedCell = {
    screen,
    viewportName,
    viewport: window,
    url: request.url,
    name: `${slug(screen.name)}.${slug(viewportName)}`,
  };
  const names = [...new Set([...screens.map(({ name }) => name), screen.name])];
  const references = await referencesFor(project, names, screens.includes(screen));
  const watch = await watchCode(project);
  // Without an environment: it joins what is open, and whoever verifies later sets its own.
  const run = await whichRun(project.dir, {
    rule: 'writable',
    tool: `codeloop_${request.test.runner}`,
    current: watch.state,
    clock: session.clock,
  });
  try {
    const { page, url, test, options, signal } = request;
    return await work({ project, session, run, watch, signal, page, url, test, planned, screens, references, options });
  } finally {
    await run.end();
  }
}

/** The designs of the screens; of a state that only tests know, those in the tests' folder too. */
async function referencesFor({ dir, config }: Project, names: readonly string[], configured: boolean) {
  const found = await findReferences(dir, config, names);
  if (configured) return found;
  const own = await fileReferences(dir, config, names, `${config.design.dir}/${TESTS_FOLDER}`);
  return { ...found, references: [...found.references, ...own.references] };
}

/** The configured viewport of a window's size: one of its pixel ratio first. Throws VIEWPORT_NOT_FOUND, naming the sizes there are. */
export function viewportNamed({ config }: Pick<Project, 'config'>, window: Viewport): string {
  const all = Object.entries(config.viewports);
  const size = (one: Viewport) => `${one.width} x ${one.height}`;
  const fitting = all.filter(([, one]) => size(one) === size(window));
  const alike = (one: Viewport) =>
    Number(one.device_scale_factor === window.device_scale_factor) * 4 +
    Number(one.has_touch === window.has_touch) * 2 +
    Number((one.color_scheme === 'dark') === (window.color_scheme === 'dark'));
  const [best] = fitting.toSorted(([, a], [, b]) => alike(b) - alike(a));
  if (best) return best[0];
  throw new CodeloopError('VIEWPORT_NOT_FOUND', {
    viewport: `of ${size(window)} px, which is the size of the test's page`,
    allowed: all.map(([name, one]) => `${name} (${size(one)})`),
  });
}

/** The screen that is meant: by its name, else by its address; any other name is a state that only the test knows. */
function screenOf({ name, url, test }: LookRequest, screens: readonly ScreenConfig[]): ScreenConfig {
  const found =
    name === undefined
      ? screens.find((screen) => isAt(screen, url))
      : screens.find((screen) => slug(screen.name) === slug(name));
  return found ?? ScreenConfig.parse({ name: name ?? (slug(test.title) || 'page'), url });
}

function isAt(screen: ScreenConfig, url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { href, pathname, search } = new URL(url);
  if (screen.url !== undefined) return new URL(screen.url).href === href;
  return screen.path !== undefined && `/${screen.path.replace(/^\/+/, '')}` === `${pathname}${search}`;
}

/** What of a page is wanted besides its picture. */
export interface Wanted {
  /** Boxes and styles are read where the browser tells them; this asks for the layout as well. */
  layout?: boolean;
  /** Whether what can be read is text: designs are read. */
  writing?: boolean;
}

/** Photographs the page as it stands, for a cell of its own that counts for no gate. Throws as `Capture.screenshot`. */
export async function photographed(at: Looking, { layout = false, writing = false }: Wanted): Promise<Cell> {
  const { page, planned, options, project, run, signal } = at;
  const began = at.session.clock.now();
  const screenshot = await page.screenshot(
    {
      name: planned.name,
      fullPage: options.fullPage ?? fullPage(project, at.references, planned),
      masks: [...planned.screen.mask, ...planned.screen.ignore_regions, ...(options.mask ?? [])],
      settleTimeoutMs: project.config.capture.settle_timeout_ms,
      layout: layout && page.tells,
      writing: writing && page.tells,
    },
    run,
    signal,
  );
  return { ...emptyCell(at), screenshot, took_ms: Math.max(0, Number(at.session.clock.now()) - Number(began)) };
}

/** A cell of the page without evidence. Its version is given when it is kept. */
export function emptyCell({ planned, watch, test, session: { clock } }: Looking): Cell {
  return {
    screen: planned.screen.name,
    viewport: planned.viewportName,
    version: 1,
    captured_at: isoTime(clock),
    ad_hoc: true,
    ad_hoc_reasons: [`a ${test.runner} test looked at it, in a state that the test made`],
    tree: watch.state.tree,
  };
}
