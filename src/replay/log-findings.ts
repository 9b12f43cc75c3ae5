import { errorPageText } from '../core/error-page.js';
import type { RecordingEnd, ReplayFinding } from '../core/vocabulary/recording.js';
import type { LogEntry } from '../core/vocabulary/screenshot.js';
import type { RecordingTimeline } from './recording-timeline.js';

/** Returns the findings of a recording's log; a repeated message counts up. */
export function logFindings(timeline: RecordingTimeline, endedBy: RecordingEnd | undefined): ReplayFinding[] {
  const found = [
    ...timeline.logs.flatMap(({ atMs, entry }) => {
      const problem = problemOf(entry);
      return problem ? [finding(timeline, atMs, problem, entry.text)] : [];
    }),
    ...timeline.texts.flatMap(({ atMs, texts }) => {
      const said = errorPageText(texts);
      return said === undefined
        ? []
        : [finding(timeline, atMs, { kind: 'error_page', text: 'The page shows an error in place of the app.' }, said)];
    }),
  ];
  found.push(...remarked(timeline, found));
  const crashed = found.some(({ kind }) => kind === 'crash');
  if (endedBy === 'app_exited' && !crashed)
    found.push(
      finding(
        timeline,
        timeline.durationMs,
        { kind: 'crash', text: 'The app ended while it was recorded.' },
        undefined,
      ),
    );
  return counted(found);
}

/** What was noticed of a step when it was taken: an error page that nobody asked for, a submission that was sent twice. */
function remarked({ steps }: RecordingTimeline, found: readonly ReplayFinding[]): ReplayFinding[] {
  const wanted = steps.some(
    ({ line }) =>
      line.action.startsWith('assert_') &&
      line.success &&
      errorPageText([], [String(line.input_args.value)]) !== undefined,
  );
  return steps.flatMap(({ number, endMs, line }) =>
    (line.remarks ?? []).flatMap(({ kind, text, said }): ReplayFinding[] => {
      const known = found.some((one) => one.kind === kind && one.step === number);
      if (kind === 'nothing_came' || known || (kind === 'error_page' && wanted)) return [];
      const severity = kind === 'error_page' ? 'error' : 'warning';
      const place = { at_ms: endMs, step: number, ...(said === undefined ? {} : { said }), times: 1 };
      return [{ kind, severity, ...place, text: `Step ${number} (${line.action}): ${text}.` }];
    }),
  );
}

type Problem = Pick<ReplayFinding, 'kind' | 'text'>;

function problemOf(entry: LogEntry): Problem | undefined {
  if (entry.kind === 'crash') return { kind: 'crash', text: 'The app crashed.' };
  if (entry.level !== 'error') return undefined;
  const isDocument = entry.resource_type === 'document';
  switch (entry.kind) {
    case 'page_error':
      return { kind: 'page_error', text: 'A script of the page threw an error.' };
    case 'console':
      return { kind: 'console_error', text: 'The page wrote an error to the console.' };
    case 'http_error':
      return isDocument
        ? { kind: 'error_page', text: `The page itself was answered with HTTP ${entry.status ?? 'error'}.` }
        : { kind: 'failed_request', text: `A request was answered with HTTP ${entry.status ?? 'error'}.` };
    case 'failed_request':
      return isDocument
        ? { kind: 'error_page', text: 'The page could not be loaded.' }
        : { kind: 'failed_request', text: 'A request failed.' };
    default:
      return undefined;
  }
}

function finding(
  { steps }: RecordingTimeline,
  atMs: number,
  problem: Problem,
  said: string | undefined,
): ReplayFinding {
  const step = steps.findLast((one) => one.atMs <= atMs + 50);
  return {
    ...problem,
    severity: 'error',
    at_ms: atMs,
    ...(step ? { step: step.number } : {}),
    ...(said === undefined ? {} : { said }),
    times: 1,
  };
}

function counted(found: readonly ReplayFinding[]): ReplayFinding[] {
  const known = new Map<string, ReplayFinding>();
  for (const one of found.toSorted((a, b) => a.at_ms - b.at_ms)) {
    const key = JSON.stringify([one.kind, one.said]);
    const first = known.get(key);
    if (first) first.times += 1;
    else known.set(key, { ...one });
  }
  return [...known.values()];
}
