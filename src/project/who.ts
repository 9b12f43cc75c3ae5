import { userInfo } from 'node:os';
import { runGit } from './git-command.js';

/** The person at this terminal, for a record: `Name <address>` as git knows them, else the name of the system's user. */
export async function whoIsHere(project: string): Promise<string> {
  const [name, address] = await Promise.all(
    ['user.name', 'user.email'].map(async (key) => {
      const answer = await runGit(['config', '--get', key], { cwd: project });
      return answer?.code === 0 ? answer.stdout.toString('utf8').trim() : '';
    }),
  );
  if (name) return address ? `${name} <${address}>` : name;
  try {
    return userInfo().username;
  } catch {
    // A user number without an entry in the system's list (containers).
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
