import { access, readFile, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { loadConfig } from '../config/load.js';
import { Config } from '../config/schema.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { contains, insideRoots } from '../core/path-walls.js';
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

/** The real path of the folder for a call, whatever its settings say. Throws PROJECT_NOT_FOUND, PATH_OUTSIDE_ROOTS. */
export async function locateFolder(projectDir: string | undefined, roots: readonly string[]): Promise<string> {
  const dir = projectDir === undefined ? await nearestProject(roots) : await insideRoots(projectDir, roots);
  await refuseBroadFolder(dir);
  return dir;
}

async function nearestProject(roots: readonly string[]): Promise<string> {
  for (const root of roots) {
    const start = await realpath(resolve(root)).catch(() => undefined);
    if (start === undefined) continue;
    if ((await isFile(join(start, '.codeloop', 'config.json'))) || (await hasManifest(start))) return start;
  }
  // A command typed in a subfolder means the project around it: upwards from the first root, never to home or the top.
  const first = roots[0] === undefined ? undefined : await realpath(resolve(roots[0])).catch(() => undefined);
  for (let dir = first; dir !== undefined && dirname(dir) !== dir && dir !== homedir(); dir = dirname(dir)) {
    if (await isFile(join(dir, '.codeloop', 'config.json'))) return dir;
  }
  if (first === undefined)
    throw new CodeloopError('PROJECT_NOT_FOUND', { dir: roots[0] ?? '.', reason: 'the folder does not exist' });
  return first;
}

async function refuseBroadFolder(dir: string): Promise<void> {
  const info = await stat(dir).catch((error: unknown) => {
    throw new CodeloopError(
      'PROJECT_NOT_FOUND',
      { dir, reason: isErrno(error) && error.code === 'ENOENT' ? 'the folder does not exist' : 'it cannot be read' },
      { cause: error },
    );
  });
  if (!info.isDirectory()) throw new CodeloopError('PROJECT_NOT_FOUND', { dir, reason: 'it is not a folder' });
  const home = await realpath(homedir()).catch(() => homedir());
  if (dir === parse(dir).root || contains(dir, home)) {
    throw new CodeloopError('PROJECT_NOT_FOUND', {
      dir,
      reason: 'the file system root and the home folder are never taken as projects',
    });
  }
}

async function hasManifest(dir: string): Promise<boolean> {
  for (const name of MANIFESTS) if (await isFile(join(dir, name))) return true;
  return false;
}

async function isFile(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false, // not there or not to be read: not a mark of a project
  );
}

async function projectName(dir: string): Promise<string> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8'));
    const name = manifest !== null && typeof manifest === 'object' ? Reflect.get(manifest, 'name') : undefined;
    return typeof name === 'string' && name !== '' ? name : basename(dir);
  } catch {
    return basename(dir); // no manifest, or one that is not JSON: the folder's name serves
  }
}
