import { readFileSync } from 'node:fs';
import { isErrno } from '../core/errors.js';
import { FrameEntry } from '../core/vocabulary/recording.js';
import type { ManifestEntry } from '../core/vocabulary/run.js';
import { fileBelow } from './safe-folder.js';

/** Name of a recording's index in its folder of frames. */
const INDEX = '/index.jsonl';

/**
 * The pictures that listed frame indexes name, with their digests: a manifest lists a recording's index, not its thousand frames.
 * Of an index that was changed it says what stands in it now; that it was changed is found by its own digest.
 */
export function recordedFrames(
  project: string,
  runDir: string,
  entries: readonly ManifestEntry[],
): { path: string; sha256: string }[] {
  return entries
    .filter((entry) => entry.kind === 'frame' && entry.path.endsWith(INDEX))
    .flatMap((entry) => {
      const folder = entry.path.slice(0, -INDEX.length);
      const frames = read(fileBelow(project, runDir, entry.path)).map(({ file, sha256 }) => [file, sha256] as const);
      return [...new Map(frames)].map(([file, sha256]) => ({ path: `${folder}/${file}`, sha256 }));
    });
}

function read(path: string | undefined): FrameEntry[] {
  if (path === undefined) return [];
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line) => {
        const parsed = line === '' ? undefined : FrameEntry.safeParse(JSON.parse(line));
        return parsed?.success ? [parsed.data] : [];
      });
  } catch (error) {
    // Gone, or no longer what was written: its own digest tells.
    if (isErrno(error) || error instanceof SyntaxError) return [];
    throw error;
  }
}
