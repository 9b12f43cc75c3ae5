import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { splitCommand } from '../../config/command-line.js';
import { BAR_FILES, BAR_FOLDERS, fileBars, settingBars } from '../../config/lowered-bars.js';
import { CONFIG_FILE, parseConfig, readSettings } from '../../config/parse-settings.js';
import type { Config, ScreenConfig } from '../../config/schema.js';
import { sha256 } from '../../core/digest.js';
import { CodeloopError, isErrno } from '../../core/errors.js';
import type { Bars } from '../../core/vocabulary/bars.js';
import type { Project } from '../project.js';
import { readManifest, scriptLines } from '../runners/scripts.js';
import { staticScreens } from '../screens.js';
import { STORY_FILE, storyExceptions } from '../story-parameters.js';
import { parts, runGit } from './git-command.js';

/** The files below a folder in the commit that is checked out. */
export interface CommittedFiles {
  /** Paths relative to the project, sorted. */
  paths: readonly string[];
  /** True when the commit holds exactly these bytes at `path`, or a git-lfs pointer to them. */
  holds(path: string, bytes: Buffer): Promise<boolean>;
}

/** A git-lfs pointer is at most so large (specification of git-lfs: under 1024 bytes). */
const MAX_POINTER = 1024;

/**
 * Returns the files of a commit below `folder` (relative to the project). Compared by content alone: neither the index nor
 * what git believes of a file is asked, so no flag on a file can hide a change. Nothing for a repository without a commit.
 * Throws DEADLINE_EXCEEDED, CANCELLED.
 */
export async function committedFiles(
  project: string,
  folder: string,
  commit: string | undefined,
  signal?: AbortSignal,
): Promise<CommittedFiles> {
  const key = `${project}\n${folder}\n${commit ?? ''}`;
  const known = KNOWN_COMMITS.get(key) ?? (await listCommitted(project, folder, commit, signal));
  KNOWN_COMMITS.set(key, known);
  return known;
}

/** Cache of commits' files, by project, folder and commit: a commit never changes. */
const KNOWN_COMMITS = new Map<string, CommittedFiles>();

async function listCommitted(
  project: string,
  folder: string,
  commit: string | undefined,
  signal?: AbortSignal,
): Promise<CommittedFiles> {
  // Asked again later, when the caller's signal is over.
  const call = { cwd: project };
  const listing =
    commit === undefined
      ? undefined
      : await runGit(['ls-tree', '-r', '-z', commit, '--', folder], { ...call, ...(signal ? { signal } : {}) });
  const ids = new Map<string, string>();
  if (listing?.code === 0)
    for (const record of parts(listing.stdout.toString('utf8'))) {
      const tab = record.indexOf('\t');
      const [mode, , id] = record.slice(0, tab).split(' ');
      // A link that is committed is no picture.
      if (id !== undefined && mode !== '120000') ids.set(record.slice(tab + 1), id);
    }
  return {
    paths: [...ids.keys()].sort(),
    async holds(path, bytes) {
      const id = ids.get(path);
      if (id === undefined) return false;
      if (blobId(bytes, id.length) === id) return true;
      const size = await runGit(['cat-file', '-s', id], call);
      if (size?.code !== 0 || Number(size.stdout.toString()) > MAX_POINTER) return false;
      const blob = await runGit(['cat-file', 'blob', id], call);
      return /^oid sha256:([0-9a-f]{64})$/m.exec(blob?.stdout.toString('utf8') ?? '')?.[1] === sha256(bytes);
    },
  };
}

