import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  changedFiles,
  changesSince,
  forgetCodeStates,
  hasChanged,
  takeCodeState,
} from '../../../src/project/code-state/code-state.js';
import { verifies } from '../../requirements.js';
import { sampled } from '../../sample.js';
import { config, Workspace } from '../code-state-repo.js';

const some = sampled(test, 2);
const few = sampled(test, 2);

afterAll(forgetCodeStates);

const files = {
  'src/app.ts': 'export const a = 1;\n',
  'src/other.ts': 'export const b = 2;\n',
  'index.html': '<h1>Hi</h1>\n',
  '.gitignore': 'ignored/\n*.log\n',
};

const take = (workspace: Workspace, settings = config(), below = '.') => takeCodeState(workspace.path(below), settings);

some('staging and committing do not change the code state', async () => {
  verifies('state.commit-keeps');
  const repo = await Workspace.git(files);
  const before = await take(repo);
  expect(before.state).toMatchObject({ method: 'git', branch: 'main', dirty: true });
  expect(before.state.commit).toBeUndefined();
  expect([...before.files.keys()].sort()).toEqual(['.gitignore', 'index.html', 'src/app.ts', 'src/other.ts']);
  await repo.git('add', 'src');
  expect(await hasChanged(before)).toBe(false);
  const commit = await repo.commit();
  const after = await take(repo);
  expect(after.state).toEqual({ ...before.state, commit, dirty: false });
  await repo.git('checkout', '-q', '-b', 'feature/x');
  expect((await take(repo)).state).toEqual({ ...after.state, branch: 'feature/x' });
  await repo.git('checkout', '-q', '--detach');
  expect((await take(repo)).state.branch).toBeUndefined();
});

few('every kind of change is seen and names its files', async () => {
  verifies('state.change-names-files');
  const repo = await Workspace.git(files);
  await repo.commit();
  const cases: [string, string[], () => void][] = [
    ['edited', ['src/app.ts'], () => repo.write('src/app.ts', 'export const a = 3;\n')],
    ['same length', ['src/app.ts'], () => repo.write('src/app.ts', 'export const a = 4;\n')],
    ['new, untracked', ['src/new file.ts'], () => repo.write('src/new file.ts', 'x')],
    ['odd name', ['src/ü\t"q\'.ts'], () => repo.write('src/ü\t"q\'.ts', 'x')],
    ['deleted', ['src/other.ts'], () => rmSync(repo.path('src/other.ts'))],
    ['renamed', ['index.html', 'start.html'], () => renameSync(repo.path('index.html'), repo.path('start.html'))],
    ['executable', ['src/app.ts'], () => repo.write('src/app.ts', 'export const a = 4;\n', 0o755)],
    ['link', ['src/link.ts'], () => symlinkSync('app.ts', repo.path('src/link.ts'))],
    [
      'file for folder',
      ['src', 'src/app.ts', 'src/link.ts', 'src/new file.ts', 'src/ü\t"q\'.ts'],
      () => {
        rmSync(repo.path('src'), { recursive: true });
        repo.write('src', 'now a file');
      },
    ],
  ];
  let last = await take(repo);
  for (const [name, changed, act] of cases) {
    act();
    const { files: found, now, changed: yes } = await changesSince(last);
    expect([name, yes, found]).toEqual([name, true, [...changed].sort()]);
    expect(changedFiles(last, now)).toEqual(found);
    expect(now.state.dirty).toBe(true);
    last = now;
  }
});

