import type { Problem } from '../../core/vocabulary/gate.js';
import type { Cell } from '../../core/vocabulary/run.js';
import type { LogEntry } from '../../core/vocabulary/screenshot.js';
import { type CheckOutcome, failOn } from '../define-check.js';

/**
 * Log entries as problems, the same entry on one screen counted once with all its viewports. `judge` answers the sentence
 * to show, or undefined for entries that do not matter here.
 */
export function logProblems(cells: readonly Cell[], judge: (entry: LogEntry) => string | undefined): Problem[] {
  const problems = new Map<string, Problem & { viewports: Set<string> }>();
  for (const cell of cells) {
    for (const entry of cell.screenshot?.logs ?? []) {
      const title = judge(entry);
      if (title === undefined) continue;
      const text = [entry.text, entry.location].filter(Boolean).join(' at ');
      const key = JSON.stringify([cell.screen, title, entry.text, entry.url]);
      const known = problems.get(key);
      if (known) {
        known.viewports.add(cell.viewport);
        continue;
      }
      problems.set(key, {
        screen: cell.screen,
        title,
        text,
        ...(entry.url === undefined ? {} : { url: entry.url }),
        ...entry.source,
        ...(entry.config_line === undefined ? {} : { fix: `If the project needs it, allow it: ${entry.config_line}` }),
        viewports: new Set([cell.viewport]),
      });
    }
  }
  return [...problems.values()].map(({ viewports, ...problem }) => ({
    ...problem,
    viewport: [...viewports].join(', '),
  }));
}

/**
 * Fails with the problems of log entries, or passes. Where errors were dropped because a page has too many, nobody knows what they say:
 * without a problem among those that were kept it could not run.
 */
export function judgeLogs(cells: readonly Cell[], judge: (entry: LogEntry) => string | undefined): CheckOutcome {
  const shot = cells.filter((cell) => cell.screenshot);
  const lost = logProblems(shot, ({ lost_errors: lostErrors }) =>
    lostErrors === undefined ? undefined : `${lostErrors} errors were dropped, because the page has too many.`,
  );
  const outcome = failOn(logProblems(shot, judge), shot.length, 'No page was opened.');
  if (lost.length === 0) return outcome;
  const problems = [...outcome.problems, ...lost];
  return { ...outcome, problems, status: outcome.status === 'pass' ? 'could_not_run' : outcome.status };
}
