import { dirname, join } from 'node:path';
import { loweringLine, shown } from '../../checks/integrity/bars-not-lowered.js';
import { ACCEPTED_BARS_FILE, type AcceptedBar, parseAcceptedBars } from '../../config/acceptance.js';
import { readSettings } from '../../config/load.js';
import { writeAtomic } from '../../core/atomic-write.js';
import { isoTime } from '../../core/clock.js';
import type { Lowering } from '../../core/vocabulary/bars.js';
import { type Caller, confirmByPerson, whoIsHere } from '../../live/person-at-terminal.js';
import type { Session } from '../../live/session.js';
import type { Project } from '../../project/project.js';
import { ensureFolder, realProject } from '../../store/plain-file.js';
import { storedVerification } from '../verification.js';
import { gatherEvidence } from './gather-evidence.js';

interface AcceptBarsRequest {
  project: Project;
  session: Session;
  caller: Caller;
  /** Keys that are meant; undefined: all that wait. */
  keys: readonly string[] | undefined;
  reason: string;
}

const COMMAND = 'codeloop bars accept';

/**
 * Lets lowered bars through, after a person has read them and confirmed by typing. Written to `.codeloop/bars.json`, which is
 * no part of the code state: evidence stays fresh. Throws PERSON_NEEDED (before anything is looked at), EVIDENCE_STALE and
 * RUN_NOT_FOUND (nothing was verified yet), CONFIG_INVALID. Nothing is written before the confirmation.
 */
export async function acceptBars(request: AcceptBarsRequest): Promise<Lowering[]> {
  const { project, session, caller, keys, reason } = request;
  const person = { what: 'Letting a lower bar through', command: COMMAND };
  await confirmByPerson(caller, { ...person, question: '', words: '', typed: false });
  const work = await storedVerification({ project, session, tool: COMMAND });
  const { bars } = (await gatherEvidence(work, { stage: 'section' })).evidence;
  const chosen = bars.lowered.filter(({ key }) => keys === undefined || keys.includes(key));
  if (chosen.length === 0) return [];
  await confirmByPerson(caller, {
    ...person,
    question: ['These are lower than before:', ...chosen.map(line)].join('\n'),
    words: `accept ${chosen.length}`,
    typed: true,
  });
  await writeAcceptedBars(project, session, chosen, reason);
  return chosen;
}

/** Writes the word of the person at this terminal on lowered bars down; what was said of others stays. Throws CONFIG_INVALID. */
export async function writeAcceptedBars(
  project: Project,
  session: Session,
  chosen: readonly Lowering[],
  reason: string,
): Promise<void> {
  const text = await readSettings(project.dir, ACCEPTED_BARS_FILE);
  const before = text === undefined ? [] : parseAcceptedBars(text);
  const [by, at] = [await whoIsHere(project.dir), isoTime(session.clock)];
  const accepted: AcceptedBar[] = [
    ...before.filter(({ key }) => !chosen.some((one) => one.key === key)),
    ...chosen.map(({ key, after }) => ({ key, after, at, by, reason })),
  ];
  const root = realProject(project.dir);
  ensureFolder(root, dirname(ACCEPTED_BARS_FILE));
  await writeAtomic(join(root, ACCEPTED_BARS_FILE), `${JSON.stringify({ accepted }, null, 2)}\n`);
}

function line(lowering: Lowering): string {
  // Names come from files of the project: nothing in them may act on the terminal.
  return `  ${loweringLine(lowering)}: ${shown(lowering.before)} → ${shown(lowering.after)}`.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu,
    ' ',
  );
}
