import { CodeloopError } from '../core/errors.js';
import type { GateVerdict, Remaining, Status } from '../core/vocabulary/gate.js';
import type { Caller } from '../live/person-at-terminal.js';
import type { Session } from '../live/session.js';
import type { Project } from '../project/project.js';
import { acceptBaselines } from './baselines/accept-baselines.js';
import { proposeBaselines } from './baselines/propose-baselines.js';
import { continueVerify } from './continue-verify.js';
import { ACCEPTABLE, acceptFindings } from './judge/accept-findings.js';
import { verdictLine, verdictStatus } from './judge/verdict-status.js';

/** Gates that hold once what a person has just accepted is committed. */
const WAITS = /^(?:accessibility|layout_sound|evidence_integrity|zero_critical_issues)$/;

interface FirstHourRequest {
  project: Project;
  session: Session;
  caller: Caller;
  /** Written beside what is accepted. */
  reason: string;
  progress: (progress: { done: number; total?: number; message: string }) => void;
}

interface FirstHour {
  runId: string;
  status: Status;
  /** Verdict in one line, as it is when the hour ends. */
  summary: string;
  /** What was done, in order. */
  done: string[];
  /** What is left, each with the command that does it. */
  left: string[];
  /** Files to commit. */
  commit: string[];
}

/**
 * From a prepared project to a gate that holds it: verifies, lets the person accept what accessibility and layout find today as known, verifies
 * again, and, once the gate is green, holds today's pictures as baselines where no design says how a screen is to look. Each acceptance is one typed confirmation; one that
 * is not given, or cannot be asked for (CI, an agent, no terminal), is left and named. Throws as `continueVerify`.
 */
export async function firstHour(request: FirstHourRequest): Promise<FirstHour> {
  const { project, session, caller, reason } = request;
  const done: string[] = [];
  const left: string[] = [];
  const commit = new Set(['.codeloop/config.json']);
  let looked = await look(request);
  done.push(`verified: ${verdictLine(looked.verdict, looked.remaining)}`);

  if (failing(looked.verdict, /^(?:accessibility|layout_sound)$/)) {
    const command = `codeloop findings accept --reason ${JSON.stringify(reason)}`;
    const known = await ifAPersonSaysSo(() => acceptFindings({ project, session, caller, kinds: ACCEPTABLE, reason }));
    if (known === undefined) left.push(`findings of today fail the gate: mend them, or ${command}`);
    else {
      for (const { file } of known) commit.add(file);
      commit.add('.codeloop/bars.json');
      done.push(`accepted ${known.length} finding(s) as known`);
      // The lists of what is known are part of what a run was made with; pictures that they cannot have changed are taken over.
      looked = await look(request, 'auto');
      done.push(`verified again: ${verdictLine(looked.verdict, looked.remaining)}`);
    }
  }

  // The first look that is held is that of a green run: what is broken today would be held with it.
  const accepted = commit.has('.codeloop/bars.json');
  const green = looked.verdict.failing_gates.every(({ id }) => accepted && WAITS.test(id));
  if (green && looked.remaining.unheld_cells > 0) await holdTheLook(request, looked, { done, left, commit });
  else if (!green && left.length === 0)
    left.push('the gate is red: codeloop diagnose says what to mend first; then codeloop start goes on');
  const { verdict, remaining, runId } = looked;
  // A verdict is of what is committed: what a person has just accepted is not, and that is all that is left.
  const settled = green && left.length === 0 && commit.size > 1;
  return {
    runId,
    status: verdictStatus(verdict),
    summary: settled
      ? `Accepted, and nothing is left but to commit ${[...commit].sort().join(', ')}: the gate counts it from then on.`
      : verdictLine(verdict, remaining),
    done,
    left,
    commit: [...commit],
  };
}

/** Proposes today's pictures of what nothing holds, and lets the person accept them. */
async function holdTheLook(
  { project, session, caller, reason }: FirstHourRequest,
  { runId }: Looked,
  { done, left, commit }: { done: string[]; left: string[]; commit: Set<string> },
): Promise<void> {
  const { ci, signal } = caller;
  const found = await ifAPersonSaysSo(() =>
    proposeBaselines({
      ...{
        project,
        session,
        screens: undefined,
        viewports: undefined,
        runId,
        reason,
        by: 'codeloop start',
        ci,
        signal,
        failing: true,
      },
    }),
  );
  if (found === undefined) {
    left.push('nothing holds today’s look: run codeloop start at a terminal');
    return;
  }
  for (const { screen, viewport, reason: why } of found.refused)
    left.push(`${screen} at ${viewport} is no baseline: ${why}`);
  if (found.proposed.length === 0) return;
  const screens = [...new Set(found.proposed.map(({ screen }) => screen))];
  const accepted = await ifAPersonSaysSo(() => acceptBaselines({ project, session, caller, reason, screens }));
  if (accepted === undefined) {
    left.push(
      `${found.proposed.length} picture(s) wait to be held: codeloop visual-review, then codeloop baseline accept`,
    );
    return;
  }
  commit.add('.codeloop/baselines');
  const environments = [...new Set(accepted.map(({ environment }) => environment))];
  done.push(`accepted ${accepted.length} picture(s) as baselines of ${environments.join(', ')}`);
}

interface Looked {
  runId: string;
  verdict: GateVerdict;
  remaining: Remaining;
}

async function look({ project, session, caller, progress }: FirstHourRequest, scope?: 'auto'): Promise<Looked> {
  const answer = await continueVerify({ project, session, filter: {}, scope, signal: caller.signal }, { progress });
  if (answer.state === 'running') throw new CodeloopError('CANCELLED', { what: 'codeloop start' });
  return answer.result;
}

function failing({ failing_gates: gates }: GateVerdict, ids: RegExp): boolean {
  return gates.some(({ id }) => ids.test(id));
}

/** What a person's word gives; undefined where none was given. */
async function ifAPersonSaysSo<Result>(ask: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof CodeloopError && ['PERSON_NEEDED', 'BASELINE_READ_ONLY'].includes(error.code))
      return undefined;
    throw error;
  }
}
