import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { verifies } from '../requirements.js';

test('folders of a process that is killed go with it, one after the other; what stays stays, and nobody else’s is touched', async () => {
  verifies('kept.chaos');
  const home = await mkdtemp(path.join(tmpdir(), 'codeloop-folders-'));
  const file = path.join(home, 'program.mjs');
  await build({
    stdin: {
      contents: `import { makeTempFolder } from './src/core/temp-folder.ts'; import { writeFileSync } from 'node:fs';
for (const prefix of ['a b-', "it's-", '-rf-']) { const at = await makeTempFolder(prefix); writeFileSync(at + '/file', ''); }
await makeTempFolder('stays-', { stays: true }); console.log('made'); setInterval(() => {}, 1000);`,
      resolveDir: path.join(import.meta.dirname, '../..'),
      loader: 'ts',
    },
    ...{ outfile: file, bundle: true, platform: 'node', format: 'esm' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, TMPDIR: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const made = readdirSync(home).filter((name) => name !== 'program.mjs');
  expect(made).toHaveLength(4);
  child.kill('SIGKILL');
  const going = made.filter((name) => !name.startsWith('stays-'));
  await expect.poll(() => going.filter((name) => existsSync(path.join(home, name))), { timeout: 20_000 }).toEqual([]);
  expect(
    readdirSync(home)
      .map((name) => name.slice(0, 6))
      .toSorted(),
  ).toEqual(['progra', 'stays-']);
  await rm(home, { recursive: true });
});
