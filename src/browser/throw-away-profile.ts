import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LaunchOptions } from 'playwright';
import { sweepFolders } from '../core/sweep-folders.js';

/**
 * Starts the browser on a profile in this folder and removes the folder when it has ended. A browser ends with the pipe to its parent, so
 * this holds too when node was killed and could clean up nothing. The profile lies here and not where Playwright wants it, so that one
 * place is cleaned up by one hand; its helpers write for a moment after the browser has ended, so that a removal may have to be repeated.
 */
const LAUNCHER = `#!/bin/sh
dir="$(dirname "$0")" theirs=
for argument in "$@"; do
  shift
  case "$argument" in --user-data-dir=*/playwright_*) theirs="\${argument#--user-data-dir=}" ;; esac
  case "$argument" in --user-data-dir=*/playwright_chromiumdev_profile-*) argument="--user-data-dir=$dir/profile" ;; esac
  set -- "$@" "$argument"
done
"$CODELOOP_BROWSER_BINARY" "$@"
code=$?
[ -z "$theirs" ] || rm -rf "$theirs"
tries=0
until rm -rf "$dir" 2>/dev/null || [ $tries -ge 50 ]; do
  tries=$((tries + 1))
  sleep 0.1
done
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
      await rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
    },
  };
}

const live = new Set<string>();

/** `process.exit()` in the middle: Playwright kills the launcher with its browser, so that another process has to remove what is left. */
function removeLive(): void {
  sweepFolders([...live]);
}
