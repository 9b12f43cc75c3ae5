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

/** Where a commit and a main line parted never changes. */
const PARTED = new Map<string, string>();

/**
 * The commit that is checked out, and the one where it left the main line where that is another. `head`: id of the first;
 * undefined (no git, no commit) gives none. Throws DEADLINE_EXCEEDED, CANCELLED.
 */
export async function formerCommits(
  project: string,
  head: string | undefined,
  signal?: AbortSignal,
): Promise<FormerCommit[]> {
  if (head === undefined) return [];
  const call = { cwd: project, ...(signal ? { signal } : {}) };
  const refs = await runGit(['for-each-ref', '--format=%(refname) %(objectname)', ...MAIN_LINES], call);
  const there = new Map(
    (refs?.code === 0 ? refs.stdout.toString('utf8').split('\n') : []).map((line) => {
      const [name = '', id = ''] = line.split(' ');
      return [name, id] as const;
    }),
  );
  const main = MAIN_LINES.map((name) => there.get(name)).find((id) => id !== undefined);
  const checkedOut = { commit: head, what: `the commit that is checked out (${head.slice(0, 10)})` };
  if (main === undefined || main === head) return [checkedOut];
  const key = `${project} ${head} ${main}`;
  let base = PARTED.get(key);
  if (base === undefined) {
    const answer = await runGit(['merge-base', head, main], call);
    base = answer?.code === 0 ? answer.stdout.toString('utf8').trim() : head;
    PARTED.set(key, base);
  }
  const left = { commit: base, what: `the commit where this branch left the main line (${base.slice(0, 10)})` };
  return base === head ? [checkedOut] : [checkedOut, left];
}
