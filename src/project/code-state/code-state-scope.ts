import { existsSync, lstatSync } from 'node:fs';
import { basename, extname, join, posix, relative, resolve, sep } from 'node:path';
import { splitCommand } from '../../config/command-line.js';
import { FIGMA_FILE, loadFigmaSettings } from '../../config/figma-settings.js';
import { ACCESSIBILITY_BASELINE_FILE, LAYOUT_BASELINE_FILE } from '../../config/parse-settings.js';
import type { Config } from '../../config/schema.js';
import { CodeloopError, isErrno } from '../../core/errors.js';
import { contains, readText } from '../../core/path-walls.js';
import type { CodeState } from '../../core/vocabulary/run.js';
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
    // Of finished pages nothing is read: each file of theirs may be made use of.
    const isSource = [...tree.keys()].some((path) => path.startsWith(`${folder}/`));
    for (const [inside, value] of await digests.ofFolder(join(project, folder), CHURN)) {
      if (isSource && isLeftByEditor(inside)) continue;
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

export const CONFIG_FILE = '.codeloop/config.json';

/** The settings below `.codeloop` (and beside it) that do count, even where git ignores them. */
const SETTINGS: readonly string[] = [
  CONFIG_FILE,
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

/** What editors, file managers and tools leave beside code: swap, lock, auto-saved and backup files, looks of folders, caches, logs. */
const LEFT_FILE =
  /^(?:\.DS_Store|(?:eh)?thumbs\.db|desktop\.ini|\.directory|\..+\.(?:sw[a-p]|un~|kate-swp|crswp)|\.#.+|#.+#|.+~|\.~lock\..+#|\.goutputstream-\w+|\.nfs[\da-f]+|.+___jb_(?:tmp|old)___|.+\.tmp(?:\.\d+)+|.+\.(?:orig|rej|tsbuildinfo|log)|\.(?:eslint|stylelint|prettier)cache)$/i;
/** The same in forms that look like code: the other half of a file on a Mac's disk elsewhere, settings that Vite has bundled for a moment. */
const LEFT_CODE = /^(?:\._.+|.+\.timestamp-\d{10,}-[\da-f]+\.mjs)$/;
/** Folders of editors, and of reports; those of plain names only where tests are run: elsewhere an app may have a page of that name. */
const LEFT_FOLDERS: ReadonlySet<string> = new Set('.vscode .idea .fleet .zed .vs .history .nyc_output'.split(' '));
const LEFT_REPORTS: ReadonlySet<string> = new Set('coverage test-results playwright-report blob-report'.split(' '));
const MANIFESTS = ['package.json', 'pyproject.toml'];

/** True for what lies in any folder without being meant: no reference, setting or page. */
export function isLeftByEditor(path: string): boolean {
  return LEFT_FILE.test(basename(path)) || path.split('/').some((name) => LEFT_FOLDERS.has(name));
}

/**
 * The paths that are called as well-known tools call what they leave behind, by their place: the file itself, or the folder, with a `/`
 * behind. Where git holds none of a place, it reaches nobody else, and is no part of the tree; what code speaks of it counts all the same
 * (`takeBeyond`).
 */
export function leftBehind(files: Iterable<string>, has: (path: string) => boolean): Map<string, string[]> {
  const places = new Map<string, string[]>();
  const hasManifest = (folder: string) => MANIFESTS.some((name) => has(posix.join(folder, name)));
  for (const path of files) {
    const names = path.split('/');
    const at = names.findIndex(
      (name, depth) =>
        depth < names.length - 1 &&
        (LEFT_FOLDERS.has(name) || (LEFT_REPORTS.has(name) && hasManifest(names.slice(0, depth).join('/')))),
    );
    const last = names.at(-1) ?? '';
    if (at < 0 && !LEFT_FILE.test(last) && !LEFT_CODE.test(last)) continue;
    const place = at < 0 ? path : `${names.slice(0, at + 1).join('/')}/`;
    places.set(place, [...(places.get(place) ?? []), path]);
  }
  return places;
}

/** How code speaks of such a place: a file or folder by its own name; another work tree, which may be called as anything is, by its path. */
export function nameOfPlace(place: string): string {
  const path = place.replace(/\/$/, '');
  const name = basename(path);
  return path === place || LEFT_FOLDERS.has(name) || LEFT_REPORTS.has(name) ? name : path;
}

/** Where settings that are code say what is to be left out: that is no use of it. An app calls what it likes as it likes. */
const LEAVES_OUT = /\b\w*(?:exclude|ignore|omit|skip)\w*["']?\s*[:=(]\s*(?:\[[^\]]*\]|(["'`])[^"'`\n]*\1)/gi;
/** Patterns of files, and those that are left out: no path. */
const PATTERNS = /["'`](?:!|\*\*\/)[^"'`\n]*["'`]/g;
/** In prose, what is quoted as code. */
const QUOTED = /```[\s\S]*?```|`[^`\n]*`/g;
/** What the settings open: addresses, folders that are served, words that start a server. */
const OPENED = /"(?:path|url|static|root|cwd)"\s*:\s*"[^"]*"|"command"\s*:\s*(?:"[^"]*"|\[[^\]]*\])/g;
/** Settings of tools beside the manifest. What a script of the manifest serves is known as the app's output. */
const TOOL_SETTINGS =
  /^(?:\.[^/]*|(?:package|composer|angular|nx|turbo|lerna|project|vercel|firebase|nodemon|cypress|cspell|typedoc|renovate|manifest\.webpack)\.json|(?:[^/]*lock[^/]*|[tj]sconfig[^/]*|[^/]*\.config|[^/]*rc|deno|biome|now)\.jsonc?|(?:pyproject|Cargo|netlify|wrangler|fly|Pipfile)\.toml|(?:docker-)?compose[^/]*\.ya?ml|(?:codecov|mkdocs|_config|pnpm-workspace|pnpm-lock|appveyor|cloudbuild|bitbucket-pipelines|azure-pipelines)\.ya?ml)$/i;
/** Programs that only build, check or start. */
const BUILD_PROGRAMS = /(?:^|\/)(?:[^/]*\.config\.\w+|\.[^/]*rc\.\w+|(?:gulp|grunt|rake|make)file[^/]*)$/i;

/** A text of code without what only leaves files out or tells people of them: what remains makes use of the files that it names. */
export function withoutAsides(path: string, text: string): string {
  if (path === CONFIG_FILE) return (text.match(OPENED) ?? []).join('\n');
  if (TOOL_SETTINGS.test(path)) return '';
  if (/\.mdx?$/.test(path)) return text.replace(QUOTED, '');
  return (BUILD_PROGRAMS.test(path) ? text.replace(LEAVES_OUT, '') : text).replace(PATTERNS, '');
}

/** Settings in a format of which every key is known, prose, and what is no text: code that names them reads no names of files out of them. */
const NO_NAMES =
  /(?:^|\/)(?:(?:package|composer|deno|[tj]sconfig[^/]*)\.jsonc?|[^/]*(?:lock|shrinkwrap)[^/]*)$|\.(?:mdx?|png|jpe?g|gif|webp|avif|ico|bmp|tiff?|woff2?|ttf|otf|eot|mp[34]|m4[av]|webm|mov|wav|og[gv]|pdf|zip|[bg]z2?|br|zst|t[ag][rz]|7z|wasm|node|exe|dll|so|dylib|psd|fig|map)$/i;

/**
 * The texts of the tree that are not read as code (settings of tools, tests, plain texts), by how code speaks of them. Once code does, they
 * are code, whatever they are called.
 */
export function quietTexts(files: ReadonlyMap<string, string>, code: readonly string[]): Map<string, string[]> {
  const read = new Set(code);
  const quiet = new Map<string, string[]>();
  for (const path of files.keys())
    if (path !== CONFIG_FILE && (!read.has(path) || TOOL_SETTINGS.test(path)) && !NO_NAMES.test(path))
      for (const name of wordsFor(path)) quiet.set(name, [...(quiet.get(name) ?? []), path]);
  return quiet;
}

/** What such a text says of files, without what it leaves out. */
export function namesIn(text: string): string {
  return text.replace(LEAVES_OUT, '').replace(PATTERNS, '');
}

/** How code speaks of a path: by its last name, a file's also without its extension. */
export function wordsFor(path: string): string[] {
  const name = basename(path);
  return path.endsWith('/') || extname(name) === '' ? [name] : [name, name.slice(0, -extname(name).length)];
}

/** Each word once, longer ones before those that they begin with. */
export function longestFirst(words: readonly string[]): string[] {
  return [...new Set(words)].sort((a, b) => b.length - a.length);
}

/** Finds names of paths as they stand in strings and addresses. */
export function patternOf(words: readonly string[]): RegExp | undefined {
  if (words.length === 0) return undefined;
  const plain = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`["'\`/=(\\s](${plain.join('|')})(?=["'\`/?#)\\s>,;])`, 'g');
}

/** Paths of what runs or is shown, as they stand in code and on command lines. */
const PATHS =
  /["'`\s(=]((?:[\w@.-]+\/|\/)*[\w@.-]+\.(?:[cm]?[jt]sx?|vue|svelte|astro|html?|css|s[ac]ss|less|py|rb|php|go|rs|wasm))(?=["'`\s)?#,;])/g;
/** What is passed over wherever it lies, or is codeloop's own by its name. Packages and what is built anew are no part of it. */
const PASSED_OVER = /(?:^|\/)(?:artifacts\/|\.(?!\.?\/)[\w@])/;
const BUILT_ANEW =
  /(?:^|\/)(?:node_modules|\.(?:venv|next|nuxt|output|svelte-kit|astro|turbo|cache|parcel-cache|vite|angular))\//;

/** The paths in a text of code that lead to places which nobody looks through: named one by one, their files count. */
export function hiddenPaths(text: string): string[] {
  const found = [...text.matchAll(PATHS)].map(([, path = '']) => path);
  return [...new Set(found)].filter((path) => PASSED_OVER.test(path) && !BUILT_ANEW.test(path));
}

/** Last names in strings and addresses. */
export const LAST_NAMES = /["'`](?:[\w@.-]*\/)*([\w@.-]*[\w-])(?=["'`?#])/g;

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
    if (!isLeftByEditor(path)) scoped.set(`${SETTINGS_FOLDER}/${path}`, value);
  return scoped;
}

/** Variables of an app. */
export const VARIABLES = /(?:^|\/)\.env(?:\.[\w.-]+)?$/;
/** What runs or is shown as it is; all else is data, which an app may write itself. */
export const RUNS =
  /\.(?:[cm]?[jt]sx?|vue|svelte|astro|html?|css|s[ac]ss|less|py|rb|php|go|rs|java|kt|cs|exs?|wasm)$|\/$/i;
/** Stands for a place that is too large to be looked through. */
export const TOO_MANY = 'too many files';

/**
 * What differs between two looks at the same code: `code` that was there and is another now, and what moved besides, which the app may
 * have written or generated while it ran, or is known to move (`moving` of `before`).
 */
export function beyondMoves(
  before: Pick<CodeState, 'beyond' | 'moving'>,
  after: Pick<CodeState, 'beyond'>,
): { code: string[]; data: string[] } {
  const [a, b] = [before.beyond, after.beyond];
  if (!a || !b) return { code: [], data: [] };
  const moved = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((path) => a[path] !== b[path]).sort();
  const known = new Set(before.moving);
  const isCode = (path: string) => path in a && !known.has(path) && (RUNS.test(path) || VARIABLES.test(path));
  return { code: moved.filter(isCode), data: moved.filter((path) => !isCode(path)) };
}

/**
 * What moved while nothing but the project's own commands and the start of its app ran: they generate it anew each time, with a time or
 * a number in it. Variables of the app are generated by nobody.
 */
export function ownWrites(before: Pick<CodeState, 'beyond' | 'moving'>, after: Pick<CodeState, 'beyond'>): string[] {
  const { code, data } = beyondMoves(before, after);
  return [...new Set([...(before.moving ?? []), ...code.filter((path) => !VARIABLES.test(path)), ...data])].sort();
}

/** Names of what could not be looked through, or moved while it was looked at: nothing is said of it. */
export function notCovered({ beyond = {}, moving = [] }: Pick<CodeState, 'beyond' | 'moving'>): string[] {
  return [...new Set([...moving, ...Object.keys(beyond).filter((path) => beyond[path] === TOO_MANY)])].sort();
}
