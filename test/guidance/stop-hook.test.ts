import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerStop, mayStop, type StopFacts } from '../../src/guidance/stop-hook.js';
import { verifies } from '../requirements.js';
import { type BaselineProject, openBaselineProject } from '../verify/baseline-project.js';

const red = { passed: false, line: 'FAIL 40 of 100: runtime_clean.', advice: 'home: Fix it.' } as const;
const facts = (more: Partial<StopFacts>): StopFacts => ({
  ...{ judged: undefined, wasGreen: false, untouched: false, held: { all: 0, here: 0 } },
  ...more,
});
const changed = (...files: string[]) => ({ files, passed: true });

describe('an agent that stops', () => {
  test.each<[string, Partial<StopFacts>, 'silent' | 'hold' | 'let_go']>([
    ['on green code', { judged: { passed: true } }, 'silent'],
    ['on the code of the last green, whose run is gone', { wasGreen: true }, 'silent'],
    ['where nothing was touched', { untouched: true }, 'silent'],
    ['after a change that no page shows', { since: changed('README.md', 'src/a.test.ts', 'docs/x.md') }, 'silent'],
    ['on red code', { judged: red }, 'hold'],
    ['on red code although nothing was touched', { judged: red, untouched: true, wasGreen: true }, 'hold'],
    ['on code that was never judged', {}, 'hold'],
    ['after a change of a page', { since: changed('README.md', 'src/App.tsx') }, 'hold'],
    ['after a change of its notes on red code', { since: { files: ['README.md'], passed: false } }, 'hold'],
    ['a third time on the same red code', { judged: red, held: { all: 2, here: 2 } }, 'let_go'],
    ['again after it changed something', { judged: red, held: { all: 2, here: 0 } }, 'hold'],
    ['a seventh time in one session', { judged: red, held: { all: 6, here: 0 } }, 'let_go'],
    ['on green code, however often it was held', { judged: { passed: true }, held: { all: 9, here: 9 } }, 'silent'],
  ])('%s', (_, given, answer) => {
    verifies('hook.holds', 'hook.silent');
    expect(mayStop(facts(given)).answer).toBe(answer);
  });

  test('is told why, what next, and that nothing is verified when it is let go', () => {
    expect(mayStop(facts({ judged: red }))).toEqual({
      answer: 'hold',
      reason: 'codeloop: not done. FAIL 40 of 100: runtime_clean. Next: home: Fix it. Then call codeloop_verify.',
    });
    expect(mayStop(facts({ since: changed('a.ts', 'b.ts', 'c.ts', 'd.ts') }))).toMatchObject({
      reason: expect.stringContaining('changed since the last verdict: a.ts, b.ts, c.ts and 1 more.'),
    });
    const gone = mayStop(facts({ judged: red, held: { all: 2, here: 2 } }));
    expect(gone).toMatchObject({ reason: expect.stringContaining('This is NOT verified.') });
  });
});

describe('a project', () => {
  let project: BaselineProject;
  beforeAll(async () => {
    project = await openBaselineProject();
  });
  afterAll(() => project?.close());
  let now = 1_800_000_000_000;
  const stop = async (session = 'a', passes = 60_000) => {
    now += passes;
    return (await answerStop(project.dir, session, { now: () => now })).answer;
  };

  test('is held after a change, by what is stored, until it is green again', async () => {
    verifies('hook.holds', 'hook.silent');
    await project.paint('#0645ad');
    expect(await stop()).toBe('hold');
    await project.result('codeloop_verify', {});
    expect(await stop()).toBe('silent');
    await project.paint('#ad0606');
    await project.git('add', '-A');
    await project.git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '-qm', 'nobody looked at it');
    expect([await stop(), await stop(), await stop(), await stop('b')]).toEqual(['hold', 'hold', 'let_go', 'hold']);
    // Two hooks that ask about one stop are counted once, and answered alike.
    const twice = async () => [await stop('c'), await stop('c', 10)];
    expect([await twice(), await twice(), await twice()]).toEqual([
      ['hold', 'hold'],
      ['hold', 'hold'],
      ['let_go', 'let_go'],
    ]);
    await project.paint('#0645ad');
    expect(await stop()).toBe('silent');
  });
});
