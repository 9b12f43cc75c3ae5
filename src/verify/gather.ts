import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { CaptureDriver } from '../capture/capture.js';
import type { Mask } from '../config/place-settings.js';
import { isoTime } from '../core/clock.js';
import { CodeloopError, toCodeloopError } from '../core/errors.js';
import { mapConcurrent } from '../core/lanes.js';
import type { LayoutCondition } from '../core/vocabulary/layout.js';
import type { ArtifactSink, Cell } from '../core/vocabulary/run.js';
import type { Screenshot } from '../core/vocabulary/screenshot.js';
import { cssHeight, referenceScale } from '../design/reference.js';
import type { ReferenceSet } from '../design/references.js';
import { accessTo, allowedOrigins } from '../live/live-pages.js';
import type { PlannedCell } from '../live/planned-cell.js';
import { projectRedactor, typedSecrets } from '../live/redactor.js';
import { screenSteps, takeScreenSteps } from '../live/take-steps.js';
import type { AppServer } from '../project/app-server.js';
import type { Project } from '../project/project.js';
import { BASELINES_DIR } from '../store/paths.js';
import { chosenForOthers, examineCell, placeErrors, seenByOthers, targetOf } from './cell-parts.js';
import { sweepWidths } from './layouts/sweep-widths.js';
import { layOutUnderConditions, withConditions } from './layouts/under-conditions.js';
import type { Verification } from './verification.js';
import type { WatchedWork } from './watched-work.js';

/** A call's overrides of the configuration; each makes the capture ad hoc. */
export interface CaptureOverrides {
  fullPage?: boolean | undefined;
  selector?: string | undefined;
  mask?: readonly Mask[] | undefined;
}

/** The cells of a verification that are photographed. */
interface GatherRequest extends Verification {
  cells: readonly PlannedCell[];
  app: AppServer | undefined;
  overrides?: CaptureOverrides;
  /** Lay each screen out at widths between its viewports as well. */
  sweep?: boolean;
  /** Conditions that each screen is looked at under as well. */
  conditions?: readonly LayoutCondition[];
  /** Why the captures do not count for a gate; empty: they do. */
  adHocReasons: readonly string[];
  onCell: (cell: Cell, done: number) => void;
  /** Told what there is to do, how much of it at once, and of each cell as it begins. */
  watcher?: Pick<WatchedWork, 'cells' | 'cellBegun'> | undefined;
}

/** A request with the cells that are looked at by others too. */
type Gathering = GatherRequest & { others: ReadonlySet<PlannedCell> };

/** Pages photographed at once on small machines: much of a cell is waiting (0008-capture-concurrency). */
const MIN_CONCURRENCY = 4;
/** Milliseconds one cell may take in all; the steps inside have their own, shorter ones. */
const CELL_DEADLINE_MS = 240_000;

/**
 * Photographs every planned cell, each in a browser context that shows nothing of another one, and appends it to the run as soon as it is there. A screen
 * that cannot be photographed becomes a cell with its failure; only a missing browser, a full disk or a cancellation throw.
 */
export async function gather(request: GatherRequest): Promise<Cell[]> {
  const { project, signal } = request;
  await passOwnWrites(request);
  const drivers = await driversFor(request);
  const places = (await webDriver(request))?.places;
  const own = places === undefined ? Math.max(MIN_CONCURRENCY, availableParallelism()) : MIN_CONCURRENCY * places;
  const concurrency = project.config.capture.concurrency ?? own;
  let done = 0;
  const others = chosenForOthers(request.cells, request.run.id, request.session.ci);
  const current = { ...request, others };
  const files = new Map(request.cells.map((planned) => [planned, request.run.holdFiles()] as const));
  const filesOf = (planned: PlannedCell) => files.get(planned) ?? request.run.holdFiles();
  const take = async (planned: PlannedCell) => {
    request.watcher?.cellBegun(planned);
    // What was stored before a browser died is no evidence of the cell that comes now, and has its names.
    await filesOf(planned).drop();
    return photograph(current, drivers(planned), planned, filesOf(planned));
  };
  request.watcher?.cells(request.cells, concurrency);
  const keep = async (planned: PlannedCell, taken: Omit<Cell, 'version'>) => {
    const cell = await request.run.appendCell(withConditions(taken, request.run.manifest.cells), filesOf(planned));
    done += 1;
    request.onCell(cell, done);
    return cell;
  };
  const first = await mapConcurrent(
    request.cells,
    concurrency,
    async (planned) => {
      let taken = await take(planned);
      // Of several browsers another one is tried at once.
      for (let left = (places ?? 1) - 1; left > 0 && browserDied(taken); left -= 1) taken = await take(planned);
      return browserDied(taken) ? undefined : keep(planned, taken);
    },
    signal,
  );
  // A browser that dies takes along pages that did nothing to it: each gets another one to itself.
  const cells: Cell[] = [];
  for (const [index, planned] of request.cells.entries()) {
    signal.throwIfAborted();
    cells.push(first[index] ?? (await keep(planned, await take(planned))));
  }
  return cells;
}

