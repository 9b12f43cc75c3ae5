import { expect, test } from 'vitest';
import { loweredBars } from '../../../src/config/lowered-bars.js';
import { parseConfig } from '../../../src/config/parse-settings.js';
import { formerBars, presentBars } from '../../../src/project/code-state/bars-of-commit.js';
import { verifies } from '../../requirements.js';
import { Workspace } from '../code-state-repo.js';

const SETTINGS = '.codeloop/config.json';
const manifest = (scripts: Record<string, string>) => JSON.stringify({ name: 'lamps', scripts });

/** The bars that are lower in the folder than at the commit. */
async function lowered({ dir }: Workspace, commit: string, configText: string) {
  const config = parseConfig(configText);
  const project = { dir, name: 'lamps', config, configured: true };
  const now = await presentBars(project, config.screens ?? [], { files: new Map(), commands: [], executed: undefined });
  const { bars } = await formerBars(dir, commit, 'designs');
  return loweredBars(bars, now, 'then').map(({ key, before, after }) => [key, before, after]);
}

test('the scripts behind server.command are a bar: the same command may start another program', async () => {
  verifies('bars.every-field');
  const settings = JSON.stringify({ server: { command: 'npm run dev' }, screens: [{ name: 'home', path: '/' }] });
  const folder = await Workspace.git({
    [SETTINGS]: settings,
    'package.json': manifest({ dev: 'npm run serve -- --open', serve: 'vite', lint: 'eslint .' }),
  });
  const commit = await folder.commit();
  expect(await lowered(folder, commit, settings)).toEqual([]);
  const before = ['dev: npm run serve -- --open', 'serve: vite'];
  folder.write('package.json', manifest({ dev: 'npm run serve -- --open', serve: 'node mock.mjs', lint: 'eslint .' }));
  expect(await lowered(folder, commit, settings)).toEqual([
    ['server.script', before, ['dev: npm run serve -- --open', 'serve: node mock.mjs']],
  ]);
  // A script that runs before it can put another build in the place of the app.
  folder.write('package.json', manifest({ dev: 'npm run serve -- --open', serve: 'vite', predev: 'cp -r mock src' }));
  expect(await lowered(folder, commit, settings)).toEqual([
    ['server.script', before, ['predev: cp -r mock src', ...before]],
  ]);
  // Other scripts are none of its business.
  folder.write('package.json', manifest({ dev: 'npm run serve -- --open', serve: 'vite', lint: 'true', dist: 'tsc' }));
  expect(await lowered(folder, commit, settings)).toEqual([]);
  // With another command, that is what is told.
  const other = settings.replace('npm run dev', 'npm run dist');
  expect(await lowered(folder, commit, other)).toEqual([['server.command', 'npm run dev', 'npm run dist']]);
});

test('a commit without settings, or with a command that only a shell could run, sets no bar of the server', async () => {
  const settings = '{"server":{"command":"a && b"},"screens":[]}';
  const folder = await Workspace.git({ 'package.json': manifest({ dev: 'vite' }) });
  const bare = await folder.commit();
  folder.write(SETTINGS, settings);
  const shell = await folder.commit();
  expect(await lowered(folder, bare, settings)).toEqual([]);
  expect(await lowered(folder, shell, settings)).toEqual([]);
});
