import { join } from 'node:path';
import type { BaselineFindings } from '../../checks/evidence.js';
import type { ScreenConfig } from '../../config/schema.js';
import { slug } from '../../core/ids.js';
import type {
  BaselinePlace,
  BaselineStanding,
  RemovedBaseline,
  StaleBaseline,
} from '../../core/vocabulary/baseline.js';
import type { CodeState } from '../../core/vocabulary/run.js';
import type { Environment } from '../../core/vocabulary/screenshot.js';
import { viewportsOf } from '../../live/planned-cell.js';
import { type CommittedFiles, committedFiles } from '../../project/code-state/bars-of-commit.js';
import { listingDigest } from '../../project/code-state/code-state-digests.js';
import type { Project } from '../../project/project.js';
import {
  type BaselineOnDisk,
  baselineEnvironment,
  baselinePaths,
  baselinePicture,
  PROPOSALS_DIR,
  readBaselines,
} from '../../store/baseline-files.js';
import { readProposals } from '../../store/baseline-proposals.js';
import type { LastGreen, Ledger } from '../../store/ledger.js';
import { BASELINES_DIR } from '../../store/paths.js';
import { readPlain, realProject } from '../../store/plain-file.js';
import { lastGreen } from '../../store/run-list.js';

/** Baselines whose screen or viewport is not configured, and that no test asks for. */
export function unusedBaselines(
  project: Project,
  screens: readonly ScreenConfig[],
  places: readonly BaselineOnDisk[],
): StaleBaseline[] {
  const unasked = unaskedBaselines(project, screens, places);
  const tested = new Set(places.filter(isOfTest).map(({ path }) => path));
  return unasked.filter(({ path }) => !tested.has(path));
}

/** True for what a person accepted of a page that a test made. */
function isOfTest({ history }: BaselineOnDisk): boolean {
  return history.at(-1)?.from?.test !== undefined;
}

/** Baselines whose screen or viewport is not configured. */
function unaskedBaselines(
  project: Project,
  screens: readonly ScreenConfig[],
  places: readonly BaselineOnDisk[],
): StaleBaseline[] {
  const viewports = Object.keys(project.config.viewports);
  return places.flatMap((place) => {
    const { environment, screen, viewport, path, sha256 } = place;
    if (sha256 === undefined) return [];
    const configured = screens.find((one) => slug(one.name) === screen);
    const asked = configured && viewportsOf(project, configured).some((name) => slug(name) === viewport);
    const reason = !configured
      ? `no screen "${screen}" is configured`
      : !viewports.some((name) => slug(name) === viewport)
        ? `no viewport "${viewport}" is configured`
        : asked
          ? undefined
          : `the screen "${configured.name}" is not asked for at "${viewport}"`;
    return reason === undefined ? [] : [{ environment, screen, viewport, path, reason }];
  });
}

/**
 * Returns the baselines that nothing is compared with here: unused ones, and those of other environments than `environments` (any pixel ratio that
 * the configured viewports have; without any, only the unused are told). The latter may be another machine's, and are no fault.
 */
export function staleBaselines(
  project: Project,
  screens: readonly ScreenConfig[],
  places: readonly BaselineOnDisk[],
  environments: readonly Environment[],
): StaleBaseline[] {
  const unused = unusedBaselines(project, screens, places);
  if (environments.length === 0) return unused;
  const ratios = Object.values(project.config.viewports).map((viewport) => viewport.device_scale_factor);
  const here = new Set(
    environments.flatMap((one) => [...new Set(ratios)].map((ratio) => baselineEnvironment(one, ratio))),
  );
  const elsewhere = places.filter(
    (place) =>
      place.sha256 !== undefined && !here.has(place.environment) && !unused.some((one) => one.path === place.path),
  );
  return [
    ...unused,
    ...elsewhere.map(({ environment: made, screen, viewport, path }) => ({
      environment: made,
      screen,
      viewport,
      path,
      reason: 'it was made in another environment: here only equal pixels count',
    })),
  ];
}

/** One change of the baselines, in codeloop's own words. */
interface BaselineChange {
  place?: BaselinePlace;
  path?: string;
  title: string;
  /** Person and reason, as the history quotes them. */
  text?: string;
}

/**
 * Returns the changes since a green verdict, newest first: each line of a history that is younger, and one line more where the
 * baselines differ and no history says how. Without a green verdict all that counts is one line: it is new to the gate.
 */
function baselineChanges(
  places: readonly BaselineOnDisk[],
  green: LastGreen | undefined,
  current: CodeState,
): BaselineChange[] {
  const records = places
    .flatMap((place) => place.history.map((record) => ({ place, record })))
    .sort((a, b) => (a.record.at < b.record.at ? 1 : -1));
  if (!green) {
    const newest = records[0]?.record;
    const count = places.filter((place) => place.sha256 !== undefined).length;
    return newest && count > 0
      ? [
          {
            title: `No earlier green verdict is known here, so all ${count} baseline(s) are new to this gate; the newest change was on ${newest.at}.`,
            text: `${newest.by}: ${newest.reason}`,
          },
        ]
      : [];
  }
  if (green.code_state.bars.baselines === current.bars.baselines) return [];
  const since = records.filter(({ record }) => record.at > green.at);
  if (since.length === 0)
    return [{ title: `The baselines are not those of the last green verdict (${green.at}), and no history says why.` }];
  return since.map(({ place, record }) => ({
    place,
    path: place.path,
    title: `${record.event === 'accepted' ? 'Accepted' : 'Removed'} on ${record.at}${record.from ? `, from run ${record.from.run_id}` : ''}.`,
    text: `${record.by}: ${record.reason}`,
  }));
}