/** Whether the browser died while the cell was photographed, or under what is looked at after its picture. */
function browserDied(cell: Omit<Cell, 'version'>): boolean {
  const { accessibility, second_look: others, widths, conditions = [], plain } = cell;
  return [cell, accessibility, others, widths, plain, ...conditions].some(
    (part) => part !== undefined && 'failure' in part && part.failure?.code === 'BROWSER_CRASHED',
  );
}

/** What the app generated as it started, and the project's commands before it, is no change of the code: it is noted in the run. */
async function passOwnWrites({ project, run, watch }: Pick<GatherRequest, 'project' | 'run' | 'watch'>): Promise<void> {
  const known = run.manifest.code_state.moving ?? [];
  // Where nothing of the project's starts, nothing can have been generated since its commands.
  const own = project.config.server.command ? await watch.passOwnWrites() : (watch.state.moving ?? []);
  const moving = [...new Set([...known, ...own])].sort();
  if (moving.length > known.length) await run.update((draft) => void Object.assign(draft.code_state, { moving }));
}

/** The driver of pages, where there are any. */
async function webDriver({ project, session, cells }: GatherRequest): Promise<CaptureDriver | undefined> {
  return cells.every(({ screen }) => screen.app !== undefined) ? undefined : session.browser(project.config);
}

/** The driver of each cell; what pictures depend on is noted in the run, of desktop windows apart where there are pages too. */
async function driversFor(request: GatherRequest): Promise<(one: PlannedCell) => CaptureDriver> {
  const { project, session, run, cells } = request;
  const isNative = ({ screen }: PlannedCell) => screen.app !== undefined;
  const web = await webDriver(request);
  const native = cells.some(isNative) ? await session.native(project) : undefined;
  const isKnown = run.manifest.environment !== undefined;
  const [pages, windows] = await Promise.all([isKnown ? undefined : web?.environment(), native?.environment()]);
  if (pages || windows)
    await run.update((draft) => {
      if (pages) draft.environment ??= pages;
      if (!windows) return;
      draft.environment ??= windows;
      if (draft.environment.id !== windows.id) draft.native_environment ??= windows;
    });
  return (planned) => {
    const driver = isNative(planned) ? native : web;
    if (!driver) throw new CodeloopError('INTERNAL', { reason: `no driver for ${planned.url}` });
    return driver;
  };
}

/** Photographs one cell. `request.app` is replaced when the app has to be started again. */
async function photograph(
  request: Gathering,
  driver: CaptureDriver,
  planned: PlannedCell,
  files: ArtifactSink,
): Promise<Omit<Cell, 'version'>> {
  const { session, watch, project, signal } = request;
  const began = session.clock.now();
  let outcome = await attempt(request, driver, planned, files);
  session.apps.keepWarm(project);
  // Seen once in fifty starts on a busy machine: an app whose window did not come, and came at the next start.
  if ('failure' in outcome && outcome.failure?.code === 'WINDOW_NOT_FOUND')
    outcome = await attempt(request, driver, planned, files);
  while (request.app && !request.app.started && !(await request.app.stillThere())) {
    // Whoever had started it (another codeloop on this project) stopped it meanwhile: what came out may be half a page. Once for each.
    request.app = await session.apps.get(project, watch.state.tree, signal);
    outcome = await attempt(request, driver, planned, files);
  }
  if ('screenshot' in outcome)
    outcome = { ...outcome, screenshot: await placeErrors(outcome.screenshot, project, request.app) };
  const changed = await watch.changedFiles();
  const unbound = unboundReason(planned, request.app);
  return {
    screen: planned.screen.name,
    viewport: planned.viewportName,
    captured_at: isoTime(session.clock),
    ad_hoc: request.adHocReasons.length > 0,
    ad_hoc_reasons: [...request.adHocReasons],
    tree: watch.state.tree,
    took_ms: Math.max(0, Number(session.clock.now()) - Number(began)),
    ...(changed.length > 0 ? { stale: { reason: 'files changed while it was captured', files: changed } } : {}),
    ...(unbound === undefined ? {} : { unbound: { reason: unbound } }),
    ...outcome,
  };
}

async function attempt(
  request: Gathering,
  driver: CaptureDriver,
  planned: PlannedCell,
  files: ArtifactSink,
): Promise<
  | ({ screenshot: Screenshot } & Pick<Cell, 'accessibility' | 'second_look' | 'widths' | 'conditions' | 'plain'>)
  | Required<Pick<Cell, 'failure'>>
