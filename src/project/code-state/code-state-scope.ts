import { existsSync, lstatSync } from 'node:fs';
import { join, posix, relative, resolve, sep } from 'node:path';
import { splitCommand } from '../../config/command-line.js';
import { FIGMA_FILE, loadFigmaSettings } from '../../config/figma-settings.js';
import { ACCESSIBILITY_BASELINE_FILE, LAYOUT_BASELINE_FILE } from '../../config/parse-settings.js';
import type { Config } from '../../config/schema.js';
import { CodeloopError, isErrno } from '../../core/errors.js';
import { contains, readText } from '../../core/path-walls.js';
import { Ledger } from '../../store/ledger.js';
import { figmaVersionFile } from '../../store/paths.js';
import { type FileDigests, listingDigest } from './code-state-digests.js';

/** Commands that serve finished output, and where each finds it when nothing else is said. */
const PREVIEWS: readonly { words: readonly string[]; folder: string }[] = [
  { words: ['vite', 'preview'], folder: 'dist' },
  { words: ['astro', 'preview'], folder: 'dist' },
  { words: ['next', 'start'], folder: '.next' },
  { words: ['nuxt', 'preview'], folder: '.output' },
  { words: ['nuxi', 'preview'], folder: '.output' },
];

/** Written by servers while they run. */
const CHURN: readonly string[] = ['cache', 'trace', 'node_modules'];

/**
 * Digest of the finished output that the app is served from, as far as the tree does not hold it (`server.static`, a folder
 * that the server's command names, or the known place of a preview command); `undefined` when the app is served from source.
 */
export async function takeBuildOutput(
  project: string,
  config: Pick<Config, 'server'>,
  digests: FileDigests,
  tree: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const listing = new Map<string, string>();
  const reports = new Ledger(project).reports();
  for (const folder of await servedFolders(project, config)) {
    for (const [inside, value] of await digests.ofFolder(join(project, folder), CHURN)) {
      const path = posix.join(folder, inside);
      if (!tree.has(path) && reports[path] !== value.replace(/^file /, '')) listing.set(path, value);
    }
  }
  return listing.size === 0 ? undefined : listingDigest(listing);
}

/** Folders of the project that the app is served from as finished files, relative to it, `/`. Sorted. */
async function servedFolders(project: string, config: Pick<Config, 'server'>): Promise<string[]> {
  const { server } = config;
  const found = new Set<string>();
  if (server.static !== undefined) found.add(server.static);
  if (server.command !== undefined) {
    const words = await expandScript(project, splitCommand(server.command, 'server.command'), 0);
    for (const word of words.slice(1)) if (!word.startsWith('-') && word !== '.') found.add(word);
    for (const { words: wanted, folder } of PREVIEWS)
      if (wanted.every((word) => words.includes(word))) found.add(folder);
  }
  return [...found]
    .flatMap((name) => {
      const absolute = resolve(project, name);
      if (absolute === project || !contains(project, absolute) || !existsSync(absolute)) return [];
      return lstatSync(absolute).isDirectory() ? [relative(project, absolute).split(sep).join('/')] : [];
    })
    .sort();
}

/** The words of a command, with `npm run x` (and its kind) replaced by the words of the script, a few levels deep. */
async function expandScript(project: string, words: readonly string[], depth: number): Promise<readonly string[]> {
  const [program = '', ...rest] = words;
  if (!/^(npm|pnpm|yarn|bun)(\.cmd)?$/.test(program) || depth >= 3) return words;
  const [first, second] = rest.filter((word) => !word.startsWith('-'));
  const name = first === 'run' ? second : first;
  const script = name === undefined ? undefined : await readScript(project, name);
  // A script is shell text; only its plain words matter here.
  return script === undefined ? words : expandScript(project, script.split(/[\s;&|()'"]+/).filter(Boolean), depth + 1);
}

async function readScript(project: string, name: string): Promise<string | undefined> {
  try {
    const manifest: unknown = JSON.parse(await readText(join(project, 'package.json')));
    const scripts = manifest !== null && typeof manifest === 'object' ? Reflect.get(manifest, 'scripts') : undefined;
    const script: unknown = scripts !== null && typeof scripts === 'object' ? Reflect.get(scripts, name) : undefined;
    return typeof script === 'string' ? script : undefined;
  } catch (error) {
    // No manifest, or none that can be read: then no script is behind the command.
    if (isErrno(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * The files that say which Figma frames are references: the settings, and the version (with digests of its pictures) that was
 * current when Figma was last asked. Relative to the project; they need not be there.
 */
export async function figmaStateFiles(project: string): Promise<string[]> {
  try {
    const settings = await loadFigmaSettings(project);
    return settings ? [FIGMA_FILE, figmaVersionFile(settings.file_key)] : [];
  } catch (error) {
    // Settings that are wrong are still part of the state; the code that needs them reports what is wrong.
    if (error instanceof CodeloopError) return [FIGMA_FILE];
    throw error;
  }
}

/** The paths that codeloop itself writes, relative to the project: no part of the code state. */
export const WRITTEN_BY_US: readonly string[] = ['artifacts', '.codeloop', 'docs/DEVELOPMENT_LOG.md'];

/** The settings below `.codeloop` (and beside it) that do count, even where git ignores them. */
const SETTINGS: readonly string[] = [
  '.codeloop/config.json',
  '.codeloop/plugins.json',
  ACCESSIBILITY_BASELINE_FILE,
  LAYOUT_BASELINE_FILE,
  '.codeloop/policy.yaml',
  'codeloop.yaml',
];
const SETTINGS_FOLDER = '.codeloop/flows';

/**
 * Files of a listing that are reports of codeloop's own, written where a call asked for them: the user's ledger knows them by their
 * content, so that an edited one counts as code again. Relative to the project.
 */
async function ownReports(
  project: string,
  listing: ReadonlyMap<string, string>,
  digests: FileDigests,
): Promise<Set<string>> {
  const written = Object.entries(new Ledger(project).reports()).filter(([path]) => listing.has(path));
  const own = new Set<string>();
  for (const [path, digest] of written) if ((await digests.of(join(project, path))) === `file ${digest}`) own.add(path);
  return own;
}

/** True when a file of the project is no part of the code state's tree. */
export function isOutOfScope(path: string): boolean {
  return WRITTEN_BY_US.some((own) => path === own || path.startsWith(`${own}/`));
}

/** The listing without what codeloop writes, and with the settings, hashed the same way whatever git thinks of them. */
export async function scopeListing(
  project: string,
  listing: ReadonlyMap<string, string>,
  digests: FileDigests,
): Promise<Map<string, string>> {
  const reports = await ownReports(project, listing, digests);
  const scoped = new Map([...listing].filter(([path]) => !isOutOfScope(path) && !reports.has(path)));
  const settings = [...SETTINGS, ...(await figmaStateFiles(project))];
  for (const [path, value] of await digests.ofAll(project, settings)) scoped.set(path, value);
  for (const [path, value] of await digests.ofFolder(join(project, SETTINGS_FOLDER)))
    scoped.set(`${SETTINGS_FOLDER}/${path}`, value);
  return scoped;
}
