import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerStop, mayStop, type StopFacts } from '../../src/guidance/stop-hook.js';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { type BaselineProject, openBaselineProject } from '../verify/baseline-project.js';

const few = sampled(test, 2);

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

  few('is held after a change, by what is stored, until it is green again', async () => {
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

  few(
    'is never called done before it was looked at, nor held when it was, over 25 stops of a working day',
    async () => {
      verifies('hook.holds', 'hook.silent');
      const file = (name: string) => path.join(project.dir, name);
      const write = async (name: string, text: string) => {
        await mkdir(path.dirname(file(name)), { recursive: true });
        await writeFile(file(name), text);
      };
      const edit = async (name: string, from: string, to: string) =>
        write(name, (await readFile(file(name), 'utf8')).replace(from, to));
      const commit = async () => {
        await project.git('add', '-A');
        await project.git('commit', '-qm', 'work');
      };
      const verify = () => project.result('codeloop_verify', {});
      const page = 'site/index.html';
      const day: [what: string, work: () => Promise<unknown>, answer: 'silent' | 'hold'][] = [
        ['other words on the page', () => edit(page, '>Buy<', '>Order<'), 'hold'],
        ['committed', commit, 'hold'],
        ['verified', verify, 'silent'],
        ['a readme', () => write('README.md', '# Lamps'), 'silent'],
        ['a test', () => write('src/price.test.ts', 'test()'), 'silent'],
        ['notes', () => write('docs/notes.md', '- lamps'), 'silent'],
        ['a workflow', () => write('.github/workflows/ci.yml', 'on: push'), 'silent'],
        ['all of it committed', commit, 'silent'],
        ['a style sheet', () => write('site/more.css', 'h1{color:red}'), 'hold'],
        ['taken back', () => rm(file('site/more.css')), 'silent'],
        ['a typo in the page', () => edit(page, 'Lamps</h1>', 'Lmaps</h1>'), 'hold'],
        ['stashed', () => project.git('stash', '-q'), 'silent'],
        ['out of the stash', () => project.git('stash', 'pop', '-q'), 'hold'],
        ['repaired by hand', () => edit(page, 'Lmaps</h1>', 'Lamps</h1>'), 'silent'],
        [
          'a mask over the button',
          () => project.configure({ screens: [{ name: 'home', path: '/', mask: ['#buy'] }] }),
          'hold',
        ],
        ['without it', () => project.git('checkout', '-q', '.'), 'silent'],
        ['a file that git ignores', () => write('artifacts/x.txt', 'x'), 'silent'],
        ['another branch', () => project.git('switch', '-qc', 'spare'), 'silent'],
        ['and back', () => project.git('switch', '-q', 'main'), 'silent'],
        [
          'a picture beside the page',
          () => write('site/lamp.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>'),
          'hold',
        ],
        ['taken back', () => rm(file('site/lamp.svg')), 'silent'],
        ['another build', () => write('package.json', '{ "name": "lamps", "scripts": { "build": "true" } }'), 'hold'],
        ['undone', () => project.git('checkout', '-q', 'package.json'), 'silent'],
        [
          'a page that throws, verified',
          () => edit(page, '</html>', '<script>throw 1</script></html>').then(verify),
          'hold',
        ],
        ['without the error', () => project.git('checkout', '-q', page), 'silent'],
      ];
      const answers: [string, string][] = [];
      for (const [what, work] of day) {
        await work();
        answers.push([what, await stop(what)]);
      }
      expect(answers).toEqual(day.map(([what, , answer]) => [what, answer]));
    },
  );

  test('is not held in a clone that nobody touched, and is where only a setting was loosened there', async () => {
    verifies('hook.holds', 'hook.silent');
    const clone = path.join(project.dir, 'artifacts/clone');
    await project.git('clone', '-q', project.dir, clone);
    expect((await answerStop(clone, 'a')).answer).toBe('silent');
    const settings = path.join(clone, '.codeloop/config.json');
    const config = JSON.parse(await readFile(settings, 'utf8'));
    await writeFile(settings, JSON.stringify({ ...config, design: { match_threshold: 0.5 } }));
    expect((await answerStop(clone, 'a')).answer).toBe('hold');
  });
});
