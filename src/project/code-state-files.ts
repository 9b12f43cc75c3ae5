import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { isErrno } from '../core/errors.js';
import { type FileDigests, UNREADABLE } from './code-state-digests.js';
import { isOutOfScope } from './code-state-scope.js';

/** Folders and files that are no source wherever they lie. */
const NEVER = new Set(
  `.git .hg .svn .jj node_modules bower_components .venv venv __pycache__ .next .nuxt .output .svelte-kit .astro .turbo
   .cache .parcel-cache .vite .angular .nyc_output .idea .DS_Store Thumbs.db playwright-report test-results`.split(
    /\s+/,
  ),
);
/** Build output, but only beside a `package.json`: elsewhere such a folder may well hold source. */
const BESIDE_MANIFEST = new Set(['dist', 'build', 'out', 'coverage']);

/** The rules of one `.gitignore`, for paths below its folder. */
interface Rules {
  folder: string;
  matcher: Ignore;
}

/**
 * The content of a project without git: every file but a fixed list and what `.gitignore` files say (nested ones too), path
 * relative to the project → digest. Links are listed as links and not followed; what cannot be read is listed as unreadable.
 */
export async function listFiles(project: string, digests: FileDigests): Promise<Map<string, string>> {
  const paths: string[] = [];
  const unreadable: string[] = [];

  const walk = async (folder: string, above: readonly Rules[]): Promise<void> => {
    let entries: Dirent[];
    try {
      entries = await readdir(join(project, folder), { withFileTypes: true });
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (error.code !== 'ENOENT') unreadable.push(folder || '.');
      return;
    }
    const rules = [...above, ...(await readRules(project, folder, entries))];
    const hasManifest = entries.some((entry) => entry.name === 'package.json');
    for (const entry of entries) {
      const path = posix.join(folder, entry.name);
      if (NEVER.has(entry.name) || entry.name.endsWith('.log') || isOutOfScope(path)) continue;
      if (isIgnored(path, entry.isDirectory(), rules)) continue;
      if (!entry.isDirectory()) paths.push(path);
      else if (!hasManifest || !BESIDE_MANIFEST.has(entry.name)) await walk(path, rules);
    }
  };

  await walk('', []);
  const listing = await digests.ofAll(project, paths);
  for (const path of unreadable) listing.set(path, UNREADABLE);
  return listing;
}

async function readRules(project: string, folder: string, entries: readonly Dirent[]): Promise<Rules[]> {
  if (!entries.some((entry) => entry.name === '.gitignore' && entry.isFile())) return [];
  try {
    const text = await readFile(join(project, folder, '.gitignore'), 'utf8');
    return [{ folder, matcher: ignore().add(text) }];
  } catch (error) {
    // It is listed as unreadable by its digest; without its rules more is hashed, not less.
    if (isErrno(error)) return [];
    throw error;
  }
}

/** gitignore(5): the deepest file that says anything about a path decides. */
function isIgnored(path: string, isFolder: boolean, rules: readonly Rules[]): boolean {
  for (const { folder, matcher } of [...rules].reverse()) {
    const inside = folder === '' ? path : path.slice(folder.length + 1);
    const answer = matcher.test(isFolder ? `${inside}/` : inside);
    if (answer.ignored || answer.unignored) return answer.ignored;
  }
  return false;
}
