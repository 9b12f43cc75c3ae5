import type { Issue } from '../core/vocabulary/issue.js';
import type { Section } from '../core/vocabulary/section.js';
import type { NextCall } from '../core/vocabulary/tool-result.js';
import { nextForSection, nextForSections } from '../verify/sections/section-status.js';
import { type LoopFacts, loopSteps } from './check-loop.js';

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
    const what = first ? `; first: ${first.title.replace(/\.$/, '')}` : '';
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
