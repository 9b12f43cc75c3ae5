import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ciTarget } from '../../core/ci.js';
import { runGit } from './git-command.js';

/**
 * Refs of a project's main line. Both remote names are asked: who moves `origin/HEAD` to the branch moves
 * nothing of `origin/main`. Local branches count where there is no remote one.
 */
const REMOTE_HEAD = 'refs/remotes/origin/HEAD';
const REMOTE_LINES = ['refs/remotes/origin/main', 'refs/remotes/origin/master'];
const LOCAL_LINES = ['refs/heads/main', 'refs/heads/master'];

/** A commit that the present files are compared with. `what`: which one it is, in codeloop's own words. */
export interface FormerCommit {
  commit: string;
  what: string;
}

/** The earlier commits, and why those that should be there are not. */
export interface FormerCommits {
  commits: FormerCommit[];
  /** Why the history cannot be compared, and what makes it visible. A gate that needs it could not run. */
  hidden?: { reason: string; fix: string };
}

interface HistoryRequest {
  project: string;
  /** The commit that is checked out; undefined where git does not speak for the project. */
  head: string | undefined;
  /** True under CI, which is the authority and so has to see the history. */
  ci: boolean;
  /** Where CI names the branch that the change is meant for. */
  env: Readonly<Record<string, string | undefined>>;
  /** Files and folders whose content of then is compared, relative to the project; default: all. */
  read?: readonly string[];
  /** Folders of which names and digests are compared, but no content. */
  list?: readonly string[];
  signal?: AbortSignal;
}

const FULL_CLONE =
  'Fetch the whole history: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` for GitLab, or `git fetch --unshallow origin` and `git fetch origin <main branch>`.';
const WHOLE_OBJECTS = (commit: string) =>
  `Let git fetch what it left out: \`git diff --stat ${commit}\`, or clone without \`--filter\` (actions/checkout: no \`filter\`, no \`sparse-checkout\`). Where that does not help, the repository is damaged (\`git fsck\`).`;

/**
 * The commit that is checked out, and those where it left the main line. Under CI, which is the authority, a history that cannot be
 * seen is told in `hidden`: a shallow clone, a missing main line, a repository that git refuses. A work tree that its settings lead
 * elsewhere, and a commit of which files are missing (a clone with a filter, a damaged store), are told everywhere. Throws DEADLINE_EXCEEDED, CANCELLED.
 */
export async function formerCommits(request: HistoryRequest): Promise<FormerCommits> {
  const { project, head, ci, env, signal } = request;
  const call = { cwd: project, ...(signal ? { signal } : {}) };
  const refused = await refusedRepository(request, call);
  if (refused) return { commits: [], hidden: refused };
  if (head === undefined) return { commits: [] };
  const checkedOut = { commit: head, what: `the commit that is checked out (${head.slice(0, 10)})` };
  const { lines, missing } = await mainLines(call, ci ? ciTarget(env) : undefined);
  const bases = new Set<string>();
  let parted = true;
  for (const line of lines) {
    if (line === head) continue;
    const base = await whereParted(project, head, line, call);
    if (base === undefined) parted = false;
    else if (base !== head) bases.add(base);
  }
  const commits = [
    checkedOut,
    ...[...bases].map((base) => ({
      commit: base,
      what: `the commit where this branch left the main line (${base.slice(0, 10)})`,
    })),
  ];
  for (const { commit, what } of commits)
    if (!(await isWhole(request, commit, call)))
      return {
        commits,
        hidden: {
          reason: `Files of ${what} are missing in this clone, so nothing can be compared with them.`,
          fix: WHOLE_OBJECTS(commit.slice(0, 10)),
        },
      };
  if (!ci) return { commits };
  const shallow =
    (await runGit(['rev-parse', '--is-shallow-repository'], call))?.stdout.toString('utf8').trim() === 'true';
  const cause = shallow ? 'this clone is shallow' : 'this clone does not hold it';
  if (missing !== undefined)
    return {
      commits,
      hidden: {
        reason: `The branch that this change is meant for (${missing}) cannot be seen: ${cause}.`,
        fix: FULL_CLONE,
      },
    };
  if (!parted)
    return {
      commits,
      hidden: { reason: `Where this branch left the main line cannot be seen: ${cause}.`, fix: FULL_CLONE },
    };
  const remotes = lines.length > 0 ? undefined : await runGit(['remote'], call);
  if ((shallow && lines.length === 0) || (remotes?.stdout.length ?? 0) > 0)
    return { commits, hidden: { reason: `The main line cannot be seen: ${cause}.`, fix: FULL_CLONE } };
  return { commits };
}

type Call = Parameters<typeof runGit>[1];

