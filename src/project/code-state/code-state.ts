import type { Dirent } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import type { Ignore } from 'ignore';
import ignore from 'ignore';
import { ACCEPTANCE_DIR, ACCESSIBILITY_BASELINE_FILE, LAYOUT_BASELINE_FILE } from '../../config/parse-settings.js';
import type { Config } from '../../config/schema.js';
import { CodeloopError, isErrno } from '../../core/errors.js';
import { Lanes } from '../../core/lanes.js';
import { contains, readText } from '../../core/path-walls.js';
import type { CodeState } from '../../core/vocabulary/run.js';
import { PROPOSALS } from '../../store/baseline-files.js';
import { BASELINES_DIR } from '../../store/paths.js';
import type { Project } from '../project.js';
import { BESIDE_MANIFEST, NEVER, takeBeyond } from './beyond-tree.js';
import { FileDigests, listingDigest, UNREADABLE } from './code-state-digests.js';
import { GitTree } from './code-state-git.js';
import { removeTemporaryIndexes } from './code-state-index.js';
import {
  beyondMoves,
  figmaStateFiles,
  isLeftByEditor,
  isOutOfScope,
  leftBehind,
  ownWrites,
  scopeListing,
  takeBuildOutput,
} from './code-state-scope.js';

/**
 * Digests of what decides how strictly is judged: configuration with its plugins and accepted accessibility violations, policy, designs (files, and the Figma version that frames are
 * of), baselines, acceptance files, straight from the disk, whether git knows them or not. What is not there has the digest of an empty listing.
 * Throws PATH_OUTSIDE_ROOTS when `design.dir` leads out of the project.
 */
async function takeBars(
  project: string,
  config: Pick<Config, 'design'>,
  digests: FileDigests,
): Promise<CodeState['bars']> {
  const designs = resolve(project, config.design.dir);
  if (!contains(project, designs))
    throw new CodeloopError('PATH_OUTSIDE_ROOTS', { path: `design.dir (${config.design.dir})`, allowed: [project] });
  const files = async (...paths: string[]) => listingDigest(await digests.ofAll(project, paths));
  const meant = async (path: string, skip?: string[]) =>
    [...(await digests.ofFolder(path, skip))].filter(([file]) => !isLeftByEditor(file));
  const folder = async (path: string, skip?: string[]) => listingDigest(new Map(await meant(path, skip)));
  // A design folder that holds the whole project must not hash its dependencies and evidence too.
  const designFiles = () => meant(designs, ['node_modules', '.git', 'artifacts', '.codeloop']);
  const frames = async () => digests.ofAll(project, await figmaStateFiles(project));
  const [configDigest, policy, designDigest, baselines, acceptance] = await Promise.all([
    files('.codeloop/config.json', '.codeloop/plugins.json', ACCESSIBILITY_BASELINE_FILE, LAYOUT_BASELINE_FILE),
    files('.codeloop/policy.yaml', 'codeloop.yaml'),
    Promise.all([designFiles(), frames()]).then(([files, figma]) => listingDigest(new Map([...files, ...figma]))),
    // What waits for a person decides nothing yet.
    folder(join(project, BASELINES_DIR), [PROPOSALS]),
    folder(join(project, ACCEPTANCE_DIR)),
  ]);
  return { config: configDigest, policy, designs: designDigest, baselines, acceptance };
}

/** The rules of one `.gitignore`, for paths below its folder. */
interface Rules {
  folder: string;
  matcher: Ignore;
}

/**
 * The content of a project without git: every file but a fixed list and what `.gitignore` files say (nested ones too), path
 * relative to the project → digest. Links are listed as links and not followed; what cannot be read is listed as unreadable. `ignored`:
 * what those files leave out, `aside`: what tools left; folders with a `/` behind.
 */
async function listFiles(
  project: string,
  digests: FileDigests,
): Promise<{ files: Map<string, string>; ignored: string[]; aside: string[] }> {
  const paths: string[] = [];
  const ignored: string[] = [];
  const unreadable: string[] = [];

  const walk = async (folder: string, above: readonly Rules[]): Promise<void> => {
    let entries: Dirent[];
    try {
      entries = await readdir(join(project, folder), { withFileTypes: true });
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (error.code !== 'ENOENT') unreadable.push(folder || '.');
      return;
    }
    const rules = [...above, ...(await readRules(project, folder, entries))];
    const hasManifest = entries.some((entry) => entry.name === 'package.json');
    for (const entry of entries) {
      const path = posix.join(folder, entry.name);
      if (NEVER.has(entry.name) || isOutOfScope(path)) continue;
      if (isIgnored(path, entry.isDirectory(), rules)) {
        ignored.push(entry.isDirectory() ? `${path}/` : path);
        continue;
      }
      if (!entry.isDirectory()) paths.push(path);
      else if (!hasManifest || !BESIDE_MANIFEST.has(entry.name)) await walk(path, rules);
    }
  };

  await walk('', []);
  const all = new Set(paths);
  const aside = leftBehind(paths, (path) => all.has(path));
  const left = new Set([...aside.values()].flat());
  const kept = paths.filter((path) => !left.has(path));
  const listing = await digests.ofAll(project, kept);
  for (const path of unreadable) listing.set(path, UNREADABLE);
  return { files: listing, ignored, aside: [...aside.keys()] };
}

