import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CiHistory, ciHistory } from '../../core/ci.js';
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
  /** Where CI names what the change is meant for, and what was there before. */
  env: Readonly<Record<string, string | undefined>>;
  /** True where the settings say that this project keeps no history (`gates.history`: `none`). */
  without?: boolean;
  /** Files and folders whose content of then is compared, relative to the project; default: all. */
  read?: readonly string[];
  /** Folders of which names and digests are compared, but no content. */
  list?: readonly string[];
  signal?: AbortSignal;
}

const SHALLOW =
  'Fetch the whole history: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` for GitLab; elsewhere `git fetch --unshallow origin "+refs/heads/*:refs/remotes/origin/*"`.';
const ALL_BRANCHES =
  'Fetch all branches: `git fetch origin "+refs/heads/*:refs/remotes/origin/*"`. A main line with another name than main or master is named by `git remote set-head origin <branch>`.';
const WHOLE_OBJECTS = (commit: string) =>
  `Let git fetch what it left out: \`git diff --stat ${commit}\`, or clone without \`--filter\` (actions/checkout: no \`filter\`, no \`sparse-checkout\`). Where that does not help, the repository is damaged (\`git fsck\`).`;

const NO_HISTORY =
  'Run codeloop in a checkout with its history. A project that keeps none says so in its settings, `"gates": { "history": "none" }`, and a person accepts that with `codeloop bars accept`.';

/**
 * The commit that is checked out, and those it is compared with: where it left the main line, and on the main line itself what was there
 * before. Under CI, which is the authority, a history that cannot be
 * seen is told in `hidden`: a shallow clone, a missing main line, a repository that git refuses, none at all. A work tree that its settings lead
 * elsewhere, and a commit of which files are missing (a clone with a filter, a damaged store), are told everywhere. Throws DEADLINE_EXCEEDED, CANCELLED.
 */
