import { canonicalJson } from '../../core/digest.js';
import { CodeloopError } from '../../core/errors.js';
import { slug } from '../../core/ids.js';
import type { Cell, CodeState, StoredVerdict } from '../../core/vocabulary/run.js';
import type { Section, SectionEvidence, SectionState } from '../../core/vocabulary/section.js';
import type { Session } from '../../live/session.js';
import { watchCode } from '../../project/code-state/code-state.js';
import type { Project } from '../../project/project.js';
import { projectScreens } from '../../project/screens.js';
import type { Run } from '../../store/run.js';
import { sameCodeState, whichRun } from '../../store/which-run.js';
import { savedFlows } from '../flows/saved-flows.js';
import { newestCells } from '../verification.js';
import { sectionFindings } from './read-findings.js';

/**
 * The evidence that a move needs. `nothing`: it is a plan; `means`: screens or flows by which the section can be verified; `configured`:
 * these exist; `green`: a passed verdict on the code as it is now, over its screens; `red`: a verdict on it that finds something wrong
 * with the section; `integrated` and `regressed`: the same by a verdict of stage integration or release.
 */
export type MoveNeed = 'nothing' | 'means' | 'configured' | 'green' | 'red' | 'integrated' | 'regressed';

/** Every move there is: from a state, to a state, by what. What is not listed is refused. */
export const MOVES: Readonly<Record<SectionState, Partial<Readonly<Record<SectionState, MoveNeed>>>>> = {
  planned: { ready_to_build: 'means' },
  ready_to_build: { planned: 'nothing', building: 'means' },
  building: { ready_to_build: 'means', verifying: 'configured' },
  verifying: { building: 'nothing', needs_repair: 'red', internally_verified: 'green' },
  needs_repair: { building: 'nothing', verifying: 'configured' },
  internally_verified: { building: 'nothing', needs_repair: 'red', integration_pending: 'nothing' },
  integration_pending: {
    building: 'nothing',
    needs_repair: 'red',
    done: 'integrated',
    integration_regression: 'regressed',
  },
  done: { building: 'nothing', integration_regression: 'regressed' },
  integration_regression: { building: 'nothing', verifying: 'configured', integration_pending: 'integrated' },
};

/** States a section can go to from here, in the order of the work. */
export function movesFrom(state: SectionState): SectionState[] {
  // Keys of an object whose keys are exactly these states.
  return Object.keys(MOVES[state]) as SectionState[];
}

/** Returns the evidence that a move needs; undefined: there is no such move. */
export function needOf(from: SectionState, to: SectionState): MoveNeed | undefined {
  return MOVES[from][to];
}

/** States of a section whose own work is over, so that it can be verified together with the others. */
export const FINISHED: ReadonlySet<SectionState> = new Set([
  'internally_verified',
  'integration_pending',
  'done',
  'integration_regression',
]);

/** The facts that a move is judged by. */
export interface MoveFacts {
  /** Names of the screens that are configured, and of the flows that are saved and can be replayed. */
  screens: readonly string[];
  flows: readonly string[];
  /** Verdicts on the code and the bars as they are now, oldest first. */
  verdicts: readonly StoredVerdict[];
  /** Why there are none, in codeloop's own words. */
  noVerdict: string;
  /** Screens of which the judged run holds a picture that counts at each of their viewports. */
  seen: readonly string[];
}

/** What helps a refused move: to verify, to judge at stage integration, to fix what a verdict names. */
type MoveHelp = 'verify' | 'integration' | 'fix';

/** A decision about a move of a section, with its evidence. */
type MoveJudgement =
  | { allowed: true; evidence?: SectionEvidence }
  | { allowed: false; reason: string; moves: SectionState[]; help?: MoveHelp };

/** Judges a move of a section. Pure. */
export function judgeMove(section: Section, to: SectionState, facts: MoveFacts): MoveJudgement {
  const need = needOf(section.state, to);
  const refused = (reason: string, help?: MoveHelp): MoveJudgement => ({
    allowed: false,
    reason,
    moves: movesFrom(section.state),
    ...(help ? { help } : {}),
  });
  if (need === undefined) return refused(`a section that is ${section.state} cannot become ${to}`);
  if (need === 'nothing') return { allowed: true };
  if (section.screens.length + section.flows.length === 0)
    return refused('it names no screen and no flow, so that nothing could ever prove it');
  if (need === 'means') return { allowed: true };
  const missing = unknownParts(section, facts);
  if (missing !== undefined) return refused(missing);
  if (need === 'configured') return { allowed: true };
  const { verdict, reason, stage } = verdictFor(need, facts);
  if (!verdict) return refused(reason, stage);
  const failing = against(need, section, verdict, facts);
  if (failing !== undefined) return refused(failing, need === 'green' || need === 'integrated' ? 'fix' : undefined);
  const { run_id, n, code_state } = verdict;
  return { allowed: true, evidence: { run_id, verdict: n, stage: verdict.verdict.stage, tree: code_state.tree } };
}

/** Returns why a verdict does not prove that a section works with the others; undefined when it does. Pure. */
export function whyNotIntegrated(section: Section, facts: MoveFacts): string | undefined {
  if (section.screens.length + section.flows.length === 0) return 'it names no screen and no flow';
  const missing = unknownParts(section, facts);
  if (missing !== undefined) return missing;
  const { verdict, reason } = verdictFor('integrated', facts);
  return verdict ? against('integrated', section, verdict, facts) : reason;
}

