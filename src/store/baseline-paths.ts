import { slug } from '../core/ids.js';
import type { BaselinePlace } from '../core/vocabulary/baseline.js';
import type { Environment } from '../core/vocabulary/screenshot.js';
import { BASELINES_DIR, safeName } from './paths.js';

/** Name of the folder under the baselines that holds what waits for a person. */
export const PROPOSALS = '.proposals';
/** Folder of proposals that wait for a person; no part of the bars. */
export const PROPOSALS_DIR = `${BASELINES_DIR}/${PROPOSALS}`;
/** Ending of a baseline's history, beside its picture. */
export const HISTORY_ENDING = '.history.jsonl';

/** The files of one baseline, relative to the project. */
export interface BaselinePaths {
  folder: string;
  picture: string;
  dom: string;
  history: string;
}

/** The files of one proposal, relative to the project. */
interface ProposalPaths {
  folder: string;
  picture: string;
  dom: string;
  record: string;
}

/**
 * `linux-x64-chromium156-1x-1a2b3c4d`: system, architecture, browser with its major version, device pixel ratio, font set. What
 * is drawn by another of these has other pixels for reasons that are not the project's.
 */
export function baselineEnvironment(environment: Environment, devicePixelRatio: number): string {
  const { os, arch, browser, browser_version: version, fonts } = environment;
  const name = `${browser.replaceAll('-', '')}${version.split('.')[0] ?? ''}`;
  return safeName(slug(`${os}-${arch}-${name}-${devicePixelRatio}x-${fonts.slice(0, 8)}`));
}

/** A screen and viewport as the names of their folders. Throws ARTIFACT_NAME_INVALID. */
export function baselinePlace(environment: string, screen: string, viewport: string): BaselinePlace {
  return { environment: safeName(environment), screen: safeName(slug(screen)), viewport: safeName(slug(viewport)) };
}

/** Throws ARTIFACT_NAME_INVALID for names that could lead elsewhere. */
export function baselinePaths(place: BaselinePlace): BaselinePaths {
  const { folder, base } = below(BASELINES_DIR, place);
  return { folder, picture: `${base}.png`, dom: `${base}.dom.json`, history: `${base}${HISTORY_ENDING}` };
}

/** Throws ARTIFACT_NAME_INVALID for names that could lead elsewhere. */
export function proposalPaths(place: BaselinePlace): ProposalPaths {
  const { folder, base } = below(PROPOSALS_DIR, place);
  return { folder, picture: `${base}.png`, dom: `${base}.dom.json`, record: `${base}.json` };
}

function below(root: string, place: BaselinePlace): { folder: string; base: string } {
  const folder = `${root}/${safeName(place.environment)}/${safeName(place.screen)}`;
  return { folder, base: `${folder}/${safeName(place.viewport)}` };
}

/** One place as people read it: `home@mobile`. */
export const placeName = (place: Pick<BaselinePlace, 'screen' | 'viewport'>): string =>
  `${place.screen}@${place.viewport}`;
