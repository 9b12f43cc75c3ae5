import { isoTime } from '../../core/clock.js';
import type { GateVerdict, Remaining } from '../../core/vocabulary/gate.js';
import type { StoredVerdict } from '../../core/vocabulary/run.js';
import type { Section, SectionState } from '../../core/vocabulary/section.js';
import type { Session } from '../../live/session.js';
import type { Project } from '../../project/project.js';
import { changeSections, readSections } from '../../store/section-files.js';
import { continueVerify } from '../continue-verify.js';
import { judge } from '../judge/judge.js';
import { FINISHED, judgeMove, type MoveFacts, runFacts, whyNotIntegrated } from '../judge/judge-move.js';
import { type SectionFinding, sectionFindings } from '../judge/read-findings.js';
import { storedVerification } from '../verification.js';
import { findSection, recordMove } from './section-status.js';

interface IntegrationRequest {
  project: Project;
  session: Session;
  /** Default: every finished one. */
  sections: readonly string[] | undefined;
  /** Go on with this verification. */
  runId: string | undefined;
  waitMs: number | undefined;
  progress: (progress: { done: number; total?: number; message: string }) => void;
  signal: AbortSignal;
}

/** State of a section among the others. `not_judged`: a finding that concerns every section prevents a judgement of one. */
interface CheckedSection {
  section: string;
  before: SectionState;
  after: SectionState;
  outcome: 'holds' | 'regressed' | 'not_judged';
  /** Why it does not hold, in codeloop's own words. */
  reason?: string;
  findings: SectionFinding[];
}

type IntegrationAnswer =
  | { state: 'nothing_finished'; sections: Section[] }
  | { state: 'running'; runId: string; doing: string }
  | {
      state: 'finished';
      runId: string;
      verdict: GateVerdict;
      remaining: Remaining;
      stored: StoredVerdict;
      sections: CheckedSection[];
    };

const TOOL = 'codeloop_integration_check';
/** Longest way of a section within one check: verified, pending, done. */
const STEPS: Readonly<Record<'holds' | 'regressed', Partial<Record<SectionState, readonly SectionState[]>>>> = {
  holds: {
    internally_verified: ['integration_pending', 'done'],
    integration_pending: ['done'],
    integration_regression: ['integration_pending', 'done'],
  },
  regressed: {
    internally_verified: ['needs_repair'],
    integration_pending: ['integration_regression'],
    done: ['integration_regression'],
  },
};

/**
 * Verifies the whole app, judges it at stage integration and moves each finished section by what the verdict says of it: on to done, or
 * back to integration_regression. Throws SECTION_NOT_FOUND, and what a verification throws.
 */
export async function integrationCheck(request: IntegrationRequest): Promise<IntegrationAnswer> {
  const { project, session, runId, waitMs, progress, signal } = request;
  const file = readSections(project.dir);
  const asked = request.sections?.map((name) => findSection(file, name)) ?? file.sections;
  const finished = asked.filter(({ state }) => FINISHED.has(state));
  if (finished.length === 0) return { state: 'nothing_finished', sections: asked };
  const filter = { screens: undefined, viewports: undefined };
  const answer = await continueVerify({ project, session, filter, signal }, { runId, waitMs, progress });
  if (answer.state === 'running') return answer;
  const work = await storedVerification({ project, session, tool: TOOL, runId: answer.result.runId });
  const { run } = work;
  const { verdict, remaining, manifestSha256, current } = await judge(work, { stage: 'integration' });
  const stored = await run.appendVerdict(verdict, manifestSha256, current);
  const facts = await runFacts(project, run, current);
  const at = isoTime(session.clock);
  const sections = await changeSections(project.dir, (draft) =>
    finished.map(({ id }) => check(findSection(draft, id), verdict, facts, at)),
  );
  return { state: 'finished', runId: run.id, verdict, remaining, stored, sections };
}

function check(section: Section, verdict: GateVerdict, facts: MoveFacts, at: string): CheckedSection {
  const before = section.state;
  const { own, shared } = sectionFindings(verdict, section);
  const reason = whyNotIntegrated(section, facts);
  const outcome = own.some(({ status }) => status === 'fail')
    ? 'regressed'
    : reason === undefined
      ? 'holds'
      : 'not_judged';
  if (outcome !== 'not_judged')
    for (const to of STEPS[outcome][before] ?? []) {
      const judged = judgeMove(section, to, facts);
      if (!judged.allowed) break;
      const { evidence } = judged;
      recordMove(section, { at, from: section.state, to, tool: TOOL, ...(evidence ? { evidence } : {}) });
    }
  return {
    section: section.id,
    before,
    after: section.state,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    findings: [...own, ...shared],
  };
}