test('what git ignores and what codeloop writes is no part of it; settings are, even where git ignores them', async () => {
  verifies('state.scope');
  const repo = await Workspace.git(files);
  const before = await take(repo);
  repo.write('ignored/x.ts', 'x');
  repo.write('debug.log', 'x');
  repo.write('artifacts/runs/run-1/run.json', '{}');
  repo.write('.codeloop/cache/figma/x.png', 'x');
  repo.write('.codeloop/audit.jsonl', 'x');
  repo.write('.codeloop/sections.json', 'x');
  repo.write('docs/DEVELOPMENT_LOG.md', 'x');
  await repo.git('add', '-f', 'artifacts', '.codeloop', 'docs');
  expect(await changesSince(before)).toMatchObject({ changed: false, files: [] });
  repo.write('artifacts/runs/run-1/run.json', '{"edited":1}');
  expect(await hasChanged(before)).toBe(false);

  repo.write('.gitignore', `${files['.gitignore']}.codeloop/\n`);
  let last = await take(repo);
  for (const path of [
    '.codeloop/config.json',
    '.codeloop/policy.yaml',
    '.codeloop/flows/login.json',
    'codeloop.yaml',
  ]) {
    repo.write(path, 'x');
    const seen = await changesSince(last);
    expect(seen.files).toEqual([path]);
    last = seen.now;
    await repo.git('add', '-f', path);
    expect(await hasChanged(last)).toBe(false);
  }
});

some('the project may be a folder inside the repository: only its own files count', async () => {
  const repo = await Workspace.git({ 'web/app.ts': 'a', 'web/sub/x.ts': 'x', 'api/main.go': 'b' });
  await repo.commit();
  const before = await take(repo, config(), 'web');
  expect(before.state).toMatchObject({ method: 'git', dirty: false });
  expect([...before.files.keys()].sort()).toEqual(['app.ts', 'sub/x.ts']);
  repo.write('api/main.go', 'changed');
  const after = await changesSince(before);
  expect(after.changed).toBe(false);
  expect(after.now.state.dirty).toBe(false);
  repo.write('web/sub/x.ts', 'changed');
  expect((await changesSince(before)).files).toEqual(['sub/x.ts']);
});

some('a folder that the repository around it ignores is taken without git', async () => {
  const repo = await Workspace.git({ '.gitignore': '*\n', 'site/index.html': 'a' });
  const before = await take(repo, config(), 'site');
  expect(before.state.method).toBe('files');
  repo.write('site/index.html', 'b');
  expect((await changesSince(before)).files).toEqual(['index.html']);
});

test('repositories inside count by their content, not by their commit', async () => {
  verifies('state.submodules');
  const lib = await Workspace.git({ 'lib.ts': 'one' });
  await lib.commit();
  const repo = await Workspace.git(files);
  await repo.git('submodule', 'add', '-q', lib.dir, 'vendor/lib');
  await repo.commit();
  const before = await take(repo);
  expect(before.files.has('vendor/lib/lib.ts')).toBe(true);
  repo.write('vendor/lib/lib.ts', 'two');
  repo.write('vendor/lib/new.ts', 'new');
  const seen = await changesSince(before);
  expect(seen.files).toEqual(['vendor/lib/lib.ts', 'vendor/lib/new.ts']);
  const inner = new Workspace();
  rmSync(inner.dir, { recursive: true });
  renameSync(repo.path('vendor/lib'), inner.dir);
  mkdirSync(repo.path('vendor/lib'));
  expect([...(await take(repo)).files.keys()]).toContain('vendor/lib');

  // A repository that only lies there, without a commit.
  await repo.git('init', '-q', 'loose');
  repo.write('loose/x.ts', 'x');
  const loose = await take(repo);
  expect(loose.files.has('loose/x.ts')).toBe(true);
  repo.write('loose/x.ts', 'y');
  expect((await changesSince(loose)).files).toEqual(['loose/x.ts']);
});

