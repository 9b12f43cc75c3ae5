import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ScreenConfig } from '../config/schema.js';
import { slug } from '../core/ids.js';
import { insideRoots } from '../core/path-walls.js';
import type { Project } from './project.js';

/** Folders that hold no pages of the project's own. */
const SKIPPED = new Set(['node_modules', 'artifacts', 'designs', 'coverage', 'test', 'tests', 'vendor']);
const MAX_SCREENS = 50;
const MAX_DEPTH = 3;

/**
 * The screens of a project: those of its configuration; without any, each HTML file of `server.static`; else the start page.
 * Sorted by path, at most 50.
 */
export async function projectScreens(project: Project): Promise<ScreenConfig[]> {
  if (project.config.screens !== undefined) return project.config.screens;
  const folder = project.config.server.static;
  if (folder !== undefined) return staticScreens(await insideRoots(folder, [project.dir]));
  return project.config.server.url !== undefined || project.config.server.command !== undefined
    ? [ScreenConfig.parse({ name: 'home', path: '/' })]
    : [];
}

/** A screen for each HTML file under a folder; `index.html` is named for its folder, the top one `home`. */
export async function staticScreens(root: string): Promise<ScreenConfig[]> {
  const paths: string[] = [];
  const visit = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (paths.length >= MAX_SCREENS) return;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && depth < MAX_DEPTH && !SKIPPED.has(entry.name) && !entry.name.startsWith('.'))
        await visit(path, depth + 1);
      else if (entry.isFile() && /\.html?$/i.test(entry.name)) paths.push(path);
    }
  };
  await visit('', 0);
  const screens = new Map<string, ScreenConfig>();
  for (const path of paths) {
    const index = /^(.*?)\/?index\.html?$/i.exec(path);
    const base = index ? (index[1] ?? '') : path.replace(/\.html?$/i, '');
    const name = base === '' ? 'home' : slug(base.replaceAll('/', '-'));
    if (!screens.has(name))
      screens.set(name, ScreenConfig.parse({ name, path: index ? `/${base === '' ? '' : `${base}/`}` : `/${path}` }));
  }
  return [...screens.values()];
}
