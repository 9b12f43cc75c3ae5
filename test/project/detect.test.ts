import { expect, test } from 'vitest';
import { detectProject } from '../../src/project/detect.js';
import { otherStack } from '../../src/project/other-stacks.js';
import { verifies } from '../requirements.js';
import { folderWith } from './sample-project.js';

const packages = (...names: string[]) => Object.fromEntries(names.map((name) => [name, '1.0.0']));
const dev = { dev: 'x' };

test.each([
  ['next', { dependencies: packages('next', 'react'), scripts: dev }, 3000],
  ['nuxt', { devDependencies: packages('nuxt', 'vue', 'vite'), scripts: dev }, 3000],
  ['react-router', { devDependencies: packages('@react-router/dev', 'vite', 'react'), scripts: dev }, 5173],
  ['react-router', { devDependencies: packages('@remix-run/dev', 'react'), scripts: dev }, 5173],
  ['sveltekit', { devDependencies: packages('@sveltejs/kit', 'vite', 'svelte'), scripts: dev }, 5173],
  ['astro', { dependencies: packages('astro', 'react'), scripts: dev }, 4321],
  ['angular', { dependencies: packages('@angular/core'), scripts: { start: 'x' } }, 4200],
  ['vite-react', { devDependencies: packages('vite'), dependencies: packages('react'), scripts: dev }, 5173],
  ['vite-vue', { devDependencies: packages('vite', 'vue'), scripts: dev }, 5173],
  ['vite-svelte', { devDependencies: packages('vite', 'svelte'), scripts: dev }, 5173],
  ['vite', { devDependencies: packages('vite'), scripts: dev }, 5173],
  ['create-react-app', { dependencies: packages('react', 'react-scripts'), scripts: { start: 'x' } }, 3000],
  ['express', { dependencies: packages('express'), scripts: { start: 'x' } }, 3000],
  ['node', { scripts: { serve: 'x' } }, 3000],
])('%s is known by its packages, with the port of its server', async (framework, manifest, port) => {
  const detected = await detectProject(folderWith({ 'package.json': JSON.stringify(manifest) }));
  expect(detected).toMatchObject({ framework, package_manager: 'npm', server: { url: `http://localhost:${port}` } });
});

test.each([
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
])('%s shows %s, which runs the first of dev, start, serve, preview', async (lock, manager) => {
  const manifest = JSON.stringify({ scripts: { preview: 'x', start: 'x', build: 'x' } });
  expect(await detectProject(folderWith({ 'package.json': manifest, [lock]: '' }))).toEqual({
    framework: 'node',
    package_manager: manager,
    scripts: ['build', 'preview', 'start'],
    server: { command: [manager, 'run', 'start'], url: 'http://localhost:3000' },
  });
});

const VITE = JSON.stringify({ scripts: { dev: 'vite' }, devDependencies: packages('vite') });
test.each([
  ['Laravel beside Vite', { artisan: '', 'package.json': VITE }, 'php artisan serve', 8000],
  ['Rails beside a bundler', { 'bin/rails': '', 'package.json': VITE }, 'bin/rails server', 3000],
  ['Django', { 'manage.py': '' }, 'python3 manage.py runserver', 8000],
  ['PHP in a folder of its own', { 'public/index.php': '' }, 'php -S 127.0.0.1:8000 -t public', 8000],
])('%s is proposed a server and given none, least of all that of its styles', async (_what, files, command, port) => {
  const dir = folderWith(files);
  expect((await detectProject(dir)).server).toBeUndefined();
  expect((await otherStack(dir))?.server).toEqual({ command, url: `http://localhost:${port}` });
});

test('a page beside a script of another language is the app', async () => {
  const dir = folderWith({ 'manage.py': '', 'index.html': '', 'package.json': VITE });
  expect((await detectProject(dir)).server).toEqual({ command: ['npm', 'run', 'dev'], url: 'http://localhost:5173' });
});

test.each([
  [
    'pages without a start page',
    { 'a.html': '', 'b.htm': '' },
    { framework: 'static', package_manager: 'none', scripts: [], server: { static: '.' } },
  ],
  ['nothing', {}, { framework: 'none', package_manager: 'none', scripts: [] }],
  [
    'a page',
    { 'index.html': '' },
    { framework: 'static', package_manager: 'none', scripts: [], server: { static: '.' } },
  ],
  [
    'a built page below a manifest without a server',
    { 'package.json': '{"scripts":{"build":"x"}}', 'dist/index.html': '' },
    { framework: 'node', package_manager: 'npm', scripts: ['build'], server: { static: 'dist' } },
  ],
  [
    'a manifest that is no JSON',
    { 'package.json': '{', 'public/index.html': '' },
    { framework: 'static', package_manager: 'none', scripts: [], server: { static: 'public' } },
  ],
  [
    'a manifest of odd shape',
    { 'package.json': '{"dependencies":[],"scripts":3}' },
    { framework: 'node', package_manager: 'npm', scripts: [] },
  ],
])('a folder with %s', async (_what, files, detected) => {
  expect(await detectProject(folderWith(files))).toEqual(detected);
});

