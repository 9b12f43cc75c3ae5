import { Dispatcher } from '../call/dispatcher.js';
import { Session } from '../live/session.js';
import { byCommand } from './by-command.js';
import type { OpenTools } from './open-tools.js';

/** Tools of these parents ask for all the others. */
const ASKS_FOR_ALL = /^policy /;

/**
 * The tool of a command line that begins with the words of a command, alone behind a dispatcher, as `openTools` gives all: reading and preparing
 * the others is most of what a short command costs. `undefined` for every other command line, and for one that asks for help.
 */
export async function openOneTool(argv: readonly string[], { ci }: { ci: boolean }): Promise<OpenTools | undefined> {
  if (argv.some((word) => word === '--help' || word === '-h')) return undefined;
  const [first = '', second = ''] = argv;
  const words = [`${first} ${second}`, first].find((command) => Object.hasOwn(byCommand, command));
  if (words === undefined || ASKS_FOR_ALL.test(words)) return undefined;
  const loaded = await byCommand[words]?.();
  if (!loaded?.default.doors.includes('cli')) return undefined;
  const session = new Session({ ci });
  return { dispatcher: new Dispatcher([loaded.default], session), dispose: () => session.dispose() };
}
