import { spawn } from 'node:child_process';

/** Until they have been gone three times running, for 10 s at most. */
const SWEEP = `
gone=0 tries=0
while [ $gone -lt 3 ] && [ $tries -lt 100 ]; do
  gone=$((gone + 1)) tries=$((tries + 1))
  for dir in "$@"; do
    if [ -e "$dir" ]; then gone=0; rm -rf "$dir" 2>/dev/null; fi
  done
  sleep 0.1
done
`;

/**
 * Has folders removed that somebody may still write into for a moment, by a process that outlives this one: it may be called while
 * node exits. Not for Windows.
 */
export function sweepFolders(dirs: readonly string[]): void {
  spawn('/bin/sh', ['-c', SWEEP, 'sweep', ...dirs], { detached: true, stdio: 'ignore' }).unref();
}