const json = (value: unknown) => JSON.stringify(value);
const web = { name: '@acme/web', scripts: { dev: 'vite --port 5174' }, dependencies: packages('vite', 'react') };
const site = { name: 'docs', scripts: { dev: 'astro dev' }, devDependencies: packages('astro') };

test.each<[string, Record<string, string>, string, string | undefined, string[], number]>([
  [
    'one app, run by name',
    {
      'package.json': json({ workspaces: ['apps/*'], scripts: { dev: 'npm run dev --workspace=@acme/web' } }),
      'apps/web/package.json': json(web),
      'apps/docs/package.json': json(site),
    },
    'vite-react',
    'apps/web',
    ['npm', 'run', 'dev'],
    5174,
  ],
  [
    'one app, run by folder, its port in its settings',
    {
      'package.json': json({
        workspaces: { packages: ['packages/*'] },
        scripts: { start: 'cd packages/web && npm start' },
      }),
      'packages/web/package.json': json({ ...web, scripts: { dev: 'vite' } }),
      'packages/web/vite.config.ts': 'export default { server: { port: 5180 } }',
    },
    'vite-react',
    'packages/web',
    ['npm', 'run', 'start'],
    5180,
  ],
  [
    'several apps started together, one of them named so',
    {
      'package.json': json({ scripts: { dev: 'turbo run dev' } }),
      'pnpm-workspace.yaml': "packages:\n  # ours\n  - 'apps/*'\n  - packages/**\n  - '!apps/old'\n",
      'pnpm-lock.yaml': '',
      'apps/web/package.json': json(web),
      'apps/docs/package.json': json(site),
      'apps/old/package.json': json({ ...web, name: 'frontend' }),
    },
    'vite-react',
    'apps/web',
    ['pnpm', 'run', 'dev'],
    5174,
  ],
  [
    'an app and a library, and no script at the top',
    {
      'package.json': json({ workspaces: ['packages/*'] }),
      'packages/ui/package.json': json({ name: 'ui', dependencies: packages('react') }),
      'packages/site/package.json': json(site),
    },
    'astro',
    'packages/site',
    ['npm', 'run', 'dev', '-w', 'packages/site'],
    4321,
  ],
  [
    'two apps that nobody chose from',
    {
      'package.json': json({ workspaces: ['*'], scripts: { dev: 'node all.js' } }),
      'one/package.json': json({ ...web, name: 'one' }),
      'two/package.json': json(site),
    },
    'node',
    undefined,
    ['npm', 'run', 'dev'],
    3000,
  ],
  [
    'a framework at the top',
    {
      'package.json': json({
        workspaces: ['packages/*'],
        scripts: { dev: 'next dev' },
        dependencies: packages('next'),
      }),
      'packages/web/package.json': json(web),
    },
    'next',
    undefined,
    ['npm', 'run', 'dev'],
    3000,
  ],
])('the app of a workspace with %s', async (_what, files, framework, folder, command, port) => {
  verifies('project.workspaces');
  const { scripts: _scripts, package_manager: _manager, ...detected } = await detectProject(folderWith(files));
  const server = { command, url: `http://localhost:${port}` };
  expect(detected).toEqual({ framework, server, ...(folder === undefined ? {} : { app_folder: folder }) });
});

test.each([
  ['gulp, which no package brings', { scripts: { start: 'gulp watch' } }, { static: '.' }],
  ['gulp behind another script', { scripts: { start: 'npm run x', x: 'FOO=1 gulp' } }, { static: '.' }],
  ['a package of its own', { scripts: { start: 'gulp' }, devDependencies: packages('gulp') }, undefined],
  ['node', { scripts: { start: 'node server.js' } }, undefined],
  ['a line for a shell', { scripts: { start: 'gulp | cat' } }, undefined],
])('finished HTML whose script starts %s', async (_what, manifest, server) => {
  verifies('project.workspaces');
  const detected = await detectProject(folderWith({ 'package.json': json(manifest), 'index.html': '' }));
  expect(detected.server).toEqual(server ?? { command: ['npm', 'run', 'start'], url: 'http://localhost:3000' });
});
