import { runGit } from './git-command.js';

/** Where a project's main line may be found, the likeliest first. */
const MAIN_LINES = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master'].map((name) =>
  name.startsWith('origin/') ? `refs/remotes/${name}` : `refs/heads/${name}`,
);

/** A commit that the present files are compared with. `what`: which one it is, in our own words. */
export interface FormerCommit {
  commit: string;
  what: string;
}

/**
 * The commit that is checked out, and the one where it left the main line where that is another. Empty without git or
 * without a commit. Throws DEADLINE_EXCEEDED, CANCELLED.
 */
export async function formerCommits(project: string, signal?: AbortSignal): Promise<FormerCommit[]> {
  const call = { cwd: project, ...(signal ? { signal } : {}) };
  const [head, refs] = await Promise.all([
    runGit(['rev-parse', '--verify', '-q', 'HEAD'], call),
    runGit(['for-each-ref', '--format=%(refname) %(objectname)', ...MAIN_LINES], call),
  ]);
  if (head?.code !== 0) return [];
  const commit = head.stdout.toString('utf8').trim();
  const there = new Map(
    (refs?.code === 0 ? refs.stdout.toString('utf8').split('\n') : []).map((line) => {
      const [name = '', id = ''] = line.split(' ');
      return [name, id] as const;
    }),
  );
  const main = MAIN_LINES.find((name) => there.has(name));
  const checkedOut = { commit, what: `the commit that is checked out (${commit.slice(0, 10)})` };
  if (main === undefined || there.get(main) === commit) return [checkedOut];
  const answer = await runGit(['merge-base', 'HEAD', main], call);
  const base = answer?.code === 0 ? answer.stdout.toString('utf8').trim() : commit;
  const left = { commit: base, what: `the commit where this branch left the main line (${base.slice(0, 10)})` };
  return base === commit ? [checkedOut] : [checkedOut, left];
}
