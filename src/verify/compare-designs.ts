import { relative, sep } from 'node:path';
import { cellOf } from '../checks/evidence.js';
import type { ScreenConfig } from '../config/schema.js';
import { CodeloopError, isErrno, toCodeloopError } from '../core/errors.js';
import { insideRoots } from '../core/path-walls.js';
import type { DesignCompare } from '../core/vocabulary/pair.js';
import { askFigma } from '../design/figma/ask-figma.js';
import { figmaSelection } from '../design/figma/figma-address.js';
import type { FigmaReferences } from '../design/figma/figma-references.js';
import { defaultViewport, fileReferences, findReferences, type ReferenceSet } from '../design/references.js';
import { readSize } from '../image/picture-header.js';
import { findScreen, findViewport, planCells } from '../live/planned-cell.js';
import { keepAppOutput } from '../live/redactor.js';
import type { Session } from '../live/session.js';
import { type CodeWatch, watchCode } from '../project/code-state/code-state.js';
import type { Project } from '../project/project.js';
import { projectScreens } from '../project/screens.js';
import type { Run } from '../store/run.js';
import { whichRun } from '../store/which-run.js';
import { comparePhase } from './compare-phase.js';
import { gather } from './gather.js';
import { newerPictures, type Photographed, photographed, type Verification } from './verification.js';

/** A call's arguments about Figma, beyond the settings. */
export interface FigmaArguments {
  fileUrl?: string | undefined;
  token?: string | undefined;
}

/** The references out of Figma, and whether an argument put them in the place of the configured ones. */
export interface FigmaPhase {
  references: FigmaReferences;
  overrides: boolean;
}

/**
 * Asks Figma for the frames that are references; `undefined` when nothing names a file. Must come before the code state is taken,
 * which the file's version is a part of. Throws as `askFigma`.
 */
export async function figmaPhase(
  project: Project,
  session: Session,
  given: FigmaArguments,
  signal: AbortSignal,
): Promise<FigmaPhase | undefined> {
  const selection = await figmaSelection(project.dir, given.fileUrl);
  if (!selection) return undefined;
  const screens = await screensThere(project);
  const references = await askFigma({
    projectDir: project.dir,
    config: project.config,
    screens: screens.map((screen) => screen.name),
    selection,
    clock: session.clock,
    token: given.token ?? process.env.FIGMA_API_TOKEN,
    base: process.env.FIGMA_API_BASE,
    signal,
  });
  return { references, overrides: selection.overrides };
}

/** Pages that a build has still to make are not there yet; then any name is a screen. */
async function screensThere(project: Project): Promise<ScreenConfig[]> {
  try {
    return await projectScreens(project);
  } catch (error) {
    if (isErrno(error) || toCodeloopError(error).code === 'APP_NOT_READY') return project.config.screens ?? [];
    throw error;
  }
}

/** An absolute file of a project as results name it: relative, with `/`. */
function projectPath(project: Project, file: string): string {
  return relative(project.dir, file).split(sep).join('/');
}

interface CompareDesignsRequest {
  project: Project;
  session: Session;
  /** Compare one picture with one screen instead of all references. */
  single?: { reference: string; screen: string; viewport: string | undefined } | undefined;
  /** Only the references of this screen, and of this viewport. */
  screen?: string | undefined;
  viewport?: string | undefined;
  designDir?: string | undefined;
  figma: FigmaArguments;
  threshold?: number | undefined;
  runId?: string | undefined;
  signal: AbortSignal;
  progress: (progress: { done: number; total?: number; message: string }) => void;
}

const TOOL = 'codeloop_design_compare';

/**
 * Compares references with the run's screenshots; a cell that has none is photographed first. The summary is written to the
 * run unless arguments override the configuration: then the pairs are ad hoc, good to look at, and count for no gate.
 * Frames of Figma are asked for first, since the version of their file is part of the code state. Throws as `askFigma`,
 * NO_REFERENCES, REFERENCE_AMBIGUOUS, SCREEN_NOT_FOUND, VIEWPORT_NOT_FOUND, RUN_NOT_FOUND, APP_NOT_READY.
 */
export async function compareDesigns(
  request: CompareDesignsRequest,
): Promise<{ runId: string; compare: DesignCompare }> {
  const { project, session, signal } = request;
  const screens = await projectScreens(project);
  const figma = await askedFigma(request);
  const all = await referencesFor(request, screens, figma);
  const references = request.single ? all : onlyAsked(all, request, screens);
  if (references.references.length === 0 && references.unmatched.length === 0)
    throw new CodeloopError('NO_REFERENCES', { dir: request.designDir ?? project.config.design.dir });
  const adHoc =
    request.single !== undefined ||
    request.designDir !== undefined ||
    (figma?.overrides ?? false) ||
    request.threshold !== undefined ||
    request.screen !== undefined ||
    request.viewport !== undefined;
  const watch = await watchCode(project);
  const run = await runOf(request, watch);
  const work: Verification = { project, session, run, watch, signal, screens, references };
  try {
    const { compare } = await comparePhase({
      ...(await withCells(work, request.progress)),
      threshold: request.threshold,
      adHoc,
      onPair: (pair, done, total) =>
        request.progress({ done, total, message: `compared ${pair.screen}@${pair.viewport}` }),
    });
    if (!adHoc) await run.writeJson('summary', compare);
    return { runId: run.id, compare };
  } finally {
    await run.end();
  }
}

