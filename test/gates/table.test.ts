import { expect, test } from 'vitest';
import type { CheckId } from '../../src/checks/check-id.js';
import type { Evidence } from '../../src/checks/evidence.js';
import type { RunnerKind } from '../../src/core/vocabulary/runner.js';
import type { Gate } from '../../src/gates/evaluate.js';
import { gates } from '../../src/gates/table.js';
import { found } from '../checks/accessibility-samples.js';
import { findings as baselines } from '../checks/baseline-samples.js';
import { result, runners } from '../checks/runner-samples.js';
import { saved, workflow } from '../checks/workflow-samples.js';
import { verifies } from '../requirements.js';

const page = { screen: 'home' };
const window = { screen: 'editor', app: 'desk' };
const commands = (...kinds: RunnerKind[]) => runners(kinds.map((kind) => result(kind)));
const gone = (kind: RunnerKind, now?: string) =>
  runners([], { changes: [{ name: kind, kind, commit: 'abc', before: 'x', ...(now === undefined ? {} : { now }) }] });
const off = runners([result('test')], { waiver: 'no tests yet', testsOff: 'no tests yet' });

const NO_SCREENS = 'no screens are configured';
const NO_TESTS = 'the project has no tests (no test script, no runners.test.command, no plugin)';
const NO_BUILD = 'the project has no build (no build script, no runners.build.command)';
const NO_STATIC =
  'the project has neither a lint nor a type check that only checks (no such script, no runners.lint.command, no runners.typecheck.command)';
const NO_FLOWS = 'no flows are saved in .codeloop/flows';
const NO_BASELINES = 'there are no baselines, and none was removed';

/** Gate, evidence, whether it has something to judge. */
const rows: [id: string, when: string, evidence: Partial<Evidence>, applies: true | string][] = [
  ['acceptance_criteria_met', 'no file', { acceptance: [] }, 'there are no acceptance files in docs/acceptance'],
  ['acceptance_criteria_met', 'an empty file', { acceptance: [{ file: 'a.md', criteria: [] }] }, true],
  ['accessibility', 'a page', { screens: [page, window], accessibility: found([]) }, true],
  [
    'accessibility',
    'switched off',
    { screens: [page], accessibility: { ...found([]), enabled: false } },
    'accessibility.enabled is false',
  ],
  ['accessibility', 'no screen', { screens: [], accessibility: found([]) }, NO_SCREENS],
  [
    'accessibility',
    'windows alone',
    { screens: [window], accessibility: found([]) },
    'there are no pages, only desktop apps',
  ],
  ['build_passes', 'no build', commands('test'), NO_BUILD],
  ['build_passes', 'a build', commands('build'), true],
  ['build_passes', 'a build that is gone', gone('build'), true],
  ['build_passes', 'a build that is gone and reads differently now', gone('build', 'y'), NO_BUILD],
  ['design_compare_evidence', 'no reference', { references: 0 }, 'there are no design references'],
  ['design_compare_evidence', 'a reference', { references: 1 }, true],
  ['required_tests_pass', 'no tests', commands('build'), NO_TESTS],
  ['required_tests_pass', 'tests', commands('test'), true],
  ['required_tests_pass', 'tests that are gone', gone('test'), true],
  ['required_tests_pass', 'tests that are off', off, 'tests.run is false, and tests.waive_gate says why: no tests yet'],
  ['runtime_clean', 'no screen', { screens: [] }, NO_SCREENS],
  ['runtime_clean', 'a screen', { screens: [window] }, true],
  ['sections_complete', 'no section', { sections: [] }, 'no sections are planned in .codeloop/sections.json'],
  ['sections_complete', 'a section', { sections: [{ id: 'home', state: 'done', finished: true }] }, true],
  ['static_checks_pass', 'neither', commands('build', 'test'), NO_STATIC],
  ['static_checks_pass', 'lint', commands('lint'), true],
  ['static_checks_pass', 'types', commands('typecheck'), true],
  ['visual_regression', 'no baseline', { baselines: baselines({ files: [] }) }, NO_BASELINES],
  ['visual_regression', 'a baseline', { baselines: baselines() }, true],
  ['visual_regression', 'all gone without a word', { baselines: baselines({ files: [], vanished: true }) }, true],
  ['workflow_evidence', 'no flow', { screens: [page], workflow: workflow({ saved: [] }) }, NO_FLOWS],
  ['workflow_evidence', 'a flow', { screens: [page], workflow: workflow({ saved: [saved()] }) }, true],
  [
    'workflow_evidence',
    'not asked for',
    { screens: [page], workflow: workflow({ saved: [saved()], required: false }) },
    'workflow.required is false',
  ],
  [
    'workflow_evidence',
    'asked for without a flow',
    { screens: [page], workflow: workflow({ saved: [], required: true }) },
    true,
  ],
  ['workflow_evidence', 'no screen', { screens: [], workflow: workflow({ saved: [saved()] }) }, NO_SCREENS],
];

test.each(rows)('%s with %s', (id, _when, evidence, applies) => {
  verifies('acceptance.never-empty', 'gates.workflow');
  expect(gates.find((gate) => gate.id === id)?.applies(evidence)).toBe(applies);
});

test('evidence that could not be had leaves no gate out', () => {
  expect(gates.filter((gate) => gate.applies({}) !== true)).toEqual([]);
});

test('the weights, and the gates that must hold', () => {
  expect(Object.fromEntries(gates.map(({ id, weight }) => [id, weight]))).toEqual({
    acceptance_criteria_met: 10,
    accessibility: 5,
    build_passes: 20,
    decisions_settled: 'blocks',
    design_compare_evidence: 15,
    evidence_integrity: 'blocks',
    layout_sound: 10,
    required_tests_pass: 20,
    runtime_clean: 10,
    screenshot_evidence: 10,
    sections_complete: 'blocks',
    static_checks_pass: 10,
    visual_regression: 10,
    workflow_evidence: 10,
    zero_critical_issues: 10,
  });
});

test('a field that a gate cannot have does not compile', () => {
  const [gate] = gates;
  if (!gate) throw new Error('there is no gate');
  // The type check fails where one of these is no error.
  const wrong: Gate<CheckId>[] = [
    // @ts-expect-error: no such stage
    { ...gate, stages: ['nightly'] },
    // @ts-expect-error: no such check
    { ...gate, checks: [{ id: 'page-error', severity: 'block' }] },
    // @ts-expect-error: no such severity
    { ...gate, checks: [{ id: 'page-errors', severity: 'fail' }] },
    // @ts-expect-error: no such evidence
    { ...gate, applies: ({ screen }) => screen === undefined || 'no screen' },
    // @ts-expect-error: neither a weight nor a word that it must hold
    { ...gate, weight: 'must' },
  ];
  expect(wrong.every(({ id }) => id === gate.id)).toBe(true);
});

test('what has to be mended first is told first: a project that does not build before a page that keeps people out', () => {
  const place = (id: string) => gates.findIndex((gate) => gate.id === id);
  const first = ['evidence_integrity', 'build_passes', 'screenshot_evidence', 'runtime_clean', 'visual_regression'];
  const places = [...first, 'layout_sound', 'accessibility', 'zero_critical_issues'].map(place);
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});
