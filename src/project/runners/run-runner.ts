import { mkdir, realpath, rm } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { contains, insideRoots } from '../../core/path-walls.js';
import { findProgram } from '../../core/run-command.js';
import { makeTempFolder } from '../../core/temp-folder.js';
import type { RunnerFailure } from '../../core/vocabulary/runner.js';
import { filesOnDisk } from '../project.js';
import type { PlannedRunner } from './planned-runner.js';
import { honestEnvironment, standIn } from './real-tools.js';
import { planReport } from './report-flags.js';
import { type RunnerOutcome, RunnerOutput, runnerOutcome } from './runner-outcome.js';
import { readManifest } from './scripts.js';
import { startRunner } from './start-runner.js';

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
    ...(failure.line === undefined ? {} : { line: failure.line }),
    ...(failure.column === undefined ? {} : { column: failure.column }),
  }));
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
  const instead = standIn(options.project);
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
    const output = new RunnerOutput();
    const ended = await startRunner(plan.argv, {
      cwd,
      env: runnerEnvironment(environment, plan.env),
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

/** The `node` that the project's scripts will find: only of our own is known what NODE_OPTIONS it takes. */
async function scriptsNode(): Promise<string | undefined> {
  const found = findProgram('node');
  return found === undefined ? undefined : realpath(found);
}