/** Tips of the main line that are here, each once; `missing`: `branch`, which CI names, where it is not here. */
async function mainLines(call: Call, branch: string | undefined): Promise<{ lines: string[]; missing?: string }> {
  const named = branch === undefined ? undefined : `refs/remotes/origin/${branch}`;
  const asked = [REMOTE_HEAD, ...REMOTE_LINES, ...LOCAL_LINES, ...(named === undefined ? [] : [named])];
  const refs = await runGit(['for-each-ref', '--format=%(refname) %(objectname)', ...asked], call);
  const there = new Map(
    (refs?.code === 0 ? refs.stdout.toString('utf8').split('\n') : []).map((line) => {
      const [name = '', id = ''] = line.split(' ');
      return [name, id] as const;
    }),
  );
  const first = (names: readonly string[]) => names.map((name) => there.get(name)).find((id) => id !== undefined);
  const remote = [named === undefined ? undefined : there.get(named), there.get(REMOTE_HEAD), first(REMOTE_LINES)];
  const found = remote.some((id) => id !== undefined) ? remote : [first(LOCAL_LINES)];
  const lines = [...new Set(found.filter((id) => id !== undefined))];
  return { lines, ...(branch !== undefined && named !== undefined && !there.has(named) ? { missing: branch } : {}) };
}

/** Cache of merge bases: where a commit and a main line parted never changes. */
const PARTED = new Map<string, string>();

async function whereParted(project: string, head: string, line: string, call: Call): Promise<string | undefined> {
  const key = `${project} ${head} ${line}`;
  const known = PARTED.get(key);
  if (known !== undefined) return known;
  const answer = await runGit(['merge-base', head, line], call);
  if (answer?.code !== 0) return undefined;
  const base = answer.stdout.toString('utf8').trim();
  PARTED.set(key, base);
  return base;
}

/** Commits that were whole: what is there stays there. */
const WHOLE = new Set<string>();

/** True when all that is compared of a commit is here. A path that the commit does not have is no loss. */
async function isWhole(
  { project, read = [], list = [] }: HistoryRequest,
  commit: string,
  call: Call,
): Promise<boolean> {
  const key = JSON.stringify([project, commit, read, list]);
  if (WHOLE.has(key)) return true;
  const asked = ['rev-list', '--objects', '--no-walk', '--missing=print'];
  const answers = await Promise.all([
    runGit([...asked, commit, '--', ...read], call),
    // Trees alone: a clone may leave out what pictures it likes.
    runGit([...asked, '--filter=blob:none', commit, '--', ...read, ...list], call),
  ]);
  const whole = answers.every((one) => one?.code === 0 && !/^\?/m.test(one.stdout.toString('utf8')));
  if (whole) WHOLE.add(key);
  return whole;
}

/** Why git does not speak for a project that lies in a repository; nothing where there is none, or where git speaks. */
async function refusedRepository(
  { project, head, ci, env }: HistoryRequest,
  call: Call,
): Promise<FormerCommits['hidden']> {
  const repository = repositoryOf(project);
  if (repository === undefined) return lostRepository(ci ? ciTarget(env) : undefined);
  const answer = await runGit(['rev-parse', '--show-toplevel'], call);
  if (answer?.code === 0) {
    const top = answer.stdout.toString('utf8').replace(/\n$/, '');
    if (realpathSync(top) === realpathSync(repository)) return undefined;
    return {
      reason:
        'The settings of this repository lead its work tree elsewhere (core.worktree), so the history says nothing of these files.',
      fix: 'Take core.worktree out of the settings: `git config --unset core.worktree`.',
    };
  }
  if (!ci || head !== undefined) return undefined;
  if (answer === undefined)
    return { reason: 'The project is kept in git, and there is no git here.', fix: 'Install git on this machine.' };
  const words = answer.stderr.toString('utf8').trim();
  if (/dubious ownership/.test(words))
    return {
      reason: 'git refuses to read this repository: it belongs to another user (dubious ownership).',
      fix: 'Let git read it: `git config --global --add safe.directory "$PWD"` before codeloop runs.',
    };
  return {
    reason: `git cannot read this repository: ${words.split('\n')[0]?.slice(0, 300) ?? ''}`,
    fix: 'Make `git status` work in the project, in the environment that codeloop runs in.',
  };
}

/** CI says that a change is judged, and there is no repository that could show it. */
function lostRepository(target: string | undefined): FormerCommits['hidden'] {
  return target === undefined
    ? undefined
    : {
        reason: `The branch that this change is meant for (${target}) cannot be seen: the project lies in no git repository.`,
        fix: 'Run codeloop in the checkout itself, with its `.git`.',
      };
}

/** The nearest folder from the project upwards that holds `.git`. */
function repositoryOf(project: string): string | undefined {
  for (let folder = project; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