function unknownParts({ screens, flows }: Section, facts: MoveFacts): string | undefined {
  const known = (names: readonly string[]) => new Set(names.map(slug));
  const [configured, saved] = [known(facts.screens), known(facts.flows)];
  const noScreen = screens.find((name) => !configured.has(slug(name)));
  if (noScreen !== undefined) return `its screen "${noScreen}" is not configured, so that nothing looks at it`;
  const noFlow = flows.find((name) => !saved.has(slug(name)));
  return noFlow === undefined ? undefined : `its flow "${noFlow}" is not saved, or cannot be replayed`;
}

/** The verdict that a need is judged by: the newest one of the stages that answer it. A stricter stage that is red is no answer to whether the section by itself is green. */
function verdictFor(
  need: MoveNeed,
  { verdicts, noVerdict }: MoveFacts,
): { verdict: StoredVerdict | undefined; reason: string; stage: MoveHelp } {
  const integration = need === 'integrated' || need === 'regressed';
  const verdict = verdicts.findLast(({ verdict: { stage, passed } }) =>
    integration ? stage !== 'section' : need !== 'green' || passed || stage === 'section',
  );
  const reason =
    verdicts.length > 0 && integration ? 'the code as it is now was not judged at stage integration' : noVerdict;
  return { verdict, reason, stage: integration ? 'integration' : 'verify' };
}

/** Why a verdict does not give what a move needs. */
function against(need: MoveNeed, section: Section, stored: StoredVerdict, { seen }: MoveFacts): string | undefined {
  const { own, shared } = sectionFindings(stored.verdict, section);
  const named = `verdict ${stored.n} of ${stored.run_id}`;
  const [first] = [...own, ...shared];
  if (need === 'red') return first ? undefined : `${named} finds nothing wrong with it`;
  if (need === 'regressed')
    return own.some(({ status }) => status === 'fail')
      ? undefined
      : `${named} finds nothing wrong with its screens and flows`;
  const unseen = section.screens.find((name) => !seen.some((one) => slug(one) === slug(name)));
  if (unseen !== undefined)
    return `${stored.run_id} holds no picture that counts of "${unseen}" at each of its viewports`;
  if (first) return `${named} says: ${first.title.replace(/\.$/, '')}`;
  // Its own screens may be well; a green verdict is one over everything.
  if (need === 'green' && !stored.verdict.passed)
    return `${named} is not green: ${stored.verdict.failing_gates.map(({ id }) => id).join(', ') || 'its score is below the threshold'}`;
  return undefined;
}

/** Facts that a move of a section is judged by, from the newest run of the code as it is now. Without one, why there is none is a fact. */
export async function moveFacts(project: Project, session: Session, tool: string): Promise<MoveFacts> {
  const { state: current } = await watchCode(project);
  try {
    return await runFacts(
      project,
      await whichRun(project.dir, { rule: 'proven', tool, clock: session.clock, current }),
      current,
    );
  } catch (error) {
    if (!(error instanceof CodeloopError) || !UNPROVEN.has(error.code)) throw error;
    const noVerdict =
      error.code === 'RUN_NOT_FOUND' ? 'nothing has been verified yet' : error.message.replace(/\.$/, '');
    return { ...(await namesOf(project)), verdicts: [], noVerdict, seen: [] };
  }
}

const UNPROVEN: ReadonlySet<string> = new Set(['RUN_NOT_FOUND', 'EVIDENCE_STALE', 'EVIDENCE_TAMPERED']);

/** The same of a run whose files were found to be as they were written. */
export async function runFacts(project: Project, run: Run, current: CodeState): Promise<MoveFacts> {
  const cells = newestCells(run.manifest.cells);
  const latest =
    cells
      .map(({ captured_at }) => captured_at)
      .sort()
      .at(-1) ?? '';
  const verdicts = run.verdicts().filter((one) => judgedNow(one, current) && one.at >= latest);
  const { seen, ...names } = await namesOf(project, cells);
  const noVerdict =
    run.verdicts().length > verdicts.length
      ? `the verdicts of ${run.id} are older than its pictures, or were made by other rules`
      : `${run.id} was not judged yet`;
  return { ...names, verdicts, noVerdict, seen };
}

/** Returns true when a verdict was made from this code, by these bars. */
function judgedNow({ code_state: judged }: StoredVerdict, current: CodeState): boolean {
  return sameCodeState(judged, current) && canonicalJson(judged.bars) === canonicalJson(current.bars);
}

async function namesOf(
  project: Project,
  cells: readonly Cell[] = [],
): Promise<Pick<MoveFacts, 'screens' | 'flows' | 'seen'>> {
  const [screens, flows] = await Promise.all([projectScreens(project), savedFlows(project)]);
  const viewports = Object.keys(project.config.viewports);
  const counts = (screen: string, viewport: string) =>
    cells.some(
      (cell) => cell.screen === screen && cell.viewport === viewport && cell.screenshot !== undefined && !cell.stale,
    );
  return {
    screens: screens.map(({ name }) => name),
    flows: flows.flatMap((flow) => ('problem' in flow ? [] : [flow.name])),
    seen: screens
      .filter((screen) => (screen.viewports ?? viewports).every((viewport) => counts(screen.name, viewport)))
      .map(({ name }) => name),
  };
}
