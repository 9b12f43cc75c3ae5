import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { slug } from '../../core/ids.js';

/** A screen that init found. */
interface FoundScreen {
  name: string;
  path: string;
}

/** Names that designers give the page at `/`. */
const START: ReadonlySet<string> = new Set([
  'home',
  'homepage',
  'index',
  'landing',
  'landing-page',
  'main',
  'root',
  'start',
]);
const PICTURE = /\.(?:png|jpe?g|webp)$/i;

/** Returns the names of the designs that a project has at `designs/<viewport>/<screen>.*`, each once, sorted. */
export async function designNames(dir: string, folder = 'designs'): Promise<string[]> {
  const names = new Set<string>();
  const entries = await readdir(join(dir, folder), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    for (const file of await readdir(join(dir, folder, entry.name)))
      if (PICTURE.test(file)) names.add(parse(file).name);
  }
  return [...names].sort();
}

/**
 * Names screens after the designs that there are, where just one of them fits: by its address, or because one page and one design are
 * left. `unmatched`: designs that fit none. Pure.
 */
export function nameAfterDesigns(
  screens: readonly FoundScreen[],
  designs: readonly string[],
): { screens: FoundScreen[]; unmatched: string[] } {
  const named = screens.map((screen) => ({ ...screen }));
  const free = new Set(named.filter(({ name }) => !designs.some((design) => slug(design) === slug(name))));
  const left = designs.filter((design) => !named.some(({ name }) => slug(name) === slug(design)));
  const unmatched: string[] = [];
  const take = (screen: FoundScreen, design: string) => {
    screen.name = design;
    free.delete(screen);
  };
  for (const design of left) {
    const fitting = [...free].filter(({ path }) => fits(path, slug(design)));
    const [only] = fitting;
    if (only && fitting.length === 1) take(only, design);
    else unmatched.push(design);
  }
  const [screen] = free;
  const [design] = unmatched;
  if (screen && design !== undefined && free.size === 1 && unmatched.length === 1 && screens.length === 1) {
    take(screen, design);
    return { screens: named, unmatched: [] };
  }
  return { screens: named, unmatched };
}

function fits(path: string, design: string): boolean {
  const parts = path
    .replace(/[?#].*$/, '')
    .replace(/\.html?$/, '')
    .split('/')
    .filter(Boolean)
    .map(slug);
  if (parts.length === 0 || (parts.length === 1 && parts[0] === 'index')) return START.has(design);
  return parts.join('-') === design || parts.at(-1) === design;
}
