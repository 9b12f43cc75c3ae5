import { setTimeout as wait } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { CodeloopError, isErrno } from '../../core/errors.js';
import { readPlain } from '../../core/path-walls.js';
import { startProcess } from '../../core/run-command.js';
import type {
  PlannedRunner,
  ReportSource,
  RunnerFailure,
  RunnerResult,
  TestCounts,
} from '../../core/vocabulary/runner.js';
import type { ReportPlan } from './report-flags.js';
import type { ParsedReport, ReportParser } from './reports/report.js';

interface StartOptions {
  /** Absolute. */
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Milliseconds until the whole process group is ended. */
  timeoutMs: number;
  signal: AbortSignal;
  onOutput: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
  /** Whether what it printed so far shows that it waits for changes; asked when it has been silent for a while. */
  waitsForChanges?: () => boolean;
}

/** The end of a command; `leftRunning`: it left processes behind that kept its output open, and they were ended. */
export type Ended =
  | { how: 'exited'; code: number | null; leftRunning: boolean }
  | { how: 'timed_out' }
  | { how: 'waits' }
  | { how: 'not_started'; reason: string };

/** Milliseconds of silence after which a command that says that it waits for changes is believed. */
const SILENCE_MS = 5000;

/** Milliseconds for what a command started and left behind to let go of its output. */
const GRACE_MS = 2000;

/**
 * Runs one command of the project to its end in its own process group, without a shell and with nothing to read, so that a prompt
 * gets its end of input. The group is ended when the deadline passes or the call is cancelled, also when this process is killed.
 * Throws CANCELLED.
 */
export async function startRunner(argv: readonly string[], options: StartOptions): Promise<Ended> {
  const [program = '', ...args] = argv;
  options.signal.throwIfAborted();
  let running: Awaited<ReturnType<typeof startProcess>>;
  let spokenMs = Date.now();
  try {
    running = await startProcess(program, args, {
      cwd: options.cwd,
      env: options.env,
      guarded: true,
      onOutput: (stream, chunk) => {
        spokenMs = Date.now();
        options.onOutput(stream, chunk);
      },
    });
  } catch (error) {
    if (error instanceof CodeloopError) return { how: 'not_started', reason: String(error.values.reason) };
    throw error;
  }
  running.child.stdin?.end();
  const over = new AbortController();
  const exit = new Promise<{ how: 'exited'; code: number | null }>((resolve) => {
    const done = (code: number | null) => resolve({ how: 'exited', code });
    if (running.child.exitCode !== null) done(running.child.exitCode);
    running.child.once('exit', done);
    void running.ended.then(done);
  });
  const deadline = unlessOver(wait(options.timeoutMs, { how: 'timed_out' } as const, { signal: over.signal }));
  const waits = new Promise<{ how: 'waits' }>((resolve) => {
    const look = setInterval(() => {
      if (Date.now() - spokenMs >= SILENCE_MS && options.waitsForChanges?.()) resolve({ how: 'waits' });
    }, 500);
    over.signal.addEventListener('abort', () => clearInterval(look), { once: true });
  });
  const cancelled = new Promise<{ how: 'cancelled' }>((resolve) => {
    const onAbort = () => resolve({ how: 'cancelled' });
    options.signal.addEventListener('abort', onAbort, { once: true, signal: over.signal });
    if (options.signal.aborted) onAbort();
  });
  try {
    const first = await Promise.race([exit, deadline, waits, cancelled]);
    if (first.how === 'exited') {
      const closed = running.ended.then(() => 'closed' as const);
      const held =
        (await Promise.race([closed, unlessOver(wait(GRACE_MS, 'held' as const, { signal: over.signal }))])) === 'held';
      if (held) await running.stop(GRACE_MS);
      return { how: 'exited', code: first.code, leftRunning: held };
    }
    await running.stop(GRACE_MS);
    if (first.how === 'cancelled') throw new CodeloopError('CANCELLED', { what: program });
    return first.how === 'waits' ? first : { how: 'timed_out' };
  } finally {
    over.abort();
  }
}

/** A wait that never ends once it was called off. */
function unlessOver<T>(waiting: Promise<T>): Promise<T> {
  return waiting.catch((error: unknown) => {
    if (error instanceof Error && error.name === 'AbortError') return new Promise<T>(() => undefined);
    throw error;
  });
}

