import { CodeloopError, toCodeloopError } from '../core/errors.js';
import { LayoutCondition } from '../core/vocabulary/layout.js';
import type { DesignCompare, Pair } from '../core/vocabulary/pair.js';
import type { FlowReplay } from '../core/vocabulary/recording.js';
import type { ArtifactRequest } from '../core/vocabulary/run.js';
import type { Artifact, Environment } from '../core/vocabulary/screenshot.js';
import type { FigmaReferences } from '../design/figma/figma-references.js';
import { isOn, type PlanFilter, type PlannedCell, planCells } from '../live/planned-cell.js';
import { keepAppOutput } from '../live/redactor.js';
import type { Session, VerifyJob, VerifyResult } from '../live/session.js';
import { watchCode } from '../project/code-state/code-state.js';
import type { Project } from '../project/project.js';
import { hasOnlyApps } from '../project/screens.js';
import { asksForStories } from '../project/stories.js';
import { Ledger } from '../store/ledger.js';
import { viewFile } from '../store/paths.js';
import { applyRetention } from '../store/retention.js';
import type { Run } from '../store/run.js';
import { whichRun } from '../store/which-run.js';
import { acceptedPictures, visualRegression } from './baselines/compare-baseline.js';
import { carryCells, findOrigin, keepCodeFiles, notThereYet } from './carry-cells.js';
import { runnerPhase } from './commands-phase.js';
import { figmaPhase } from './compare-designs.js';
import { comparePhase } from './compare-phase.js';
import { leftOut, summarizeEvidence } from './finished-result.js';
import { flowPhase } from './flows/flow-phase.js';
import { gather } from './gather.js';
import { type Judged, judge } from './judge/judge.js';
import { askedPart } from './judge/verdict-status.js';
import { layoutPhase } from './layouts/layout-phase.js';
import { writeReport } from './report-phase.js';
import { type Shard, takeShard } from './shards.js';
import {
  codeAfter,
  type Photographed,
  photographed,
  type RunInHand,
  survey,
  type Verification,
} from './verification.js';
import { earlierDurations, WatchedWork } from './watched-work.js';

/** `auto`: as `affected`, and silent where nothing can be taken over. */
type VerifyScope = 'full' | 'affected' | 'auto';

interface ChooseRequest extends Verification {
  environment: Environment;
  plan: readonly PlannedCell[];
  scope?: VerifyScope | undefined;
  resume?: string | undefined;
}

/** The cells that are to be photographed, and what is said of the others. */
interface ChosenCells {
  cells: readonly PlannedCell[];
  notes: { what: string; reason: string }[];
}

/**
 * Chooses the cells that a verification photographs: all; of an interrupted run the missing ones; with scope `affected` those that
 * a change since an earlier run may have reached, the others being taken over. Throws EVIDENCE_TAMPERED, DISK_FULL.
 */
async function chooseCells(request: ChooseRequest): Promise<ChosenCells> {
  const { project, session, run, screens, environment, plan, scope, resume } = request;
  const { state } = request.watch;
  const missing = resume === undefined ? plan : notThereYet(run, state, plan);
  const there = plan.length - missing.length;
  const notes =
    there === 0 ? [] : [{ what: `${there} cell(s)`, reason: `photographed before ${run.id} was interrupted` }];
  if (scope === undefined || scope === 'full' || missing.length === 0) return { cells: missing, notes };
  const origin = await findOrigin(project, session, state, environment, missing);
  const all = (reason: string) =>
    scope === 'auto' ? [] : [{ what: 'scope affected', reason: `every cell was photographed: ${reason}` }];
  if (!origin)
    return { cells: missing, notes: [...notes, ...all('there is no earlier run to take pictures over from')] };
  const { left, carried, reason } = await carryCells({ project, run, screens, state, plan: missing }, origin);
  if (carried === 0) return { cells: left, notes: [...notes, ...all(reason)] };
  const from = `taken over from ${origin.run.id}, because no change can have reached them (${reason})`;
  return { cells: left, notes: [...notes, { what: `photographing ${carried} cell(s)`, reason: from }] };
}

