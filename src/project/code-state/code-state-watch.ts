import { type BigIntStats, lstatSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, posix } from 'node:path';
import { isErrno } from '../../core/errors.js';
import { type GitCall, parts, runGit } from './git-command.js';

/** Where a repository keeps what a listing of it depends on besides the files; absolute paths that need not be there. */
export interface GitPlaces {
  head: string;
  /** Folder of the references. */
  refs: string;
  /** Files: packed references, settings, rules of what is ignored, attributes. */
  files: readonly string[];
}

/** What git listed, and from where. */
interface Listed {
  /** Real path of the project, and of the repository's top, which is it or lies above it. */
  project: string;
  top: string;
  places: GitPlaces;
  /** Paths of the listing, and what git leaves out (folders with a `/` behind); relative to the project. */
  files: ReadonlyMap<string, string>;
  ignored: readonly string[];
  /** Folders and files of the project that belong to no listing. */
  without: readonly string[];
  /** When git was asked, ms since the epoch. */
  since: number;
  call: GitCall;
}

/** More would cost more to look at than git takes. */
const MOST = 50_000;
/** Disks count time in ticks of some milliseconds, some in two whole seconds. */
const TICK_MS = 100;
const COARSE_MS = 3000;

/**
 * Tells without asking git that what it listed is as it was: every file and every folder that it looked into, the rules of what is ignored, the
 * settings and the commit have the same size, inode, modification and change time, and all of them are older than the listing. Nobody can set
 * a change time: writing, renaming, adding and removing all leave one, of the file or of its folder.
 * (Memory that is mapped and shared is the exception: git sees such a change as little.)
 */
export class ListingWatch {
  readonly #seen: ReadonlyMap<string, string>;

  private constructor(seen: ReadonlyMap<string, string>) {
    this.#seen = seen;
  }

  /** `undefined` where it cannot be told: something changed while git looked or just before, or there is too much of it. */
  static async of(listed: Listed): Promise<ListingWatch | undefined> {
    const seen = new Map<string, string>();
    // What is listed comes first: while it still changes, nobody has to be asked for the folders.
    for (const asked of [named, openFolders]) {
      const paths = await asked(listed);
      if (paths === undefined || seen.size + paths.length > MOST) return undefined;
      for (const path of paths) {
        const look = lookAt(path);
        if (look === undefined || (look !== 'absent' && isRecent(look, listed.since))) return undefined;
        seen.set(path, signature(look));
      }
    }
    return new ListingWatch(seen);
  }

  /** True while everything is as it was; some microseconds for each file. */
  async holds(): Promise<boolean> {
    let at = 0;
    for (const [path, was] of this.#seen) {
      at += 1;
      // Others get their turn now and then.
      if (at % 2000 === 0) await new Promise((resolve) => setImmediate(resolve));
      const look = lookAt(path);
      if (look === undefined || signature(look) !== was) return false;
    }
    return true;
  }
}

/** What is listed, with the folders that lead to it, and what the listing depends on. */
async function named(listed: Listed): Promise<string[] | undefined> {
  const { project, top, places, files } = listed;
  const branch = await branchFile(places);
  if (branch === undefined) return undefined;
  const paths = new Set([places.head, branch, ...places.files, ...settingsOfUser()]);
  // Of a linked work tree it is a file that says where the repository is.
  const own = lookAt(join(top, '.git'));
  if (own !== undefined && own !== 'absent' && !own.isDirectory()) paths.add(join(top, '.git'));
  for (const path of files.keys()) {
    if (listed.without.some((one) => path === one || path.startsWith(`${one}/`))) continue;
    paths.add(join(project, path));
    // One that is tracked may lie in a folder that git does not look into.
    for (let above = posix.dirname(path); above !== '.'; above = posix.dirname(above)) {
      if (paths.has(join(project, above))) break;
      paths.add(join(project, above));
    }
  }
  for (let above = project; above !== top && above !== dirname(above); ) {
    above = dirname(above);
    for (const rules of ['.gitignore', '.gitattributes']) paths.add(join(above, rules));
  }
  return [...paths];
}

/** The file that holds the commit of the branch; the reference itself where a commit is checked out. `undefined`: kept in a way not known here. */
async function branchFile({ head, refs }: GitPlaces): Promise<string | undefined> {
  try {
    const text = (await readFile(head, 'utf8')).trim();
    if (/^[0-9a-f]{40,64}$/.test(text)) return head;
    const name = /^ref: refs\/(heads\/.+)$/.exec(text)?.[1];
    // `.invalid` stands for references in another format (gitrepository-layout(5), reftable).
    if (name === undefined || name === 'heads/.invalid') return undefined;
    const file = join(refs, name);
    const held = await readFile(file, 'utf8').catch(() => ''); // packed, or a branch without a commit
    return held.startsWith('ref:') ? undefined : file;
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}

/** Settings and rules for all repositories of a user, where git looks for them (git-config(1), FILES; gitignore(5)). */
function settingsOfUser(): string[] {
  const given = process.env.XDG_CONFIG_HOME;
  const config = given !== undefined && isAbsolute(given) ? given : join(homedir(), '.config');
  const names = ['config', 'ignore', 'attributes'].map((name) => join(config, 'git', name));
  return ['/etc/gitconfig', join(homedir(), '.gitconfig'), ...names];
}

/** Folders that git looks into, absolute: all but those that are left out by their own name. */
async function openFolders({ project, ignored, without, call }: Listed): Promise<string[] | undefined> {
  const names = ignored.filter((path) => path.endsWith('/')).map((path) => path.slice(0, -1));
  const closed = new Set([...without, ...(await namedByRule(names, call))]);
  const found: string[] = [];
  const queue = [''];
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
    found.push(join(project, folder));
    if (found.length > MOST) return undefined;
    try {
      for (const entry of await readdir(join(project, folder), { withFileTypes: true })) {
        const path = posix.join(folder, entry.name);
        if (entry.isDirectory() && entry.name !== '.git' && !closed.has(path)) queue.push(path);
      }
    } catch (error) {
      if (isErrno(error)) return undefined;
      throw error;
    }
  }
  return found;
}

/** Those of the folders that a rule names. Git lists a folder as ignored, too, where every file in it is, and looks into it again each time. */
async function namedByRule(folders: readonly string[], call: GitCall): Promise<string[]> {
  if (folders.length === 0) return [];
  const answer = await runGit(['check-ignore', '-z', '--stdin'], { ...call, input: `${folders.join('\0')}\0` });
  return answer?.code === 0 ? parts(answer.stdout.toString('utf8')) : [];
}

type Look = BigIntStats | 'absent' | undefined;

function lookAt(path: string): Look {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? 'absent';
  } catch (error) {
    if (isErrno(error)) return undefined; // it cannot be told
    throw error;
  }
}

/** Whether it changed after a moment, or so shortly before that the disk's clock could not tell. */
function isRecent({ ctimeNs }: BigIntStats, since: number): boolean {
  const isWhole = ctimeNs % 1_000_000_000n === 0n;
  return since - Number(ctimeNs / 1_000_000n) < (isWhole ? COARSE_MS : TICK_MS);
}

function signature(look: BigIntStats | 'absent'): string {
  return look === 'absent'
    ? look
    : `${look.dev}:${look.ino}:${look.mode}:${look.uid}:${look.size}:${look.mtimeNs}:${look.ctimeNs}`;
}
