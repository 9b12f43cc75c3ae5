import type { NextCall } from '../core/vocabulary/tool-result.js';
import type { Session } from '../live/session.js';
import type { Project } from '../project/project.js';
import { listRunIds } from '../store/run-list.js';
import { readSections } from '../store/section-files.js';
import { sameCodeState } from '../store/which-run.js';
import { savedFlows } from '../verify/flows/saved-flows.js';
import { lookAtLoop } from './check-loop.js';
import { type ActionFacts, nextAction } from './next-action.js';

/** A need, the words that express it, and the call that meets it with arguments from the project. */
interface Intent {
  words: readonly string[];
  why: string;
  call(facts: ActionFacts): Omit<NextCall, 'why'>;
}

const plain =
  (tool: string, given: Record<string, unknown> = {}) =>
  (): Omit<NextCall, 'why'> => ({ tool: `codeloop_${tool}`, arguments: given });
const firstScreen = ({ screens, uncovered }: ActionFacts) => uncovered[0] ?? screens[0] ?? 'home';

/** Data: nothing here looks at more than words. */
const INTENTS: readonly Intent[] = [
  {
    words: ['look', 'see', 'screenshot', 'picture', 'photo', 'capture', 'show'],
    why: 'photographs a screen at every viewport',
    call: (facts) => ({ tool: 'codeloop_capture_screenshot', arguments: { screen_name: firstScreen(facts) } }),
  },
  {
    words: ['record', 'video', 'film'],
    why: 'records a page from now on',
    call: plain('start_recording', { url: '/' }),
  },
  {
    words: ['replay', 'frames', 'watch'],
    why: 'looks through the newest recording',
    call: plain('interaction_replay'),
  },
  {
    words: ['flow', 'journey', 'scenario'],
    why: 'replays a saved flow at each viewport',
    call: ({ flowNames }) =>
      flowNames[0] === undefined
        ? { tool: 'codeloop_start_recording', arguments: { url: '/' } }
        : { tool: 'codeloop_run_flow', arguments: { flow: flowNames[0] } },
  },
  {
    words: ['click', 'type', 'interact', 'form', 'press', 'drive', 'element', 'accessibility tree'],
    why: 'shows the page with references of its elements to act on',
    call: plain('page_snapshot', { url: '/' }),
  },
  {
    words: ['design', 'figma', 'compare', 'match', 'pixel', 'reference'],
    why: 'compares every screen with its design, worst first',
    call: plain('design_compare'),
  },
  {
    words: ['baseline', 'accept', 'approve', 'snapshot'],
    why: 'proposes the present pictures; a person accepts them',
    call: ({ screens }) => ({
      tool: 'codeloop_update_baseline',
      arguments: { screens: [...screens].slice(0, 20), reason: 'the look is meant to change' },
    }),
  },
  {
    words: ['review', 'eye', 'eyes', 'judge'],
    why: 'shows changed and new screens with questions for the eye',
    call: plain('visual_review'),
  },
  {
    words: ['blame', 'since', 'when', 'regression', 'regressed', 'commit', 'introduced'],
    why: 'names the run, commits and files where a screen began to differ',
    call: plain('visual_attribution'),
  },
  {
    words: ['fix', 'mend', 'repair', 'why', 'error', 'broken', 'fails', 'failing', 'bug', 'debug', 'diagnose'],
    why: 'says what to fix first, where, and the cheapest proof',
    call: plain('diagnose'),
  },
  {
    words: ['test', 'tests', 'build', 'verify', 'check', 'lint'],
    why: 'runs everything and answers with one verdict',
    call: plain('verify'),
  },
  { words: ['done', 'finished', 'gate', 'pass'], why: 'judges stored evidence', call: plain('gate_check') },
  {
    words: ['release', 'ship', 'deploy', 'publish', 'launch'],
    why: 'judges everything by the gates of a release',
    call: plain('release_readiness'),
  },
  {
    words: ['integrate', 'integration', 'together'],
    why: 'verifies finished sections together',
    call: plain('integration_check'),
  },
  {
    words: ['section', 'sections', 'progress', 'status'],
    why: 'says how far each section is',
    call: plain('section_status'),
  },
  {
    words: ['plan', 'spec', 'specification', 'scope', 'requirements'],
    why: 'plans sections from the specification and says what changed in it',
    call: plain('replan'),
  },
  {
    words: ['screens', 'routes', 'pages', 'crawl', 'discover'],
    why: 'finds the pages of the app and which are not verified',
    call: plain('discover_screens'),
  },
  {
    words: ['tokens', 'colors', 'colours', 'typography', 'spacing'],
    why: 'writes design tokens and a specification',
    call: plain('generate_spec'),
  },
  {
    words: ['report', 'log', 'summary', 'document', 'history'],
    why: 'writes the development log',
    call: plain('generate_dev_report'),
  },
  { words: ['runs', 'earlier', 'previous'], why: 'lists earlier runs', call: plain('run_history') },
  { words: ['prompt', 'prompts', 'instructions'], why: 'lists prompts', call: plain('list_prompts') },
];

/** Returns the calls for a need, best first; none when no word is known. Pure. */
export function neededActions(need: string, facts: ActionFacts): NextCall[] {
  const said = new Set(need.toLowerCase().match(/\p{L}+/gu) ?? []);
  return INTENTS.map((intent, index) => ({
    ...{ intent, index },
    hits: intent.words.filter((word) => (word.includes(' ') ? need.toLowerCase().includes(word) : said.has(word)))
      .length,
  }))
    .filter(({ hits }) => hits > 0)
    .sort((a, b) => b.hits - a.hits || a.index - b.index)
    .map(({ intent }) => ({ ...intent.call(facts), why: intent.why }));
}

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
