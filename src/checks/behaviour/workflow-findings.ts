import { linearPattern } from '../../core/linear-pattern.js';
import type { FlowReplay, ReplayFinding } from '../../core/vocabulary/recording.js';
import type { Evidence, RecordedInteraction, WorkflowEvidence } from '../evidence.js';

/** The tool whose recordings are replays of saved flows. */
const VERIFY = 'codeloop_verify';

/** Findings that keep an interaction from counting: errors, but for console errors that the configuration allows. */
export function countedFindings(
  findings: readonly ReplayFinding[],
  { allowedConsoleErrors }: Evidence['runtime'],
): ReplayFinding[] {
  const allowed = allowedConsoleErrors.map(linearPattern);
  return findings.filter(
    ({ kind, severity, said }) =>
      severity === 'error' && !(kind === 'console_error' && allowed.some((pattern) => pattern.test(said ?? ''))),
  );
}

/**
 * As `countedFindings`, of a flow that codeloop replayed itself: a failing step reports its own message, and that nothing moved
 * proves nothing where nothing but checks was done (a dead press is a finding of its own).
 */
export function flowFindings({ findings }: FlowReplay, runtime: Evidence['runtime']): ReplayFinding[] {
  return countedFindings(findings, runtime).filter(({ kind }) => kind !== 'failed_step' && kind !== 'static_video');
}

/** Why a replay says nothing about the project as it is now; undefined when it does. */
export function outdated(replay: FlowReplay, workflow: WorkflowEvidence): string | undefined {
  if (replay.stale) return `${replay.stale.reason} (${replay.stale.files.slice(0, 5).join(', ')})`;
  const now = workflow.saved.find(({ name }) => name === replay.flow);
  if (now?.sha256 !== replay.sha256) return now ? 'the flow was edited since' : 'the flow is not saved any more';
  return undefined;
}

/** Recordings that an agent made, not a verification. */
export function agentRecordings({ recordings }: WorkflowEvidence): RecordedInteraction[] {
  return recordings.filter(({ tool }) => tool !== VERIFY);
}

/** Those of them that count: looked through, without errors. */
export function countingRecordings(workflow: WorkflowEvidence, runtime: Evidence['runtime']): RecordedInteraction[] {
  return agentRecordings(workflow).filter(
    ({ broken, findings }) => broken === undefined && findings && countedFindings(findings, runtime).length === 0,
  );
}
