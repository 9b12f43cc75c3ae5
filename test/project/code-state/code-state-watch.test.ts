import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countedWork } from '../../../src/core/lanes.js';
import { forgetCodeStates, takeCodeState } from '../../../src/project/code-state/code-state.js';
import { until } from '../../native/x-programs.js';
import { verifies } from '../../requirements.js';
import { sampled } from '../../sample.js';
import { config, Workspace } from '../code-state-repo.js';

const some = sampled(test, 2);

let gitCommands = 0;
const count = (): void => {
  gitCommands += 1;
};
beforeAll(() => countedWork.command.subscribe(count));
afterAll(() => {
  countedWork.command.unsubscribe(count);
  forgetCodeStates();
});

const take = async (repo: Workspace, below = '.') => (await takeCodeState(repo.path(below), config())).state;

/** Looks until a look asks git nothing: the disk's clock has to move on first. */
async function untilStill(repo: Workspace, below?: string): Promise<void> {
  await until(async () => {
    gitCommands = 0;
    await take(repo, below);
    return gitCommands === 0;
  });
}

/** The same length, and the time of before: only the time of the change itself tells. */
function rewriteUnseen(repo: Workspace, path: string): void {
  const { atime, mtime } = statSync(repo.path(path));
  repo.write(path, readFileSync(repo.path(path), 'utf8').replace('1', '2'));
  utimesSync(repo.path(path), atime, mtime);
}

test('whatever happens after git was left alone, the state is what somebody gets who looks for the first time', async () => {
  verifies('state.still-asks-nothing');
  const repo = await Workspace.git({
    'shop/src/app.ts': 'export const a = 1;\n',
    'shop/src/new.ts': 'export const b = 1;\n',
    'shop/kept/forced.ts': 'export const c = 1;\n',
    'shop/traces/one.log': '1\n',
    'shop/traces/deep/two.log': '1\n',
    'shop/made/all.ts': '1\n',
    'shop/src/hidden.ts': '1\n',
    'shop/pile/one.bin': '1\n',
    '.gitignore': '*.log\nkept/\nmade\npile/\n',
  });
  repo.write('.git/info/exclude', 'hidden.ts\n');
  await repo.git('add', '-A');
  await repo.git('add', '-f', 'shop/kept/forced.ts');
  await repo.git('rm', '-q', '--cached', 'shop/src/new.ts');
  await repo.git('commit', '-qm', 'first');
  const happenings: [name: string, act: () => unknown, isSeen: boolean][] = [
    ['rewritten with its old size and time', () => rewriteUnseen(repo, 'shop/src/app.ts'), true],
    ['the same of a file that git does not track', () => rewriteUnseen(repo, 'shop/src/new.ts'), true],
    ['the same of one in a folder that git ignores', () => rewriteUnseen(repo, 'shop/kept/forced.ts'), true],
    ['made executable', () => chmodSync(repo.path('shop/src/app.ts'), 0o755), true],
    ['new beside others', () => repo.write('shop/src/third.ts', '3'), true],
    ['new in a folder of which git ignored each file', () => repo.write('shop/traces/deep/code.ts', '4'), true],
    ['a folder under another name', () => renameSync(repo.path('shop/src'), repo.path('shop/lib')), true],
    ['gone', () => rmSync(repo.path('shop/lib/third.ts')), true],
    ['a rule less, above the project', () => repo.write('.gitignore', '*.log\nkept/\npile/\n'), true],
    ['a rule of this clone alone', () => repo.write('.git/info/exclude', ''), true],
    ['committed', () => repo.git('commit', '-qam', 'second'), true],
    ['another branch', () => repo.git('checkout', '-qb', 'other'), true],
    ['references packed', () => repo.git('pack-refs', '--all'), false],
    ['evidence of codeloop itself', () => repo.write('shop/artifacts/runs/one/run.json', '{}'), false],
    ['in a folder that a rule names', () => repo.write('shop/pile/deep/more.bin', '5'), false],
    ['staged', () => repo.git('add', '-A'), false],
  ];
  mkdirSync(repo.path('shop/artifacts/runs'), { recursive: true });
  for (const [name, act, isSeen] of happenings) {
    await untilStill(repo, 'shop');
    const before = await take(repo, 'shop');
    await act();
    const after = await take(repo, 'shop');
    forgetCodeStates();
    expect([name, after]).toEqual([name, await take(repo, 'shop')]);
    const same = JSON.stringify(after) === JSON.stringify(before);
    expect([name, same]).toEqual([name, !isSeen]);
  }
});

some(
  'a repository inside is seen as before, and so is a work tree that is linked, which is no part of the one around it',
  async () => {
    const repo = await Workspace.git({ 'a.ts': '1', 'inner/a.ts': '1' });
    await repo.git('-C', repo.path('inner'), 'init', '-q');
    await repo.git('commit', '-q', '--allow-empty', '-m', 'first');
    await repo.git('worktree', 'add', '-q', '-b', 'side', 'linked');
    repo.write('linked/a.ts', '1');
    await repo.git('-C', repo.path('linked'), 'add', 'a.ts');
    for (const [below, file] of [
      ['.', 'inner/a.ts'],
      ['linked', 'linked/a.ts'],
    ] as const) {
      for (let times = 0; times < 3; times += 1) await take(repo, below);
      const before = await take(repo, below);
      repo.write(file, `of ${below}`);
      const after = await take(repo, below);
      expect(after.tree).not.toBe(before.tree);
      const around = await take(repo, '.');
      repo.write('linked/a.ts', `once more, of ${below}`);
      expect((await take(repo, '.')).tree).toBe(around.tree);
      await repo.git('-C', repo.path('linked'), 'commit', '-qam', 'in the linked one');
      expect((await take(repo, 'linked')).dirty).toBe(false);
    }
  },
);
