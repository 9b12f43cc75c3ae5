import { mkdir, realpath, rm } from 'node:fs/promises';
import { insideRoots } from '../../core/path-walls.js';
import { findProgram } from '../../core/run-command.js';
import { makeTempFolder } from '../../core/temp-folder.js';
import type { PlannedRunner } from './planned-runner.js';
import { filesOnDisk } from './project-files.js';
import { honestEnvironment, standIn } from './real-tools.js';
import { planReport } from './report-flags.js';
import { type RunnerOutcome, RunnerOutput, runnerOutcome } from './runner-outcome.js';
import { readManifest } from './scripts.js';
import { startRunner } from './start-runner.js';

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
