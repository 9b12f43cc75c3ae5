import { existsSync } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sha256 } from '../../core/digest.js';
import { isErrno } from '../../core/errors.js';
import { contains } from '../../core/path-walls.js';
import { type FileDigests, UNREADABLE } from './code-state-digests.js';
import { TemporaryIndex } from './code-state-index.js';
import { leftBehind, WRITTEN_BY_US } from './code-state-scope.js';
import { type GitPlaces, ListingWatch } from './code-state-watch.js';
import { type GitCall, gitText, parts, runGit } from './git-command.js';

/** The content of a project as git sees it. */
interface GitListing {
  /** Path relative to the project → mode and object id, or a digest of ours. */
  files: ReadonlyMap<string, string>;
  /** What git leaves out, folders with a `/` behind. */
  ignored: string[];
  /** What tools left and git does not hold, and other work trees of the same repository; folders with a `/` behind. */
  aside: string[];
  commit?: string;
  branch?: string;
  /** True when the working tree differs from the commit. */
  dirty: boolean;
}

/**
 * The git side of a project folder, which may be a folder inside a repository. Keeps a temporary index between calls, so
 * that only changed files are hashed again; the repository's own index, objects and references are never written.
 */
export class GitTree {
  readonly #project: string;
  readonly #top: string;
  readonly #digests: FileDigests;
  readonly #index: TemporaryIndex;
  /** Attributes of this clone alone, which no file of the project shows. */
  readonly #attributes: string;
  readonly #places: GitPlaces;
  /** The repository's own index, and its folder: the same for all of its work trees. */
  readonly #own: { index: string; common: string };
  readonly #depth: number;
  readonly #inner = new Map<string, GitTree>();
  #filtered: { key: string; paths: readonly string[] } = { key: '', paths: [] };
  #listed: { signature: string | undefined; files: ReadonlyMap<string, string> } = {
    signature: undefined,
    files: new Map(),
  };
  #judged: { key: string; dirty: boolean } = { key: '', dirty: false };
  /** The newest listing, and what tells that it still holds; a process that looks once has no use for the latter. */
  #newest: { listing: GitListing; watch: ListingWatch | undefined } | undefined;

  private constructor(
    project: string,
    top: string,
    digests: FileDigests,
    index: TemporaryIndex,
    places: GitPlaces & { attributes: string; own: { index: string; common: string } },
    depth: number,
  ) {
    this.#attributes = places.attributes;
    this.#own = places.own;
    this.#places = places;
    this.#project = project;
    this.#top = top;
    this.#digests = digests;
    this.#index = index;
    this.#depth = depth;
  }

  /**
   * `undefined` when git does not know the folder: no git, no repository, one that git refuses (another owner), or one
   * that ignores the whole folder (a home folder kept in git).
   */
  static async open(
    project: string,
    digests: FileDigests,
    signal?: AbortSignal,
    depth = 0,
  ): Promise<GitTree | undefined> {
    const call = { cwd: project, ...(signal ? { signal } : {}) };
    const rest = ['packed-refs', 'reftable/tables.list', 'config', 'config.worktree', 'info/exclude'];
    const paths = ['objects', 'index', 'info/attributes', 'HEAD', 'refs', ...rest];
    const asked = ['--show-toplevel', '--git-common-dir', ...paths.flatMap((path) => ['--git-path', path])];
    const answer = await runGit(['rev-parse', ...asked], call);
    if (answer?.code !== 0) return undefined;
    const [top = '', ...found] = answer.stdout.toString('utf8').trimEnd().split('\n');
    const [common = '', objects = '', index = '', attributes = '', head = '', refs = '', ...files] = found.map((path) =>
      resolve(project, path),
    );
    const realTop = await realpath(top);
    if (!contains(realTop, project)) return undefined;
    if (realTop !== project) {
      const ignored = await runGit(['check-ignore', '-q', '--', project], { ...call, cwd: realTop });
      if (ignored?.code === 0) return undefined;
    }
    const own = await TemporaryIndex.create(project, objects, index);
    const repository = { index, common: await realpath(common) };
    const places = { attributes, head, refs, files: [attributes, ...files], own: repository };
    return new GitTree(project, realTop, digests, own, places, depth);
  }

  /**
   * False once the repository has gone away (git would go on with one further up, if there is any), or the temporary index
   * has (some systems clear old files out of their temporary folder).
   */
  isThere(): boolean {
    return existsSync(join(this.#top, '.git')) && this.#index.isThere();
  }

  /** The content as it is now; asks git only where something may have changed. Throws INTERNAL with git's words when it fails, CANCELLED. */
  async list(signal?: AbortSignal): Promise<GitListing> {
    if (this.#newest?.watch && (await this.#newest.watch.holds())) return this.#newest.listing;
    const since = Date.now();
    const call = { cwd: this.#project, ...(signal ? { signal } : {}) };
    const [{ commit, branch }, refused] = await Promise.all([headOf(call), this.#index.refresh(WRITTEN_BY_US, signal)]);
    const files = new Map(await this.#indexed(signal));
    const nested = new Set(refused.repositories);
    for (const [path, value] of files) if (value.startsWith('160000 ')) nested.add(path);
    for (const path of refused.unreadable) files.set(path, UNREADABLE);
    await this.#hashFiltered(files, signal);
    const asked = ['ls-files', '-o', '-i', '--exclude-standard', '--directory', '-z', '--', '.'];
    const ignored = parts(await gitText(asked, this.#index.call(signal)));
    const { places: aside, paths: asides } = await this.#setAside(files, signal);
    for (const path of nested) {
      const inner = await this.#listNested(path, files, signal);
      aside.push(...inner.aside);
      ignored.push(...inner.ignored);
    }
    for (const path of aside) if (nested.has(path.slice(0, -1))) asides.add(path.slice(0, -1));
    const listing = {
      files,
      ignored,
      aside,
      ...(commit === undefined ? {} : { commit }),
      ...(branch === undefined ? {} : { branch }),
      dirty: await this.#isDirty(commit, files, asides, signal),
    };
    const isWhole = nested.size === 0 && refused.unreadable.length === 0;
    const watch = this.#newest && isWhole ? await this.#watchFrom(since, listing, signal) : undefined;
    this.#newest = { listing, watch };
    return listing;
  }

  #watchFrom(
    since: number,
    { files, ignored, aside }: GitListing,
    signal?: AbortSignal,
  ): Promise<ListingWatch | undefined> {
    const { excludes } = this.#index;
    // What is set aside belongs to the tree as soon as git holds it.
    const index = aside.length === 0 ? [] : [this.#own.index];
    const places = { ...this.#places, files: [...this.#places.files, ...excludes, ...index] };
    return ListingWatch.of({
      ...{ project: this.#project, top: this.#top, places, files, ignored, since },
      ...{ without: WRITTEN_BY_US, call: this.#index.call(signal) },
    });
  }

  /** Mode and object id by path, of all that the temporary index holds. An index that git has left as it was is not listed again. */
  async #indexed(signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const signature = this.#index.signature();
    if (signature !== undefined && signature === this.#listed.signature) return this.#listed.files;
    const files = new Map<string, string>();
    for (const record of parts(await gitText(['ls-files', '-s', '-z', '--', '.'], this.#index.call(signal)))) {
      const [meta, path] = splitOnce(record);
      const [mode, id] = meta.split(' ');
      files.set(path, `${mode} ${id}`);
    }
    this.#listed = { signature, files };
    return files;
  }

  /**
   * Files of which git keeps other bytes than lie here: those of an external filter (git-lfs, git-crypt), which is not run, so that git's own
   * id depends on whether it was run before; those with an `ident` or another encoding. Their bytes are hashed by us instead.
   */
  async #hashFiltered(files: Map<string, string>, signal?: AbortSignal): Promise<void> {
    const attributes = [...files].filter(([path]) => path.endsWith('.gitattributes'));
    const local = await this.#digests.of(this.#attributes);
    if (attributes.length === 0 && local === undefined) return;
    const key = sha256(JSON.stringify([this.#index.filterNames, attributes, local, [...files.keys()]]));
    if (key !== this.#filtered.key) {
      const input = [...files.keys()].map((path) => `${path}\0`).join('');
      const asked = ['check-attr', '-z', '--stdin', 'filter', 'ident', 'working-tree-encoding'];
      const fields = (await gitText(asked, { ...this.#index.call(signal), input })).split('\0');
      const paths = new Set<string>();
      for (let at = 0; at + 2 < fields.length; at += 3) {
        const [path = '', attribute, value = ''] = fields.slice(at, at + 3);
        const isSet = value !== 'unspecified' && value !== 'unset';
        if (attribute === 'filter' ? this.#index.filterNames.includes(value) : isSet) paths.add(path);
      }
      this.#filtered = { key, paths: [...paths] };
    }
    for (const [path, value] of await this.#digests.ofAll(this.#project, this.#filtered.paths)) files.set(path, value);
  }

  /** Takes out of a listing what tools left and the repository's own index does not hold. Its places, and its paths. */
  async #setAside(files: Map<string, string>, signal?: AbortSignal): Promise<{ places: string[]; paths: Set<string> }> {
    const left = leftBehind(files.keys(), (path) => files.has(path));
    if (left.size === 0) return { places: [], paths: new Set() };
    const held = await this.#held([...left.keys()], signal);
    const places: string[] = [];
    const paths = new Set<string>();
    for (const [place, found] of left) {
      const loose = found.filter((path) => !held.has(path));
      for (const path of loose) {
        files.delete(path);
        paths.add(path);
      }
      if (loose.length > 0) places.push(place);
    }
    return { places, paths };
  }

  /** What the repository's own index holds of these paths and below them. */
  async #held(paths: readonly string[], signal?: AbortSignal): Promise<Set<string>> {
    const held = new Set<string>();
    for (let from = 0; from < paths.length; from += 500) {
      const asked = ['--literal-pathspecs', 'ls-files', '-z', '--', ...paths.slice(from, from + 500)];
      for (const path of parts(await gitText(asked, { cwd: this.#project, ...(signal ? { signal } : {}) })))
        held.add(path);
    }
    return held;
  }

  /**
   * A repository inside the repository (a submodule, or one that just lies there): its content counts, not its commit. Another work tree of
   * the same repository is the project once more, at another commit: no part of this one. Returns what is set aside, and what it ignores.
   */
  async #listNested(
    path: string,
    files: Map<string, string>,
    signal?: AbortSignal,
  ): Promise<Pick<GitListing, 'aside' | 'ignored'>> {
    const clean = path.replace(/\/$/, '');
    if (this.#depth >= DEEPEST) {
      // Nobody works so deep: all that lies there counts.
      for (const [below, value] of await this.#digests.ofFolder(join(this.#project, clean), ['.git', 'node_modules']))
        files.set(`${clean}/${below}`, value);
      return { aside: [], ignored: [] };
    }
    let tree = this.#inner.get(clean);
    if (!tree?.isThere()) {
      tree = await openNested(join(this.#project, clean), this.#digests, this.#depth + 1, signal);
      if (tree) this.#inner.set(clean, tree);
    }
    // Not checked out: the commit that the outer repository names is all there is.
    if (!tree) return { aside: [], ignored: [] };
    const isTwin = tree.#own.common === this.#own.common && (await this.#held([clean], signal)).size === 0;
    files.delete(path);
    if (isTwin) return { aside: [`${clean}/`], ignored: [] };
    const inner = await tree.list(signal);
    for (const [below, value] of inner.files) files.set(`${clean}/${below}`, value);
    const outer = (below: string) => `${clean}/${below}`;
    return { aside: inner.aside.map(outer), ignored: inner.ignored.map(outer) };
  }

  async #isDirty(
    commit: string | undefined,
    files: ReadonlyMap<string, string>,
    asides: ReadonlySet<string>,
    signal?: AbortSignal,
  ): Promise<boolean> {
    if (commit === undefined) return files.size > 0;
    const key = sha256(JSON.stringify([commit, [...files]]));
    if (key !== this.#judged.key) {
      const scope = ['.', ...WRITTEN_BY_US.map((path) => `:(exclude)${path}`)];
      const names = ['diff-index', '--cached', '--name-only', '--relative', '-z', commit, '--', ...scope];
      const dirty = parts(await gitText(names, this.#index.call(signal))).some((path) => !asides.has(path));
      this.#judged = { key, dirty };
    }
    return this.#judged.dirty;
  }
}

/** Repositories inside each other that are asked, at most. */
const DEEPEST = 5;

/** Commit and branch that are checked out; neither is there in a repository without a commit, no branch where a commit itself is checked out. */
async function headOf(call: GitCall): Promise<{ commit?: string; branch?: string }> {
  const both = await runGit(['rev-parse', '-q', 'HEAD', '--symbolic-full-name', 'HEAD'], call);
  const name = (ref: string) => ref.replace(/^refs\/(?:heads\/)?/, '');
  const [commit = '', ref = ''] = both?.code === 0 ? both.stdout.toString('utf8').trim().split('\n') : [];
  if (commit !== '') return { commit, ...(ref === '' || ref === 'HEAD' ? {} : { branch: name(ref) }) };
  const unborn = await runGit(['symbolic-ref', '-q', 'HEAD'], call);
  return unborn?.code === 0 ? { branch: name(unborn.stdout.toString('utf8').trim()) } : {};
}

function splitOnce(record: string): [string, string] {
  const tab = record.indexOf('\t');
  return [record.slice(0, tab), record.slice(tab + 1)];
}

async function openNested(
  folder: string,
  digests: FileDigests,
  depth: number,
  signal?: AbortSignal,
): Promise<GitTree | undefined> {
  try {
    // A submodule that is not checked out is an empty folder of the outer repository.
    await lstat(join(folder, '.git'));
    return await GitTree.open(await realpath(folder), digests, signal, depth);
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}