/** The parser of a report, loaded when it is first needed. */
export async function reportParser(source: ReportSource): Promise<ReportParser | undefined> {
  switch (source) {
    case 'jest':
    case 'vitest':
      return (await import('./reports/json-reports.js')).parseJest;
    case 'playwright':
      return (await import('./reports/json-reports.js')).parsePlaywright;
    case 'junit':
    case 'pytest':
      return (await import('./reports/junit.js')).parseJunit;
    case 'tap':
      return (await import('./reports/text-summary.js')).parseTap;
    case 'go':
      return (await import('./reports/json-reports.js')).parseGoTest;
    case 'cargo':
      return (await import('./reports/text-summary.js')).parseCargoTest;
    case 'rspec_json':
      return (await import('./reports/json-reports.js')).parseRspec;
    case 'eslint':
      return (await import('./reports/static-checks.js')).parseEslint;
    case 'tsc':
      return (await import('./reports/static-checks.js')).parseTsc;
    case 'text':
      return (await import('./reports/text-summary.js')).parseTextSummary;
    case 'exit_code':
    case 'none':
      return undefined;
  }
}

/** Bytes kept of what a command prints on its standard output, from its start: a report that is printed must be whole. */
const MAX_OUTPUT = 32 * 1024 * 1024;
/** Characters kept of everything, from its end: summaries and last words. */
const MAX_TAIL = 256 * 1024;

/** Last words of test tools, compilers and servers in their watch modes. */
const WAITS =
  /\b(?:watch(?:ing)? (?:for )?(?:file |files? for )?changes|waiting for (?:file |source )?changes|watching (?:path|dir|files)|watch mode enabled|watch usage|press (?:`?\w+`?|\w+ \+ \w) to (?:quit|exit|rerun|show help)|completed running .{0,80}waiting)\b/i;

/** Whether the end of what a command printed says that it waits for changes of the files. */
export function saysItWaits(output: string): boolean {
  return WAITS.test(stripVTControlCharacters(output.slice(-2000)));
}

/** The output of a command, bounded. */
export class RunnerOutput {
  readonly #stdout: Buffer[] = [];
  #stdoutBytes = 0;
  #tail = '';

