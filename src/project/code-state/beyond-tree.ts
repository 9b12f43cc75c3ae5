import { existsSync, readFileSync, statSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { sha256 } from '../../core/digest.js';
import { isErrno } from '../../core/errors.js';
import { contains } from '../../core/path-walls.js';
import { type FileDigests, listingDigest } from './code-state-digests.js';
import {
  CONFIG_FILE,
  hiddenPaths,
  LAST_NAMES,
  leftBehind,
  longestFirst,
  nameOfPlace,
  namesIn,
  patternOf,
  quietTexts,
  RUNS,
  TOO_MANY,
  VARIABLES,
  withoutAsides,
  wordsFor,
} from './code-state-scope.js';

/** Folders and files that are no source wherever they lie. */
export const NEVER: ReadonlySet<string> = new Set(
  `.git .hg .svn .jj node_modules bower_components .venv venv __pycache__ .next .nuxt .output .svelte-kit .astro .turbo
   .cache .parcel-cache .vite .angular`.split(/\s+/),
);
/** Build output, but only beside a `package.json`: elsewhere such a folder may well hold source. */
export const BESIDE_MANIFEST: ReadonlySet<string> = new Set(['dist', 'build', 'out', 'coverage']);

/** What tools and data stores leave behind; of names with a dot only the variables of an app count. */
const LEFTOVER =
  /^\.(?!env(?:\.|$))|^(?:coverage|storybook-static)$|\.(?:log|tsbuildinfo|pid|lock|db|sqlite\d?|(?:db|sqlite\d?)-\w+|swp|bak|map)$|\.d\.[cm]?ts$|~$/i;
/** Texts in which code speaks of files. */
const CODE =
  /\.(?:[cm]?[jt]sx?|vue|svelte|astro|html?|css|s[ac]ss|less|mdx?|py|rb|php|go|rs|java|kt|cs|exs?|json|ya?ml|toml)$/i;
/** Texts that speak of files in order to leave them out, or only of the project, unless code makes use of them. */
const QUIET =
  /(?:^|\/)(?:[tj]sconfig[^/]*|biome\.jsonc?|\.?(?:eslint|prettier|stylelint|commitlint)[^/]*|(?:vitest|jest|playwright|cypress|karma)\.config\.\w+|package-lock\.json|(?:README|CHANGELOG|CONTRIBUTING|AGENTS|CLAUDE)\.md)$|\.(?:test|spec|stories)\.\w+$|^\.(?!codeloop\/(?!config|plugins|flows|bars|layout|accessibility))/i;

const MOST_CODE = 3000;
const LARGEST_CODE = 500_000;
const MOST_BELOW = 2000;
/** Files of one place that are named one by one. */
const NAMED = 20;

/** codeloop's own names below the folders that it writes; whatever else lies there is the project's. */
const OWN =
  /^artifacts\/(?:runs|attestations|changes|design-spec|report)\b|^\.codeloop\/(?:cache|state|review|baselines|flows|audit[^/]*|[\w-]+\.json|policy\.yaml)$/;
const PLACES = ['artifacts', '.codeloop'];
const DEVELOPMENT_LOG = 'docs/DEVELOPMENT_LOG.md';

interface Question {
  /** Real path of the project. */
  project: string;
  /** The tree of its code state: path → digest. */
  files: ReadonlyMap<string, string>;
  /** What lies in it and git leaves out, folders with a `/` behind. */
  ignored: readonly string[];
  /** What tools left in it, and other work trees of its repository, folders with a `/` behind: they count where code makes use of them. */
  aside: readonly string[];
  digests: FileDigests;
}

/**
 * What the project's code reaches although it is no part of its tree: targets of links (packages of the same workspace too), files that
 * git ignores and code speaks of, variables of the app, files outside that code names, files that lie between codeloop's own. By name
 * → digest; many files of one place are one entry each for what runs and for data. What is not covered: packages, build
 * output beside a manifest, data bases, what nothing in the code names.
 */
export async function takeBeyond(question: Question): Promise<Record<string, string>> {
  const { project, files } = question;
  const found = new Found(question);
  for (const [path, value] of files)
    if (value.startsWith('120000 ') || value.startsWith('link ')) await found.add(path, join(project, path));
  for (const name of await linkedPackages(project)) {
    const path = `node_modules/${name}`;
    await found.add(path, join(project, path));
  }
  const folders = new Set([...files.keys()].map((path) => posix.dirname(path)).filter((path) => path !== '.'));
  const { theirs, left } = await candidates(question);
  const open = new Map(theirs.map((path) => [path, wordsFor(path)]));
  for (const [path, name] of await linksAbove(project)) open.set(path, [name]);
  // The log is written by codeloop itself: where it lies says nothing.
  const isAmongCode = (path: string) =>
    path !== DEVELOPMENT_LOG && !path.endsWith('/') && folders.has(posix.dirname(path));
  for (const path of [...open.keys()].filter((one) => VARIABLES.test(one) || isAmongCode(one))) {
    open.delete(path);
    await found.add(path, join(project, path));
  }
  const words = longestFirst([...open.values()].flat());
  const named = new Map(left.map((path) => [path, nameOfPlace(path)]));
  const uses = longestFirst([...named.values()].flatMap((name) => [name, encodeURIComponent(name)]));
  const code = codeOf(files);
  const quiet = uses.length > 0 ? quietTexts(files, code) : new Map<string, string[]>();
  const key = sha256(JSON.stringify([words, uses, [...quiet.keys()]]));
  const wanted = { pattern: patternOf(words), uses: patternOf(uses), quiet, key };
  const [read, reached, whole] = [new Set<string>(), new Set<string>(), new Set<string>()];
  // What is reached may speak of more.
  const more = () => [
    ...found.texts().filter((one) => !read.has(one)),
    ...[...reached].filter((one) => !whole.has(one)),
  ];
  for (let texts = code; texts.length > 0; texts = more()) {
    const spoken = new Set<string>();
    const used = new Set<string>();
    const outside = new Set<string>();
    for (const [at, path] of texts.entries()) {
      if (at % 100 === 99) await new Promise((done) => setImmediate(done));
      (reached.has(path) ? whole : read).add(path);
      const facts = factsOf(project, path, wanted, reached.has(path));
      for (const name of facts.quiet) for (const one of quiet.get(name) ?? []) reached.add(one);
      for (const word of facts.words) spoken.add(word);
      for (const word of facts.uses) used.add(word);
      for (const target of facts.outside) outside.add(target);
    }
    for (const target of outside)
      if (existsSync(target) && !files.has(relative(project, target).split(sep).join('/')))
        await found.add(relative(project, target), target);
    for (const path of [...open.keys()].filter((one) => open.get(one)?.some((word) => spoken.has(word)))) {
      open.delete(path);
      await found.add(path.replace(/\/$/, ''), join(project, path));
    }
    for (const [path, name] of [...named]) {
      if (!used.has(name) && !used.has(encodeURIComponent(name))) continue;
      named.delete(path);
      await found.add(path.replace(/\/$/, ''), join(project, path));
    }
  }
  return found.entries();
}

/**
 * Files and folders that git ignores and an app may read, and what lies between codeloop's own; beside them what tools left, editors and
 * reports of tests, ignored or not. Folders end with `/`.
 */
async function candidates({ project, files, ignored, aside }: Question): Promise<{ theirs: string[]; left: string[] }> {
  const folders = ignored.filter((path) => path.endsWith('/'));
  const reports = new Set(leftBehind(folders, (path) => files.has(path)).keys());
  const theirs = ignored.filter((path) => {
    if (reports.has(path)) return false;
    const names = path.replace(/\/$/, '').split('/');
    if (PLACES.includes(names[0] ?? '')) return false;
    const beside =
      BESIDE_MANIFEST.has(names.at(-1) ?? '') && files.has(posix.join(...names.slice(0, -1), 'package.json'));
    return !beside && !names.some((name) => NEVER.has(name)) && !LEFTOVER.test(names.at(-1) ?? '');
  });
  const between: string[] = [];
  for (const place of PLACES)
    for (const { name, isFolder } of await listed(join(project, place)))
      if (!OWN.test(`${place}/${name}`) && !LEFTOVER.test(name)) between.push(`${place}/${name}${isFolder ? '/' : ''}`);
  const log = existsSync(join(project, DEVELOPMENT_LOG)) ? [DEVELOPMENT_LOG] : [];
  return { theirs: [...theirs, ...between, ...log], left: [...new Set([...aside, ...reports])] };
}

async function listed(folder: string): Promise<{ name: string; isFolder: boolean; isLink: boolean }[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.map((one) => ({ name: one.name, isFolder: one.isDirectory(), isLink: one.isSymbolicLink() }));
  } catch (error) {
    if (isErrno(error)) return [];
    throw error;
  }
}

