import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { copyFile, mkdir, rm, stat, utimes } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CodeloopError, isErrno } from '../../core/errors.js';
import { makeTempFolder } from '../../core/temp-folder.js';
import { pidExists } from '../../store/file-lock.js';
import { type GitCall, gitText, parts, runGit } from './git-command.js';

/** A path that `git add` refused, relative to the project. */
interface Refused {
  /** Repositories without a commit. */
  repositories: string[];
  unreadable: string[];
}

/**
 * A git index of our own in a private temporary folder, with its own object folder, so that adding everything writes nothing
 * into the repository. Starts as a copy of the repository's index, which saves hashing what is unchanged; marks that tell
 * git not to look at files (assume-unchanged, skip-worktree) are taken off.
 */
export class TemporaryIndex {
  readonly #project: string;
  readonly #folder: string;
  readonly #objects: string;
  readonly #ownIndex: string;
  #started = false;
  #filters: readonly string[] = [];
  #excludes: readonly string[] = [];

  private constructor(project: string, folder: string, objects: string, ownIndex: string) {
    this.#project = project;
    this.#folder = folder;
    this.#objects = objects;
    this.#ownIndex = ownIndex;
  }

  /** `objects` and `ownIndex`: absolute paths of the repository's object folder and index. */
  static async create(project: string, objects: string, ownIndex: string): Promise<TemporaryIndex> {
    const folder = await makeTempFolder(`codeloop-index-${process.pid}-`);
    sweepOnce();
    TEMPORARY.add(folder);
    return new TemporaryIndex(project, folder, objects, ownIndex);
  }