export interface VerifyRequest {
  project: Project;
  session: Session;
  filter: PlanFilter;
  /** `affected`: takes over the pictures that no change since an earlier run can have reached. Default: full. */
  scope?: VerifyScope | undefined;
  /** Goes on with this interrupted run instead of beginning again. */
  resume?: string | undefined;
  /** Leaves the project's tests and plugins out. */
  skipTests?: boolean | undefined;
  /** One of several parts of the screens; `merge` makes one run of all. */
  shard?: Shard | undefined;
  /** Conditions that layouts are looked at under, besides those that the configuration asks for each time. */
  conditions?: readonly LayoutCondition[] | undefined;
  signal: AbortSignal;
}

/**
 * Starts a verification and answers as soon as its run exists: run the project's own build and tests, start the app, photograph
 * every screen x viewport, compare with the references, judge, write the report. The job goes on by itself; what was gathered is kept when it fails or is cancelled.
 * Throws STATE_FOLDER_UNUSABLE, BROWSER_NOT_FOUND, APP_NOT_OURS, PROJECT_NOT_FOUND, as `askFigma`, DISK_FULL, CONFIG_INVALID before there is a run.
 */
export async function startVerify(request: VerifyRequest): Promise<VerifyJob> {
  const { project, session } = request;
  assertVouched(project.dir);
  // First: the version of its file is part of the code state, and what is wrong with it should not wait for a browser.
  const figma = await figmaPhase(project, session, {}, request.signal);
  const watch = await watchCode(project);
  // A stranger on the app's port is told at once, before the browser starts and the project's build and tests run.
  if (!hasOnlyApps(project) && request.filter.platform !== 'native')
    await session.apps.refuseStranger(project, watch.state.tree, request.signal);
  const environment = await verifyEnvironment(request);
  const run = await whichRun(project.dir, {
    rule: 'writable',
    tool: 'codeloop_verify',
    current: watch.state,
    environment,
    clock: session.clock,
  });
  if (request.resume !== undefined && run.id !== request.resume) {
    await run.end();
    throw new CodeloopError('EVIDENCE_STALE', {
      run_id: request.resume,
      reason: 'the code, or the machine, is not what it began with',
    });
  }
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const watcher = new WatchedWork(await earlierDurations(project, session), session);
  const begun = { ...request, skipTests: request.skipTests ?? false, environment, figma: figma?.references };
  const result = carryOut({ ...begun, run, watch, signal, watcher });
  const { status, look } = watcher;
  const job = { runId: run.id, status, work: look, cancel: () => stop.abort(), result };
  session.jobs.add(job);
  return job;
}

/** Without a ledger no gate can pass: that is said before minutes of work, not after them. Throws STATE_FOLDER_UNUSABLE. */
function assertVouched(projectDir: string): void {
  const { problem } = new Ledger(projectDir);
  if (problem !== undefined) throw new CodeloopError('STATE_FOLDER_UNUSABLE', { reason: problem });
}

/** Returns what the run's pictures depend on: the browser; the display where there are no pages, or none are wanted and there is no browser. */
async function verifyEnvironment({ project, session, filter }: VerifyRequest): Promise<Environment> {
  const native = async () => (await session.native(project)).environment();
  if (hasOnlyApps(project)) return native();
  try {
    return await (await session.browser(project.config)).environment();
  } catch (error) {
    if (filter.platform === 'native' && toCodeloopError(error).code === 'BROWSER_NOT_FOUND') return native();
    throw error;
  }
}

/** A verification that has begun: its run is open and its frames are known. */
interface Begun extends VerifyRequest, RunInHand {
  skipTests: boolean;
  environment: Environment;
  figma: FigmaReferences | undefined;
  watcher: WatchedWork;
}