/** Names of packages that are links to folders of the same workspace. */
async function linkedPackages(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const { name, isFolder, isLink } of await listed(join(folder, 'node_modules'))) {
    if (isLink) names.push(name);
    if (!isFolder || !name.startsWith('@')) continue;
    for (const inside of await listed(join(folder, 'node_modules', name)))
      if (inside.isLink) names.push(`${name}/${inside.name}`);
  }
  return names;
}

/** The same in the folders above, where npm and yarn lay the links of a whole workspace: path → name. The project needs those that it names. */
async function linksAbove(project: string): Promise<[path: string, name: string][]> {
  const links: [string, string][] = [];
  for (let above = dirname(project); above !== dirname(above); above = dirname(above))
    for (const name of await linkedPackages(above))
      links.push([posix.join(relative(project, above).split(sep).join('/'), 'node_modules', name), name]);
  return links;
}

function codeOf(files: ReadonlyMap<string, string>): string[] {
  const depth = (path: string) => path.split('/').length;
  const isCode = (path: string) => path === CONFIG_FILE || (CODE.test(path) && !QUIET.test(path));
  const code = [...files.keys()].filter(isCode);
  return code.length <= MOST_CODE ? code : code.sort((a, b) => depth(a) - depth(b)).slice(0, MOST_CODE);
}

