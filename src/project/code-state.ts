import { realpath } from 'node:fs/promises';
import type { Config } from '../config/schema.js';
import { Lanes } from '../core/lanes.js';
import type { CodeState } from '../core/vocabulary/code-state.js';
import { takeBars } from './code-state-bars.js';
import { takeBuildOutput } from './code-state-build.js';
import { FileDigests, listingDigest, UNREADABLE } from './code-state-digests.js';
import { listFiles } from './code-state-files.js';
import { GitTree } from './code-state-git.js';
import { removeTemporaryIndexes } from './code-state-index.js';
import { scopeListing } from './code-state-scope.js';

/** The settings that decide what belongs to the state. */
export type StateConfig = Pick<Config, 'design' | 'server'>;

/** A code state and what it was taken from. */
export interface CodeSnapshot {
  readonly state: CodeState;
  /** Path relative to the project → what stands for its content. Only to be compared. */
  readonly files: ReadonlyMap<string, string>;
  /** Files that could not be read; they count as unreadable, whatever is in them. */
  readonly unreadable: readonly string[];
  readonly projectDir: string;
  readonly config: StateConfig;
}

/**
 * Takes the code state of a project (contract section 1, "Code state").
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
 * Programs that a repository's configuration names (hooks, monitors, filters) are not run. The first call of a process costs
 * a copy of the index, later ones what `git status` costs. Throws PROJECT_NOT_FOUND's causes as the system's error,
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

/** Files that differ between two snapshots of a project, sorted; `(build output)` stands for served output. */
export function changedFiles(before: CodeSnapshot, after: CodeSnapshot): string[] {
  const paths = new Set([...before.files.keys(), ...after.files.keys()]);
  const changed = [...paths].filter((path) => before.files.get(path) !== after.files.get(path)).sort();
  return before.state.build_output === after.state.build_output ? changed : [...changed, '(build output)'];
}

/** What has changed since a snapshot, with the state as it is now. Nothing changed costs about one look at every file's times. */
export async function changesSince(
  before: CodeSnapshot,
  signal?: AbortSignal,
): Promise<{ changed: boolean; files: string[]; now: CodeSnapshot }> {
  const now = await takeCodeState(before.projectDir, before.config, signal);
  const same =
    now.state.tree === before.state.tree &&
    now.state.method === before.state.method &&
    now.state.build_output === before.state.build_output;
  return { changed: !same, files: same ? [] : changedFiles(before, now), now };
}

/** True when the tree or the served output is not what it was. */
export async function hasChanged(before: CodeSnapshot, signal?: AbortSignal): Promise<boolean> {
  return (await changesSince(before, signal)).changed;
}

/** The content that a state of this process was taken from; taken anew for one that was stored. */
export async function snapshotFiles(
  projectDir: string,
  config: StateConfig,
  state: CodeState,
): Promise<ReadonlyMap<string, string>> {
  return TAKEN.get(state) ?? (await takeCodeState(projectDir, config)).files;
}

/** Forgets all projects and removes the temporary folders kept for them; the next take starts afresh. For the end of a process or a test. */
export function forgetCodeStates(): void {
  KNOWN.clear();
  removeTemporaryIndexes();
}

/** Files by the state that was taken from them, as long as somebody has it. */
const TAKEN = new WeakMap<CodeState, ReadonlyMap<string, string>>();
const LANES = new Lanes();
const QUEUED = new Map<string, Promise<CodeSnapshot>>();
/** What is remembered of a project between two takes. */
const KNOWN = new Map<string, { digests: FileDigests; git: GitTree | undefined }>();

async function takeNow(project: string, config: StateConfig, signal?: AbortSignal): Promise<CodeSnapshot> {
  const known = KNOWN.get(project) ?? { digests: new FileDigests(), git: undefined };
  KNOWN.set(project, known);
  const { digests } = known;
  // A repository may appear (`git init`) or go away while we run.
  if (!known.git?.isThere()) known.git = await GitTree.open(project, digests, signal);
  const { git } = known;
  const [listing, bars] = await Promise.all([
    git ? git.list(signal) : listFiles(project, digests).then((files) => ({ files, dirty: false })),
    takeBars(project, config, digests),
  ]);
  const files = await scopeListing(project, listing.files, digests);
  const build = await takeBuildOutput(project, config, digests, files);
  const { files: _, ...rest } = listing;
  const state: CodeState = {
    tree: listingDigest(files),
    method: git ? 'git' : 'files',
    ...rest,
    bars,
    ...(build === undefined ? {} : { build_output: build }),
  };
  TAKEN.set(state, files);
  const unreadable = [...files].filter(([, value]) => value === UNREADABLE).map(([path]) => path);
  return { projectDir: project, config, files, unreadable, state };
}
