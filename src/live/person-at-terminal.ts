import { userInfo } from 'node:os';
import { CodeloopError } from '../core/errors.js';
import { runGit } from '../project/code-state/git-command.js';

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

/** The caller, as far as it decides whether a person may be asked. */
export interface Caller {
  ci: boolean;
  agent?: string | undefined;
  person?: { ask(question: string, signal: AbortSignal): Promise<string> } | undefined;
  signal: AbortSignal;
}

/**
 * Makes sure that a person at a terminal is the caller. Throws PERSON_NEEDED under CI, in an agent's environment, and without a terminal.
 */
export function requirePerson(
  { ci, agent, person }: Caller,
  { what, command }: { what: string; command: string },
): NonNullable<Caller['person']> {
  const refuse = (why: string) => new CodeloopError('PERSON_NEEDED', { what, command, why });
  if (ci) throw refuse('this runs under CI');
  if (agent !== undefined) throw refuse(`${agent} is set, so that a coding agent runs this`);
  if (!person) throw refuse('there is no terminal here');
  return person;
}

/**
 * Lets a person confirm by typing `words`; with `typed` false a terminal is enough. Throws as `requirePerson`, and PERSON_NEEDED when
 * something else is typed.
 */
export async function confirmByPerson(
  caller: Caller,
  request: { what: string; command: string; question: string; words: string; typed: boolean },
): Promise<void> {
  const { what, command, question, words } = request;
  const person = requirePerson(caller, request);
  if (!request.typed) return;
  const answer = await person.ask(`${question}\nType "${words}" to confirm: `, caller.signal);
  if (caller.signal.aborted) throw new CodeloopError('CANCELLED');
  if (answer.trim() !== words)
    throw new CodeloopError('PERSON_NEEDED', { what, command, why: `"${words}" was not typed` });
}
