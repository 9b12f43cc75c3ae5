import { expect, test } from 'vitest';
import decisionsSettled from '../../../src/checks/decisions/decisions-settled.js';
import sectionsFinished from '../../../src/checks/decisions/sections-finished.js';
import { checks } from '../../../src/checks/index.js';
import cellsNotCarried from '../../../src/checks/integrity/cells-not-carried.js';
import type { Stage } from '../../../src/core/vocabulary/gate.js';
import { evaluateGates } from '../../../src/gates/evaluate.js';
import { gates } from '../../../src/gates/table.js';
import { verifies } from '../../requirements.js';
import { findings as baselines, proposal } from '../baseline-samples.js';
import { cell } from '../samples.js';

const carried = { from_run: 'run-1', reason: 'its inputs did not change', inputs_sha256: 'x' };

test('pictures that were carried over are named, each with the run it is from', () => {
  verifies('stages.stricter');
  expect(cellsNotCarried.run({ cells: [cell()] })).toEqual({ status: 'pass', problems: [], examined: 1 });
  expect(cellsNotCarried.run({ cells: [cell(), cell({}, { screen: 'cart', carried })] })).toMatchObject({
    status: 'fail',
    problems: [{ screen: 'cart', viewport: 'mobile', title: 'Its picture was taken over from run-1.' }],
  });
  expect(cellsNotCarried.run({ cells: [] }).status).toBe('could_not_run');
});

test('a section that is worked on fails, and so does one that no verdict proves, whatever its state says', () => {
  verifies('stages.stricter', 'stages.proof');
  const standing = (extra: object) => ({ id: 'home', state: 'done' as const, finished: true, ...extra });
  expect(sectionsFinished.run({ sections: [standing({})] }).status).toBe('pass');
  expect(sectionsFinished.run({ sections: [standing({ state: 'building', finished: false })] })).toMatchObject({
    status: 'fail',
    problems: [{ title: 'The section "home" is building.' }],
  });
  expect(sectionsFinished.run({ sections: [standing({ unproven: 'nothing has been verified yet' })] })).toMatchObject({
    status: 'fail',
    problems: [{ title: 'The section "home" is not proven among the others: nothing has been verified yet.' }],
  });
  expect(sectionsFinished.run({ sections: [] }).status).toBe('could_not_run');
});

test('a check that only warns and waits for a person, and a proposed baseline, are decisions left open', () => {
  verifies('stages.stricter');
  const waiting = {
    id: 'accessibility-accepted',
    title: 'Accepted violations',
    status: 'needs_human' as const,
    severity: 'warn' as const,
    gate: 'accessibility',
    problems: [],
    problem_count: 2,
    examined: 2,
  };
  const settled = { ...waiting, status: 'pass' as const };
  expect(decisionsSettled.run({ checkResults: [settled], baselines: baselines() }).status).toBe('pass');
  expect(decisionsSettled.run({ checkResults: [waiting], baselines: baselines() })).toMatchObject({
    status: 'needs_human',
    problems: [{ title: 'The check accessibility-accepted waits for a person: Accepted violations (2).' }],
  });
  expect(decisionsSettled.run({ checkResults: [], baselines: baselines({ proposals: [proposal] }) })).toMatchObject({
    status: 'needs_human',
    problems: [{ screen: 'home' }],
  });
});

test('what a section may have, integration and release refuse', () => {
  verifies('stages.stricter');
  const evidence = {
    cells: [cell({}, { carried })],
    flaky: [{ screen: 'home', viewport: 'mobile', reason: 'versions 1 and 2 differ' }],
    sections: [{ id: 'home', state: 'building' as const, finished: false }],
    baselines: baselines({ proposals: [proposal] }),
    checkResults: [],
  };
  const blocking = (stage: Stage) =>
    evaluateGates(gates, checks, evidence, stage, 94)
      .verdict.checks.filter(
        ({ severity, examined, status }) => severity === 'block' && examined > 0 && status !== 'pass',
      )
      .map(({ id }) => id)
      .filter((id) => ['cells-agree', 'cells-not-carried', 'decisions-settled', 'sections-finished'].includes(id));
  expect(blocking('section')).toEqual([]);
  const all = ['cells-agree', 'cells-not-carried', 'sections-finished', 'decisions-settled'];
  expect(blocking('integration')).toEqual(all);
  expect(blocking('release')).toEqual(all);
});
