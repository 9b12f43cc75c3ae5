import { symlinkSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { changesSince, forgetCodeStates, takeCodeState } from '../../../src/project/code-state/code-state.js';
import { withoutAsides } from '../../../src/project/code-state/code-state-scope.js';
import { verifies } from '../../requirements.js';
import { config, Workspace } from '../code-state-repo.js';

afterAll(forgetCodeStates);

/** What tools leave in a project, each with how a page would make use of it. */
const LEFT = [
  ...['.DS_Store', 'Thumbs.db', 'site/.index.html.swp', 'site/.a.js.swo', 'site/a.js~', 'site/#a.js#', 'a.css.orig'],
  ...[
    'a.css.rej',
    'tsconfig.tsbuildinfo',
    'server.log',
    '.eslintcache',
    'src/a.ts.tmp.31.1700',
    '.nfs0000a1',
    '._a.js',
  ],
  ...['vite.config.ts.timestamp-1700000000000-0a1b.mjs', '.vscode/settings.json', 'site/.idea/workspace.xml'],
  ...['coverage/lcov-report/index.html', 'test-results/.last-run.json', 'playwright-report/index.html'],
  ...['blob-report/report.zip', '.nyc_output/out.json', 'packages/ui/coverage/prettify.js'],
];
/** Those that a page makes use of by a name of a whole folder, or of the file. */
const placed = (path: string) =>
  /^(?:packages\/ui\/|site\/)?(?:coverage|test-results|playwright-report|blob-report|\.nyc_output|\.vscode|\.idea)\//.exec(
    path,
  )?.[0];
const files = {
  'package.json': '{ "scripts": { "clean": "rm -rf coverage test-results .vscode", "log": "tail server.log" } }',
  'packages/ui/package.json': '{}',
  'site/index.html': '<p>A lamp</p>',
  'site/a.js': '1',
  'vite.config.ts': `export default { server: { watch: { ignored: ['**/coverage/**', '!test-results'] } }, exclude: ['.vscode', 'playwright-report'] };`,
  'docs/testing.md': 'Open `coverage/lcov-report/index.html`, look into `server.log`.',
};

test.each(['git', 'files'])('what tools leave makes no evidence stale (%s)', async (method) => {
  verifies('state.left-behind');
  const place = method === 'git' ? await Workspace.git(files) : new Workspace(files);
  if (method === 'git') await place.commit();
  place.write('designs/home.png', 'x');
  const clean = await takeCodeState(place.dir, config('{ "server": { "static": "site" } }'));
  for (const path of [...LEFT, 'designs/.DS_Store', '.codeloop/flows/.a.json.swp']) place.write(path, 'left');
  symlinkSync('ada@machine.31:1700', place.path('site/.#a.js'));
  if (method === 'git') await place.git('worktree', 'add', '-q', '-b', 'side', '.worktrees/main');
  for (const content of ['left', 'another']) {
    for (const path of LEFT) place.write(path, content);
    if (method === 'git') place.write('.worktrees/main/site/index.html', content);
    expect((await changesSince(clean)).now.state).toEqual(clean.state);
  }
});