few('marks that tell git not to look at a file do not hide a change', async () => {
  verifies('state.no-blind-spots');
  const repo = await Workspace.git(files);
  await repo.commit();
  await repo.git('update-index', '--assume-unchanged', 'src/app.ts');
  await repo.git('update-index', '--skip-worktree', 'src/other.ts');
  const fresh = await Workspace.git(files);
  expect((await take(repo)).state.tree).toBe((await take(fresh)).state.tree);
  const before = await take(repo);
  repo.write('src/app.ts', 'changed 1');
  repo.write('src/other.ts', 'changed 2');
  expect((await changesSince(before)).files).toEqual(['src/app.ts', 'src/other.ts']);
  const again = await Workspace.git(files);
  await again.commit();
  await again.git('update-index', '--assume-unchanged', 'src/app.ts');
  again.write('src/app.ts', 'changed before the first look');
  expect((await take(again)).state.tree).not.toBe((await take(fresh)).state.tree);
});

test('a change that keeps size and modification time is seen', async () => {
  verifies('state.no-blind-spots');
  const repo = await Workspace.git(files);
  await repo.commit();
  const before = await take(repo);
  const { atime, mtime } = statSync(repo.path('src/app.ts'));
  repo.write('src/app.ts', 'export const a = 9;\n');
  utimesSync(repo.path('src/app.ts'), atime, mtime);
  expect((await changesSince(before)).files).toEqual(['src/app.ts']);
});

test('nothing that the repository’s configuration names is started', async () => {
  verifies('state.no-programs');
  const repo = await Workspace.git(files);
  await repo.commit();
  const trap = repo.path('ignored/trap.sh');
  const sprung = repo.path('ignored/sprung');
  repo.write('ignored/trap.sh', `#!/bin/sh\necho "$0 $*" >> '${sprung}'\ncat\n`, 0o755);
  repo.write('ignored/hooks/post-index-change', `#!/bin/sh\n'${trap}' hook\n`, 0o755);
  for (const [key, value] of [
    ['core.hooksPath', repo.path('ignored/hooks')],
    ['core.fsmonitor', trap],
    ['core.sshCommand', trap],
    ['diff.external', trap],
    ['filter.evil.clean', trap],
    ['filter.evil.smudge', trap],
    ['filter.evil.required', 'true'],
    ['filter.long=name.process', trap],
    ['core.alternateRefsCommand', trap],
  ] as const)
    await repo.git('config', key, value);
  repo.write('.gitattributes', '*.ts filter=evil\n*.html filter=long=name diff=evil\n');
  repo.write('src/app.ts', 'changed');
  repo.write('index.html', 'changed');
  const before = await take(repo);
  repo.write('src/app.ts', 'again');
  expect((await changesSince(before)).files).toEqual(['src/app.ts']);
  expect(existsSync(sprung)).toBe(false);
});

some('files of an external filter are known by their bytes, whether git has stored them yet or not', async () => {
  verifies('state.commit-keeps');
  const repo = await Workspace.git({ '.gitattributes': '*.bin filter=pointer\n', 'big.bin': 'content' });
  await repo.git('config', 'filter.pointer.clean', 'sed s/content/pointer/');
  const before = await take(repo);
  await repo.commit();
  expect(await repo.git('show', 'HEAD:big.bin')).toBe('pointer');
  expect(await hasChanged(before)).toBe(false);
  const clone = await Workspace.git({ '.gitattributes': '*.bin filter=pointer\n', 'big.bin': 'content' });
  await clone.git('config', 'filter.pointer.clean', 'sed s/content/pointer/');
  await clone.commit();
  expect((await take(clone)).state.tree).toBe(before.state.tree);
  clone.write('big.bin', 'other content');
  expect((await changesSince(await take(repo))).changed).toBe(false);
  expect((await take(clone)).state.tree).not.toBe(before.state.tree);
});

test('the repository is left as it was: index, objects, references', async () => {
  verifies('state.repository-untouched');
  const repo = await Workspace.git(files);
  await repo.commit();
  repo.write('src/app.ts', 'changed');
  repo.write('src/new.ts', 'new');
  const list = async () => [
    await repo.git('count-objects', '-v'),
    await repo.git('for-each-ref'),
    readFileSync(repo.path('.git/index')).toString('base64'),
  ];
  const before = await list();
  await take(repo);
  expect(await list()).toEqual(before);
  expect(await repo.git('status', '--porcelain')).toBe('M src/app.ts\n?? src/new.ts');
});