/** Figma is not asked when an argument says that other pictures are the references. */
async function askedFigma(request: CompareDesignsRequest): Promise<FigmaPhase | undefined> {
  const { project, session, figma, signal } = request;
  if (request.single === undefined && request.designDir === undefined)
    return figmaPhase(project, session, figma, signal);
  if (figma.fileUrl === undefined) return undefined;
  throw new CodeloopError('ARGUMENTS_INVALID', {
    tool: TOOL,
    problem: 'figma_file_url goes with neither design_dir nor a single reference.',
    hint: 'Give one of them.',
  });
}

async function referencesFor(
  request: CompareDesignsRequest,
  screens: readonly ScreenConfig[],
  figma: FigmaPhase | undefined,
): Promise<ReferenceSet> {
  const { project, single, designDir } = request;
  const names = screens.map((screen) => screen.name);
  if (single) return singleReference(request, single);
  if (designDir !== undefined) return fileReferences(project.dir, project.config, names, designDir);
  if (!figma?.overrides) return findReferences(project.dir, project.config, names, figma?.references);
  const { source, ...found } = figma.references;
  return { ...found, ...(source ? { figma: source } : {}) };
}

async function runOf(request: CompareDesignsRequest, watch: CodeWatch): Promise<Run> {
  const { project, session, runId } = request;
  const question = { rule: 'writable', tool: TOOL, clock: session.clock, current: watch.state, runId } as const;
  if (runId !== undefined) return whichRun(project.dir, question);
  const driver = await session.browser(project.config);
  return whichRun(project.dir, { ...question, environment: await driver.environment() });
}

/** The work with its newest cells; those that the references ask for and the run lacks, or that look otherwise by now, are photographed now. */
async function withCells(work: Verification, progress: CompareDesignsRequest['progress']): Promise<Photographed> {
  const { project, session, run, watch, screens, signal } = work;
  const { references } = work.references;
  const have = photographed(work);
  const changed = newerPictures(run.manifest.cells);
  const wanted = references.filter(
    (reference) =>
      screens.some((screen) => screen.name === reference.screen) &&
      (!cellOf(have.cells, reference)?.screenshot || cellOf(changed, reference) !== undefined),
  );
  if (wanted.length === 0 || run.manifest.code_state.tree !== watch.state.tree) return have;
  const app = await session.apps.get(project, watch.state.tree, signal);
  const plan = planCells(project, screens, app?.url).filter((cell) =>
    wanted.some((reference) => reference.screen === cell.screen.name && reference.viewport === cell.viewportName),
  );
  await gather({
    ...work,
    cells: plan,
    app,
    adHocReasons: [],
    onCell: (cell, done) =>
      progress({ done, total: plan.length, message: `photographed ${cell.screen}@${cell.viewport}` }),
  });
  await keepAppOutput(run, session.apps.drainOutput(project), project);
  return photographed(work);
}

async function singleReference(
  { project }: CompareDesignsRequest,
  single: NonNullable<CompareDesignsRequest['single']>,
): Promise<ReferenceSet> {
  const screen = findScreen(await projectScreens(project), single.screen);
  const viewport =
    single.viewport === undefined ? defaultViewport(project.config) : findViewport(project, single.viewport);
  const file = await insideRoots(single.reference, [project.dir]);
  return {
    references: [
      { screen: screen.name, viewport, path: projectPath(project, file), file, size: await readSize({ path: file }) },
    ],
    unmatched: [],
  };
}

/** The references of the screen and viewport that were asked for. Throws SCREEN_NOT_FOUND, VIEWPORT_NOT_FOUND, NO_REFERENCES. */
function onlyAsked(set: ReferenceSet, request: CompareDesignsRequest, screens: readonly ScreenConfig[]): ReferenceSet {
  const screen = request.screen === undefined ? undefined : findScreen(screens, request.screen).name;
  const viewport = request.viewport === undefined ? undefined : findViewport(request.project, request.viewport);
  if (screen === undefined && viewport === undefined) return set;
  const references = set.references.filter(
    (one) => (screen ?? one.screen) === one.screen && (viewport ?? one.viewport) === one.viewport,
  );
  if (references.length === 0)
    throw new CodeloopError('NO_REFERENCES', {
      dir: [request.designDir ?? request.project.config.design.dir, viewport, screen].filter(Boolean).join('/'),
    });
  // What matches no screen is no part of what was asked for.
  return { references, unmatched: [] };
}
