import { execFileSync } from 'node:child_process';

/**
 * The files that differ from where this branch left the main line, committed or not, new ones included; on the main line itself from its
 * last commit. `since`: from another commit. Relative to `root`, with forward slashes, sorted. Throws where there is no git to ask.
 */
export function changedFiles(root, since) {
  const git = (...args) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const base = since ?? leftMainLineAt(git);
  const lists = [
    // Both names of a file that was moved.
    git('diff', '--name-only', '--no-renames', '-z', base),
    git('ls-files', '--others', '--exclude-standard', '-z'),
  ];
  return [...new Set(lists.flatMap((list) => list.split('\0')).filter((file) => file !== ''))].sort();
}

/** The commit that this branch shares with the main line. */
function leftMainLineAt(git) {
  for (const main of ['origin/HEAD', 'origin/main', 'main', 'master']) {
    try {
      return git('merge-base', 'HEAD', main).trim();
    } catch {
      // There is no such branch: the next name.
    }
  }
  return 'HEAD';
}
