import { join } from 'node:path';
import type { Config } from '../../config/schema.js';
import type { Clock } from '../../core/clock.js';
import { CodeloopError } from '../../core/errors.js';
import { nearestName } from '../../core/ids.js';
import type { FigmaSource } from '../../core/vocabulary/pair.js';
import { readSize } from '../../image/picture-header.js';
import type { Reference, UnmatchedReference } from '../reference.js';
import type { FigmaSelection } from './figma-address.js';
import type { CachedVersion, FigmaCache } from './figma-cache.js';
import { type FrameNames, figmaPath, framesById, framesByName, type WantedFrames } from './wanted-frames.js';

/** References out of a Figma file, and where they are from; `source` is absent when nothing of the file is here. */
export interface FigmaReferences {
  references: Reference[];
  unmatched: UnmatchedReference[];
  source?: FigmaSource;
}

/** Returns the frames of a version that are references. Without a listing, frames by name are not known, and none are wanted. */
export function wantedFrames(
  selection: FigmaSelection,
  version: CachedVersion,
  config: Config,
  screens: readonly string[],
): WantedFrames {
  const names: FrameNames = { config, screens, scale: selection.scale, fileKey: selection.fileKey };
  if (selection.frames) return framesById(selection.frames, names);
  const listing = version.listing ?? [];
  const found = framesByName(listing, names);
  if (version.listing && found.frames.length === 0 && found.unmatched.length === 0) {
    const [viewport = 'desktop'] = Object.keys(config.viewports);
    const frame = `${viewport}/${screens[0] ?? '<screen>'}`;
    const all = listing.map((one) => one.name);
    const nearest = nearestName(frame, all);
    throw new CodeloopError('FIGMA_FRAME_NOT_FOUND', {
      file_key: selection.fileKey,
      frame: `named like ${frame}`,
      ...(nearest === undefined ? {} : { nearest }),
      allowed: all.slice(0, 20),
    });
  }
  return found;
}

/** The cached frames of a version as references; one that is not here, or broken, is `unmatched`. `note` goes to each. */
export async function referencesOf(
  projectDir: string,
  cache: FigmaCache,
  version: CachedVersion,
  wanted: WantedFrames,
  note: string | undefined,
): Promise<{ references: Reference[]; unmatched: UnmatchedReference[]; digests: string[] }> {
  const references: Reference[] = [];
  const unmatched = [...wanted.unmatched];
  const digests: string[] = [];
  for (const { screen, viewport, nodeId, scale } of wanted.frames) {
    const found = cache.frame(version, nodeId, scale);
    if (!found) {
      const path = figmaPath(version.file_key, `${viewport}/${screen} (${nodeId})`);
      unmatched.push({ path, reason: 'its frame is not in the cache; codeloop_verify fetches it' });
      continue;
    }
    const { frame, path, layers } = found;
    const file = join(projectDir, path);
    const size = await readSize({ path: file });
    const exact = Math.abs(size.width - frame.width * scale) <= 1;
    const notes = [
      note,
      exact
        ? undefined
        : `Figma exported the frame at ${size.width} px instead of ${Math.round(frame.width * scale)} px.`,
    ].filter((text) => text !== undefined);
    references.push({
      screen,
      viewport,
      path,
      file,
      size,
      scale: exact ? scale : size.width / frame.width,
      figma: { name: frame.name, nodeId, layers },
      ...(notes.length === 0 ? {} : { note: notes.join(' ') }),
    });
    digests.push(`${viewport}/${screen} ${nodeId}@${scale} ${frame.picture.sha256} ${frame.layers.sha256}`);
  }
  return { references, unmatched, digests };
}

/** Returns a note that Figma was not asked or did not answer, and how old the cached frames are. */
export function ageNote(version: CachedVersion, why: string, clock: Clock): string {
  const days = Math.floor((clock.now() - Date.parse(version.fetched_at)) / 86_400_000);
  const age = days <= 0 ? 'less than a day' : days === 1 ? '1 day' : `${days} days`;
  return `Figma was not asked whether the design changed (${why}): frames of version ${version.version}, fetched ${version.fetched_at} (${age} ago), were used.`;
}
