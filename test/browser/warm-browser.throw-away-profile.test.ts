import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { throwAwayProfile } from '../../src/browser/warm-browser.js';
import { verifies } from '../requirements.js';

const folder = mkdtempSync(join(tmpdir(), 'profile-test-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Stands for a browser: tells its arguments, and ends while its helpers still write into the profile for half a second; one of them makes
 * the profile anew even then, as a helper of Chromium does that has only just begun.
 */
const BROWSER = `#!/bin/sh
printf '%s\\n' "$@" > "${folder}/arguments"
for argument in "$@"; do
  case "$argument" in --user-data-dir=*) profile="\${argument#--user-data-dir=}" ;; esac
done
mkdir "$profile" "$profile/cache"
mkdir "${folder}/org.chromium.Chromium.abc" && ln -s "${folder}/org.chromium.Chromium.abc/SingletonSocket" "$profile/SingletonSocket"
for writer in 1 2 3 4; do
  ( end=$(($(date +%s%N) + 500000000))
    while [ $(date +%s%N) -lt $end ]; do
      for name in a b c d e f g h; do : > "$profile/cache/$writer$name"; mkdir "$profile/$writer$name"; done
    done ) 2>/dev/null &
done
( sleep 0.8; mkdir -p "$profile"; : > "${folder}/late" ) &
sleep 0.1
exit 7
`;

test('a profile is gone although helpers of the browser write into it after its end', async () => {
  verifies('capture.no-trace');
  const executable = join(folder, 'browser');
  writeFileSync(executable, BROWSER, { mode: 0o700 });
  const profile = await throwAwayProfile(executable);
  const { executablePath = '', env, artifactsDir = '' } = profile.options;
  const given = [
    '--headless',
    '--user-data-dir=/elsewhere/playwright_chromiumdev_profile-x',
    '--disable-features=One,Two',
    '--title=two  words',
    '',
  ];
  const child = spawn(executablePath, given, { env: { ...env }, stdio: 'ignore', detached: true });
  const [code] = await once(child, 'exit');
  expect(code, 'the exit code of the browser').toBe(7);
  expect(readFileSync(join(folder, 'arguments'), 'utf8').split('\n')).toEqual([
    '--headless',
    `--user-data-dir=${join(dirname(artifactsDir), 'profile')}`,
    '--disable-features=One,Two,WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess',
    '--title=two  words',
    '',
    '',
  ]);
  await expect.poll(() => existsSync(join(folder, 'late')), { timeout: 60_000 }).toBe(true);
  expect(existsSync(dirname(artifactsDir))).toBe(false);
  // Its socket lies in a folder of its own where the profile's path is too long for one.
  expect(existsSync(join(folder, 'org.chromium.Chromium.abc'))).toBe(false);
  await profile.remove();
});

test.each([
  [32, true],
  [33, false],
])(
  'the browser has its own temporary folder inside where a socket fits there (%s letters): %s',
  async (letters, inside) => {
    verifies('capture.no-trace');
    const parent = `${folder}-${'a'.repeat(letters)}`.slice(0, letters);
    mkdirSync(parent);
    vi.stubEnv('TMPDIR', parent);
    const profile = await throwAwayProfile('/bin/true');
    vi.unstubAllEnvs();
    const dir = dirname(profile.options.artifactsDir ?? '');
    expect(Boolean(profile.options.env?.TMPDIR === dir)).toBe(process.platform === 'linux' && inside);
    await profile.remove();
    rmSync(parent, { recursive: true });
  },
);
