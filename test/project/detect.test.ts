import { expect, test } from 'vitest';
import { detectProject } from '../../src/project/detect.js';
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

test.each([
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
