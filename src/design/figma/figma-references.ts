import { join } from 'node:path';
import { FIGMA_FILE, type FigmaSettings } from '../../config/figma-settings.js';
import type { Config } from '../../config/schema.js';
import type { Clock } from '../../core/clock.js';
import { CodeloopError } from '../../core/errors.js';
import { nearestName, slug } from '../../core/ids.js';
import type { FigmaSource } from '../../core/vocabulary/pair.js';
import { readSize } from '../../image/picture-header.js';
import type { Reference, UnmatchedReference } from '../reference.js';
import type { FigmaSelection } from './figma-address.js';
import type { CachedVersion, FigmaCache, ListedFrame } from './figma-cache.js';

/** A frame that is the reference of a cell. */
export interface WantedFrame {
  screen: string;
  viewport: string;
  nodeId: string;
  scale: number;
}

/** The frames that are references, and those that match no cell. */
interface WantedFrames {
  frames: WantedFrame[];
  unmatched: UnmatchedReference[];
}

/** The configured names, and the scale of exports. */
interface FrameNames {
  config: Config;
  /** Configured screens; empty when any name is a screen. */
  screens: readonly string[];
  scale: number | undefined;
  fileKey: string;
}

/**
 * The frames that `.codeloop/figma.json` names. Throws CONFIG_INVALID for a viewport that is not configured and for two names of
 * one cell; a screen that is not there is `unmatched` with the nearest name.
 */
function framesById(frames: NonNullable<FigmaSettings['frames']>, names: FrameNames): WantedFrames {
  const found: WantedFrame[] = [];
  const unmatched: UnmatchedReference[] = [];
  for (const [screenName, viewports] of Object.entries(frames)) {
    for (const [viewportName, nodeId] of Object.entries(viewports)) {
      const viewport = known(viewportName, Object.keys(names.config.viewports));
      if (viewport === undefined) throw unknownViewport(screenName, viewportName, names);
      const screen = screenOf(screenName, names);
      if (screen === undefined) {
        unmatched.push(noScreen(`${FIGMA_FILE} frames.${screenName}.${viewportName}`, screenName, names));
        continue;
      }
      if (found.some((one) => one.screen === screen && one.viewport === viewport))
        throw new CodeloopError('CONFIG_INVALID', {
          file: FIGMA_FILE,
          problem: `frames names ${screen} at ${viewport} twice`,
        });
      found.push({ screen, viewport, nodeId, scale: scaleOf(viewport, names) });
    }
  }
  return { frames: found, unmatched };
}

/**
 * The frames whose names are `<viewport>/<screen>`, compared as slugs. Other frames are no references. Throws
 * REFERENCE_AMBIGUOUS when two frames match one cell.
 */
function framesByName(listing: readonly ListedFrame[], names: FrameNames): WantedFrames {
  const cells = new Map<string, { frame: WantedFrame; listed: ListedFrame }>();
  const unmatched: UnmatchedReference[] = [];
  const viewports = Object.keys(names.config.viewports);
  for (const listed of listing) {
    const cut = listed.name.indexOf('/');
    const [first, rest] = [listed.name.slice(0, Math.max(cut, 0)), listed.name.slice(cut + 1)];
    if (cut < 0 || slug(first) === '' || slug(rest) === '') continue;
    const path = figmaPath(names.fileKey, listed.name);
    const viewport = known(first, viewports);
    const screen = screenOf(rest, names);
    if (viewport === undefined) {
      const near = nearestName(first, viewports);
      if (near !== undefined && names.screens.length > 0 && screen !== undefined)
        unmatched.push({ path, reason: `"${slug(first)}" is no viewport`, nearest: `${near}/${screen}` });
      continue;
    }
    if (screen === undefined) {
      unmatched.push(noScreen(path, rest, names));
      continue;
    }
    const key = `${screen}\n${viewport}`;
    const other = cells.get(key);
    if (other) {
      throw new CodeloopError('REFERENCE_AMBIGUOUS', {
        path: `${viewport}/${screen} in Figma`,
        meanings: [other.listed, listed].map((one) => `frame ${one.node_id} "${one.name}"`),
        hint: `Rename one of the frames, or name the right one by its node id in ${FIGMA_FILE}.`,
      });
    }
    const frame = { screen, viewport, nodeId: listed.node_id, scale: scaleOf(viewport, names) };
    cells.set(key, { frame, listed });
  }
  return { frames: [...cells.values()].map(({ frame }) => frame), unmatched };
}

/** Returns the name of a frame, used where a file has its path. */
function figmaPath(fileKey: string, name: string): string {
  return `figma:${fileKey}/${name}`;
}

function screenOf(name: string, { screens }: FrameNames): string | undefined {
  return known(name, screens) ?? (screens.length === 0 && slug(name) !== '' ? slug(name) : undefined);
}

function known(name: string, names: readonly string[]): string | undefined {
  return names.find((one) => slug(one) === slug(name));
}

function scaleOf(viewport: string, { config, scale }: FrameNames): number {
  return scale ?? config.viewports[viewport]?.device_scale_factor ?? 1;
}

function noScreen(path: string, name: string, { screens }: FrameNames): UnmatchedReference {
  const nearest = nearestName(name, screens);
  return { path, reason: `there is no screen "${slug(name)}"`, ...(nearest ? { nearest } : {}) };
}

function unknownViewport(screen: string, viewport: string, { config }: FrameNames): CodeloopError {
  const all = Object.keys(config.viewports);
  const near = nearestName(viewport, all);
  return new CodeloopError('CONFIG_INVALID', {
    file: FIGMA_FILE,
    problem: `frames.${screen} names the viewport "${viewport}", which is not in viewports (${all.join(', ')})${near ? `; did you mean "${near}"?` : ''}`,
  });
}

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
