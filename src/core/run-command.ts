import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { Socket } from 'node:net';
import { delimiter, isAbsolute, join, resolve, sep } from 'node:path';
import { CodeloopError, isErrno } from './errors.js';
import { countedWork } from './lanes.js';

/** The places where programs are looked for: this process's environment, unless a test says otherwise. */
interface ProgramPlaces {
  env?: NodeJS.ProcessEnv;
  /** Folder that a relative path with a separator starts at. */
  cwd?: string;
}

/** Returns the file that a command's first word names, or `undefined`: a path as it is, a bare name along PATH. Starts nothing. */
export function findProgram(name: string, places: ProgramPlaces = {}): string | undefined {
  const env = places.env ?? process.env;
  const endings = process.platform === 'win32' ? ['', ...(env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';')] : [''];
  const folders =
    isAbsolute(name) || name.includes('/') || name.includes(sep)
      ? [places.cwd ?? '.']
      : (env.PATH ?? '').split(delimiter).filter(Boolean);
  for (const folder of folders) {
    for (const ending of endings) {
      const file = isAbsolute(name) ? name + ending : join(resolve(folder), name + ending);
      if (isProgram(file)) return file;
    }
  }
  return undefined;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // Not there and not runnable are the same answer here.
  }
}

/** The signal a program gets when the process that started it is gone, however it ended. */
type DeathSignal = 'TERM' | 'KILL';

let launcher: { file: string | undefined } | undefined;

/**
 * The same command, wrapped so that the kernel ends it when this process dies, even by SIGKILL. Linux only (`setpriv --pdeathsig` of
 * util-linux 2.33, prctl(2) PR_SET_PDEATHSIG); elsewhere, and without that program, the command as it is. The program it starts gets
 * the signal, not what that program starts in turn.
 */
function dieWithParent(
  command: string,
  args: readonly string[],
  signal: DeathSignal,
): { command: string; args: string[] } {
  launcher ??= { file: findLauncher() };
  return launcher.file === undefined
    ? { command, args: [...args] }
    : { command: launcher.file, args: ['--pdeathsig', signal, '--', command, ...args] };
}

function findLauncher(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const file = findProgram('setpriv');
  if (file === undefined) return undefined;
  // The setpriv of busybox has no such option.
  const { stdout } = spawnSync(file, ['--help'], { encoding: 'utf8', timeout: 5000 });
  return stdout?.includes('--pdeathsig') ? file : undefined;
}

/**
 * Waits on its standard input: a line says that all is well; the end of input means that the process at the other end is gone, and the group
 * named by the first argument is ended, by force after two seconds.
 */
const GUARD = 'read -r done || { kill -s TERM -- "-$1"; sleep 2; kill -s KILL -- "-$1"; }';

/** Keeps a process group from outliving this process. */
interface GroupGuard {
  /** Ends the watch: the group has ended, or another guard has it. */
  dismiss(): void;
}

/**
 * Ends a process group (its leader's pid) when this process is gone, even by SIGKILL or when memory runs out: a shell of a few hundred
 * kilobytes holds the other end of a pipe that the kernel closes with us. Unlike `dieWithParent` it reaches what the leader starts
 * in turn (`npm run dev` starts a shell that starts node). POSIX only; without `/bin/sh` there is no guard.
 */
