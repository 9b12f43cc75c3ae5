import { joinPath, type Route } from './route.js';
import { sourceFiles } from './source-files.js';

/** A convention by which files are pages. */
interface FileConvention {
  /** Folders below the project that may hold the pages. */
  folders: readonly string[];
  /** Names of files that are pages. */
  name: RegExp;
  /** The path of a page's file (relative to its folder, with `/`), as parts still to be translated; undefined for what is no page. */
  parts(file: string): readonly string[] | undefined;
}

/** The pages of a file convention, with `[name]` and its relatives as parameters. */
export async function fileRoutes(dir: string, { folders, name, parts }: FileConvention): Promise<Route[]> {
  const routes: Route[] = [];
  for (const folder of folders) {
    for (const file of await sourceFiles(dir, folder, name)) {
      const found = parts(file);
      if (found) routes.push({ path: joinPath(...found.flatMap(bracketPart)), foundIn: `${folder}/${file}` });
    }
  }
  return routes;
}

/**
 * One part of a path in the bracket spelling that Next, Nuxt, SvelteKit and Astro share: `[id]`, `[id=matcher]`, `[[optional]]`
 * (left out), `[...rest]`, `[[...rest]]` (left out), and `page-[n]`.
 */
function bracketPart(part: string): string[] {
  if (/^\[\[.*\]\]$/.test(part)) return [];
  if (/\[\.\.\..+\]/.test(part)) return ['*'];
  return [part.replaceAll(/\[([^\]=]+)(?:=[^\]]+)?\]/g, ':$1')];
}