async function readRules(project: string, folder: string, entries: readonly Dirent[]): Promise<Rules[]> {
  if (!entries.some((entry) => entry.name === '.gitignore' && entry.isFile())) return [];
  try {
    const text = await readText(join(project, folder, '.gitignore'));
    return [{ folder, matcher: ignore().add(text) }];
  } catch (error) {
    // It is listed as unreadable by its digest; without its rules more is hashed, not less.
    if (isErrno(error)) return [];
    throw error;
  }
}

/** gitignore(5): the deepest file that says anything about a path decides. */
function isIgnored(path: string, isFolder: boolean, rules: readonly Rules[]): boolean {
  for (const { folder, matcher } of [...rules].reverse()) {
    const inside = folder === '' ? path : path.slice(folder.length + 1);
    const answer = matcher.test(isFolder ? `${inside}/` : inside);
    if (answer.ignored || answer.unignored) return answer.ignored;
  }
  return false;
}

/** The settings that decide what belongs to the state. */
export type StateConfig = Pick<Config, 'design' | 'server'>;

/** A code state and what it was taken from. */
interface CodeSnapshot {
  readonly state: CodeState;
  /** Path relative to the project → digest of its content. Only to be compared. */
  readonly files: ReadonlyMap<string, string>;
  /** Files that could not be read; they count as unreadable, whatever is in them. */
  readonly unreadable: readonly string[];
  readonly projectDir: string;
  readonly config: StateConfig;
}

/**
 * Takes the code state of a project: the digest of its code, its designs and its bars, by which evidence is fresh or stale.
 *
 * In git: every tracked and every untracked, not ignored file below the project folder, as the working tree has it, through a
 * temporary index; staging and committing do not change it. Repositories inside (submodules) count by their content. Without
 * git: every file but a fixed list and what `.gitignore` says. Left out: `artifacts/`, `docs/DEVELOPMENT_LOG.md` and
 * `.codeloop/`, of which config, policy and flows do count, even where git ignores them.
 *
 * The *bars* (config, policy, designs, baselines, acceptance files) are hashed on their own as well. All but the baselines are
 * part of the tree too: were `design.dir` taken out of it, pointing that setting at the sources would hide changes of the app.
 * So a changed design shows both as another tree and, by name, in `bars.designs`.
 *
 * What the code reaches besides (`takeBeyond`) is hashed apart: an app may write its data while it is looked at.
 *
 * Programs that a repository's configuration names (hooks, monitors, filters) are not run. The first call of a process costs
 * a copy of the index, later ones what `git status` costs; from the third on git is asked only where a file or folder moved. Throws PROJECT_NOT_FOUND's causes as the system's error,
 * PATH_OUTSIDE_ROOTS (`design.dir`), CONFIG_INVALID (`server.command`), CANCELLED, INTERNAL with git's words.
 */
export async function takeCodeState(
  projectDir: string,
  config: StateConfig,
  signal?: AbortSignal,
): Promise<CodeSnapshot> {
  const project = await realpath(projectDir);
  const key = JSON.stringify([project, config.design.dir, config.server]);
  // Whoever asks while a take still waits for its turn gets that one: it will see everything there is now.
  const queued = QUEUED.get(key);
  if (queued && !signal) return queued;
  let started = false;
  const take = LANES.run(project, () => {
    started = true;
    QUEUED.delete(key);
    return takeNow(project, config, signal);
  });
  if (!started && !signal) QUEUED.set(key, take);
  return take;
}

/** Files that differ between two snapshots of a project, sorted, with code that the tree does not hold; `(build output)` means served output. */
export function changedFiles(before: CodeSnapshot, after: CodeSnapshot): string[] {
  const paths = new Set([...before.files.keys(), ...after.files.keys()]);
  const changed = [...paths].filter((path) => before.files.get(path) !== after.files.get(path));
  changed.push(...beyondMoves(before.state, after.state).code);
  changed.sort();
  return before.state.build_output === after.state.build_output ? changed : [...changed, '(build output)'];
}

