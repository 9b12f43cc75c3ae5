import { describe, expect, it } from 'vitest';
import type { AnyCheck } from '../../src/checks/define-check.js';
import { freshEvidence } from '../../src/checks/define-check.js';
import { checks } from '../../src/checks/index.js';
import type { Status } from '../../src/core/vocabulary/gate.js';
import { evaluateGates, type Gate } from '../../src/gates/evaluate.js';
import { gates } from '../../src/gates/table.js';
import { diagnose } from '../../src/verify/judge/diagnosis/diagnose.js';
import { verifies } from '../requirements.js';

function check(id: string, status: Status): AnyCheck {
  return {
    id,
    title: id,
    failureTitle: `${id} failed`,
    description: '',
    requires: [],
    repair: freshEvidence('It happened.'),
    run: () => ({ status, problems: status === 'pass' ? [] : [{ title: `${id}!` }], examined: 1 }),
  };
}

function gate(id: string, weight: Gate['weight'], ...ids: string[]): Gate {
  return {
    id,
    weight,
    stages: ['section'],
    title: id,
    failureTitle: `${id} failed`,
    description: '',
    applies: () => true,
    checks: ids.map((name) => ({ id: name.replace('?', ''), severity: name.endsWith('?') ? 'warn' : 'block' })),
  };
}

const all = [
  check('good', 'pass'),
  check('bad', 'fail'),
  check('human', 'needs_human'),
  check('lost', 'could_not_run'),
];