async function carryOut(begun: Begun): Promise<VerifyResult> {
  const { project, session, run, signal, watcher } = begun;
  // Written down at once: whoever cancels may not wait until every page that is being photographed has let go.
  const onCancel = () => void markIncomplete(run, new CodeloopError('CANCELLED'), project);
  signal.addEventListener('abort', onCancel, { once: true });
  try {
    // Before anything is looked at or started: a build may make what is served.
    const skipTests = begun.skipTests || (begun.shard?.index ?? 1) > 1;
    const { watch } = await runnerPhase({ ...begun, skipTests });
    // Where a server lists the stories, it has to run before anyone knows what there is to look at.
    if (asksForStories(project)) await session.apps.get(project, watch.state.tree, signal);
    const work: Verification = { project, session, run, watch, signal, ...(await survey(project, begun.figma)) };
    const { shard, filter } = begun;
    const screens = shard ? await takeShard(project, work.screens, run, shard) : filter.screens;
    const { base, notes, part } = await photographPhase(work, { ...begun, filter: { ...filter, screens } });
    // Flows are few and belong to no screen: the first shard replays them.
    const flows =
      shard && shard.index > 1
        ? []
        : await flowPhase({ ...work, viewports: filter.viewports, onFlow: watcher.flowEnded });
    return await concludeRun(work, { base, notes, flows, part, watcher });
  } catch (thrown) {
    const error = toCodeloopError(signal.aborted ? new CodeloopError('CANCELLED', {}, { cause: thrown }) : thrown);
    await markIncomplete(run, error, project);
    throw error;
  } finally {
    signal.removeEventListener('abort', onCancel);
  }
}

/** What is known of a run whose pictures are all there. */
interface Seen {
  base: string | undefined;
  notes: VerifyResult['skipped'];
  flows: readonly FlowReplay[];
  part: PartAsked | undefined;
  watcher?: WatchedWork;
  /** Kept in the run besides, once it is judged. */
  note?: ArtifactRequest;
}

/** Compares, judges and reports a run whose pictures are all there, and signs off. Throws EVIDENCE_TAMPERED, CONFIG_INVALID, DISK_FULL. */
export async function concludeRun(work: Verification, { base, watcher, note, ...said }: Seen): Promise<VerifyResult> {
  const seen = photographed(work);
  watcher?.photographed();
  const compare = await comparisons(seen, watcher?.compared);
  await layoutPhase(seen);
  const judged = await judge(work, { stage: 'section', now: await codeAfter(work), base });
  watcher?.judged(judged.verdict);
  if (note) await work.run.put(note);
  return conclude({ ...judged, compare }, said);
}

/** A part of the app's cells that a call asked for. */
interface PartAsked {
  asked: readonly { screen: string; viewport: string }[];
  all: PartAsked['asked'];
}

function placeOf({ screen, viewportName }: PlannedCell): { screen: string; viewport: string } {
  return { screen: screen.name, viewport: viewportName };
}

/** Starts the app and photographs what is wanted of its screens; answers the app's address and what is said of the rest. Throws CONFIG_INVALID. */
async function photographPhase(
  work: Verification,
  { filter, environment, scope, resume, conditions, watcher }: Begun,
): Promise<{ base: string | undefined; notes: VerifyResult['skipped']; part: PartAsked | undefined }> {
  const { project, session, run, watch, screens, signal } = work;
  if (screens.length === 0) {
    throw new CodeloopError('CONFIG_INVALID', {
      file: '.codeloop/config.json',
      problem: 'there are no screens to verify',
      hint: 'Name them in screens[] and say how the app is started (server.command and server.url, or server.static for a folder of finished HTML; native.apps for a desktop app).',
    });
  }
  const pages = screens.some((screen) => screen.app === undefined && isOn(filter.platform ?? 'auto', screen));
  const app = pages ? await session.apps.get(project, watch.state.tree, signal) : undefined;
  const plan = planCells(project, screens, app?.url, filter);
  const under = wantedConditions(project, conditions);
  // What is taken over was not looked at under them.
  const begunScope = conditions && conditions.length > 0 ? 'full' : scope;
  const { cells: wanted, notes } = await chooseCells({ ...work, environment, plan, resume, scope: begunScope });
  const all = planCells(project, screens, app?.url ?? 'http://127.0.0.1/');
  if (plan.length < all.length)
    notes.push({
      what: `photographing ${all.length - plan.length} cell(s)`,
      reason: 'left out by screens, viewports or platform; the gate asks for them all the same',
    });
  watcher.tell(0, wanted.length, `photographing ${wanted.length} of ${plan.length} cells`);
  await gather({
    ...work,
    cells: wanted,
    app,
    adHocReasons: [],
    sweep: true,
    conditions: under,
    watcher,
    onCell: (cell, done) => watcher.cellEnded(cell, done, wanted.length),
  });
  await keepAppOutput(run, session.apps.drainOutput(project), project);
  return {
    base: app?.url,
    notes,
    part: plan.length < all.length ? { asked: plan.map(placeOf), all: all.map(placeOf) } : undefined,
  };
}

