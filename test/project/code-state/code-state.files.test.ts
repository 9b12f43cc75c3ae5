import { chmodSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { sha256 } from '../../../src/core/digest.js';
import { runCommand } from '../../../src/core/run-command.js';
import {
  changesSince,
  forgetCodeStates,
  hasChanged,
  takeCodeState,
} from '../../../src/project/code-state/code-state.js';
import { Ledger } from '../../../src/store/ledger.js';
import { verifies } from '../../requirements.js';
import { config, Workspace } from '../code-state-repo.js';

afterAll(forgetCodeStates);

const take = (workspace: Workspace, settings = config()) => takeCodeState(workspace.dir, settings);
const keys = async (workspace: Workspace) => [...(await take(workspace)).files.keys()].sort();

test('without git every file counts but a fixed list and what .gitignore says', async () => {
  verifies('state.without-git');
  const place = new Workspace({
    'package.json': '{}',
    'src/app.ts': 'a',
    'src/build/rules.ts': 'source in a folder called build',
    'dist/app.js': 'built',
    'node_modules/x/index.js': 'x',
    'src/node_modules/y.js': 'y',
    '.next/x': 'x',
    'debug.log': 'x',
    '.env': 'A=1',
    '.gitignore': '/secret\n*.tmp\n!keep.tmp\ngenerated/\n',
    'secret/x': 'x',
    'src/secret': 'counts: the rule is for the top',
    'a.tmp': 'x',
    'keep.tmp': 'x',
    'generated/x.ts': 'x',
    'packages/ui/package.json': '{}',
    'packages/ui/dist/x.js': 'built',
    'packages/ui/.gitignore': '*.gen.ts\n!a.tmp\n',
    'packages/ui/x.gen.ts': 'x',
    'packages/ui/a.tmp': 'kept by the nearer file',
    'artifacts/runs/x/run.json': 'x',
    '.codeloop/config.json': '{}',
    '.codeloop/cache/x': 'x',
    'docs/DEVELOPMENT_LOG.md': 'x',
    'docs/guide.md': 'x',
  });
  expect(await keys(place)).toEqual([
    '.codeloop/config.json',
    '.env',
    '.gitignore',
    'docs/guide.md',
    'keep.tmp',
    'package.json',
    'packages/ui/.gitignore',
    'packages/ui/a.tmp',
    'packages/ui/package.json',
    'src/app.ts',
    'src/build/rules.ts',
    'src/secret',
  ]);
  expect((await take(place)).state).toMatchObject({ method: 'files', dirty: false });
});

test('the same content gives the same state wherever it lies; another name or mode does not', async () => {
  const files = { 'a.ts': '1', 'b/c.ts': '2' };
  const [one, two] = [new Workspace(files), new Workspace(files)];
  const tree = (await take(one)).state.tree;
  expect((await take(two)).state.tree).toBe(tree);
  chmodSync(two.path('a.ts'), 0o755);
  expect((await take(two)).state.tree).not.toBe(tree);
  expect((await take(new Workspace({ 'a.ts': '1', 'b/d.ts': '2' }))).state.tree).not.toBe(tree);
  expect((await take(new Workspace({ 'a.ts': '2', 'b/c.ts': '1' }))).state.tree).not.toBe(tree);
});

test('changes name their files, also when the size stays', async () => {
  verifies('state.change-names-files');
  const place = new Workspace({ 'a.ts': '1', 'b/c.ts': '2' });
  const before = await take(place);
  expect(await hasChanged(before)).toBe(false);
  place.write('a.ts', '3');
  rmSync(place.path('b/c.ts'));
  place.write('d.ts', 'new');
  expect((await changesSince(before)).files).toEqual(['a.ts', 'b/c.ts', 'd.ts']);
});

test('links are hashed as links: what they lead to counts beside the tree', async () => {
  verifies('state.links');
  const outside = new Workspace({ 'x.ts': 'x', 'deep/y.ts': 'y' });
  const place = new Workspace({ 'a.ts': '1' });
  symlinkSync(outside.dir, place.path('folder'));
  symlinkSync('nowhere', place.path('dangling'));
  symlinkSync('.', place.path('circle'));
  const before = await take(place);
  expect([...before.files.keys()].sort()).toEqual(['a.ts', 'circle', 'dangling', 'folder']);
  outside.write('x.ts', 'changed');
  const { now, files: reached } = await changesSince(before);
  expect([now.state.tree === before.state.tree, reached]).toEqual([true, ['folder/x.ts']]);
  outside.write('x.ts', 'x');
  rmSync(place.path('dangling'));
  symlinkSync('elsewhere', place.path('dangling'));
  expect((await changesSince(before)).files).toEqual(['dangling']);
});

test('a pipe does not stop it', async () => {
  const place = new Workspace({ 'a.ts': '1' });
  await runCommand('mkfifo', [place.path('pipe')]);
  expect((await take(place)).files.get('pipe')).toBe('special');
});

test.each(['git', 'files'] as const)('what cannot be read is named, not a crash (%s)', async (method) => {
  verifies('state.unreadable');
  const files = { 'a.ts': '1', 'locked.ts': 'x', 'shut/inside.ts': 'x' };
  const place = method === 'git' ? await Workspace.git(files) : new Workspace(files);
  // Root may read everything, so the state is taken by a user who may not; git wants that user to own the repository.
  if (process.getuid?.() === 0) await runCommand('chown', ['-R', '65534', place.dir]);
  chmodSync(place.path('locked.ts'), 0);
  chmodSync(place.path('shut'), 0);
  onTestFinished(() => chmodSync(place.path('shut'), 0o755));
  const look = async (): Promise<unknown> => {
    const reader = join(import.meta.dirname, 'code-state-reader.mjs');
    const { stdout, stderr } = await runCommand(process.execPath, [reader, place.dir]);
    return JSON.parse(stdout.toString() || stderr.toString());
  };
  const unreadable = method === 'git' ? ['locked.ts'] : ['locked.ts', 'shut'];
  const before = await look();
  expect(before).toMatchObject({ method, unreadable, files: ['a.ts', ...unreadable] });
  place.write('a.ts', '2');
  expect(await look()).not.toEqual(before);
});

test('what decides how strictly is judged is hashed on its own as well', async () => {
  verifies('state.bars');
  const place = await Workspace.git({ 'a.ts': '1', 'designs/mobile/home.png': 'design', '.gitignore': '/private\n' });
  const settings = config('{"design":{"dir":"designs"}}');
  let last = await take(place, settings);
  const changed = async (): Promise<string[]> => {
    const now = await take(place, settings);
    const bars = Object.entries(now.state.bars).filter(
      ([name, digest]) => Reflect.get(last.state.bars, name) !== digest,
    );
    const tree = now.state.tree === last.state.tree ? [] : ['tree'];
    last = now;
    return [...bars.map(([name]) => name), ...tree];
  };
  expect(await changed()).toEqual([]);
  const cases: [string, string[]][] = [
    ['.codeloop/config.json', ['config', 'tree']],
    ['.codeloop/accessibility.json', ['config', 'tree']],
    ['.codeloop/policy.yaml', ['policy', 'tree']],
    ['codeloop.yaml', ['policy', 'tree']],
    ['designs/mobile/home.png', ['designs', 'tree']],
    ['docs/acceptance/login.yaml', ['acceptance', 'tree']],
    ['.codeloop/baselines/linux/home/mobile.png', ['baselines']],
    ['a.ts', ['tree']],
  ];
  for (const [path, bars] of cases) {
    place.write(path, 'changed');
    expect([path, await changed()]).toEqual([path, bars]);
  }
});

test('a design folder that git ignores is a bar all the same; one outside the project is refused', async () => {
  const place = await Workspace.git({ '.gitignore': '/private\n', 'private/home.png': 'x' });
  const settings = config('{"design":{"dir":"private"}}');
  const before = await take(place, settings);
  place.write('private/home.png', 'y');
  const after = await take(place, settings);
  expect(after.state.tree).toBe(before.state.tree);
  expect(after.state.bars.designs).not.toBe(before.state.bars.designs);
  await expect(take(place, config('{"design":{"dir":"../x"}}'))).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOTS' });
});

test.each([
  ['server.static', '{"server":{"static":"dist"}}', {}],
  ['a folder that the command names', '{"server":{"command":"npx serve dist -l 3000"}}', {}],
  ['a preview command', '{"server":{"command":"npx vite preview"}}', {}],
  ['a script', '{"server":{"command":"npm run show"}}', { show: 'cross-env A=1 vite preview --port 3000' }],
  ['a script of a script', '{"server":{"command":"npm start"}}', { start: 'npm run -s show', show: 'serve dist' }],
])('served build output is part of the state: %s', async (_, text, scripts) => {
  verifies('state.build-output');
  const files = {
    'package.json': JSON.stringify({ scripts }),
    '.gitignore': 'dist\n',
    'dist/app.js': 'one',
    'a.ts': '1',
  };
  for (const place of [await Workspace.git(files), new Workspace(files)]) {
    const before = await take(place, config(text));
    expect(before.state.build_output).toMatch(/^[0-9a-f]{64}$/);
    expect(before.files.has('dist/app.js')).toBe(false);
    place.write('dist/app.js', 'two');
    expect(await changesSince(before)).toMatchObject({ changed: true, files: ['(build output)'] });
    expect((await take(place)).state.build_output).toBeUndefined();
  }
});

test('a served folder whose files are all in the tree has no digest of its own', async () => {
  const place = await Workspace.git({ 'public/index.html': 'x' });
  expect((await take(place, config('{"server":{"static":"public"}}'))).state.build_output).toBeUndefined();
});

test('a report of codeloop’s own is no part of the state, wherever it was asked for; edited, or made by others, it is', async () => {
  verifies('state.own-reports');
  const place = new Workspace({ 'src/app.ts': 'a', 'public/index.html': 'p' });
  const settings = config('{"server":{"static":"public"}}');
  const before = await take(place, settings);
  const ledger = new Ledger(place.dir);
  for (const path of ['out/report.json', 'public/report.html', 'report.xml']) {
    place.write(path, `report at ${path}`);
    expect(ledger.recordReport(path, sha256(`report at ${path}`))).toBe(true);
  }
  expect((await changesSince(before)).files).toEqual([]);
  place.write('out/report.json', 'report at out/report.json, edited');
  expect((await changesSince(before)).files).toEqual(['out/report.json']);
  place.write('out/report.json', 'report at report.xml');
  expect((await changesSince(before)).files).toEqual(['out/report.json']);
});