describe('evaluateGates', () => {
  it.each([
    [[gate('a', 10, 'good')], 100, 'ready_for_review'],
    [[gate('a', 10, 'good'), gate('b', 5, 'bad')], 66.6, 'continue_fixing'],
    [[gate('a', 10, 'good'), gate('b', 5, 'human')], 66.6, 'blocked'],
    [[gate('a', 10, 'good'), gate('b', 5, 'lost')], 66.6, 'blocked'],
    [[gate('a', 10, 'lost', 'bad')], 0, 'continue_fixing'],
    [[gate('a', 10, 'good', 'bad?')], 100, 'ready_for_review'],
    [[gate('a', 10, 'good'), gate('i', 'blocks', 'bad')], 100, 'continue_fixing'],
    [[gate('a', 10, 'unknown')], 0, 'blocked'],
    [[], 0, 'blocked'],
  ])('case %#', (list, score, recommendation) => {
    const { verdict } = evaluateGates(list, all, {}, 'section', 94);
    expect(verdict).toMatchObject({
      confidence_score: score,
      recommendation,
      passed: recommendation === 'ready_for_review',
    });
  });

  it('says of what could not be looked at that it is not known, and why, not that it failed', () => {
    verifies('gates.not-known');
    const results = evaluateGates(
      [gate('Pages load', 10, 'lost', 'good'), gate('b', 5, 'bad')],
      all,
      {},
      'section',
      94,
    );
    expect(results.verdict.failing_gates.map(({ title, reason }) => [title, reason])).toEqual([
      ['Not known: pages load', 'Not known: lost (lost!)'],
      ['b failed', 'bad failed (1)'],
    ]);
    expect(results.verdict.checks.map(({ title }) => title)).toEqual(['Not known: lost', 'good', 'bad failed']);
  });

  it('heads a gate with what its checks say of themselves, where each that fails does', () => {
    const own = {
      ...check('own', 'fail'),
      run: () => ({ ...check('own', 'fail').run({}), failureTitle: 'not looked at' }),
    };
    const titles = (...ids: string[]) =>
      evaluateGates([gate('a', 10, ...ids)], [...all, own], {}, 'section', 94).verdict.failing_gates.map(
        ({ title }) => title,
      );
    expect(titles('own', 'good')).toEqual(['not looked at']);
    expect(titles('own', 'bad')).toEqual(['a failed']);
  });

  it('leaves out gates that do not apply and those of other stages', () => {
    const { verdict } = evaluateGates(
      [
        gate('a', 10, 'good'),
        { ...gate('b', 90, 'bad'), applies: () => 'nothing to judge' },
        { ...gate('c', 90, 'bad'), stages: ['release'] },
      ],
      all,
      {},
      'section',
      94,
    );
    expect(verdict.not_applicable).toEqual([{ id: 'b', reason: 'nothing to judge' }]);
    expect(verdict.confidence_score).toBe(100);
  });

  it.each(['section', 'integration', 'release'] as const)(
    'without any evidence no shipped gate passes: %s',
    (stage) => {
      const { verdict } = evaluateGates(gates, checks, {}, stage, 94);
      expect(verdict.passing_gates).toEqual([]);
      expect(verdict.failing_gates.map((result) => [result.id, result.status])).toEqual(
        gates.filter(({ stages }) => stages.includes(stage)).map((one) => [one.id, 'could_not_run']),
      );
      expect(verdict.recommendation).toBe('blocked');
    },
  );

  it('judges each check once, those over results after all others, and each of those sees what came before', () => {
    verifies('gates.two-rounds');
    const runs: string[] = [];
    const broken = () => {
      runs.push('worse');
      return { status: 'fail' as const, problems: [{ title: 'It is broken.' }], examined: 1 };
    };
    const one = (id: string, requires: AnyCheck['requires']): AnyCheck => ({
      ...check(id, 'pass'),
      requires,
      run(evidence) {
        runs.push(id);
        const seen = evidence.checkResults?.map((result) => result.id) ?? [];
        const told = [
          ...(evidence.contradictions ?? []),
          ...seen,
          ...(evidence.issues ?? []).map(({ id: issue }) => issue),
        ];
        return { status: 'pass', problems: told.map((title) => ({ title })), examined: 1 };
      },
    });
    // Asked in an order that has every round before the one that it needs.
    const list = [gate('z', 1, 'issues', 'cites'), gate('y', 1, 'intact'), gate('x', 1, 'raw', 'intact', 'worse')];
    const checksOf = [
      one('issues', ['issues']),
      one('cites', ['cells', 'checkResults']),
      one('intact', ['integrity', 'contradictions']),
      one('raw', ['cells']),
      { ...check('worse', 'fail'), requires: ['cells'] as const, run: broken },
    ];
    const made: string[] = [];
    const { verdict, over } = evaluateGates(list, checksOf, {}, 'section', 94, {
      contradictions: (results) => {
        made.push(`contradictions of ${results.map(({ id }) => id).join()}`);
        return ['contradicted'];
      },
      issues: (results) => {
        made.push(`issues of ${results.map(({ id }) => id).join()}`);
        return diagnose({ checks: results, pairs: [], blockOnSeverity: 'critical' });
      },
    });
    expect(runs).toEqual(['raw', 'worse', 'intact', 'cites', 'issues']);
    expect(made).toEqual(['contradictions of raw,worse', 'issues of cites,intact,raw,intact,worse']);
    const told = Object.fromEntries(verdict.checks.map(({ id, problems }) => [id, problems.map(({ title }) => title)]));
    const issues = (over.issues ?? []).map(({ id }) => id);
    expect(issues).toHaveLength(1);
    expect(told).toEqual({
      raw: [],
      worse: ['It is broken.'],
      intact: ['contradicted'],
      cites: ['contradicted', 'intact', 'raw', 'intact', 'worse'],
      issues: ['contradicted', 'intact', 'raw', 'intact', 'worse', ...issues],
    });
    // In the order of the gates, whatever was judged first.
    expect(verdict.checks.map(({ gate: of, id }) => `${of}/${id}`)).toEqual([
      'z/issues',
      'z/cites',
      'y/intact',
      'x/raw',
      'x/intact',
      'x/worse',
    ]);
  });

  it('every check that a shipped gate names exists', () => {
    const ids = new Set(checks.map((one) => one.id));
    expect(gates.flatMap((one) => one.checks).filter(({ id }) => !ids.has(id))).toEqual([]);
  });
});