export async function formerCommits(request: HistoryRequest): Promise<FormerCommits> {
  const { project, head, ci, env, signal } = request;
  const call = { cwd: project, ...(signal ? { signal } : {}) };
  const said = ci ? await ciHistory(env) : { first: false };
  const refused = await refusedRepository(request, said, call);
  if (refused) return { commits: [], hidden: refused };
  if (head === undefined) return noCommits(request, said);
  const checkedOut = { commit: head, what: `the commit that is checked out (${head.slice(0, 10)})` };
  const { lines, missing } = await mainLines(call, said);
  const shallow = ci && (await gitSays(['rev-parse', '--is-shallow-repository'], call)) === 'true';
  const [cause, fix] = shallow ? ['this clone is shallow', SHALLOW] : ['this clone does not hold it', ALL_BRANCHES];
  const bases = new Set<string>();
  let unseen = missing;
  for (const line of lines) {
    if (line === head) continue;
    const base = await whereParted(project, head, line, call);
    if (base === undefined) unseen ??= 'Where this branch left the main line';
    else if (base !== head) bases.add(base);
  }
  const before = ci && bases.size === 0 ? await whatWasBefore(head, said, shallow, call) : {};
  const commits = [
    checkedOut,
    ...[...bases].map((base) => ({
      commit: base,
      what: `the commit where this branch left the main line (${base.slice(0, 10)})`,
    })),
    ...(before.commit ? [{ commit: before.commit, what: `the commit before it (${before.commit.slice(0, 10)})` }] : []),
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
  if (unseen !== undefined) return { commits, hidden: { reason: `${unseen} cannot be seen: ${cause}.`, fix } };
  if (lines.length === 0 && (shallow || (await gitSays(['remote'], call)) !== ''))
    return {
      commits,
      hidden: { reason: `The main line cannot be seen: ${shallow ? cause : 'nothing says which branch it is'}.`, fix },
    };
  if (before.hidden) return { commits, hidden: before.hidden };
  if (commits.length > 1 || said.first || request.without === true || !namesChange(said)) return { commits };
  const reason = 'There is no earlier commit to compare with: the history of this repository begins here.';
  return { commits, hidden: { reason, fix: NO_HISTORY } };
}

/**
 * True where a service says that it judges a commit. That `CI` is set says no more than that nobody sits there: an image without `.git`,
 * a script, a repository of one commit that a test made. Nothing was taken away from those.
 */
const namesChange = ({ judged, ...said }: CiHistory) => judged !== undefined || comparesWith(said);

/** True where a service says what there was before. */
const comparesWith = ({ target, base, before }: CiHistory) => [target, base, before].some((one) => one !== undefined);

/** What is told where git knows no commit, and refuses nothing. */
function noCommits({ ci, without }: HistoryRequest, said: CiHistory): FormerCommits {
  const waived = without === true && !comparesWith(said);
  if (!ci || waived || !namesChange(said)) return { commits: [] };
  const reason =
    'There is no earlier commit to compare with: the project is kept in no git repository, or nothing is committed.';
  return { commits: [], hidden: { reason, fix: NO_HISTORY } };
}

/**
 * What the main line was before the commit that is checked out: as CI names it, else the commit that it follows (of a merge, the one it was
 * merged into). Neither where the history begins with it.
 */
async function whatWasBefore(
  head: string,
  { before, judged }: CiHistory,
  shallow: boolean,
  call: Call,
): Promise<{ commit?: string; hidden?: FormerCommits['hidden'] }> {
  const commitOf = (name: string) => gitSays(['rev-parse', '--verify', '--quiet', `${name}^{commit}`], call);
  if (before !== undefined) {
    const named = await commitOf(before);
    if (named !== undefined && named !== head) return { commit: named };
    // A push that put another history in the place of what was there: what it replaced is not in a clone of it.
    if (named === undefined && !shallow && judged === head)
      return {
        hidden: {
          reason: `What was here before this push (${before.slice(0, 10)}) cannot be seen: the push replaced it.`,
          fix: `Fetch it before codeloop runs, as long as the service has it: \`git fetch origin ${before}\`.`,
        },
      };
  }
  const parent = await commitOf(`${head}^`);
  if (parent !== undefined) return { commit: parent };
  if (!shallow) return {};
  return { hidden: { reason: 'The commit before this one cannot be seen: this clone is shallow.', fix: SHALLOW } };
}

/** The first line that git answers; `undefined` where it fails. */
async function gitSays(args: readonly string[], call: Call): Promise<string | undefined> {
  const answer = await runGit(args, call);
  return answer?.code === 0 ? answer.stdout.toString('utf8').split('\n')[0]?.trim() : undefined;
}

type Call = Parameters<typeof runGit>[1];

/** Tips of the main line that are here, each once; `missing`: what CI names and is not here. */
async function mainLines(
  call: Call,
  { target, base, line }: CiHistory,
): Promise<{ lines: string[]; missing?: string }> {
  const remoteRef = (branch: string) => `refs/remotes/origin/${branch}`;
  const named = [target, line].flatMap((branch) => (branch === undefined ? [] : [remoteRef(branch)]));
  const asked = [REMOTE_HEAD, ...REMOTE_LINES, ...LOCAL_LINES, ...named];
  const refs = await runGit(['for-each-ref', '--format=%(refname) %(objectname)', ...asked], call);
  const there = new Map(
    (refs?.code === 0 ? refs.stdout.toString('utf8').split('\n') : []).map((one) => {
      const [name = '', id = ''] = one.split(' ');
      return [name, id] as const;
    }),
  );
  const first = (names: readonly string[]) => names.map((name) => there.get(name)).find((id) => id !== undefined);
  // The service's own word: whoever moves a name in the clone does not move it.
  const baseCommit =
    base === undefined ? undefined : await gitSays(['rev-parse', '--verify', '--quiet', `${base}^{commit}`], call);
  const remote = [baseCommit, ...named.map((ref) => there.get(ref)), there.get(REMOTE_HEAD), first(REMOTE_LINES)];
  const found = remote.some((id) => id !== undefined) ? remote : [first(LOCAL_LINES)];
  const lines = [...new Set(found.filter((id) => id !== undefined))];
  if (target !== undefined && !there.has(remoteRef(target)))
    return { lines, missing: `The branch that this change is meant for (${target})` };
  if (base !== undefined && baseCommit === undefined)
    return { lines, missing: `The commit that this change is compared with (${base.slice(0, 10)})` };
  return { lines };
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
  { project, head, ci }: HistoryRequest,
  { target }: CiHistory,
  call: Call,
): Promise<FormerCommits['hidden']> {
  const repository = repositoryOf(project);
  if (repository === undefined) return lostRepository(target);
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
