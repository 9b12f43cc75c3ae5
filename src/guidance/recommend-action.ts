import type { Issue } from '../core/vocabulary/issue.js';
import type { Section } from '../core/vocabulary/section.js';
import type { NextCall } from '../core/vocabulary/tool-result.js';
import type { Session } from '../live/session.js';
import type { Project } from '../project/project.js';
import { listRunIds } from '../store/run-list.js';
import { readSections } from '../store/section-files.js';
import { sameCodeState } from '../store/which-run.js';
import { savedFlows } from '../verify/flows/saved-flows.js';
import { repairLine } from '../verify/judge/verdict-status.js';
import { nextForSection, nextForSections } from '../verify/sections/section-status.js';
import { type LoopFacts, lookAtLoop, loopSteps } from './check-loop.js';

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

/** The facts of a project that the next call depends on. */
export interface ActionFacts extends LoopFacts {
  /** A verification that is under way in this process. */
  running: string | undefined;
  /** The issues between the present code and a green gate, in the order in which to fix them. */
  issues: readonly Issue[];
  sections: readonly Section[];
  /** Pictures that wait for a person. */
  proposals: number;
  /** Pairs that were compared, and baselines there are. */
  compared: number;
  /** Stages at which the present code was judged green. */
  green: readonly string[];
  /** Names of saved flows. */
  flowNames: readonly string[];
}

/** A call with the reason for it. */
interface Recommendation {
  call: NextCall;
  /** Our own words. */
  reason: string;
}

type Rule = (facts: ActionFacts) => Recommendation | undefined;

const to = (tool: string, given: Record<string, unknown>, reason: string): Recommendation => ({
  call: { tool: `codeloop_${tool}`, arguments: given, why: reason },
  reason,
});

/** In the order in which they are asked: each speaks only when all before it had nothing to say. */
const RULES: readonly Rule[] = [
  ({ running }) =>
    running === undefined
      ? undefined
      : to('verify', { run_id: running }, 'a verification is under way; this waits for its verdict'),
  ({ configured }) => (configured ? undefined : to('init_project', {}, 'the project has no .codeloop/config.json yet')),
  ({ screens }) =>
    screens.length > 0
      ? undefined
      : to('discover_screens', { save: true }, 'no screens are configured, so nothing can be looked at'),
  ({ run }) => {
    if ('reason' in run) return to('verify', {}, `there is no evidence of the code as it is now: ${run.reason}`);
    return run.verified ? undefined : to('verify', {}, `${run.id} was not finished by a verification`);
  },
  ({ verdict }) =>
    verdict ? undefined : to('gate_check', {}, 'there is evidence of the present code, and no verdict on it'),
  blocked,
  ({ verdict, issues, run }) => {
    if (!verdict || verdict.verdict.passed) return undefined;
    const [first] = issues;
    const failing = verdict.verdict.failing_gates.map(({ id }) => id).join(', ');
    const what = first ? `; first: ${repairLine(first).replace(/\.$/, '')}` : '';
    return to('diagnose', 'id' in run ? { run_id: run.id } : {}, `the gate does not pass (${failing})${what}`);
  },
  (facts) => {
    const behaviour = loopSteps(facts).steps.find(({ step }) => step === 'behaviour');
    if (!behaviour?.needed || behaviour.done) return undefined;
    return to('start_recording', { url: '/' }, `behaviour is not proven: ${behaviour.evidence}`);
  },
  ({ sections }) => {
    const open = sections.filter(({ state }) => state !== 'done');
    const [call] = nextForSections(open);
    const section = open.find((one) => nextForSection(one)?.tool === call?.tool);
    return call && section
      ? { call, reason: `the section ${section.id} is ${section.state}: ${call.why ?? ''}` }
      : undefined;
  },
  ({ compared, screens }) =>
    compared > 0
      ? undefined
      : to(
          'update_baseline',
          { screens: [...screens].slice(0, 20), reason: 'first accepted look' },
          'everything passes, and nothing says how the screens should look: there are neither designs nor accepted pictures',
        ),
  ({ sections, green }) =>
    sections.length === 0 || green.includes('integration') || green.includes('release')
      ? undefined
      : to('integration_check', {}, 'every section is done, and the present code was not judged at stage integration'),
  ({ green }) =>
    green.includes('release')
      ? undefined
      : to('release_readiness', {}, 'the present code is green; a release asks for more'),
  () =>
    to(
      'generate_dev_report',
      {},
      'the present code is green at stage release; write down what was done, and let a person review',
    ),
];

/** The best next call for a project that stands so, and what else would help. Pure: the same facts give the same call. */
export function nextAction(facts: ActionFacts): { best: Recommendation; others: NextCall[] } {
  // The last rule always speaks.
  const best =
    RULES.map((rule) => rule(facts)).find((one) => one !== undefined) ?? to('verify', {}, 'nothing is known');
  const others: NextCall[] = [
    ...(best.call.tool === 'codeloop_diagnose' ? facts.issues.slice(0, 1).map((issue) => issue.verify_with) : []),
    ...(best.call.tool === 'codeloop_diagnose' && facts.issues[0]?.category === 'visual'
      ? [{ tool: 'codeloop_visual_attribution', arguments: {}, why: 'since when it looks so, and by which change' }]
      : []),
    ...nextForSections(facts.sections.filter(({ state }) => state !== 'done')),
    ...('reason' in facts.run
      ? []
      : [{ tool: 'codeloop_check_workflow', arguments: {}, why: 'what the loop still lacks' }]),
  ].filter(({ tool }) => tool !== best.call.tool);
  return { best, others: others.slice(0, 2) };
}

/** Returns the next call when no failure can be fixed by changing code. */
function blocked({ verdict, proposals, issues, run }: ActionFacts): Recommendation | undefined {
  if (!verdict || verdict.verdict.passed || verdict.verdict.recommendation !== 'blocked') return undefined;
  const id = 'id' in run ? { run_id: run.id } : {};
  if (proposals > 0)
    return to(
      'visual_review',
      id,
      `${proposals} picture(s) wait for a person, who runs \`codeloop baseline accept\`; show what changed`,
    );
  const machine = issues.find(({ status }) => status === 'could_not_run');
  return machine
    ? {
        call: machine.verify_with,
        reason: `the machine could not do it: ${machine.title} ${machine.repair_task.replace(/\.$/, '')}`,
      }
    : undefined;
}
