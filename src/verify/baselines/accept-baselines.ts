import type { BaselineFindings } from '../../checks/evidence.js';
import { isoTime } from '../../core/clock.js';
import { CodeloopError } from '../../core/errors.js';
import { slug } from '../../core/ids.js';
import type { BaselinePlace, BaselineRecord, StaleBaseline } from '../../core/vocabulary/baseline.js';
import type { Environment } from '../../core/vocabulary/screenshot.js';
import { type Caller, confirmByPerson, requirePerson, whoIsHere } from '../../live/person-at-terminal.js';
import { runEnvironments } from '../../live/planned-cell.js';
import type { Session } from '../../live/session.js';
import { watchCode } from '../../project/code-state/code-state.js';
import type { Project } from '../../project/project.js';
import { projectScreens } from '../../project/screens.js';
import { placeName, readBaseline, readBaselines, removeBaseline, storeBaseline } from '../../store/baseline-files.js';
import { readProposals, removeProposal, type WaitingProposal } from '../../store/baseline-proposals.js';
import { Ledger } from '../../store/ledger.js';
import { realProject } from '../../store/plain-file.js';
import { Run } from '../../store/run.js';
import { runStanding } from '../../store/run-integrity.js';
import { listRunIds, runsNewestFirst } from '../../store/run-list.js';
import { examineBaselines, staleBaselines, unusedBaselines } from './baseline-standing.js';
import { proposeBaselines } from './propose-baselines.js';

/** A filter of baselines; names are matched as slugs, an empty filter means all. */
export interface PlaceFilter {
  screens?: readonly string[] | undefined;
  viewports?: readonly string[] | undefined;
  environment?: string | undefined;
}

interface AcceptRequest extends PlaceFilter {
  project: Project;
  session: Session;
  caller: Caller;
  reason: string | undefined;
  /** Proposes the newest pictures of all screens first; `reason` is theirs too. */
  all?: boolean | undefined;
  /** Only these places; default: all that the filter means. */
  places?: readonly BaselinePlace[] | undefined;
}

/** A place whose picture was accepted. */
interface AcceptedBaseline extends BaselinePlace {
  path: string;
  sha256: string;
}

const COMMAND = 'codeloop baseline accept';

/**
 * Makes what waits to be what is measured against, after a person has confirmed it by typing. Each picture is traced to its
 * run first: the run is there, agrees with the ledger, and holds these very bytes. Throws PERSON_NEEDED (before anything is
 * looked at), BASELINE_NOT_FOUND, PROPOSAL_UNPROVEN, DISK_FULL. Nothing is written before the confirmation.
 */
export async function acceptBaselines(request: AcceptRequest): Promise<AcceptedBaseline[]> {
  const { project, session, caller } = request;
  const person = { what: 'Accepting a baseline', command: COMMAND };
  requirePerson(caller, person);
  const refused = request.all ? await proposeAll(request) : [];
  const all = readProposals(project.dir);
  const chosen = all.filter(({ proposal }) => isMeant(proposal, request) && isAmong(proposal, request.places));
  if (chosen.length === 0)
    throw new CodeloopError('BASELINE_NOT_FOUND', {
      what: 'waiting proposal',
      allowed: all.map(({ proposal }) => placeName(proposal)),
    });
  const pictures: { waiting: WaitingProposal; picture: Buffer }[] = [];
  for (const waiting of chosen) pictures.push({ waiting, picture: await provenPicture(project, session, waiting) });
  await confirmByPerson(caller, {
    ...person,
    question: [
      'Look at these pictures before you accept them:',
      ...chosen.map(lineOf),
      ...refused.map((line) => `  ${visible(line)}`),
      whereTheyHold(chosen),
    ].join('\n'),
    words: `accept ${chosen.length}`,
    // Whoever set `visual.approval: auto` trusts the terminal alone.
    typed: project.config.visual.approval === 'human',
  });
  const by = await whoIsHere(project.dir);
  const accepted: AcceptedBaseline[] = [];
  for (const { waiting, picture } of pictures) {
    const { proposal, dom } = waiting;
    const { environment, screen, viewport, sha256 } = proposal;
    const before = readBaseline(realProject(project.dir), proposal).sha256;
    const record: BaselineRecord = {
      schema_version: 1,
      event: 'accepted',
      at: isoTime(session.clock),
      by,
      reason: request.reason ?? proposal.reason,
      sha256,
      ...(before === undefined ? {} : { replaced: before }),
      from: proposal.from,
      proposed_by: proposal.by,
    };
    const path = await storeBaseline(project.dir, proposal, { picture, dom, record });
    removeProposal(project.dir, proposal);
    accepted.push({ environment, screen, viewport, path, sha256 });
  }
  return accepted;
}

/** Lays the newest picture of every screen before the person; returns a line for each that proves nothing, and so waits for nobody. */
async function proposeAll({ project, session, caller, reason, viewports }: AcceptRequest): Promise<string[]> {
  const screens = (await projectScreens(project)).map(({ name }) => name);
  const { refused } = await proposeBaselines({
    ...{ project, session, screens, viewports, runId: undefined, reason: reason ?? 'as it looks now' },
    ...{ by: `${COMMAND} --all`, ci: caller.ci, signal: caller.signal, failing: true },
  });
  return refused.map(({ screen, viewport, reason: why }) => `${screen}@${viewport}  is left out: ${why}`);
}

