import { expect, test } from 'vitest';
import { devPort } from '../../src/project/detect.js';
import { folderWith } from './sample-project.js';

test.each<[string, string, Record<string, string>, number | undefined]>([
  ['the script', 'vite --port 4000', { 'vite.config.ts': 'export default { server: { port: 5000 } }' }, 4000],
  ['the script, short', 'next dev -p 4001', {}, 4001],
  ['the script, as a variable', 'PORT=4002 node server.js', {}, 4002],
  ['vite.config', 'vite', { 'vite.config.ts': 'defineConfig({ preview: { port: 1 }, server: { port: 4003 } })' }, 4003],
  [
    'vite.config, of the preview only',
    'vite',
    { 'vite.config.mjs': 'export default { preview: { port: 4004 } }' },
    undefined,
  ],
  ['angular.json', 'ng serve', { 'angular.json': '{"serve": {"options": {"port": 4300}}}' }, 4300],
  ['nothing', 'node server.js', { 'tool.config.js': 'port: 4005' }, undefined],
])('the port of a dev server is known from %s', async (_what, script, files, port) => {
  expect(await devPort(folderWith(files), script)).toBe(port);
});
