import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '../../core/errors.js';

/** Folders that hold no source of the project's own. */
const SKIPPED = new Set(['node_modules', 'artifacts', 'designs', 'coverage', 'dist', 'build', 'out', 'vendor']);
/** Far above what a project has; it bounds the walk through a folder that is no project. */
const MAX_FILES = 5000;
const MAX_DEPTH = 12;

/**
 * Files under `folder` of a project whose name matches, relative to `folder`, with `/`, sorted. Hidden folders, links, dependencies
 * and build output are left out; at most 5000 files are looked at. None when the folder is not there.
 */
export async function sourceFiles(dir: string, folder: string, name: RegExp): Promise<string[]> {
  const found: string[] = [];
  let seen = 0;
  const visit = async (inside: string, depth: number): Promise<void> => {
    for (const entry of await entriesOf(join(dir, folder, inside))) {
      seen += 1;
      if (seen > MAX_FILES) return;
      const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
      if (entry.isFile() && name.test(entry.name)) found.push(path);
      else if (entry.isDirectory() && depth < MAX_DEPTH && !SKIPPED.has(entry.name) && !/^\.(?!\w+\.)/.test(entry.name))
        await visit(path, depth + 1);
    }
  };
  await visit('', 0);
  return found.sort();
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isErrno(error) && ['ENOENT', 'ENOTDIR', 'EACCES'].includes(error.code ?? '')) return [];
    throw error;
  }
}

/** A page of an app as its source names it. */
export interface Route {
  /** Path below the app's base address, begins with `/`; parameters as `:name`, a rest as `*`. */
  path: string;
  /** The file that names it, relative to the project, with `/`. */
  foundIn: string;
}

/** A source of routes: finds the pages of one kind of app in its code. */
export interface RouteSource {
  id: string;
  /** Frameworks whose apps are looked at this way (names of `detectProject`). */
  frameworks: readonly string[];
  /** Every page, those with parameters too, in no order. Reads only; what cannot be parsed is left out. */
  find(dir: string): Promise<Route[]>;
}

/** Apps that Vite builds from an `index.html`; the router is a library of their own choice. */
export const VITE_APPS = [
  'vite',
  'vite-lit',
  'vite-preact',
  'vite-qwik',
  'vite-react',
  'vite-solid',
  'vite-svelte',
  'vite-vue',
] as const;

/** Returns true when the path can be opened as it stands. */
export function isOpenable({ path }: Route): boolean {
  return !/[:*]/.test(path);
}

/** Parts of a path joined to one that begins with `/`, without empty parts and without a `/` at its end. */
export function joinPath(...parts: readonly string[]): string {
  return `/${parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/')}`;
}