some('a repository in the middle of a merge has a code state', async () => {
  const repo = await Workspace.git(files);
  await repo.commit();
  await repo.git('checkout', '-q', '-b', 'other');
  repo.write('src/app.ts', 'theirs');
  await repo.commit();
  await repo.git('checkout', '-q', 'main');
  repo.write('src/app.ts', 'ours');
  await repo.commit();
  await repo.git('merge', 'other').catch(() => 'the conflict that is wanted');
  const before = await take(repo);
  expect([...before.files.keys()].filter((path) => path === 'src/app.ts')).toHaveLength(1);
  repo.write('src/app.ts', 'merged');
  const merged = await changesSince(before);
  expect(merged.files).toEqual(['src/app.ts']);
  await repo.commit();
  expect(await hasChanged(merged.now)).toBe(false);
});

some('calls at once give one answer, and one that comes later sees what was written before it', async () => {
  const repo = await Workspace.git(files);
  const [a, b, c] = await Promise.all([take(repo), take(repo), take(repo)]);
  expect(new Set([a.state.tree, b.state.tree, c.state.tree]).size).toBe(1);
  const early = take(repo);
  repo.write('src/app.ts', 'written while one was under way');
  expect((await take(repo)).state.tree).not.toBe(a.state.tree);
  await early;
});

some('a repository that comes and goes changes the method, and is said', async () => {
  const place = new Workspace(files);
  expect((await take(place)).state.method).toBe('files');
  await place.git('init', '-q');
  expect((await take(place)).state.method).toBe('git');
  rmSync(place.path('.git'), { recursive: true });
  await take(place).catch(() => 'the call during which it went away may fail');
  expect((await take(place)).state.method).toBe('files');
});

some('no temporary folder is left behind, and taking goes on after they are removed', async () => {
  const ours = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`codeloop-index-${process.pid}-`));
  const repo = await Workspace.git(files);
  const before = await take(repo);
  expect(ours().length).toBeGreaterThan(0);
  forgetCodeStates();
  expect(ours()).toEqual([]);
  expect(await changesSince(before)).toMatchObject({ changed: false });
  // A system that clears its temporary folder.
  for (const name of ours()) rmSync(join(tmpdir(), name), { recursive: true });
  expect(await changesSince(before)).toMatchObject({ changed: false });
});

some('a pipe in the place of a file that git reads is named, and not waited for', async () => {
  const repo = await Workspace.git(files);
  await repo.commit();
  const found = await Promise.all(
    ['.gitignore', 'src/.gitattributes', 'new/deep/.gitignore', '.git/info/exclude'].map(async (name) => {
      const other = await Workspace.git({ ...files, 'new/deep/a.txt': '' });
      rmSync(other.path(name), { force: true });
      execFileSync('mkfifo', [other.path(name)]);
      return take(other).then(
        () => `${name} was not met`,
        (error: { code?: string; message?: string }) => [error.code, error.message?.includes(name)],
      );
    }),
  );
  expect(found).toEqual(found.map(() => ['FILE_UNREADABLE', true]));
});

test.each([
  ['src/*.ts working-tree-encoding=UTF-16', '.gitattributes'],
  ['*.html working-tree-encoding=UTF-32LE text', '.git/info/attributes'],
  ['*.html working-tree-encoding=UTF-32BE', '.gitattributes'],
])('a file that is not in the encoding that an attribute gives it is named: %s in %s', async (line, where) => {
  const repo = await Workspace.git(files);
  mkdirSync(join(repo.path(where), '..'), { recursive: true });
  writeFileSync(repo.path(where), `${line}\n`);
  await expect(take(repo)).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: expect.stringMatching(
      /(?:app\.ts|other\.ts|index\.html) cannot be read: git refuses it, as it is not in the encoding/,
    ),
  });
});
