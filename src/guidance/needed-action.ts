import type { NextCall } from '../core/vocabulary/tool-result.js';
import type { ActionFacts } from './next-action.js';

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
