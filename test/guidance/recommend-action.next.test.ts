import { expect, test } from 'vitest';
import type { GateVerdict } from '../../src/core/vocabulary/gate.js';
import type { Issue } from '../../src/core/vocabulary/issue.js';
import { type ActionFacts, neededActions, nextAction } from '../../src/guidance/recommend-action.js';
import { tools } from '../../src/tools/index.js';
import { section } from '../project/sections/samples.js';
import { verifies } from '../requirements.js';
import { verdict } from '../store/samples.js';

/** A project of which everything was shown. */
const facts = (extra: Partial<ActionFacts> = {}): ActionFacts => ({
  configured: true,
  screens: ['home', 'cart'],
  run: { id: 'run-1', verified: true, screenshots: 2 },
  flows: { saved: 0, replayed: 0, recordings: 0 },
  workflowRequired: undefined,
  uncovered: [],
  verdict: { path: 'v/1.json', verdict: verdict(true) },
  running: undefined,
  issues: [],
  sections: [],
  proposals: 0,
  compared: 2,
  green: ['section', 'release'],
  flowNames: [],
  ...extra,
});
const judged = (recommendation: GateVerdict['recommendation']) => ({
  path: 'v/1.json',
  verdict: { ...verdict(false), recommendation },
});
const issue = (extra: Partial<Issue> = {}): Issue => ({
  id: 'i-1',
  category: 'visual',
  severity: 'critical',
  status: 'fail',
  title: 'The button is gone.',
  screens: ['home'],
  viewports: [],
  evidence: [],
  likely_cause: 'c',
  repair_task: 'Put it back.',
  verify_with: { tool: 'codeloop_design_compare', arguments: { screen_name: 'home' } },
  consequences: [],
  ...extra,
});

test.each<[string, Partial<ActionFacts>, string, object]>([
  ['a verification runs', { running: 'run-9', configured: false }, 'verify', { run_id: 'run-9' }],
  ['it is not set up', { configured: false }, 'init_project', {}],
  ['nothing can be looked at', { screens: [] }, 'discover_screens', { save: true }],
  ['the code is newer than the evidence', { run: { reason: 'other code' } }, 'verify', {}],
  ['it was cut off', { run: { id: 'run-1', verified: false, screenshots: 0 } }, 'verify', {}],
  ['it was not judged', { verdict: undefined }, 'gate_check', {}],
  ['it fails', { verdict: judged('continue_fixing'), issues: [issue()] }, 'diagnose', { run_id: 'run-1' }],
  ['pictures wait for a person', { verdict: judged('blocked'), proposals: 1 }, 'visual_review', { run_id: 'run-1' }],
  [
    'the machine could not',
    {
      verdict: judged('blocked'),
      issues: [issue({ status: 'could_not_run', verify_with: { tool: 'codeloop_verify', arguments: {} } })],
    },
    'verify',
    {},
  ],
  ['flows are not replayed', { flows: { saved: 1, replayed: 0, recordings: 0 } }, 'start_recording', { url: '/' }],
  [
    'a section is open',
    { sections: [section({ state: 'building' }), section({ id: 'cart', state: 'done' })] },
    'section_status',
    { section: 'home', set: 'verifying' },
  ],
  [
    'nothing says how it should look',
    { compared: 0 },
    'update_baseline',
    { screens: ['home', 'cart'], reason: 'first accepted look' },
  ],
  [
    'sections were not judged together',
    { sections: [section({ state: 'done' })], green: ['section'] },
    'integration_check',
    {},
  ],
  ['it is green', { green: ['section'] }, 'release_readiness', {}],
  ['it may be released', {}, 'generate_dev_report', {}],
])('%s', (_why, given, tool, args) => {
  verifies('recommend.action');
  const { best } = nextAction(facts(given));
  expect([best.call.tool, best.call.arguments]).toEqual([`codeloop_${tool}`, args]);
  expect(best.reason.length).toBeGreaterThan(10);
});

test('what fails is named, with the cheapest proof and since when as what else would help', () => {
  verifies('recommend.action');
  const { best, others } = nextAction(facts({ verdict: judged('continue_fixing'), issues: [issue()] }));
  expect(best.reason).toMatch(/; first: home: The button is gone\. Put it back$/);
  expect(others.map(({ tool }) => tool)).toEqual(['codeloop_design_compare', 'codeloop_visual_attribution']);
});

test.each([
  ['take a screenshot please', 'capture_screenshot', { screen_name: 'home' }],
  ['Why is this broken? fix it', 'diagnose', {}],
  ['which commit introduced the regression', 'visual_attribution', {}],
  ['replay the checkout flow', 'interaction_replay', {}],
  ['is it ready to ship', 'release_readiness', {}],
  ['plan from the spec', 'replan', {}],
])('for "%s"', (need, tool, args) => {
  verifies('recommend.action');
  expect(neededActions(need, facts())[0]).toMatchObject({ tool: `codeloop_${tool}`, arguments: args });
});

test('words that nobody knows lead nowhere, and every call that is recommended is one that there is', () => {
  verifies('recommend.action');
  expect(neededActions('xyzzy', facts())).toEqual([]);
  const names = new Set(tools.map(({ name }) => name));
  const all = neededActions(
    'look record replay flow click design baseline review blame fix test done ship integrate section plan routes tokens report runs prompt',
    facts({ flowNames: ['buy'] }),
  );
  expect(all.length).toBe(21);
  for (const { tool, arguments: given } of all) {
    expect(names).toContain(tool);
    expect(tools.find(({ name }) => name === tool)?.input.safeParse(given).success, tool).toBe(true);
  }
});