/** The digest of a folder without files, as `code_state.bars` has it. */
const NOTHING = listingDigest(new Map());

/**
 * Returns the state of a project's baselines: whether each is what a person accepted, whether it is committed (by
 * content, against the commit that is checked out; outside git it counts at once), what is gone, and what has changed since
 * the last green verdict of the branch (of any branch, where this one has none).
 */
export async function examineBaselines(
  project: Project,
  screens: readonly ScreenConfig[],
  current: CodeState,
  ledger: Ledger,
): Promise<BaselineFindings> {
  const places = readBaselines(project.dir);
  const committed =
    current.method === 'git' ? await committedFiles(project.dir, BASELINES_DIR, current.commit) : undefined;
  const named = namesOf(project, screens);
  const files: BaselineStanding[] = [];
  const tests: BaselineStanding[] = [];
  const unasked = new Set(unaskedBaselines(project, screens, places).map(({ path }) => path));
  for (const place of places) {
    const standing = await standingOf(project, place, committed);
    const list = isOfTest(place) && unasked.has(place.path) ? tests : files;
    if (standing) list.push({ ...standing, ...named(standing) });
  }
  const removed = removedOnes(places, committed).map((one) => ({ ...one, ...named(one) }));
  const green = lastGreen(ledger, current.branch);
  const known = new Set(places.flatMap(({ history }) => history.map(({ event }) => event)));
  return {
    files,
    tests,
    removed,
    unused: unusedBaselines(project, screens, places),
    proposals: readProposals(project.dir).map(({ proposal }) => ({
      environment: proposal.environment,
      screen: proposal.screen_name,
      viewport: proposal.viewport_name,
      sha256: proposal.sha256,
    })),
    changes: baselineChanges(places, green, current).map((change) => ({
      ...change,
      ...(change.place ? named(change.place) : {}),
    })),
    vanished:
      files.length + tests.length + removed.length === 0 &&
      green !== undefined &&
      green.code_state.bars.baselines !== NOTHING &&
      !known.has('removed'),
  };
}

async function standingOf(
  project: Project,
  place: BaselineOnDisk,
  committed: CommittedFiles | undefined,
): Promise<BaselineStanding | undefined> {
  const { environment, screen, viewport, path, sha256, history, damaged } = place;
  if (sha256 === undefined) return undefined;
  const last = history.at(-1);
  const common = { environment, screen, viewport, path, sha256, ...(last ? { last } : {}) };
  if (damaged || last?.event !== 'accepted' || last.sha256 !== sha256) return { ...common, standing: 'unrecorded' };
  if (!committed) return { ...common, standing: 'counts' };
  const bytes = baselinePicture(project.dir, place);
  const held = (bytes && (await committed.holds(path, bytes))) || (await isNamedByCommit(project, place, committed));
  return { ...common, standing: held ? 'counts' : 'uncommitted' };
}

/** With a store the commit needs no picture: that it holds the history, whose last line has the picture's digest, names the bytes as well. */
async function isNamedByCommit({ dir, config }: Project, place: BaselineOnDisk, committed: CommittedFiles) {
  if (config.store.url === undefined || committed.paths.includes(place.path)) return false;
  const { history } = baselinePaths(place);
  const line = readPlain(join(realProject(dir), history))?.data;
  return line !== undefined && (await committed.holds(history, line));
}

/** Pictures that the commit or a history knows and the disk has not. A removal that is committed is over. */
function removedOnes(places: readonly BaselineOnDisk[], committed: CommittedFiles | undefined): RemovedBaseline[] {
  const gone = new Map<string, RemovedBaseline>();
  for (const place of places) {
    if (place.sha256 !== undefined) continue;
    const { environment, screen, viewport, path } = place;
    const recorded = !place.damaged && place.history.at(-1)?.event === 'removed';
    if (!recorded || committed?.paths.includes(path)) gone.set(path, { environment, screen, viewport, path, recorded });
  }
  for (const path of committed?.paths ?? []) {
    const place = placeOf(path);
    if (place && !gone.has(path) && !places.some((one) => one.path === path))
      gone.set(path, { ...place, path, recorded: false });
  }
  return [...gone.values()];
}

/** The place of a committed picture; `undefined` for other files. */
function placeOf(path: string): BaselinePlace | undefined {
  if (path.startsWith(`${PROPOSALS_DIR}/`)) return undefined;
  const [environment, screen, file, ...deeper] = path.slice(BASELINES_DIR.length + 1).split('/');
  if (!environment || !screen || !file?.endsWith('.png') || deeper.length > 0) return undefined;
  const place = { environment, screen, viewport: file.slice(0, -'.png'.length) };
  try {
    return baselinePaths(place).picture === path ? place : undefined;
  } catch {
    // A name that codeloop never gives.
    return undefined;
  }
}

/** Gives folder names their spelling in the configuration. */
function namesOf(project: Project, screens: readonly ScreenConfig[]) {
  const names = (known: readonly string[]) => new Map(known.map((name) => [slug(name), name]));
  const [byScreen, byViewport] = [
    names(screens.map((screen) => screen.name)),
    names(Object.keys(project.config.viewports)),
  ];
  return ({ screen, viewport }: Pick<BaselinePlace, 'screen' | 'viewport'>) => ({
    screen: byScreen.get(screen) ?? screen,
    viewport: byViewport.get(viewport) ?? viewport,
  });
}
