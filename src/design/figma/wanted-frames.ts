import { FIGMA_FILE, type FigmaSettings } from '../../config/figma-settings.js';
import type { Config } from '../../config/schema.js';
import { CodeloopError } from '../../core/errors.js';
import { nearestName, slug } from '../../core/ids.js';
import type { UnmatchedReference } from '../reference.js';
import type { ListedFrame } from './figma-cache.js';

/** A frame that is the reference of a cell. */
export interface WantedFrame {
  screen: string;
  viewport: string;
  nodeId: string;
  scale: number;
}

/** The frames that are references, and those that match no cell. */
export interface WantedFrames {
  frames: WantedFrame[];
  unmatched: UnmatchedReference[];
}

/** The configured names, and the scale of exports. */
export interface FrameNames {
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
export function framesById(frames: NonNullable<FigmaSettings['frames']>, names: FrameNames): WantedFrames {
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
export function framesByName(listing: readonly ListedFrame[], names: FrameNames): WantedFrames {
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
export function figmaPath(fileKey: string, name: string): string {
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
