import { isoTime } from '../../core/clock.js';
import { CodeloopError } from '../../core/errors.js';
import type { BaselinePlace } from '../../core/vocabulary/baseline.js';
import { type Caller, confirmByPerson, whoIsHere } from '../../live/person-at-terminal.js';
import type { Session } from '../../live/session.js';
import type { Project } from '../../project/project.js';
import { projectScreens } from '../../project/screens.js';
import { readBaselines, removeBaseline } from '../../store/baseline-files.js';
import { placeName } from '../../store/baseline-paths.js';
import { isMeant, type PlaceFilter } from './accept-baselines.js';
import { unusedBaselines } from './stale-baselines.js';

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