/** The conditions that a call names, and those that the configuration asks for each time. */
function wantedConditions(
  { config }: Project,
  named: readonly LayoutCondition[] | undefined,
): readonly LayoutCondition[] {
  const { enabled, conditions } = config.layout;
  return enabled ? LayoutCondition.options.filter((one) => conditions[one] === 'always' || named?.includes(one)) : [];
}

/** Compares the newest pictures with their designs and with what was accepted, and keeps both in the run. */
async function comparisons(
  work: Photographed,
  onPair: ((pair: Pair, done: number, total: number) => void) | undefined,
): Promise<DesignCompare> {
  const accepted = await acceptedPictures(work);
  const { compare, baselinePairs } = await comparePhase({ ...work, accepted, onPair });
  await work.run.writeJson('summary', compare);
  await work.run.writeJson('visual', visualRegression(work, accepted, baselinePairs));
  return compare;
}

/** Keeps the verdict with its report, signs off, and says what the verification came to. */
async function conclude(
  judged: Judged & { compare: DesignCompare },
  { notes, flows, part }: { notes: VerifyResult['skipped']; flows: readonly FlowReplay[]; part: PartAsked | undefined },
): Promise<VerifyResult> {
  const { project, session, run, watch, verdict, remaining, compare, evidence } = judged;
  await keepCodeFiles(project, run, watch.state);
  await run.writeJson('checks', verdict.checks);
  const report = await writeReport({ ...judged, workflow: evidence.workflow, layout: evidence.layout.report });
  const stored = await run.appendVerdict(verdict, judged.manifestSha256, judged.current);
  await run.end();
  await removeOldRuns(project, session);
  const artifacts: Artifact[] = [
    { ...report, path: viewFile(run.id, 'report.html') },
    ...compare.pairs.slice(0, 3).flatMap((pair) => (pair.diff ? [pair.diff] : [])),
    ...flows.flatMap(({ status, screenshot }) => (status === 'fail' && screenshot ? [screenshot] : [])).slice(0, 3),
  ];
  return {
    runId: run.id,
    verdict,
    remaining,
    ...(part ? { part: askedPart(verdict, part.asked, part.all) } : {}),
    compare,
    layout: evidence.layout.report.findings,
    cells: [...judged.cells],
    skipped: [...notes, ...leftOut(verdict, judged.skippedCommands)],
    evidence: summarizeEvidence(judged, stored.n),
    artifacts,
  };
}

/** Keeps what there is of a verification that was stopped. That this fails as well (a full disk) must not hide why it was stopped. */
async function markIncomplete(run: Run, error: CodeloopError, project: Project): Promise<void> {
  try {
    const { output } = error.values;
    if (Buffer.isBuffer(output)) await keepAppOutput(run, output, project);
    await run.update((draft) => {
      draft.state = 'incomplete';
      draft.state_reason = error.code;
    });
    await run.end();
  } catch (second) {
    process.emitWarning(`run ${run.id} could not be marked incomplete: ${toCodeloopError(second).message}`);
  }
}

/** Old runs go by the configured limits; that they cannot is no reason to lose a verdict. */
async function removeOldRuns(project: Project, session: Session): Promise<void> {
  try {
    await applyRetention(project.dir, project.config.retention, { clock: session.clock });
  } catch (error) {
    process.emitWarning(`old runs could not be removed: ${toCodeloopError(error).message}`);
  }
}