/** Id of a blob as git computes it; 64 digits in repositories of the newer object format. */
function blobId(bytes: Buffer, digits: number): string {
  return createHash(digits === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex');
}

/** The bars as a commit had them. */
interface FormerBars {
  bars: Bars;
  /** The design references in git, by path: mode and object. To be compared with a snapshot's files. */
  references: ReadonlyMap<string, string>;
}

const KNOWN = new Map<string, FormerBars>();

/**
 * The bars that a commit set: settings, policy, accepted violations, acceptance files, flows, references. A commit never
 * changes, so each is read once by a process. `designs`: where the references are now. Settings that this version does not understand set none.
 */
export async function formerBars(
  project: string,
  commit: string,
  designs: string,
  signal?: AbortSignal,
): Promise<FormerBars> {
  const key = `${project}\n${commit}\n${designs}`;
  const known = KNOWN.get(key) ?? (await readBars(project, commit, designs, signal));
  KNOWN.set(key, known);
  return known;
}

/** A folder of references as paths begin with it. */
export function designsFolder(setting: string): string {
  return posix.normalize(setting).replace(/\/$/, '');
}

/** The manifest whose scripts `server.command` may run, relative to the project. */
const MANIFEST = 'package.json';

/** The bar that the scripts behind `server.command` are: the same command may start another program. None where it runs no script. */
function serverScript({ server }: Pick<Config, 'server'>, manifest: string | undefined): Bars {
  const scripts = readManifest(manifest)?.scripts;
  if (server.command === undefined || scripts === undefined) return {};
  try {
    const lines = scriptLines(splitCommand(server.command, 'server.command'), scripts);
    return lines === undefined ? {} : { 'server.script': lines };
  } catch (error) {
    // A command that needs a shell starts nothing, and whoever starts it says so.
    if (error instanceof CodeloopError && error.code === 'CONFIG_INVALID') return {};
    throw error;
  }
}

async function readBars(
  project: string,
  commit: string,
  designs: string,
  signal: AbortSignal | undefined,
): Promise<FormerBars> {
  const call = { cwd: project, ...(signal ? { signal } : {}) };
  // The references most likely lie where they lie now: one listing less.
  const all = await listing(commit, [CONFIG_FILE, MANIFEST, ...BAR_FILES, ...BAR_FOLDERS, designs], call);
  const isText = (path: string) =>
    path === CONFIG_FILE ||
    path === MANIFEST ||
    BAR_FILES.includes(path) ||
    BAR_FOLDERS.some((folder) => path.startsWith(`${folder}/`));
  const texts = await readTexts(new Map([...all].filter(([path]) => isText(path))), call);
  const config = settings(texts.get(CONFIG_FILE));
  const script = config && serverScript(config, texts.get(MANIFEST));
  for (const path of [CONFIG_FILE, MANIFEST]) texts.delete(path);
  const dir = designsFolder(config?.design.dir ?? 'designs');
  const below = new Map([...all].filter(([path]) => path.startsWith(`${dir}/`)));
  const references = dir === designs ? below : await listing(commit, [dir], call);
  return {
    bars: {
      ...(config ? settingBars(config, config.screens) : {}),
      ...script,
      ...fileBars(texts),
      ...(config?.stories ? await committedExceptions(commit, call) : {}),
    },
    references,
  };
}

/** What files of stories took out of the judgement at a commit. */
async function committedExceptions(commit: string, call: Call): Promise<Bars> {
  const all = await listing(commit, ['.'], call);
  const texts = await readTexts(new Map([...all].filter(([path]) => STORY_FILE.test(path))), call);
  return { 'stories.exceptions': await storyExceptions(texts) };
}

/** What they take out of it now. */
async function presentExceptions(project: Project, files: Iterable<string>): Promise<Bars> {
  const texts = new Map<string, string>();
  for (const path of files) {
    const text = STORY_FILE.test(path) ? await readSettings(project.dir, path) : undefined;
    if (text !== undefined) texts.set(path, text);
  }
  return { 'stories.exceptions': await storyExceptions(texts) };
}

function settings(text: string | undefined) {
  if (text === undefined) return undefined;
  try {
    return parseConfig(text);
  } catch (error) {
    if (error instanceof CodeloopError && error.code === 'CONFIG_INVALID') return undefined;
    throw error;
  }
}

type Call = Parameters<typeof runGit>[1];

/** Path relative to the project → `<mode> <object>`, as `git ls-files -s` has it. */
async function listing(commit: string, paths: readonly string[], call: Call): Promise<Map<string, string>> {
  const answer = await runGit(['ls-tree', '-r', '-z', commit, '--', ...paths], call);
  const records = answer?.code === 0 ? parts(answer.stdout.toString('utf8')) : [];
  return new Map(
    records.map((record) => {
      const tab = record.indexOf('\t');
      const [mode, , id] = record.slice(0, tab).split(' ');
      return [record.slice(tab + 1), `${mode} ${id}`];
    }),
  );
}

/** Texts of a listing's files, in one call of git. */
async function readTexts(files: ReadonlyMap<string, string>, call: Call): Promise<Map<string, string>> {
  const ids = [...files.values()].map((value) => value.split(' ')[1] ?? '');
  if (ids.length === 0) return new Map();
  const answer = await runGit(['cat-file', '--batch'], { ...call, input: `${ids.join('\n')}\n` });
  const texts = new Map<string, string>();
  let rest = answer?.code === 0 ? answer.stdout : Buffer.alloc(0);
  for (const path of files.keys()) {
    // git-cat-file(1), "Batch output": `<id> SP <type> SP <size> LF <content> LF`.
    const end = rest.indexOf('\n');
    const size = Number(rest.subarray(0, Math.max(end, 0)).toString('utf8').split(' ')[2]);
    if (end < 0 || !Number.isInteger(size)) break;
    texts.set(path, rest.subarray(end + 1, end + 1 + size).toString('utf8'));
    rest = rest.subarray(end + 2 + size);
  }
  return texts;
}

/** True when a commit holds a git-lfs pointer to these bytes. `held`: mode and object of the commit; `now`: digest of a snapshot. */
export async function isPointerTo(project: string, held: string, now: string): Promise<boolean> {
  const [, digest] = /^file(?:\+x)? ([0-9a-f]{64})$/.exec(now) ?? [];
  if (digest === undefined) return false;
  const call = { cwd: project };
  const id = held.split(' ')[1] ?? '';
  // A pointer is under 1024 bytes (specification of git-lfs).
  const size = await runGit(['cat-file', '-s', id], call);
  if (size?.code !== 0 || Number(size.stdout.toString()) > 1024) return false;
  const blob = await runGit(['cat-file', 'blob', id], call);
  return /^oid sha256:([0-9a-f]{64})$/m.exec(blob?.stdout.toString('utf8') ?? '')?.[1] === digest;
}

/** Key of the bar that a reference is. */
export const referenceKey = (path: string): string => `references/${path}`;

/**
 * The bars as they are now. `files`: the project's content by path, as a code snapshot has it; `commands`: the project's
 * own, by name; `executed`: tests that ran, where that is known. Throws CONFIG_INVALID when a file cannot be read.
 */
export async function presentBars(
  project: Project,
  screens: readonly ScreenConfig[],
  more: {
    files: ReadonlyMap<string, string>;
    commands: readonly { name: string; text: string }[];
    executed: number | undefined;
  },
): Promise<Bars> {
  const inFolders = await Promise.all(BAR_FOLDERS.map((folder) => filesBelow(project.dir, folder)));
  const texts = new Map<string, string>();
  for (const path of [...BAR_FILES, ...inFolders.flat()]) {
    const text = await readSettings(project.dir, path);
    if (text !== undefined) texts.set(path, text);
  }
  const designs = designsFolder(project.config.design.dir);
  const references = [...more.files].filter(([path]) => path.startsWith(`${designs}/`));
  return {
    ...settingBars(project.config, screens, project.configured),
    ...serverScript(project.config, await readSettings(project.dir, MANIFEST)),
    ...fileBars(texts),
    ...(await pagesLeftOut(project)),
    ...(project.config.stories ? await presentExceptions(project, more.files.keys()) : {}),
    ...Object.fromEntries(references.map(([path, value]) => [referenceKey(path), value])),
    ...Object.fromEntries(more.commands.map(({ name, text }) => [`runners.${name}`, text])),
    ...(more.executed === undefined ? {} : { 'tests.executed': more.executed }),
  };
}

/** The pages of a folder of finished HTML that the settings make no screens of: told, and no lower bar. */
async function pagesLeftOut({ dir, config: { server, screens } }: Project): Promise<Bars> {
  if (server.static === undefined || screens === undefined || screens.length === 0) return {};
  const root = join(dir, server.static);
  const pages = statSync(root, { throwIfNoEntry: false })?.isDirectory() ? await staticScreens(root) : [];
  const plain = (path = '') =>
    path
      .replace(/[?#].*$/s, '')
      .replace(/\/index\.html?$|\/$|\.html?$/i, '')
      .replace(/^(?!\/)/, '/');
  const known = new Set(screens.map(({ path, url }) => plain(path ?? (url && new URL(url).pathname))));
  const left = pages.map(({ path = '' }) => path).filter((path) => !known.has(plain(path)));
  return left.length === 0 ? {} : { 'pages.left_out': left };
}

async function filesBelow(project: string, folder: string): Promise<string[]> {
  try {
    const entries = await readdir(join(project, folder), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        posix.join(folder, ...entry.parentPath.slice(join(project, folder).length).split(/[\\/]/), entry.name),
      )
      .sort();
  } catch (error) {
    if (isErrno(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
}
