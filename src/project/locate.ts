import { existsSync, realpathSync, type Stats, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { loadConfig } from '../config/parse-settings.js';
import { Config } from '../config/schema.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { contains, insideRoots, readText } from '../core/path-walls.js';
import type { Project } from './project.js';

/** Files that make a folder a project. */
const MANIFESTS = [
  'package.json',
  'deno.json',
  'pyproject.toml',
  'go.mod',
  'Cargo.toml',
  'Gemfile',
  'composer.json',
  'index.html',
];

/** The project for a call, which must have a configuration. Throws PROJECT_NOT_FOUND, PATH_OUTSIDE_ROOTS, CONFIG_INVALID. */
export async function findProject(projectDir: string | undefined, roots: readonly string[]): Promise<Project> {
  const project = await findFolder(projectDir, roots);
  if (!project.configured)
    throw new CodeloopError('PROJECT_NOT_FOUND', { dir: project.dir, reason: 'it has no .codeloop/config.json' });
  return project;
}

/** The project folder for a call, configured or not (defaults stand in). Throws PROJECT_NOT_FOUND, PATH_OUTSIDE_ROOTS, CONFIG_INVALID. */
export async function findFolder(projectDir: string | undefined, roots: readonly string[]): Promise<Project> {
  const dir = await locateFolder(projectDir, roots);
  const config = await loadConfig(dir);
  return { dir, name: await projectName(dir), config: config ?? Config.parse({}), configured: config !== undefined };
}

/**
 * The real path of the folder for a call, whatever its settings say. Asked by every call, more than once, so the few looks at
 * the disk are synchronous: some microseconds each instead of a turn of the thread pool. Throws PROJECT_NOT_FOUND,
 * PATH_OUTSIDE_ROOTS.
 */
export async function locateFolder(projectDir: string | undefined, roots: readonly string[]): Promise<string> {
  const dir = projectDir === undefined ? nearestProject(roots) : await insideRoots(projectDir, roots);
  refuseBroadFolder(dir);
  return dir;
}

function nearestProject(roots: readonly string[]): string {
  for (const root of roots) {
    const start = realFolder(root);
    if (start === undefined) continue;
    if (existsSync(join(start, '.codeloop', 'config.json')) || hasManifest(start)) return start;
  }
  // A command typed in a subfolder means the project around it: upwards from the first root, never to home or the top.
  const first = roots[0] === undefined ? undefined : realFolder(roots[0]);
  for (let dir = first; dir !== undefined && dirname(dir) !== dir && dir !== homedir(); dir = dirname(dir)) {
    if (existsSync(join(dir, '.codeloop', 'config.json'))) return dir;
  }
  if (first === undefined)
    throw new CodeloopError('PROJECT_NOT_FOUND', { dir: roots[0] ?? '.', reason: 'the folder does not exist' });
  return first;
}

function refuseBroadFolder(dir: string): void {
  if (!statOf(dir).isDirectory()) throw new CodeloopError('PROJECT_NOT_FOUND', { dir, reason: 'it is not a folder' });
  const home = realFolder(homedir()) ?? homedir();
  if (dir === parse(dir).root || contains(dir, home)) {
    throw new CodeloopError('PROJECT_NOT_FOUND', {
      dir,
      reason: 'the file system root and the home folder are never taken as projects',
    });
  }
}

function statOf(dir: string): Stats {
  try {
    return statSync(dir);
  } catch (error) {
    throw new CodeloopError(
      'PROJECT_NOT_FOUND',
      { dir, reason: isErrno(error) && error.code === 'ENOENT' ? 'the folder does not exist' : 'it cannot be read' },
      { cause: error },
    );
  }
}

/** Undefined when it is not there or may not be looked at. */
function realFolder(path: string): string | undefined {
  try {
    return realpathSync.native(resolve(path));
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}

function hasManifest(dir: string): boolean {
  return MANIFESTS.some((name) => existsSync(join(dir, name)));
}

async function projectName(dir: string): Promise<string> {
  try {
    const manifest: unknown = JSON.parse(await readText(join(dir, 'package.json')));
    const name = manifest !== null && typeof manifest === 'object' ? Reflect.get(manifest, 'name') : undefined;
    return typeof name === 'string' && name !== '' ? name : basename(dir);
  } catch {
    return basename(dir); // no manifest, or one that is not JSON: the folder's name serves
  }
}
