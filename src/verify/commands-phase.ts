import { performance } from 'node:perf_hooks';
import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';
import { type Clock, isoTime } from '../core/clock.js';
import type { PlannedRunner, RunnerKind, RunnerPlan, RunnerResult, RunnersRecord } from '../core/vocabulary/runner.js';
import { projectRedactor } from '../live/redactor.js';
import { type CodeWatch, watchCode } from '../project/code-state/code-state.js';
import type { Project } from '../project/project.js';
import { filesOnDisk } from '../project/project.js';
import { detectRunners } from '../project/runners/detect-runners.js';
import { boundFailures, boundText, MAX_SKIPPED, runRunner } from '../project/runners/run-runner.js';
import { LogFile } from '../store/artifact-files.js';
import { withProjectLock } from '../store/file-lock.js';
import type { Run } from '../store/run.js';
import type { RunInHand } from './verification.js';
import type { WatchedWork } from './watched-work.js';

/** Longest text that is held back for the end of its line, in characters. */
const MAX_HELD = 64 * 1024;
const KEY_BEGIN = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/;
const KEY_END = /-----END [A-Z ]{0,40}PRIVATE KEY-----/;

/**
 * Passes a command's output into a log: whole lines only, secrets masked, so that no secret is written in two halves. A
 * private key is held back until its last line.
 */
class RunnerLog {
  readonly #file: LogFile;
  readonly #redact: (text: string) => string;
  readonly #decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  readonly #held = { stdout: '', stderr: '' };

  constructor(file: LogFile, redact: (text: string) => string) {
    this.#file = file;
    this.#redact = redact;
  }

  add(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    const text = this.#held[stream] + this.#decoders[stream].write(chunk);
    const end = text.lastIndexOf('\n') + 1;
    const key = KEY_BEGIN.exec(text.slice(0, end));
    const open = key !== null && !KEY_END.test(text.slice(key.index));
    const upTo = text.length > MAX_HELD ? text.length : open ? key.index : end;
    if (upTo > 0) this.#write(text.slice(0, upTo));
    this.#held[stream] = text.slice(upTo);
  }

  /** Writes what is still held back. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const rest = this.#held[stream] + this.#decoders[stream].end();
      this.#held[stream] = '';
      if (rest !== '') this.#write(rest);
    }
  }

  #write(text: string): void {
    this.#file.append(this.#redact(stripVTControlCharacters(text)));
  }
}

interface RunnerPhaseRequest extends RunInHand {
  /** Leaves tests and plugins out. */
  skipTests: boolean;
  watcher: Pick<WatchedWork, 'tell' | 'commands' | 'commandBegun' | 'commandEnded'>;
}

interface RunnerPhase {
  /** The state that the rest of the verification belongs to: another build output is another state. */
  watch: CodeWatch;
}

/**
 * Runs the project's own build, type check, lint, tests and plugins, one after another, and stores what came out in the run. They
 * run before the app is started, because a build may make what is served. That one fails stops nothing: the rest is evidence too.
 * Throws CANCELLED, CONFIG_INVALID, DISK_FULL, PATH_OUTSIDE_ROOTS.
 */
export async function runnerPhase(request: RunnerPhaseRequest): Promise<RunnerPhase> {
  const { project, session, run, watch, watcher, signal } = request;
  const plan = await detectRunners(filesOnDisk(project.dir), project.config);
  const { chosen, skipped } = choose(plan, project, request.skipTests);
  const record: RunnersRecord = { schema_version: 1, at: isoTime(session.clock), results: [], skipped };
  const store = () => run.put({ kind: 'runners', name: 'runners.json', data: `${JSON.stringify(record, null, 1)}\n` });
  watcher.commands(chosen.map(({ name }) => name));
  if (chosen.length === 0) {
    if (skipped.length > 0) await store();
    return { watch };
  }
  const builds = chosen.some(({ kind }) => kind === 'build');
  // A server of ours must not read, or write, what is being built.
  if (builds) await session.apps.release(project);
  await withProjectLock(project.dir, 'runners', signal, async () => {
    for (const [done, runner] of chosen.entries()) {
      const text = boundText(runner.text, 120, projectRedactor(project.config));
      watcher.tell(done, chosen.length, `${runner.name}: ${text}`);
      watcher.commandBegun(runner.name);
      const result = await runOne(runner, request, session.clock);
      watcher.commandEnded(result);
      record.results.push(result);
    }
  });
  await store();
  return { watch: builds ? await afterBuild(run, watch, project) : watch };
}

