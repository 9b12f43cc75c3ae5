import type { BaselineFindings } from '../../checks/evidence.js';
import { isoTime } from '../../core/clock.js';
import { CodeloopError } from '../../core/errors.js';
import type { BaselinePlace, StaleBaseline } from '../../core/vocabulary/baseline.js';
import type { Environment } from '../../core/vocabulary/screenshot.js';
import { type Caller, confirmByPerson, whoIsHere } from '../../live/person-at-terminal.js';
import { runEnvironments } from '../../live/planned-cell.js';
import type { Session } from '../../live/session.js';
import { watchCode } from '../../project/code-state/code-state.js';
import type { Project } from '../../project/project.js';
import { projectScreens } from '../../project/screens.js';
import { placeName, readBaselines, removeBaseline } from '../../store/baseline-files.js';
import { Ledger } from '../../store/ledger.js';
import { realProject } from '../../store/plain-file.js';
import { runsNewestFirst } from '../../store/run-list.js';
import { isMeant, type PlaceFilter } from './accept-baselines.js';
import { examineBaselines, staleBaselines, unusedBaselines } from './baseline-standing.js';

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
  await confirmByPerson(caller, { ...person, question: '', words: '', typed: false });
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