/** True when a place is one of these; without a list all are. */
export function isAmong(place: BaselinePlace, places: readonly BaselinePlace[] | undefined): boolean {
  return (
    places === undefined ||
    places.some(
      ({ environment, screen, viewport }) =>
        environment === place.environment && screen === place.screen && viewport === place.viewport,
    )
  );
}

/** True when a place is among those that are meant. */
export function isMeant(place: BaselinePlace, { screens, viewports, environment }: PlaceFilter): boolean {
  return (
    (screens === undefined || screens.some((name) => slug(name) === place.screen)) &&
    (viewports === undefined || viewports.some((name) => slug(name) === place.viewport)) &&
    (environment === undefined || environment === place.environment)
  );
}

/** The picture as its run has it. Throws PROPOSAL_UNPROVEN. */
async function provenPicture(project: Project, session: Session, waiting: WaitingProposal): Promise<Buffer> {
  const { proposal, picture } = waiting;
  const unproven = (reason: string, cause?: unknown) =>
    new CodeloopError('PROPOSAL_UNPROVEN', { place: placeName(proposal), reason }, { cause });
  if (!picture) throw unproven('its picture was changed since it was proposed');
  const { run_id: id } = proposal.from;
  if (!listRunIds(project.dir).includes(id)) throw unproven(`run ${id} is gone`);
  try {
    const run = await Run.open(project.dir, id, { tool: COMMAND, clock: session.clock });
    const standing = runStanding(run);
    if (standing.state !== 'agrees') throw unproven(standing.reason);
    const listed = run.manifest.entries.some(
      (entry) => entry.kind === 'screenshot' && entry.path === proposal.source && entry.sha256 === proposal.sha256,
    );
    if (!listed) throw unproven(`run ${id} holds no such picture`);
    return await run.readEntry({ path: proposal.source, sha256: proposal.sha256 });
  } catch (error) {
    if (error instanceof CodeloopError && error.code === 'EVIDENCE_TAMPERED') throw unproven(error.message, error);
    throw error;
  }
}

/** Returns the line of one proposal that a person reads before confirming. */
/** What the name of the environment means, before it matters. */
function whereTheyHold(chosen: readonly WaitingProposal[]): string {
  const names = [...new Set(chosen.map(({ proposal }) => proposal.environment))].map(visible).join(', ');
  return `They hold where pictures come out alike: ${names} (system, browser, fonts, pixel ratio). Elsewhere a difference is "not comparable", never a failure; one image for laptop and CI shares them (docs/ci.md).`;
}

function lineOf({ proposal, path }: WaitingProposal): string {
  const change = proposal.replaces === undefined ? 'new' : 'replaces the accepted one';
  // Names and reasons come from a client or a file: nothing in them may act on the terminal.
  return visible(
    `  ${placeName(proposal)}  ${change}, from run ${proposal.from.run_id}: ${proposal.reason} (${proposal.by})  ${path}`,
  );
}

function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** The accepted pictures of a project as they stand now, and what waits for a person. */
export async function listBaselines(project: Project): Promise<BaselineFindings> {
  const { state } = await watchCode(project);
  return examineBaselines(project, await projectScreens(project), state, new Ledger(realProject(project.dir)));
}

/** Baselines that nothing here is compared with; the environments are those of the newest run, if there is one. */
export async function listStaleBaselines(project: Project): Promise<StaleBaseline[]> {
  return staleBaselines(
    project,
    await projectScreens(project),
    readBaselines(project.dir),
    newestEnvironments(project),
  );
}

function newestEnvironments(project: Project): Environment[] {
  for (const found of runsNewestFirst(realProject(project.dir))) {
    const known = 'read' in found ? runEnvironments(found.read.manifest) : [];
    if (known.length > 0) return known;
  }
  return [];
}

interface RemoveRequest extends PlaceFilter {
  project: Project;
  session: Session;
  caller: Caller;
  reason: string;
  /** Only those that stand for nothing that is configured. */
  stale: boolean;
}

/** Takes baselines away after a person has confirmed it by typing. Throws PERSON_NEEDED, BASELINE_NOT_FOUND. */
export async function removeBaselines(request: RemoveRequest): Promise<(BaselinePlace & { path: string })[]> {
  const { project, caller } = request;
  const person = { what: 'Removing a baseline', command: 'codeloop baseline remove' };
  requirePerson(caller, person);
  const all = readBaselines(project.dir).filter((place) => place.sha256 !== undefined);
  const unused = request.stale
    ? new Set(unusedBaselines(project, await projectScreens(project), all).map((one) => one.path))
    : undefined;
  const chosen = all.filter((place) => isMeant(place, request) && (unused?.has(place.path) ?? true));
  if (chosen.length === 0)
    throw new CodeloopError('BASELINE_NOT_FOUND', {
      what: unused ? 'unused baseline' : 'baseline',
      allowed: all.map(placeName),
    });
  await confirmByPerson(caller, {
    ...person,
    question: ['These baselines will no longer be measured against:', ...chosen.map((one) => `  ${one.path}`)].join(
      '\n',
    ),
    words: `remove ${chosen.length}`,
    typed: project.config.visual.approval === 'human',
  });
  const by = await whoIsHere(project.dir);
  for (const place of chosen)
    await removeBaseline(project.dir, place, {
      schema_version: 1,
      event: 'removed',
      at: isoTime(request.session.clock),
      by,
      reason: request.reason,
      ...(place.sha256 === undefined ? {} : { replaced: place.sha256 }),
    });
  return chosen.map(({ environment, screen, viewport, path }) => ({ environment, screen, viewport, path }));
}
