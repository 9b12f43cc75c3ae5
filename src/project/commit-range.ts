import { parts, runGit } from './git-command.js';

/** What lies between two states of a repository. Paths are relative to the project. */
export interface CommitRange {
  from: string;
  /** Absent: the working tree as it is now. */
  to?: string;
  /** Commits after `from`, up to `to` or the one that is checked out. */
  commits: number;
  files: string[];
}

/** What codeloop itself writes: no change of the app. */
const OWN = /^(?:artifacts|\.codeloop\/(?:cache|audit))|^docs\/DEVELOPMENT_LOG\.md$/;
const COMMIT = /^[0-9a-f]{7,64}$/;

/**
 * Files that differ between two commits, or between a commit and the working tree (`to` undefined; untracked files too). Undefined where
 * there is no git, or a commit is not known here (rewritten, a shallow clone).
 */
export async function commitRange(
  project: string,
  from: string,
  to: string | undefined,
): Promise<CommitRange | undefined> {
  if (![from, to ?? from].every((commit) => COMMIT.test(commit))) return undefined;
  const call = { cwd: project };
  const ask = async (...args: string[]) => {
    const result = await runGit(args, call);
    return result?.code === 0 ? result.stdout.toString('utf8') : undefined;
  };
  const tracked = await ask(
    'diff',
    '--name-only',
    '-z',
    '--relative',
    '--no-renames',
    from,
    ...(to === undefined ? [] : [to]),
    '--',
  );
  const count = await ask('rev-list', '--count', `${from}..${to ?? 'HEAD'}`);
  if (tracked === undefined || count === undefined) return undefined;
  const others = to === undefined ? ((await ask('ls-files', '--others', '--exclude-standard', '-z')) ?? '') : '';
  const files = [...new Set([...parts(tracked), ...parts(others)])].filter((file) => !OWN.test(file)).sort();
  return { from, ...(to === undefined ? {} : { to }), commits: Number(count), files };
}
