import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LaunchOptions } from 'playwright';

/**
 * Starts the browser and, when it has ended, removes its profile and this folder. A browser ends with the pipe to its parent, so
 * this holds too when node was killed and could clean up nothing.
 */
const LAUNCHER = `#!/bin/sh
for argument in "$@"; do
  case "$argument" in --user-data-dir=*) profile="\${argument#--user-data-dir=}" ;; esac
done
"$CODELOOP_BROWSER_BINARY" "$@"
code=$?
case "$profile" in */playwright_*) rm -rf "$profile" ;; esac
rm -rf "$(dirname "$0")"
exit $code
`;

/** A folder (0700) for one browser process, with its launcher. */
export interface ThrowAwayProfile {
  /** What to add to the launch options. */
  options: LaunchOptions;
  /** Removes the folder; for a browser that never started. */
  remove(): Promise<void>;
}

/** Makes the folder of one browser process. On Windows Playwright's own clean-up has to do. */
export async function throwAwayProfile(executable: string): Promise<ThrowAwayProfile> {
  if (process.platform === 'win32') return { options: {}, remove: () => Promise.resolve() };
  const dir = await mkdtemp(join(tmpdir(), 'codeloop-browser-'));
  const launcher = join(dir, 'launch');
  const artifactsDir = join(dir, 'artifacts');
  live.add(dir);
  if (live.size === 1) process.once('exit', removeLive);
  await mkdir(artifactsDir);
  await writeFile(launcher, LAUNCHER, { mode: 0o700 });
  const env = Object.fromEntries(
    Object.entries({
      ...process.env,
      CODELOOP_BROWSER_BINARY: executable,
      // The browser's own temporary folders go too; it keeps a socket in one, whose path may have 104 bytes on macOS.
      ...(dir.length <= 50 ? { TMPDIR: dir } : {}),
    }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  return {
    options: { executablePath: launcher, artifactsDir, env },
    async remove() {
      live.delete(dir);
      if (live.size === 0) process.off('exit', removeLive);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const live = new Set<string>();

/** `process.exit()` in the middle: Playwright kills the launcher with its browser, so it can remove nothing. */
function removeLive(): void {
  for (const dir of live) rmSync(dir, { recursive: true, force: true });
}
