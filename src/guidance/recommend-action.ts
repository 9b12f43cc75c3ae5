import type { NextCall } from '../core/vocabulary/tool-result.js';
import type { Session } from '../live/session.js';
import type { Project } from '../project/project.js';
import { listRunIds } from '../store/run-list.js';
import { readSections } from '../store/section-files.js';
import { sameCodeState } from '../store/which-run.js';
import { savedFlows } from '../verify/flows/saved-flows.js';
import { lookAtLoop } from './check-loop.js';
import { neededActions } from './needed-action.js';
import { type ActionFacts, nextAction } from './next-action.js';

interface RecommendedAction {
  best: NextCall;
  reason: string;
  others: NextCall[];
  /** The facts that decided it. */
  facts: ActionFacts;
  /** False when something was needed of which no word is known. */
  understood: boolean;
}

const TOOL = 'codeloop_recommend_action';

/** The best next call for a project as it stands, or for what is needed. Looks at stored evidence only. Throws RUN_NOT_FOUND, CONFIG_INVALID. */
export async function recommendAction(
  project: Project,
  session: Session,
  runId: string | undefined,
  need: string | undefined,
): Promise<RecommendedAction> {
  const facts = await actionFacts(project, session, runId);
  const { best, others } = nextAction(facts);
  const wanted = need === undefined ? [] : neededActions(need, facts);
  const [first, ...more] = wanted;
  // Nothing that looks at a project works before it is set up.
  if (!first || !facts.configured)
    return {
      best: best.call,
      reason: best.reason,
      others,
      facts,
      understood: need === undefined || first !== undefined,
    };
  const rest = [...more, best.call].filter(({ tool }) => tool !== first.tool).slice(0, 2);
  return { best: first, reason: `for "${need}": it ${first.why}`, others: rest, facts, understood: true };
}

async function actionFacts(project: Project, session: Session, runId: string | undefined): Promise<ActionFacts> {
  const [{ facts, run, judged }, flows] = await Promise.all([
    lookAtLoop(project, session, runId, TOOL),
    savedFlows(project),
  ]);
  // Jobs of other projects of this server are none of this one's business.
  const own = new Set(listRunIds(project.dir));
  const { evidence } = judged ?? {};
  const verdicts = run?.verdicts().filter(({ code_state }) => sameCodeState(code_state, run.manifest.code_state)) ?? [];
  return {
    ...facts,
    running: session.jobs.ids().find((id) => own.has(id)),
    issues: judged?.issues ?? [],
    sections: readSections(project.dir).sections,
    proposals: evidence?.baselines?.proposals.length ?? 0,
    compared: (evidence?.pairs?.length ?? 0) + (evidence?.baselines?.files.length ?? 0),
    green: [...new Set(verdicts.filter(({ verdict }) => verdict.passed).map(({ verdict }) => verdict.stage))],
    flowNames: flows.flatMap((flow) => ('problem' in flow ? [] : [flow.name])),
  };
}
