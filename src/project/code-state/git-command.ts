import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { devNull } from 'node:os';
import { dirname, join } from 'node:path';
import { CodeloopError, isErrno } from '../../core/errors.js';
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
 * Throws DEADLINE_EXCEEDED, CANCELLED, and FILE_UNREADABLE where git waits for a pipe or a device in the place of a file of its own.
 */
export async function runGit(args: readonly string[], call: GitCall): Promise<CommandResult | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  const given = new AbortController();
  let held: string | undefined;
  const slow = setTimeout(async () => {
    held = await whatGitWaitsFor(call.cwd);
    if (held !== undefined) given.abort();
  }, SLOW_MS).unref();
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
      signal: call.signal ? AbortSignal.any([call.signal, given.signal]) : given.signal,
    });
  } catch (error) {
    if (held !== undefined)
      throw new CodeloopError('FILE_UNREADABLE', {
        path: held,
        reason: 'it is a pipe or a device, not a file, and git waits for it',
      });
    if (error instanceof CodeloopError && error.code === 'INTERNAL') return undefined;
    throw error;
  } finally {
    clearTimeout(slow);
  }
}

/** Time after which git is asked what it waits for, ms; most folders that are looked through for that. */
const SLOW_MS = 3000;
const MOST_FOLDERS = 20_000;
/** What git reads by itself: in any folder of a work tree, and of its own. */
const READ_ANYWHERE = new Set(['.gitignore', '.gitattributes', '.gitmodules', '.mailmap']);
const READ_OF_OWN = ['HEAD', 'config', 'index', 'packed-refs', 'shallow', 'info/exclude', 'info/attributes'];

/** A file that git reads and that never ends: it opens whatever lies there. */
async function whatGitWaitsFor(cwd: string): Promise<string | undefined> {
  let top = cwd;
  while (!existsSync(join(top, '.git')) && dirname(top) !== top) top = dirname(top);
  for (const name of READ_OF_OWN) {
    const path = join(top, '.git', name);
    const look = statSync(path, { throwIfNoEntry: false });
    if (look && !look.isFile() && !look.isDirectory()) return path;
  }
  const folders = [top];
  for (let at = 0; at < folders.length && at < MOST_FOLDERS; at++) {
    const folder = folders[at] ?? '';
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(nothingThere)) {
      const path = join(folder, entry.name);
      const isPlain = entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
      if (READ_ANYWHERE.has(entry.name) && !isPlain) return path;
      if (entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules') folders.push(path);
    }
  }
  return undefined;
}

/** A folder that is gone, or that nobody may look into, holds nothing up. */
function nothingThere(error: unknown): [] {
  if (isErrno(error)) return [];
  throw error;
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