/** What belongs to the system, or to installed packages. */
const OF_THE_MACHINE = /^\/(?:etc|usr|proc|sys|dev|s?bin|lib\w*|boot|run|var)\/|[\\/]node_modules(?:[\\/]|$)/;

interface Facts {
  words: readonly string[];
  /** Of what tools left: what is made use of. */
  uses: readonly string[];
  /** Names of texts that are not read as code by themselves. */
  quiet: readonly string[];
  /** Places beside the project, and files of it in places that are not looked through, if they are there. */
  outside: readonly string[];
}

interface Wanted {
  pattern: RegExp | undefined;
  uses: RegExp | undefined;
  quiet: ReadonlyMap<string, unknown>;
  key: string;
}

/** Facts of texts by path; `stamp` tells a text from a later one. */
const KNOWN = new Map<string, Facts & { stamp: string }>();

/** Strings that lead out of the folder of their file, or begin at the root of the disk. */
const LEADS_OUT = /["'`]((?:\.\.\/)+[\w@.-][\w@./-]*|\/[\w@.-]+\/[\w@./-]+)["'`]/g;

/** `reached`: code makes use of the text, whatever it is called. */
function factsOf(project: string, path: string, wanted: Wanted, reached: boolean): Facts {
  const file = resolve(project, path);
  const look = statSync(file, { throwIfNoEntry: false });
  if (!look?.isFile() || look.size > LARGEST_CODE) return { words: [], uses: [], quiet: [], outside: [] };
  const stamp = `${look.size} ${look.mtimeMs} ${look.ctimeMs} ${wanted.key}`;
  const known = KNOWN.get(`${file}\n${reached}`);
  if (known?.stamp === stamp) return known;
  const whole = readText(file);
  // The settings say which addresses are opened, and name much that is none of the app's.
  const text = path === CONFIG_FILE ? '' : whole;
  const found = (pattern: RegExp | undefined, of: string) =>
    pattern ? [...new Set([...of.matchAll(pattern)].map(([, word = '']) => word))] : [];
  const outside = new Set<string>();
  const depth = path.split('/').length - 1;
  for (const [, named = ''] of text.matchAll(LEADS_OUT)) {
    const ups = named.lastIndexOf('../') / 3 + 1;
    // From the file, and from the project, where its programs run.
    if (named.startsWith('/') || ups > depth) outside.add(resolve(dirname(file), named));
    if (named.startsWith('..')) outside.add(resolve(project, named));
  }
  const used = reached ? namesIn(whole) : withoutAsides(path, whole);
  const from = [dirname(file), project];
  const hidden = hiddenPaths(used)
    .flatMap((named) => from.map((base) => resolve(base, named.replace(/^\/+/, ''))))
    .filter((target) => contains(project, target));
  const facts = {
    words: found(wanted.pattern, text),
    uses: found(wanted.uses, used),
    quiet: wanted.quiet.size > 0 ? found(LAST_NAMES, used).filter((name) => wanted.quiet.has(name)) : [],
    outside: [...[...outside].filter((target) => isBeside(project, target)), ...hidden],
  };
  KNOWN.set(`${file}\n${reached}`, { ...facts, stamp });
  return facts;
}

/** Whether a path is of the user's and beside the project; not a folder around it. */
function isBeside(project: string, target: string): boolean {
  if (target === project || OF_THE_MACHINE.test(target)) return false;
  return !target.startsWith(`${project}${sep}`) && !project.startsWith(target === sep ? sep : `${target}${sep}`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    // Gone just now, or nobody may read it: the tree has it as unreadable.
    if (isErrno(error)) return '';
    throw error;
  }
}

/** What was found, by the place that leads to it. */
class Found {
  readonly #question: Question;
  readonly #places = new Map<string, Map<string, string>>();
  readonly #seen = new Set<string>();

  constructor(question: Question) {
    this.#question = question;
  }

  /** Takes a file, or all below a folder; a link is followed. `key`: its name from the project. */
  async add(key: string, path: string): Promise<void> {
    const name = key.split(sep).join('/');
    const inside = new Map<string, string>();
    const whole = await this.#walk(name, path, inside);
    if (!whole) this.#places.set(name, new Map([[`${name}/`, TOO_MANY]]));
    else if (inside.size > 0) this.#places.set(name, inside);
  }

  /** Paths of found texts in which code may speak of more. */
  texts(): string[] {
    return [...this.#places.values()].flatMap((place) => [...place.keys()]).filter((path) => CODE.test(path));
  }

  /** By name, digests shortened: many stand in every manifest. */
  entries(): Record<string, string> {
    const entries: [string, string][] = [];
    for (const [name, place] of this.#places) {
      const groups = place.size <= NAMED ? [...place] : grouped(name, place);
      for (const [path, value] of groups) entries.push([path, value === TOO_MANY ? value : sha256(value).slice(0, 16)]);
    }
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** False when there is too much of it. */
  async #walk(name: string, path: string, inside: Map<string, string>): Promise<boolean> {
    const { project, files, digests } = this.#question;
    let real: string;
    let isFolder: boolean;
    try {
      real = await realpath(path);
      isFolder = (await stat(real)).isDirectory();
    } catch (error) {
      if (isErrno(error)) return true; // a link to nothing, or gone just now
      throw error;
    }
    if (this.#seen.has(real)) return true;
    this.#seen.add(real);
    const own = contains(project, real) ? relative(project, real).split(sep).join('/') : undefined;
    if (!isFolder) {
      const value = own !== undefined && files.has(own) && own !== name ? undefined : await digests.of(real);
      if (value !== undefined) inside.set(name, value);
      return inside.size <= MOST_BELOW;
    }
    // What holds the project would bring in everything; the project itself is the tree.
    if (contains(real, project)) return real === project;
    const entries = await listed(real);
    const hasManifest = entries.some((entry) => entry.name === 'package.json');
    for (const entry of entries) {
      const ours = own !== undefined && (OWN.test(`${own}/${entry.name}`) || files.has(`${own}/${entry.name}`));
      if (ours || NEVER.has(entry.name) || LEFTOVER.test(entry.name)) continue;
      if (hasManifest && BESIDE_MANIFEST.has(entry.name)) continue;
      if (!(await this.#walk(`${name}/${entry.name}`, join(real, entry.name), inside))) return false;
    }
    return true;
  }
}

function grouped(name: string, place: ReadonlyMap<string, string>): [string, string][] {
  const of = (runs: boolean) => new Map([...place].filter(([path]) => RUNS.test(path) === runs));
  const groups: [string, Map<string, string>][] = [
    [`${name}/`, of(true)],
    [`${name}/ (data)`, of(false)],
  ];
  return groups.flatMap(([key, group]) => (group.size === 0 ? [] : [[key, listingDigest(group)]]));
}
