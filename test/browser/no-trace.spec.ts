import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { build } from 'esbuild';
import { verifies } from '../requirements.js';
import { sampleOf } from '../sample.js';
import { browserProcesses, lives } from './processes.js';

const script = `
import { createBrowserDriver } from './driver.mjs';
const driver = createBrowserDriver();
await driver.environment();
process.stdout.write('ready');
process.stdin.on('data', async (word) => {
  if (String(word) === 'exit') process.exit(3);
  if (String(word) === 'throw') throw new Error('on purpose');
  await driver.dispose();
  process.stdin.destroy();
});
`;

test.describe('a driver leaves nothing behind @once', () => {
  let folder = '';
  test.beforeAll(async () => {
    folder = mkdtempSync('node_modules/.codeloop-trace-');
    await build({
      entryPoints: ['src/browser/browser-driver.ts'],
      outfile: join(folder, 'driver.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
    });
    writeFileSync(join(folder, 'main.mjs'), script);
  });
  test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

  // As it is meant to end, and as nobody can prepare for; of the ways between one in the sample.
  for (const end of sampleOf(['dispose', 'SIGKILL', 'exit', 'throw', 'SIGTERM'] as const)) {
    test(`after ${end}`, async () => {
      verifies('capture.no-trace');
      const temp = mkdtempSync(join(tmpdir(), 'trace-'));
      const child = spawn(process.execPath, [join(folder, 'main.mjs')], {
        env: { ...process.env, TMPDIR: temp },
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      await once(child.stdout, 'data');
      const started = browserProcesses(child.pid ?? -1);
      expect(started.length).toBeGreaterThan(2);
      expect(readdirSync(temp).length).toBeGreaterThan(0);
      if (end.startsWith('SIG')) child.kill(end as 'SIGTERM');
      else child.stdin.write(end);
      await once(child, 'exit');
      await expect.poll(() => started.filter(lives), { timeout: 60_000 }).toEqual([]);
      await expect.poll(() => readdirSync(temp), { timeout: 60_000 }).toEqual([]);
      rmSync(temp, { recursive: true });
    });
  }
});