/** Returns the changes since a snapshot, with the present state. Without changes it costs about one look at every file's times. */
export async function changesSince(
  before: CodeSnapshot,
  signal?: AbortSignal,
): Promise<{ changed: boolean; files: string[]; now: CodeSnapshot }> {
  const now = await takeCodeState(before.projectDir, before.config, signal);
  const same =
    now.state.tree === before.state.tree &&
    now.state.method === before.state.method &&
    now.state.build_output === before.state.build_output &&
    beyondMoves(before.state, now.state).code.length === 0;
  return { changed: !same, files: same ? [] : changedFiles(before, now), now };
}

/** True when the tree or the served output is not what it was. */
export async function hasChanged(before: CodeSnapshot, signal?: AbortSignal): Promise<boolean> {
  return (await changesSince(before, signal)).changed;
}

/** The content that a state of this process was taken from; taken again for one that was stored. */
export async function snapshotFiles(
  projectDir: string,
  config: StateConfig,
  state: CodeState,
): Promise<ReadonlyMap<string, string>> {
  return TAKEN.get(state) ?? (await takeCodeState(projectDir, config)).files;
}

/** Forgets all projects and removes the temporary folders kept for them; the next take starts again. For the end of a process or a test. */
export function forgetCodeStates(): void {
  KNOWN.clear();
  removeTemporaryIndexes();
}

/** Files by the state that was taken from them, as long as it is in use. */
const TAKEN = new WeakMap<CodeState, ReadonlyMap<string, string>>();
const LANES = new Lanes();
const QUEUED = new Map<string, Promise<CodeSnapshot>>();
/** Cache of a project's state between two takes. */
const KNOWN = new Map<string, { digests: FileDigests; git: GitTree | undefined }>();

async function takeNow(project: string, config: StateConfig, signal?: AbortSignal): Promise<CodeSnapshot> {
  const known = KNOWN.get(project) ?? { digests: new FileDigests(), git: undefined };
  KNOWN.set(project, known);
  const { digests } = known;
  // A repository may appear (`git init`) or go away while we run.
  if (!known.git?.isThere()) known.git = await GitTree.open(project, digests, signal);
  const { git } = known;
  const [listing, bars] = await Promise.all([
    git ? git.list(signal) : listFiles(project, digests).then((listed) => ({ ...listed, dirty: false })),
    takeBars(project, config, digests),
  ]);
  const files = await scopeListing(project, listing.files, digests);
  const build = await takeBuildOutput(project, config, digests, files);
  const { files: _, ignored, aside, ...rest } = listing;
  const beyond = await takeBeyond({ project, files, ignored, aside, digests });
  const state: CodeState = {
    tree: listingDigest(files),
    method: git ? 'git' : 'files',
    ...rest,
    bars,
    ...(build === undefined ? {} : { build_output: build }),
    beyond,
  };
  TAKEN.set(state, files);
  const unreadable = [...files].filter(([, value]) => value === UNREADABLE).map(([path]) => path);
  return { projectDir: project, config, files, unreadable, state };
}

/** The code state that evidence is made from, and whether it still holds. */
export interface CodeWatch {
  /** As it was when the watch began. */
  readonly state: CodeState;
  /** Files that differ from then, sorted; empty while the state holds. */
  changedFiles(): Promise<string[]>;
  /** The state as it is now. */
  now(): Promise<CodeState>;
  /** Both, of one moment and for the price of one. */
  look(): Promise<{ state: CodeState; changedFiles: string[] }>;
  /**
   * Takes what moved beyond the tree until now for the work of the project's own commands and of its start, which generate it anew each
   * time: from now on it is named (`moving` of the state) and not compared. Called before anything is looked at.
   */
  passOwnWrites(): Promise<readonly string[]>;
}

/** Takes the project's code state and keeps it for comparison. Throws what `takeCodeState` throws. */
export async function watchCode(project: Project, signal?: AbortSignal): Promise<CodeWatch> {
  const taken = await takeCodeState(project.dir, project.config, signal);
  // Others may have got the same one.
  const start = { ...taken, state: { ...taken.state } };
  TAKEN.set(start.state, start.files);
  return {
    state: start.state,
    changedFiles: async () => (await changesSince(start)).files,
    now: async () => (await takeCodeState(project.dir, project.config)).state,
    look: async () => {
      const { files, now } = await changesSince(start);
      return { state: now.state, changedFiles: files };
    },
    passOwnWrites: async () => {
      const moving = ownWrites(start.state, (await takeCodeState(project.dir, project.config)).state);
      if (moving.length > 0) start.state.moving = moving;
      return moving;
    },
  };
}