> {
  const { project, overrides = {} } = request;
  const { config } = project;
  const late = AbortSignal.timeout(CELL_DEADLINE_MS);
  const stop = AbortSignal.any([request.signal, late]);
  let capture: ReturnType<CaptureDriver['create']> | undefined;
  try {
    // A capture that counts for no gate is not judged, and only pages have rules for it.
    const judged = request.adHocReasons.length === 0 && planned.screen.app === undefined;
    const steps = screenSteps(planned.screen);
    const masks = [...planned.screen.mask, ...planned.screen.ignore_regions, ...(overrides.mask ?? [])];
    const { address, credentials } = accessTo(planned.url, request.app);
    capture = driver.create(
      {
        viewport: planned.viewport,
        allowedOrigins: allowedOrigins(project, request.app),
        redact: projectRedactor(config),
        uploadRoots: [project.dir],
        secrets: typedSecrets(config),
        series: request.run.id,
        ...(credentials ? { credentials } : {}),
        ...(config.capture.freeze_time === undefined ? {} : { freezeTime: config.capture.freeze_time }),
      },
      files,
    );
    await capture.open(targetOf(planned, address), stop);
    await takeScreenSteps(capture, steps, stop);
    const screenshot = await capture.screenshot(
      {
        name: planned.name,
        fullPage: overrides.fullPage ?? fullPage(request.project, request.references, planned),
        ...(overrides.selector === undefined ? {} : { selector: overrides.selector }),
        masks,
        settleTimeoutMs: config.capture.settle_timeout_ms,
        layout: judged && config.layout.enabled,
        writing: judged && hasPicture(request, planned),
      },
      stop,
    );
    const others = judged && request.others.has(planned) ? await seenByOthers(capture, stop) : {};
    // After the picture, which it must not disturb.
    const examined =
      judged && config.accessibility.enabled
        ? await examineCell(capture, files, planned.name, request.signal)
        : undefined;
    // Last: it leaves the page at another size.
    const widths =
      judged && request.sweep && project.config.layout.widths && isWidest(request, planned)
        ? await sweepWidths({
            ...{ capture, run: files, name: planned.name, masks, signal: request.signal },
            viewports: widthsOf(request, planned),
            scale: planned.viewport.device_scale_factor,
          })
        : undefined;
    const conditions =
      judged && (request.conditions?.length ?? 0) > 0 && isWidest(request, planned)
        ? await layOutUnderConditions({
            ...{ capture, run: files, name: planned.name, masks, signal: request.signal },
            conditions: request.conditions ?? [],
            widths: widthsOf(request, planned),
            scale: planned.viewport.device_scale_factor,
          })
        : {};
    return {
      screenshot,
      ...others,
      ...(examined ? { accessibility: examined } : {}),
      ...(widths ? { widths } : {}),
      ...conditions,
    };
  } catch (thrown) {
    request.signal.throwIfAborted();
    const error = late.aborted
      ? new CodeloopError('DEADLINE_EXCEEDED', { what: 'photographing the screen', ms: CELL_DEADLINE_MS })
      : toCodeloopError(thrown);
    if (['BROWSER_NOT_FOUND', 'DISK_FULL'].includes(error.code)) throw error;
    return { failure: { code: error.code, message: error.message, fix: error.toBody().fix } };
  } finally {
    await capture?.close();
  }
}

/** Widths of the windows that a screen is photographed in, CSS px. */
function widthsOf({ cells }: GatherRequest, planned: PlannedCell): number[] {
  return cells.filter(({ screen }) => screen === planned.screen).map(({ viewport }) => viewport.width);
}

/**
 * Other widths and conditions are looked at once for each screen: in its widest viewport that is a window and no phone, where there is
 * one.
 */
function isWidest({ cells, project }: GatherRequest, planned: PlannedCell): boolean {
  if (!project.config.layout.enabled) return false;
  const own = cells.filter(({ screen }) => screen.name === planned.screen.name);
  const windows = own.some(({ viewport }) => !viewport.is_mobile)
    ? own.filter(({ viewport }) => !viewport.is_mobile)
    : own;
  const widest = Math.max(...windows.map(({ viewport }) => viewport.width));
  return windows.find(({ viewport }) => viewport.width === widest) === planned;
}

/** Full page as the screen says; `auto` follows the reference's height, and takes the whole page where there is none. */
export function fullPage(
  project: Project,
  { references }: ReferenceSet,
  planned: PlannedCell,
): boolean | { untilHeight: number } {
  const setting = planned.screen.full_page ?? project.config.capture.full_page;
  if (setting !== 'auto') return setting;
  const reference = references.find(
    (one) => one.screen === planned.screen.name && one.viewport === planned.viewportName,
  );
  if (!reference?.size || planned.screen.app !== undefined) return true;
  return { untilHeight: cssHeight(reference.size, referenceScale(reference, planned.viewport).scale) };
}

/** Whether there is a picture that the screen is to look like: a design, or what was accepted of it. */
function hasPicture({ project, references }: GatherRequest, { screen, viewportName }: PlannedCell): boolean {
  return (
    references.references.some((one) => one.screen === screen.name && one.viewport === viewportName) ||
    existsSync(join(project.dir, BASELINES_DIR))
  );
}

/** Why a picture of this address cannot be bound to the project's code; undefined when it can. */
function unboundReason(planned: PlannedCell, app: AppServer | undefined): string | undefined {
  if (planned.screen.app !== undefined)
    return process.platform === 'linux'
      ? undefined
      : 'on this system a window that is open already is taken, which may run other code';
  if (app === undefined || new URL(planned.url).origin !== new URL(app.url).origin)
    return `${new URL(planned.url).origin} is not the project's own server`;
  return app.unbound?.reason;
}
