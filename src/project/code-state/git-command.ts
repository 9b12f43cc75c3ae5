import { devNull } from 'node:os';
import { CodeloopError } from '../../core/errors.js';
import { type CommandResult, runCommand } from '../../core/run-command.js';

/** Options of a git command. */
export interface GitCall {
  cwd: string;
  env?: Readonly<Record<string, string>>;
  input?: string;
  signal?: AbortSignal;
}

/**
 * Settings that keep git to itself: no hooks, no monitor program, no shortcut that would let it believe a file unchanged
 * without looking (`ignoreStat`, a weaker `checkStat`), no refusal because of line endings.
 */
const SETTINGS: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.splitIndex=false',
  'core.ignoreStat=false',
  'core.trustctime=true',
  'core.checkStat=default',
  'core.safecrlf=false',
  'core.compression=0',
  'core.looseCompression=0',
  'core.quotePath=false',
  'core.attributesFile=/dev/null',
  'index.sparse=false',
  'advice.addEmbeddedRepo=false',
  'gc.auto=0',
  'maintenance.auto=false',
].flatMap((setting) => ['-c', setting]);

/**
 * Runs git so that it reads the repository at `cwd` (whatever `GIT_*` variables a hook around us may have set), writes
 * nothing of it that was not asked for, and asks no questions. A non-zero exit is a result; `undefined`: there is no git here.
 * Throws DEADLINE_EXCEEDED, CANCELLED.
 */
export async function runGit(args: readonly string[], call: GitCall): Promise<CommandResult | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  try {
    return await runCommand('git', [...SETTINGS, ...args], {
      cwd: call.cwd,
      env: {
        ...Object.fromEntries(inherited),
        GIT_OPTIONAL_LOCKS: '0',
        GIT_TERMINAL_PROMPT: '0',
        GIT_NO_LAZY_FETCH: '1',
        // History as it was committed: neither `git replace` nor grafts put other commits in its place.
        GIT_NO_REPLACE_OBJECTS: '1',
        GIT_GRAFT_FILE: devNull,
        LC_ALL: 'C',
        ...call.env,
      },
      timeoutMs: 300_000,
      maxBytes: 256 * 1024 * 1024,
      ...(call.input === undefined ? {} : { input: call.input }),
      ...(call.signal ? { signal: call.signal } : {}),
    });
  } catch (error) {
    if (error instanceof CodeloopError && error.code === 'INTERNAL') return undefined;
    throw error;
  }
}

/** Output of a git command that has to succeed, as text. Throws INTERNAL with git's own words. */
export async function gitText(args: readonly string[], call: GitCall): Promise<string> {
  const result = await runGit(args, call);
  if (result?.code === 0) return result.stdout.toString('utf8');
  const words = result?.stderr.toString('utf8').trim().slice(0, 500) ?? 'git is gone';
  throw new CodeloopError('INTERNAL', { reason: `git ${args[0] ?? ''} failed: ${words}` });
}

/** Parts of a NUL-separated output. */
export const parts = (text: string): string[] => text.split('\0').filter((part) => part !== '');

/** Returns the folder's place in its repository, with `/` and ending with one: `apps/shop/`; empty at the root and outside of git. */
export async function folderInRepository(dir: string): Promise<string> {
  const result = await runGit(['rev-parse', '--show-prefix'], { cwd: dir });
  return result?.code === 0 ? result.stdout.toString('utf8').trim() : '';
}
