import type { Problem, Status } from '../../core/vocabulary/gate.js';
import type { RunnerKind, RunnerResult } from '../../core/vocabulary/runner.js';
import type { CheckOutcome } from '../define-check.js';
import type { RunnerEvidence } from '../evidence.js';

/** The noun of each kind of command in a sentence. */
const NOUNS: Readonly<Record<RunnerKind, string>> = {
  build: 'The build',
  lint: 'The lint',
  typecheck: 'The type check',
  test: 'The test command',
};

/**
 * Judges all commands of some kinds: each must have run on this code and ended well; one that an earlier commit had and that is
 * gone needs a person. `leaveOut`: results that another check judges.
 */
export function judgeCommands(
  evidence: RunnerEvidence,
  kinds: readonly RunnerKind[],
  leaveOut: (result: RunnerResult) => boolean = () => false,
): CheckOutcome {
  const commands = evidence.commands.filter(({ kind }) => kinds.includes(kind));
  const found = commands.map(({ name, kind }): [Status, Problem[]] => {
    const result = evidence.results.find((one) => one.name === name);
    if (result) return leaveOut(result) ? ['pass', []] : judgeResult(result);
    const why =
      evidence.skipped.find(({ what }) => what === name)?.reason ?? 'no verification of this code state ran it';
    return [
      'could_not_run',
      [{ title: `${NOUNS[kind]} (${name}) was not run: ${why}.`, fix: 'Run codeloop_verify without skip_tests.' }],
    ];
  });
  const gone = evidence.changes.filter(({ kind, now }) => now === undefined && kinds.includes(kind));
  const vanished = gone.map(
    ({ name, kind, commit, before }): Problem => ({
      title: `${NOUNS[kind]} (${name}) that commit ${commit} had is gone.`,
      text: before,
      fix: 'Put the command back, or let a person decide that the project does without it.',
    }),
  );
  const statuses = [...found.map(([status]) => status), ...(vanished.length > 0 ? ['needs_human' as const] : [])];
  const problems = [...found.flatMap(([, list]) => list), ...vanished];
  return { status: worst(statuses), problems, examined: commands.length + gone.length };
}

function judgeResult(result: RunnerResult): [Status, Problem[]] {
  const noun = `${NOUNS[result.kind]} (${result.name})`;
  const base = { artifact: result.log };
  if (result.changed_files.length > 0)
    return [
      'fail',
      [
        {
          ...base,
          title: `${noun} ran while files of the code changed: ${result.changed_files.slice(0, 5).join(', ')}.`,
          fix: 'If the command itself writes them, add them to .gitignore (or commit them as it writes them); then run codeloop_verify again.',
        },
      ],
    ];
  switch (result.status) {
    case 'passed':
      return ['pass', []];
    case 'could_not_run':
      return ['could_not_run', [{ ...base, title: `${noun} could not run: ${result.reason}.`, ...lastWords(result) }]];
    case 'timed_out':
      return ['fail', [{ ...base, title: `${noun} did not end: ${result.reason}.`, ...lastWords(result) }]];
    case 'failed':
      return ['fail', failures(result, noun)];
  }
}

function failures(result: RunnerResult, noun: string): Problem[] {
  const what = result.kind === 'test' ? 'A test failed' : 'An error was reported';
  const [first] = result.failures;
  // Without a report there is one entry, the last lines that were printed.
  if (result.failures.length <= 1 && first?.name === result.name)
    return [{ artifact: result.log, title: `${noun} failed: ${result.reason}.`, ...lastWords(result) }];
  if (first === undefined) return [{ artifact: result.log, title: `${noun} failed: ${result.reason}.` }];
  return result.failures.map(({ name, message, file, line, column }) => ({
    artifact: result.log,
    title: `${what} (${result.name}: ${result.reason}).`,
    text: `${place(file, line)}${name}: ${message}`,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  }));
}

function lastWords(result: RunnerResult): { text?: string } {
  const text = result.failures.map(({ message }) => message).join('\n');
  return text === '' ? {} : { text };
}

function place(file: string | undefined, line: number | undefined): string {
  if (file === undefined) return '';
  return line === undefined ? `${file} ` : `${file}:${line} `;
}

function worst(statuses: readonly Status[]): Status {
  if (statuses.length === 0) return 'could_not_run';
  return (['fail', 'needs_human', 'could_not_run'] as const).find((status) => statuses.includes(status)) ?? 'pass';
}
