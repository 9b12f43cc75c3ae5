import { CodeloopError } from '../core/errors.js';
import type { GateVerdict } from '../core/vocabulary/gate.js';
import type { Pair } from '../core/vocabulary/pair.js';
import type { FlowReplay } from '../core/vocabulary/recording.js';
import type { Cell } from '../core/vocabulary/run.js';
import type { RunnerResult } from '../core/vocabulary/runner.js';
import type { PlannedCell } from '../live/planned-cell.js';
import type { Session, VerifyJob } from '../live/session.js';
import { type Durations, type WorkInHand, WorkLog, type WorstSoFar } from '../live/work-log.js';
import type { Project } from '../project/project.js';
import { findingsOf, rank } from '../report/findings.js';
import { Run } from '../store/run.js';
import { runsNewestFirst } from '../store/run-list.js';
import { readVerdicts } from '../store/verdict-files.js';
import { runnerRecords } from './judge/read-behaviour.js';
import { saidOnce } from './judge/verdict-status.js';

/** Earlier runs that are read for how long things take. */
const MOST_RUNS = 5;

/**
 * How long commands and cells took in the newest runs that tell, and what came after the last cell. A run that cannot be read tells nothing; in
 * CI nobody waits for an answer, and none is read.
 */
export async function earlierDurations(project: Project, session: Session): Promise<Durations> {
  const [cells, commands] = [new Map<string, number>(), new Map<string, number>()];
  if (session.ci) return { cells, commands };
  let rest: number | undefined;
  let left = MOST_RUNS;
  for (const found of runsNewestFirst(project.dir)) {
    if (left === 0) break;
    if ('broken' in found) continue;
    left -= 1;
    const { manifest } = found.read;
    for (const cell of manifest.cells) {
      const name = placeOf(cell);
      if (cell.took_ms !== undefined && !cell.carried && !cells.has(name)) cells.set(name, cell.took_ms);
    }
    try {
      const run = await Run.open(project.dir, found.runId, { tool: 'codeloop_verify', clock: session.clock });
      for (const { results } of (await runnerRecords(run)).reverse())
        for (const { name, duration_ms: ms } of results) if (!commands.has(name)) commands.set(name, ms);
      const last = Math.max(...manifest.cells.map(({ captured_at: at }) => Date.parse(at)));
      const judged = readVerdicts(project.dir, found.runId)[0]?.verdict.at;
      // A second look at the same run is judged much later.
      if (judged !== undefined && Date.parse(judged) >= last) rest ??= Date.parse(judged) - last;
    } catch (error) {
      // A run that was edited is told by the checks; how long things take another one tells.
      if (!(error instanceof CodeloopError)) throw error;
    }
  }
  return { cells, commands, rest };
}

/** A verification as those see it who wait for it: one line over MCP, a list with times at a terminal. */
export class WatchedWork {
  readonly status: VerifyJob['status'] = { done: 0, message: 'starting' };
  readonly #log: WorkLog;

  constructor(known: Durations, session: Session) {
    this.#log = new WorkLog(known, () => session.clock.now());
  }

  /** How things stand. */
  readonly look = (): WorkInHand => this.#log.look();

  /** Says what is done now. */
  readonly tell = (done: number, total: number, message: string): void =>
    void Object.assign(this.status, { done, total, message });

  /** The commands that will run, before the first. */
  readonly commands = (names: readonly string[]): void => this.#log.plan({ commands: names });

  readonly commandBegun = (name: string): void => this.#log.begin(name);

  readonly commandEnded = ({ name, status, reason }: RunnerResult): void =>
    this.#log.end(name, status === 'passed' ? undefined : (reason ?? status.replaceAll('_', ' ')));

  /** The cells that will be photographed, `atOnce` of them together. */
  readonly cells = (planned: readonly PlannedCell[], atOnce: number): void =>
    this.#log.plan({ cells: planned.map(nameOf) }, atOnce);

  readonly cellBegun = (planned: PlannedCell): void => this.#log.begin(nameOf(planned));

  readonly cellEnded = (cell: Cell, done: number, total: number): void => {
    const place = placeOf(cell);
    const worst = worstOfCell(cell);
    this.#log.end(place, worst?.words);
    this.#log.found(worst);
    this.tell(done, total, `${place}: ${cell.failure ? cell.failure.code : 'photographed'}`);
  };

  readonly flowEnded = ({ flow, viewport, status }: FlowReplay, done: number, total: number): void => {
    this.#log.end(`flow ${flow}@${viewport}`, status === 'pass' ? undefined : status.replaceAll('_', ' '));
    this.tell(done, total, `flow ${flow}@${viewport}: ${status}`);
  };

  /** What follows are comparisons and the judgement. */
  readonly photographed = (): void => this.#log.finish();

  readonly compared = (pair: Pair, done: number, total: number): void => {
    this.#log.found(worstOf(placeOf(pair), findingsOf({ pair }, undefined, [])));
    this.tell(done, total, `compared ${placeOf(pair)}`);
  };

  /** What the gates found, where nothing worse was seen before. */
  readonly judged = ({ failing_gates: failing }: GateVerdict): void => {
    for (const { id, problems } of saidOnce(failing))
      for (const problem of problems) {
        const { screen, viewport, flow } = problem;
        const place = screen === undefined ? (flow ?? id) : viewport === undefined ? screen : `${screen}@${viewport}`;
        this.#log.found(worstOf(place, findingsOf(undefined, undefined, [{ problem, gate: id, blocks: true }])));
      }
  };
}

function nameOf({ screen, viewportName }: PlannedCell): string {
  return placeOf({ screen: screen.name, viewport: viewportName });
}

function placeOf({ screen, viewport }: { screen: string; viewport: string }): string {
  return `${screen}@${viewport}`;
}

/** What a capture shows by itself: that there is none, that it is blank, or that the page threw. */
export function worstOfCell(cell: Cell): WorstSoFar | undefined {
  const thrown = cell.screenshot?.logs.find(({ kind }) => kind === 'page_error' || kind === 'crash');
  const problem = thrown && {
    title: thrown.kind === 'crash' ? 'The page crashed.' : 'Uncaught error:',
    text: thrown.text,
  };
  const problems = problem ? [{ problem, gate: 'runtime_clean', blocks: true }] : [];
  return worstOf(placeOf(cell), findingsOf(undefined, { cell }, problems));
}

function worstOf(place: string, [worst]: ReturnType<typeof findingsOf>): WorstSoFar | undefined {
  return worst && { place, words: worst.words, rank: rank(worst) };
}