  add(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    if (stream === 'stdout' && this.#stdoutBytes < MAX_OUTPUT) this.#stdout.push(chunk);
    if (stream === 'stdout') this.#stdoutBytes += chunk.length;
    this.#tail = (this.#tail + chunk.toString('utf8')).slice(-MAX_TAIL);
  }

  /** The standard output; `undefined` when it was too long to be kept whole. */
  get stdout(): string | undefined {
    return this.#stdoutBytes > MAX_OUTPUT ? undefined : Buffer.concat(this.#stdout).toString('utf8');
  }

  /** Whether its last words are those of a tool that watches: "Watching for file changes", "press q to quit". */
  get waitsForChanges(): boolean {
    return saysItWaits(this.#tail);
  }

  /** The end of both streams together, as they came. */
  get tail(): string {
    return this.#tail;
  }
}

/** Outcome of a command, before it is bound to a run. Texts are as the tools wrote them. */
export interface RunnerOutcome {
  status: RunnerResult['status'];
  reason?: string;
  exitCode: number | null;
  report: ReportSource;
  counts?: TestCounts;
  failures: RunnerFailure[];
  skipped: string[];
}

/** Lines of the output that describe the failure where no report does. */
const LAST_LINES = 20;
/** Largest report that is read, in bytes. */
const MAX_REPORT = 64 * 1024 * 1024;

/**
 * Decides how a command went. A report that names failures outweighs an exit code of 0; an exit code other than 0 outweighs a
 * report without failures; zero tests, skipped tests and an unknown number of tests stay three things.
 */
export async function runnerOutcome(
  runner: PlannedRunner,
  plan: ReportPlan,
  ended: Ended,
  output: RunnerOutput,
): Promise<RunnerOutcome> {
  const tail = stripVTControlCharacters(output.tail);
  if (ended.how === 'not_started')
    return { ...NOTHING, status: 'could_not_run', reason: `${runner.argv[0]} could not be started`, exitCode: null };
  const { report, parsed } = await readReport(runner, plan, output, tail);
  const found = { report, ...parsed, failures: parsed?.failures ?? [], skipped: parsed?.skipped ?? [] };
  if (ended.how === 'waits') {
    const reason = `it waits for changes and never ends (a watch mode); name a command that ends in runners.${runner.kind}.command`;
    return {
      ...found,
      status: 'timed_out',
      reason,
      exitCode: null,
      failures: orLastWords(found.failures, runner, tail),
    };
  }
  if (ended.how === 'timed_out') {
    const seconds = Math.round(runner.timeoutMs / 1000);
    const reason = `it was still running after ${seconds} s and was ended, with all it had started (a watch mode? a server?); name a command that ends in runners.${runner.kind}.command`;
    return {
      ...found,
      status: 'timed_out',
      reason,
      exitCode: null,
      failures: orLastWords(found.failures, runner, tail),
    };
  }
  const { code } = ended;
  // sh(1): 126 cannot be executed, 127 not found.
  if ((code === 126 || code === 127) && parsed?.counts === undefined) {
    const reason = `a program it needs is not there (exit code ${code}); are the project's packages installed?`;
    return { ...found, status: 'could_not_run', reason, exitCode: code, failures: orLastWords([], runner, tail) };
  }
  const failed = Math.max(found.counts?.failed ?? 0, found.failures.length);
  if (failed > 0) {
    const what = runner.kind === 'test' ? `${failed} failed` : `${failed} error(s)`;
    const reason = code === 0 ? `${what}, although it ended with exit code 0` : `${what}, ${exitWords(code)}`;
    return { ...found, status: 'failed', reason, exitCode: code, failures: orLastWords(found.failures, runner, tail) };
  }
  // pytest ends with 5 when it collected no test, vitest and jest with 1: the number of tests shows that it is no failure.
  const none = runner.kind === 'test' && found.counts !== undefined && total(found.counts) === 0;
  if (code !== 0 && !none)
    return {
      ...found,
      status: 'failed',
      reason: exitWords(code),
      exitCode: code,
      failures: orLastWords([], runner, tail),
    };
  return { ...found, status: 'passed', exitCode: code };
}

const NOTHING = { report: 'exit_code', failures: [], skipped: [] } as const satisfies Partial<RunnerOutcome>;

/** The report that was asked for; where it is not there or not readable, the printed summary. */
async function readReport(
  runner: PlannedRunner,
  plan: ReportPlan,
  output: RunnerOutput,
  tail: string,
): Promise<{ report: ReportSource; parsed?: ParsedReport }> {
  const wanted = plan.source;
  if (wanted === 'none') return { report: 'none' };
  const text = plan.file === undefined ? output.stdout : await readIfThere(plan.file);
  const parser = await reportParser(wanted);
  const parsed =
    text === undefined || text === '' ? undefined : parser?.(wanted === 'text' ? tail : stripVTControlCharacters(text));
  if (parsed) return { report: wanted, parsed: runner.kind === 'test' ? parsed : withoutCounts(parsed) };
  if (runner.kind === 'test' && wanted !== 'exit_code') {
    const summary = (await reportParser('text'))?.(tail);
    if (summary) return { report: 'text', parsed: summary };
    return { report: 'exit_code' };
  }
  const compiler = runner.kind === 'test' ? undefined : (await reportParser('tsc'))?.(tail);
  return compiler ? { report: 'tsc', parsed: compiler } : { report: 'exit_code' };
}

function withoutCounts({ failures, skipped }: ParsedReport): ParsedReport {
  return { failures, skipped };
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    const data = await readPlain(file);
    return data.length > MAX_REPORT ? undefined : data.toString('utf8');
  } catch (error) {
    // Not written: the tool did not get so far.
    if (isErrno(error)) return undefined;
    throw error;
  }
}

/** The failures, or the last lines that were printed as one, so that there is always something to go by. */
function orLastWords(failures: RunnerFailure[], runner: PlannedRunner, tail: string): RunnerFailure[] {
  if (failures.length > 0) return failures;
  const lines = tail.split('\n').filter((line) => line.trim() !== '');
  return lines.length === 0 ? [] : [{ name: runner.name, message: lines.slice(-LAST_LINES).join('\n') }];
}

function exitWords(code: number | null): string {
  return code === null ? 'it was ended by a signal' : `exit code ${code}`;
}

function total(counts: TestCounts): number {
  return counts.passed + counts.failed + counts.skipped;
}