test('what code makes use of counts whatever it is called, and so does what git holds', async () => {
  verifies('state.left-behind');
  const named = LEFT.filter((path) => !/^(?:coverage|test-results)\//.test(path));
  const names = named.map((path) => placed(path) ?? path.split('/').at(-1) ?? '');
  const repo = await Workspace.git({
    ...files,
    'site/index.html': names
      .map((name) => `<script src="/${encodeURI(name).replaceAll('#', '%23')}"></script>`)
      .join('\n'),
    'site/twin.js': `import('../.worktrees/main/site/a.js')`,
    '.codeloop/config.json': '{ "screens": [{ "name": "report", "path": "/coverage/" }] }',
    'test-results/held.html': 'held',
  });
  await repo.commit();
  for (const path of LEFT) repo.write(path, 'left');
  await repo.git('worktree', 'add', '-q', '-b', 'side', '.worktrees/main');
  const before = await takeCodeState(repo.dir, config());
  const counted = Object.keys(before.state.beyond ?? {});
  for (const path of [...named, 'coverage/lcov-report/index.html', '.worktrees/main/site/a.js'])
    expect(counted).toContain(path.replace(/\/\.last-run\.json$/, ''));
  expect(counted).not.toContain('test-results/.last-run.json');
  const runs = [
    '._a.js',
    'playwright-report/index.html',
    'packages/ui/coverage/prettify.js',
    '.worktrees/main/site/a.js',
  ];
  for (const path of [...runs, 'test-results/held.html']) {
    const was = await takeCodeState(repo.dir, config());
    repo.write(path, 'other');
    expect((await changesSince(was)).files).toEqual([path]);
  }
  // Once git holds it, it is the project's.
  const loose = await takeCodeState(repo.dir, config());
  await repo.git('add', '-f', 'server.log');
  expect((await changesSince(loose)).files).toEqual(['server.log']);
});

/** A text that is not read as code, how code makes use of it, and how it speaks of what a tool left. */
const QUIET: [text: string, content: string, code: string][] = [
  ['.shoprc.json', '{ "words": "coverage/words.json" }', "readFileSync('.shoprc.json')"],
  ['site.config.json', '{ "words": "coverage/words.json" }', "import words from './site.config.json'"],
  ['list.txt', 'coverage/words.json\n/coverage/more.json\n', "fetch('/list.txt?now')"],
  ['data/pages', '<a href="/coverage/words.json">', 'fetch(`data/pages`)'],
  ['shop.test.js', "import './coverage/words.json'", "import './shop.test.js'"],
  ['shop.spec.ts', "import './coverage/words.json'", "import './shop.spec'"],
];

test.each(QUIET)('what code makes use of is read as code, whatever it is called: %s', async (text, content, code) => {
  verifies('state.named-by-named');
  const counted = async (app: string) => {
    const repo = await Workspace.git({ 'package.json': '{}', [text]: content, 'app.mjs': app });
    await repo.commit();
    repo.write('coverage/words.json', 'left');
    return Object.keys((await takeCodeState(repo.dir, config())).state.beyond ?? {});
  };
  expect(await counted('1')).toEqual([]);
  expect(await counted(code)).toEqual(['coverage/words.json']);
});

test('a text that is reached by another one counts too; what settings of known formats and prose say, or leave out, does not', async () => {
  verifies('state.named-by-named');
  const repo = await Workspace.git({
    'package.json': '{ "name": "coverage/words.json", "scripts": { "clean": "rm -rf coverage/" } }',
    'tsconfig.json': '{ "exclude": ["coverage/"] }',
    'notes.md': 'Look into `coverage/` and `server.log` for it.',
    '.shoprc.json': '{ "ignore": ["coverage/"], "more": "more.list" }',
    'more.list': '"test-results/a.json"',
    'app.mjs': "import './package.json'; read('tsconfig.json', 'notes.md'); read('.shoprc.json')",
  });
  await repo.commit();
  for (const path of ['coverage/words.json', 'test-results/a.json', 'server.log']) repo.write(path, 'left');
  expect(Object.keys((await takeCodeState(repo.dir, config())).state.beyond ?? {})).toEqual(['test-results/a.json']);
});

test('in finished pages that are served each file counts, however it is called', async () => {
  verifies('state.left-behind');
  const repo = await Workspace.git({ 'package.json': '{}', '.gitignore': 'dist' });
  await repo.commit();
  repo.write('dist/index.html', '<script src="app.js~"></script>');
  for (const path of ['dist/app.js~', 'dist/x.js.orig']) {
    repo.write(path, '1');
    const before = await takeCodeState(repo.dir, config('{ "server": { "static": "dist" } }'));
    repo.write(path, '2');
    const after = await takeCodeState(repo.dir, config('{ "server": { "static": "dist" } }'));
    expect(after.state).not.toEqual(before.state);
  }
});

test('a page of an app may be called as a report is', async () => {
  verifies('state.left-behind');
  const repo = await Workspace.git({ 'package.json': '{}', 'app/page.tsx': '1' });
  await repo.commit();
  const pages = ['app/coverage/page.tsx', 'app/test-results/page.tsx', 'site/4913', 'src/log.ts', 'src/history/a.ts'];
  for (const path of pages) {
    const before = await takeCodeState(repo.dir, config());
    repo.write(path, '1');
    expect((await changesSince(before)).files).toEqual([path]);
  }
});

test.each([
  ['vite.config.ts', `const ignored = ['coverage/a.js'];`, `const ;`],
  ['gulpfile.mjs', `src(all, { ignore: 'coverage/a.js' })`, `src(all, {  })`],
  // An app may call what it shows as it likes.
  ['a.ts', `const ignored = ['coverage/a.js'];`, `const ignored = ['coverage/a.js'];`],
  ['index.html', `skip("blob-report/g.js")`, `skip("blob-report/g.js")`],
  ['a.ts', `import './coverage/a.js';`, `import './coverage/a.js';`],
  ['a.ts', `glob('**/coverage/**', '!x', 'coverage/*.js')`, `glob(, , 'coverage/*.js')`],
  ['a.mdx', 'See `coverage/`.\n<a href="coverage/">', 'See .\n<a href="coverage/">'],
  ['turbo.json', '{ "outputs": ["coverage/**"] }', ''],
  ['app/data.json', '["coverage/a.js"]', '["coverage/a.js"]'],
  ['site.json', '{ "root": "wt" }', '{ "root": "wt" }'],
  ['.eslintrc.json', '{ "src": "coverage/" }', ''],
  ['tsconfig.base.json', '{ "include": ["coverage/a.js"] }', ''],
  ['.codeloop/config.json', '{ "tests": "coverage", "path": "/a" }', '"path": "/a"'],
  [
    '.codeloop/config.json',
    '{ "server": { "command": ["sh", "-c", "ROOT=wt node a.mjs"] } }',
    '"command": ["sh", "-c", "ROOT=wt node a.mjs"]',
  ],
])('%s: %s', (path, text, used) => {
  expect(withoutAsides(path, text)).toBe(used);
});
