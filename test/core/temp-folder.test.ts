import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';

const few = sampled(test, 2);

test('a folder is gone although its process was killed the moment it was made', async () => {
  verifies('kept.chaos');
  const home = await mkdtemp(path.join(tmpdir(), 'codeloop-folders-'));
  const child = await program(
    home,
    `import fs from 'node:fs/promises'; import { syncBuiltinESMExports } from 'node:module';
for (const name of ['mkdir', 'mkdtemp']) {
  const real = fs[name];
  fs[name] = async (...given) => { await real(...given); console.log('made'); process.kill(process.pid, 'SIGKILL'); return new Promise(() => {}); };
}
syncBuiltinESMExports();
const { makeTempFolder } = await import('./src/core/temp-folder.ts'); await makeTempFolder('short-');`,
  );
  await once(child, 'exit');
  await expect.poll(() => readdirSync(home), { timeout: 20_000 }).toEqual(['program.mjs']);
  await rm(home, { recursive: true });
});

few('empty folders that begin as was said are gone with the process, and no others', async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'codeloop folders-'));
  const child = await program(
    home,
    `import fs from 'node:fs'; const { removeWithUs } = await import('./src/core/run-command.ts');
removeWithUs(process.env.TMPDIR + '/profile-*');
for (const name of ['profile-a', 'profile-b c', 'profile-full/used', 'other']) fs.mkdirSync(process.env.TMPDIR + '/' + name, { recursive: true });
console.log('made'); process.kill(process.pid, 'SIGKILL');`,
  );
  await once(child, 'exit');
  // Somebody else's browser, which is starting: it writes into its folder a little later.
  mkdirSync(path.join(home, 'profile-foreign'));
  setTimeout(() => writeFileSync(path.join(home, 'profile-foreign', 'lock'), ''), 2000);
  await expect
    .poll(() => readdirSync(home).sort(), { timeout: 40_000 })
    .toEqual(['other', 'profile-foreign', 'profile-full', 'program.mjs']);
  await rm(home, { recursive: true });
});

/** Starts a program that is bundled into `home`, which is its folder for temporary files, and waits for its first output. */
async function program(home: string, contents: string) {
  const file = path.join(home, 'program.mjs');
  await build({
    stdin: { contents, resolveDir: path.join(import.meta.dirname, '../..'), loader: 'ts' },
    ...{ outfile: file, bundle: true, platform: 'node', format: 'esm' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, TMPDIR: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}

test('folders of a process that is killed go with it, one after the other; what stays stays, and nobody else’s is touched', async () => {
  verifies('kept.chaos');
  const home = await mkdtemp(path.join(tmpdir(), 'codeloop-folders-'));
  const child = await program(
    home,
    `import { makeTempFolder } from './src/core/temp-folder.ts'; import { writeFileSync } from 'node:fs';
for (const prefix of ['a b-', "it's-", '-rf-']) { const at = await makeTempFolder(prefix); writeFileSync(at + '/file', ''); }
await makeTempFolder('stays-', { stays: true }); console.log('made'); setInterval(() => {}, 1000);`,
  );
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
