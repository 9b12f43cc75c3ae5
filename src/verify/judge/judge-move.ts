import { slug } from '../../core/ids.js';
import type { StoredVerdict } from '../../core/vocabulary/run.js';
import type { Section, SectionEvidence, SectionState } from '../../core/vocabulary/section.js';
import { type MoveNeed, movesFrom, needOf } from './moves.js';
import { sectionFindings } from './section-findings.js';

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
