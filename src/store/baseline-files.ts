import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../core/atomic-write.js';
import { sha256 } from '../core/digest.js';
import { isErrno } from '../core/errors.js';
import { slug } from '../core/ids.js';
import { type BaselinePlace, BaselineRecord } from '../core/vocabulary/baseline.js';
import type { Environment } from '../core/vocabulary/screenshot.js';
import { BASELINES_DIR, safeName } from './paths.js';
import { diskFull, ensureFolder, isRealFolder, readPlain, realProject } from './plain-file.js';

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

/** The history of one place, oldest first. `damaged`: a line is not as codeloop writes them, or the file cannot be read. */
function readHistory(project: string, paths: BaselinePaths): { history: BaselineRecord[]; damaged: boolean } {
  if (!isRealFolder(project, paths.folder)) return { history: [], damaged: false };
  try {
    const data = readPlain(join(project, paths.history))?.data;
    const lines = (data?.toString('utf8') ?? '').split('\n').filter((line) => line.trim() !== '');
    return { history: lines.map((line) => BaselineRecord.parse(JSON.parse(line))), damaged: false };
  } catch (error) {
    // No JSON, another shape, a link: it vouches for nothing, and the checks say so.
    if (isErrno(error) || error instanceof SyntaxError || (error instanceof Error && error.name === 'ZodError'))
      return { history: [], damaged: true };
    throw error;
  }
}

/**
 * Adds a line. Whole or not at all; a line of damage that stands there already stays, so that it is not tidied away.
 * One person at one terminal writes it, so that no lock is taken.
 */
async function appendHistory(project: string, paths: BaselinePaths, record: BaselineRecord): Promise<void> {
  const path = join(project, paths.history);
  const before = readPlain(path)?.data.toString('utf8') ?? '';
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  await writeAtomic(path, `${before}${gap}${JSON.stringify(record)}\n`);
}

/** The files at one place: a picture, its history, or both. */
export interface BaselineOnDisk extends BaselinePlace {
  /** Of the picture, relative to the project. */
  path: string;
  /** Of the `.dom.json` beside it; absent when there is none. */
  dom?: string;
  /** Digest of the picture; absent when it is gone, a link, or cannot be read. */
  sha256?: string;
  history: BaselineRecord[];
  /** True when the history is not whole: then it vouches for nothing. */
  damaged: boolean;
}

const PICTURE_ENDING = '.png';

/** Every place that has a picture or a history, sorted. Folders that are links are not entered. */
export function readBaselines(projectDir: string): BaselineOnDisk[] {
  const project = realProject(projectDir);
  return folders(project, BASELINES_DIR)
    .filter((environment) => environment !== PROPOSALS)
    .flatMap((environment) =>
      folders(project, `${BASELINES_DIR}/${environment}`).flatMap((screen) =>
        viewportsIn(project, `${BASELINES_DIR}/${environment}/${screen}`).map((viewport) =>
          readBaseline(project, { environment, screen, viewport }),
        ),
      ),
    );
}

/** One place, whether anything lies there or not. `project`: its real path. */
export function readBaseline(project: string, place: BaselinePlace): BaselineOnDisk {
  const paths = baselinePaths(place);
  const picture = bytesOf(project, paths.folder, paths.picture);
  const dom = bytesOf(project, paths.folder, paths.dom);
  return {
    ...place,
    path: paths.picture,
    ...(dom ? { dom: paths.dom } : {}),
    ...(picture ? { sha256: sha256(picture) } : {}),
    ...readHistory(project, paths),
  };
}

/** Bytes of a baseline's picture; `undefined` when it is gone, a link, or cannot be read. */
export function baselinePicture(projectDir: string, place: BaselinePlace): Buffer | undefined {
  const paths = baselinePaths(place);
  return bytesOf(realProject(projectDir), paths.folder, paths.picture);
}

/**
 * Puts an accepted picture in its place and says so in its history, last of all: what was cut off half way counts as
 * unrecorded until it is accepted again. Throws PATH_OUTSIDE_ROOTS (a planted link), DISK_FULL.
 */
export async function storeBaseline(
  projectDir: string,
  place: BaselinePlace,
  content: { picture: Buffer; dom?: Buffer | undefined; record: BaselineRecord },
): Promise<string> {
  const project = realProject(projectDir);
  const paths = baselinePaths(place);
  ensureFolder(project, paths.folder);
  try {
    if (content.dom) await writeAtomic(join(project, paths.dom), content.dom);
    else rmSync(join(project, paths.dom), { force: true });
    await writeAtomic(join(project, paths.picture), content.picture);
    await appendHistory(project, paths, content.record);
  } catch (error) {
    throw diskFull(error, paths.picture);
  }
  return paths.picture;
}

/** Takes a baseline away and says so in its history, which stays. */
export async function removeBaseline(projectDir: string, place: BaselinePlace, record: BaselineRecord): Promise<void> {
  const project = realProject(projectDir);
  const paths = baselinePaths(place);
  ensureFolder(project, paths.folder);
  // First the history, then the file: a picture that is gone without a line in its history counts as removed without a person.
  await appendHistory(project, paths, record);
  for (const path of [paths.picture, paths.dom]) rmSync(join(project, path), { force: true });
}

/** Names of the real folders in a folder, sorted. */
function folders(project: string, folder: string): string[] {
  return namesIn(project, folder, (entry) => entry.isDirectory());
}

/** Returns the viewports that have a picture or a history, sorted. */
function viewportsIn(project: string, folder: string): string[] {
  const names = namesIn(project, folder, () => true).flatMap((name) => {
    const ending = [HISTORY_ENDING, PICTURE_ENDING].find((one) => name.endsWith(one));
    return ending === undefined ? [] : [name.slice(0, -ending.length)];
  });
  return [...new Set(names)];
}

function namesIn(project: string, folder: string, wanted: (entry: { isDirectory(): boolean }) => boolean): string[] {
  if (!isRealFolder(project, folder)) return [];
  return readdirSync(join(project, folder), { withFileTypes: true })
    .filter((entry) => wanted(entry) && isName(entry.name))
    .map((entry) => entry.name)
    .sort();
}

/** Names that codeloop writes; others (temporary files, files of a person) are no baselines. */
function isName(name: string): boolean {
  return /^[\p{L}\p{N}_]/u.test(name) && !name.includes('..');
}

function bytesOf(project: string, folder: string, path: string): Buffer | undefined {
  if (!isRealFolder(project, folder)) return undefined;
  try {
    return readPlain(join(project, path))?.data;
  } catch (error) {
    // A link, a pipe or a file without permission is no picture; the checks report it as gone.
    if (isErrno(error)) return undefined;
    throw error;
  }
}