function guardGroup(group: number): GroupGuard {
  if (process.platform === 'win32') return { dismiss: () => undefined };
  // Its own group: an interruption typed in the terminal, or the end of the guarded group, must not take it along.
  const guard = spawn('/bin/sh', ['-c', GUARD, 'codeloop-guard', String(group)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => undefined); // no shell here: the orderly ways of ending still hold
  const pipe = guard.stdin;
  pipe.on('error', () => undefined); // it has ended: there is nothing to guard any more
  guard.unref();
  if (pipe instanceof Socket) pipe.unref();
  return { dismiss: () => void pipe.end('done\n') };
}

/** Tries until they were gone three times in a row, for 10 s at most. */
const SWEEP = `
gone=0 tries=0
while [ $gone -lt 3 ] && [ $tries -lt 100 ]; do
  gone=$((gone + 1)) tries=$((tries + 1))
  for dir in "$@"; do
    if [ -e "$dir" ]; then gone=0; rm -rf "$dir" 2>/dev/null; fi
  done
  sleep 0.1
done
`;

/**
 * Removes folders that may still be written into for a moment, by a process that outlives this one: it may be called while
 * node exits. Not for Windows.
 */
export function sweepFolders(dirs: readonly string[]): void {
  spawn('/bin/sh', ['-c', SWEEP, 'sweep', ...dirs], { detached: true, stdio: 'ignore' }).unref();
}

/**
 * As `SWEEP`, once the end of input says that whoever named the folders, one a line, is gone; at once where nothing is left of them. Of what
 * begins as a line says that ends with `*`, only folders go that are empty and still are ten seconds later: somebody else may just have made one.
 */
const SWEEP_LATER = `
empties() (
  start="\${1%?}"; set --
  for one in "$start"*; do [ -d "$one" ] && [ -z "$(ls -A "$one" 2>/dev/null)" ] && set -- "$@" "$one"; done
  [ $# -eq 0 ] || { sleep 10; rmdir "$@" 2>/dev/null; }
)
set --
while IFS= read -r dir; do set -- "$@" "$dir"; done
for dir in "$@"; do
  case "$dir" in *\\*) empties "$dir" & ;; esac
  [ -e "$dir" ] && left=1
done
[ "$left" ] || exit 0
${SWEEP}`;

let sweeper: Socket | undefined;

/**
 * Has a folder removed when this process is gone, however it ended: a shell of a few hundred kilobytes, one for all folders, holds the other end of a
 * pipe that the kernel closes with us. A path that ends with `*` stands for all empty folders that begin so: a library makes them under a name
 * that nobody knows beforehand. POSIX only; without `/bin/sh` the orderly ways of ending still hold.
 */
export function removeWithUs(folder: string): void {
  if (process.platform === 'win32') return;
  if (!sweeper?.writable) {
    // In no folder that somebody wants to be rid of, and in a group of its own: what ends us must not take it along.
    const child = spawn('/bin/sh', ['-c', SWEEP_LATER, 'codeloop-sweeper'], {
      ...{ cwd: '/', detached: true },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.on('error', () => undefined);
    child.unref();
    if (!(child.stdin instanceof Socket)) return;
    child.stdin.on('error', () => undefined);
    child.stdin.unref();
    sweeper = child.stdin;
  }
  sweeper.write(`${folder}\n`);
}

interface CommandOptions {
  cwd?: string;
  /** The child's whole environment; default: this process's. */
  env?: NodeJS.ProcessEnv;
  /** Milliseconds until the whole process group is killed; default 60,000. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Bytes kept of each stream (the rest is read and dropped); default 16 MiB. */
  maxBytes?: number;
  input?: Buffer | string;
}

export interface CommandResult {
  /** Exit code, or null when a signal ended it. */
  code: number | null;
  stdout: Buffer;
  stderr: Buffer;
}

/**
 * Runs one program with an argument array, never through a shell, in its own process group, and waits for its end.
 * Throws DEADLINE_EXCEEDED or CANCELLED after the group was killed, INTERNAL when it cannot be started. A non-zero exit is a result.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  options.signal?.throwIfAborted();
  countedWork.command.publish({ file: command, args });
  const child = spawn(command, [...args], {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stdout = collect(child.stdout, options.maxBytes ?? 16 * 1024 * 1024);
  const stderr = collect(child.stderr, options.maxBytes ?? 16 * 1024 * 1024);
  const timeoutMs = options.timeoutMs ?? 60_000;
  let why: CodeloopError | undefined;
  const stop = (error: CodeloopError) => {
    why ??= error;
    killTree(child, 'SIGKILL');
  };
  const timer = setTimeout(
    () => stop(new CodeloopError('DEADLINE_EXCEEDED', { what: command, ms: timeoutMs })),
    timeoutMs,
  );
  const onAbort = () => stop(new CodeloopError('CANCELLED', { what: command }));
  options.signal?.addEventListener('abort', onAbort, { once: true });
  // A child that ends before it has read its input closes the pipe. That is no error: its exit code says how it ended.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', (error) =>
        reject(
          new CodeloopError(
            'INTERNAL',
            { reason: `${command} could not be started: ${isErrno(error) ? error.code : error.message}` },
            { cause: error },
          ),
        ),
      );
      child.once('close', (exit) => resolve(exit));
    });
    if (why) throw why;
    return { code, stdout: stdout(), stderr: stderr() };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
  }
}

/** A program that goes on while we work: a dev server, an encoder. */
export interface RunningProcess {
  readonly pid: number;
  /** Resolves with the exit code (null: ended by a signal) when it is gone; never rejects. */
  readonly ended: Promise<number | null>;
  readonly child: ChildProcess;
  /** Ends the whole process group: SIGTERM, then SIGKILL after `graceMs` (default 2,000). Resolves when it is gone. */
  stop(graceMs?: number): Promise<void>;
}

/** Starts a program in its own process group without waiting for its end. Throws INTERNAL when it cannot be started. */
export async function startProcess(
  command: string,
  args: readonly string[],
  options: {
    cwd?: string;
    env?: NodeJS.ProcessEnv;
    onOutput?: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
    /** Signal the program gets when this process dies without having stopped it (Linux; see `dieWithParent`). */
    diesWithUs?: DeathSignal;
    /** The whole group ends when this process is gone, however it ended (see `guardGroup`); for programs that start others. */
    guarded?: boolean;
  } = {},
): Promise<RunningProcess> {
  const wrapped = options.diesWithUs === undefined ? undefined : dieWithParent(command, args, options.diesWithUs);
  const child = spawn(wrapped?.command ?? command, wrapped?.args ?? [...args], {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code));
    child.once('error', () => resolve(null));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) =>
      reject(
        new CodeloopError(
          'INTERNAL',
          { reason: `${command} could not be started: ${isErrno(error) ? error.code : error.message}` },
          { cause: error },
        ),
      ),
    );
  });
  child.stdin.on('error', () => undefined);
  child.stdout.on('data', (chunk: Buffer) => options.onOutput?.('stdout', chunk));
  child.stderr.on('data', (chunk: Buffer) => options.onOutput?.('stderr', chunk));
  const guard = options.guarded && child.pid !== undefined ? guardGroup(child.pid) : undefined;
  if (LIVE.size === 0) process.on('exit', killAllStarted);
  LIVE.add(child);
  void ended.then(() => {
    // The leader is gone; members of its group that outlived it are nobody's any more.
    killTree(child, 'SIGKILL');
    guard?.dismiss();
    LIVE.delete(child);
    if (LIVE.size === 0) process.off('exit', killAllStarted);
  });
  return {
    pid: child.pid ?? -1,
    ended,
    child,
    async stop(graceMs = 2000) {
      // Its number may belong to another process by now.
      if (!LIVE.has(child)) return;
      killTree(child, 'SIGTERM');
      const timer = setTimeout(() => {
        killTree(child, 'SIGKILL');
        // Whatever left the group and still holds these pipes must not hold us up.
        child.stdout.destroy();
        child.stderr.destroy();
      }, graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Kills every process group started by `startProcess` that still lives: `process.exit()` in the middle of work cannot wait. */
function killAllStarted(): void {
  for (const child of LIVE) killTree(child, 'SIGKILL');
}

const LIVE = new Set<ChildProcess>();

function killTree(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: the group is gone already, which is what was wanted.
    if (!isErrno(error) || error.code !== 'ESRCH') throw error;
  }
}

function collect(stream: NodeJS.ReadableStream, maxBytes: number): () => Buffer {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    if (length < maxBytes) chunks.push(chunk.subarray(0, maxBytes - length));
    length += chunk.length;
  });
  return () => Buffer.concat(chunks);
}