  /** False once its folder has been cleared away. */
  isThere(): boolean {
    return existsSync(join(this.#folder, this.#started ? 'objects' : ''));
  }

  /** Tells whether git has written the index since: it puts a new file in its place each time. `undefined` while there is none. */
  signature(): string | undefined {
    const stat = lstatSync(join(this.#folder, 'index'), { bigint: true, throwIfNoEntry: false });
    return stat && `${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
  }

  /** Names of external filters that the configuration defines; none of them is run. */
  get filterNames(): readonly string[] {
    return this.#filters;
  }

  /** Files that the configuration names for rules of what is ignored, besides those that git always reads. */
  get excludes(): readonly string[] {
    return this.#excludes;
  }

  /** Returns the options with which git works on this index. */
  call(signal?: AbortSignal): GitCall {
    const off = this.#filters.flatMap((name) =>
      ['clean', 'smudge', 'process', 'required'].map((part) => [
        `filter.${name}.${part}`,
        part === 'required' ? 'false' : '',
      ]),
    );
    const config = off.flatMap(([key = '', value = ''], at) => [
      [`GIT_CONFIG_KEY_${at}`, key],
      [`GIT_CONFIG_VALUE_${at}`, value],
    ]);
    return {
      cwd: this.#project,
      env: {
        GIT_INDEX_FILE: join(this.#folder, 'index'),
        GIT_OBJECT_DIRECTORY: join(this.#folder, 'objects'),
        GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(this.#objects),
        GIT_CONFIG_COUNT: String(off.length),
        ...Object.fromEntries(config),
      },
      ...(signal ? { signal } : {}),
    };
  }

  /** Brings the index to the content of the working tree, but for `without`. Throws FILE_UNREADABLE, INTERNAL with git's words, CANCELLED. */
  async refresh(without: readonly string[], signal?: AbortSignal): Promise<Refused> {
    await this.#readFilters(signal);
    if (!this.#started) {
      await mkdir(join(this.#folder, 'objects'), { mode: 0o700 });
      await this.#copyOwnIndex();
      await this.#takeOffMarks(signal);
      this.#started = true;
    }
    // A call that was cancelled leaves git's lock behind; the index is ours alone, and calls come one after another.
    await rm(join(this.#folder, 'index.lock'), { force: true });
    const scope = ['.', ...without.map((path) => `:(exclude)${path}`)];
    const result = await runGit(['add', '-A', '--ignore-errors', '--', ...scope], this.call(signal));
    // The ids are all that is wanted: the contents need not lie about. Git wants the empty folder, though.
    await rm(join(this.#folder, 'objects'), { recursive: true, force: true });
    await mkdir(join(this.#folder, 'objects'), { mode: 0o700 });
    const words = result?.stderr.toString('utf8') ?? '';
    const [, path] = /^fatal: (?:failed to encode|BOM is (?:required|prohibited) in) '(.+?)'/m.exec(words) ?? [];
    if (path !== undefined)
      throw new CodeloopError('FILE_UNREADABLE', {
        path,
        reason: 'git refuses it, as it is not in the encoding that an attribute gives it (`working-tree-encoding`)',
      });
    if (result?.code !== 0 && (!result || /^fatal: (?!adding files failed)/m.test(words)))
      throw new CodeloopError('INTERNAL', { reason: `git add failed: ${words.trim().slice(0, 500)}` });
    return {
      repositories: [...words.matchAll(/^error: '(.+)\/' does not have a commit checked out$/gm)].map(
        ([, path = '']) => path,
      ),
      unreadable: [...words.matchAll(/^error: unable to index file '(.+)'$/gm)].map(([, path = '']) => path),
    };
  }

  async #readFilters(signal?: AbortSignal): Promise<void> {
    const asked = ['config', '-z', '--get-regexp', '^(filter\\..*\\.(clean|smudge|process)|core\\.excludesfile)$'];
    const answer = await runGit(asked, { cwd: this.#project, ...(signal ? { signal } : {}) });
    const settings = parts(answer?.stdout.toString('utf8') ?? '').map((setting): [string, string] => {
      const [key = '', ...lines] = setting.split('\n');
      return [key, lines.join('\n')];
    });
    const filters = settings.filter(([key]) => key.startsWith('filter.'));
    this.#filters = [...new Set(filters.map(([key]) => key.slice(7, key.lastIndexOf('.'))))].sort();
    this.#excludes = settings
      .filter(([key, value]) => key === 'core.excludesfile' && value !== '')
      .map(([, value]) => resolve(this.#project, value.replace(/^~(?=[\\/])/, homedir())));
  }

  async #copyOwnIndex(): Promise<void> {
    const copy = join(this.#folder, 'index');
    try {
      const { mtimeMs } = await stat(this.#ownIndex);
      await copyFile(this.#ownIndex, copy);
      // Git compares a file's time with the index's to know whether it may have changed unseen right after: the copy must not look newer.
      const time = Math.floor(mtimeMs) / 1000;
      await utimes(copy, time, time);
    } catch (error) {
      // A repository without a commit has no index yet: everything is hashed.
      if (!isErrno(error) || error.code !== 'ENOENT') throw error;
    }
  }

  async #takeOffMarks(signal?: AbortSignal): Promise<void> {
    const records = parts(await gitText(['ls-files', '-v', '-z', '--', '.'], this.call(signal)));
    const marked = (test: RegExp) =>
      records.filter((record) => test.test(record)).map((record) => `${record.slice(2)}\0`);
    const marks: [string, string[]][] = [
      ['--no-assume-unchanged', marked(/^[a-z] /)],
      ['--no-skip-worktree', marked(/^[Ss] /)],
    ];
    for (const [flag, paths] of marks)
      if (paths.length > 0)
        await gitText(['update-index', flag, '-z', '--stdin'], { ...this.call(signal), input: paths.join('') });
  }
}

/** One entry of a path list: quoted as in C when it holds the separator (git(1), GIT_ALTERNATE_OBJECT_DIRECTORIES). */
function quoted(path: string): string {
  return /[:;"\\\n]/.test(path) && process.platform !== 'win32'
    ? `"${path.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`
    : path;
}

const TEMPORARY = new Set<string>();

/** Removes the temporary folders of this process; done at its exit. Indexes that are used afterwards start again. */
export function removeTemporaryIndexes(): void {
  for (const folder of TEMPORARY) rmSync(folder, { recursive: true, force: true });
  TEMPORARY.clear();
}

/** Removes what processes that were killed left, once a process: folders of dead processes, untouched for an hour. */
function sweepOnce(): void {
  if (swept) return;
  swept = true;
  process.on('exit', removeTemporaryIndexes);
  for (const name of readdirSync(tmpdir())) {
    const pid = /^codeloop-index-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || pidExists(Number(pid))) continue;
    const folder = join(tmpdir(), name);
    // The hour is for containers that share the folder, and whose processes cannot be seen from here.
    const stat = lstatSync(folder, { throwIfNoEntry: false });
    if (!stat?.isDirectory() || stat.uid !== process.getuid?.() || Date.now() - stat.mtimeMs < 3_600_000) continue;
    rmSync(folder, { recursive: true, force: true });
  }
}

let swept = false;