function choose(
  plan: RunnerPlan,
  project: Project,
  skipTests: boolean,
): { chosen: PlannedRunner[]; skipped: RunnersRecord['skipped'] } {
  const reason = skipTests
    ? 'skip_tests was asked for'
    : project.config.tests.run
      ? undefined
      : 'tests.run is false in .codeloop/config.json';
  const isLeftOut = (kind: RunnerKind) => kind === 'test' && reason !== undefined;
  return {
    chosen: plan.runners.filter(({ kind }) => !isLeftOut(kind)),
    skipped: [
      ...plan.leftOut,
      ...plan.runners.flatMap(({ name, kind }) =>
        isLeftOut(kind) ? [{ what: name, kind, reason: reason ?? '' }] : [],
      ),
    ],
  };
}

async function runOne(runner: PlannedRunner, request: RunnerPhaseRequest, clock: Clock): Promise<RunnerResult> {
  const { project, run, watch, signal } = request;
  const redact = projectRedactor(project.config);
  const log = await LogFile.create(run.projectDir, run.id, `${runner.name}.log`);
  const lines = new RunnerLog(log, redact);
  const startedAt = isoTime(clock);
  const start = performance.now();
  try {
    lines.add('stdout', Buffer.from(`$ ${runner.argv.join(' ')}\n`));
    const outcome = await runRunner(runner, {
      project: run.projectDir,
      signal,
      onOutput: (stream, chunk) => lines.add(stream, chunk),
    });
    await watch.passOwnWrites();
    const reasons = [
      ...(outcome.reason === undefined ? [] : [outcome.reason]),
      ...(outcome.leftRunning ? ['processes that it left behind were ended'] : []),
    ];
    return {
      name: runner.name,
      kind: runner.kind,
      source: runner.source,
      text: boundText(runner.text, 500, redact),
      status: outcome.status,
      ...(reasons.length === 0 ? {} : { reason: reasons.join('; ') }),
      exit_code: outcome.exitCode,
      started_at: startedAt,
      duration_ms: Math.round(performance.now() - start),
      timeout_ms: runner.timeoutMs,
      report: outcome.report,
      ...(outcome.counts === undefined ? {} : { counts: outcome.counts }),
      failures: boundFailures(outcome.failures, run.projectDir, run.projectDir, redact),
      failure_count: outcome.failures.length,
      skipped_tests: outcome.skipped.slice(0, MAX_SKIPPED).map((name) => boundText(name, 300, redact)),
      log: log.path,
      tree: watch.state.tree,
      changed_files: (await watch.changedFiles()).filter((path) => path !== BUILD_OUTPUT).slice(0, 20),
    };
  } finally {
    // What was printed is kept also when the work was cancelled.
    lines.end();
    await run.adopt('log', await log.finish());
  }
}

/** Name of changed build output among changed files; changing it is the purpose of a build. */
const BUILD_OUTPUT = '(build output)';

/**
 * The state after a build. Where only the served output changed, the run goes on as evidence of the new output: nothing of this
 * verification was made from the old one. Pictures that earlier calls took of the old output are marked stale.
 */
async function afterBuild(run: Run, before: CodeWatch, project: Project): Promise<CodeWatch> {
  const after = await watchCode(project);
  const sameCode = after.state.tree === before.state.tree && after.state.method === before.state.method;
  // The old watch goes on to name the files that a build changed among the code itself.
  if (!sameCode || after.state.build_output === before.state.build_output) return before;
  if (before.state.moving) after.state.moving = before.state.moving;
  await run.update((draft) => {
    draft.code_state = after.state;
    draft.cells = draft.cells.map((cell) => (cell.stale ? cell : { ...cell, stale: REBUILT }));
  });
  return after;
}

const REBUILT = { reason: 'the app was built anew since, with other output', files: [BUILD_OUTPUT] };
