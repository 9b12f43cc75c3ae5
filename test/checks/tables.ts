import { expect, test } from 'vitest';
import type { AnyCheck } from '../../src/checks/define-check.js';
import type { Evidence } from '../../src/checks/evidence.js';
import type { Status } from '../../src/core/vocabulary/gate.js';

/** What is judged, and what comes out: the status, how much was examined, and where and what each problem is. */
export type Row = [
  when: string,
  evidence: Partial<Evidence>,
  status: Status,
  examined: number,
  ...problems: (string | { title: string; [field: string]: string | Record<string, string> })[],
];

/** One test per row, and one for each kind of evidence that the check declares and does not get. */
export function checkTable(check: AnyCheck, rows: readonly Row[]): void {
  test.each(rows.map((row) => [row[0], row] as const))('%s', (_when, [, evidence, status, examined, ...problems]) => {
    const outcome = check.run(evidence);
    expect({ status: outcome.status, examined: outcome.examined }).toEqual({ status, examined });
    expect(outcome.problems).toHaveLength(problems.length);
    for (const [at, problem] of problems.entries())
      expect(outcome.problems[at]).toMatchObject(typeof problem === 'string' ? { title: problem } : problem);
  });

  test.each([...check.requires])('without evidence of kind %s it could not run', (missing) => {
    const all = rows[0]?.[1] ?? {};
    const { [missing]: _, ...rest } = all;
    expect(check.run(rest)).toMatchObject({ status: 'could_not_run', examined: 0 });
  });
}
