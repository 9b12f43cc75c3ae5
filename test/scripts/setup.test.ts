import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from '../../scripts/setup/lock.mjs';
import { installCommand } from '../../scripts/setup/system-packages.mjs';
import { verifies } from '../requirements.js';

const repository = path.join(import.meta.dirname, '../..');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'codeloop-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Evaluates an expression over a set-up module with a PATH that holds only the given programs, each a script that does nothing. */
function evaluate(module: string, expression: string, programs: readonly string[], env: Record<string, string> = {}) {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const name of programs) {
    writeFileSync(path.join(bin, name), '#!/bin/sh\nexit 0\n');
    chmodSync(path.join(bin, name), 0o755);
  }
  const url = pathToFileURL(path.join(repository, 'scripts/setup', module)).href;
  const code = `import * as m from '${url}'; console.log(JSON.stringify((await (${expression})) ?? null));`;
  const result = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
    env: { PATH: bin, HOME: folder, ...env },
  });
  return result.status === 0 ? JSON.parse(result.stdout) : { error: result.stderr };
}

test('the browser asked for wins over those that are there', () => {
  const asked = path.join(folder, 'my-browser');
  symlinkSync(process.execPath, asked);
  const found = evaluate('find-browser.mjs', `m.findBrowser(${JSON.stringify(folder)})`, ['chromium'], {
    CODELOOP_BROWSER: asked,
  });
  expect(found).toEqual({ path: asked, source: 'CODELOOP_BROWSER' });
});

test('a browser asked for that is not there is an error, not a reason to take another', () => {
  const found = evaluate('find-browser.mjs', `m.findBrowser(${JSON.stringify(folder)})`, ['chromium'], {
    CODELOOP_BROWSER: '/nowhere/browser',
  });
  expect(found.error).toContain('CODELOOP_BROWSER names no program: /nowhere/browser');
});

test.skipIf(process.platform !== 'linux')(
  'a system browser is found, and one that does not start is passed over',
  () => {
    const stub = path.join(folder, 'bin/google-chrome');
    const search = `m.findBrowser(${JSON.stringify(folder)}, { probe: true })`;
    evaluate('find-browser.mjs', search, ['google-chrome', 'chromium']);
    expect(evaluate('find-browser.mjs', search, [])).toEqual({ path: stub, source: 'system' });
    writeFileSync(stub, '#!/bin/sh\necho "this stub only names a package"\nexit 1\n');
    expect(evaluate('find-browser.mjs', search, [])).toEqual({
      path: path.join(folder, 'bin/chromium'),
      source: 'system',
    });
  },
);

test.skipIf(process.platform !== 'linux')('what is missing is named program by program', () => {
  const present = ['ffmpeg', 'Xvfb', 'openbox', 'xcompmgr', 'xdotool', 'wmctrl', 'xwininfo', 'xprop', 'xwd'];
  expect(evaluate('programs.mjs', 'm.missingPrograms()', present)).toEqual([
    { id: 'ffmpeg', why: 'videos need ffprobe, not found on the path' },
    { id: 'display', why: 'native windows need xterm, not found on the path' },
  ]);
});

test.skipIf(process.platform !== 'linux')('the system is left alone when it must be', () => {
  const forbidden = evaluate('system-packages.mjs', 'm.systemInstaller().allowed', ['apt-get'], {
    CODELOOP_NO_SYSTEM_INSTALL: '1',
  });
  expect(forbidden).toBe(false);
});

test('the command for a person is whole and exact', () => {
  verifies('house.setup-names-commands');
  const manager = {
    quiet: ['-qq'],
    before: ['apt-get', 'update'],
    install: ['apt-get', 'install', '-y', '--no-install-recommends'],
    groups: { ffmpeg: ['ffmpeg'] },
  };
  const whole = 'apt-get update && sudo apt-get install -y --no-install-recommends ffmpeg';
  expect(installCommand({ manager, prefix: ['sudo', '-n'], allowed: true }, 'ffmpeg')).toBe(`sudo ${whole}`);
  expect(installCommand({ manager, prefix: [], allowed: true }, 'ffmpeg')).toBe(whole.replace('sudo ', ''));
  expect(installCommand(undefined, 'browser')).toBe('npx playwright install --with-deps chromium');
});

test('two set-ups of one checkout do not run at once, and a lock left by a dead process is taken over', async () => {
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  writeFileSync(path.join(folder, '.codeloop-setup.lock'), String(dead));
  let running = 0;
  const most: number[] = [];
  const work = async () => {
    running += 1;
    most.push(running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return running;
  };
  expect(await Promise.all([withLock(folder, work), withLock(folder, work)])).toEqual([0, 0]);
  expect(most).toEqual([1, 1]);
  expect(existsSync(path.join(folder, '.codeloop-setup.lock'))).toBe(false);
});
