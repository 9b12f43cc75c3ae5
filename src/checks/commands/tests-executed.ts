import type { Problem } from '../../core/vocabulary/gate.js';
import type { RunnerResult } from '../../core/vocabulary/runner.js';
import { defineCheck } from '../define-check.js';
import { executed, foundNoTest } from '../evidence.js';

export default defineCheck({
  id: 'tests-executed',
  title: 'Tests were executed',
  failureTitle: 'No test was executed',
  description:
    'Each test command says how many tests it executed, and that is more than none. A command that found nothing, or skipped everything, proves nothing.',
  requires: ['runners'],
  repair: {
    category: 'test',
    severity: 'critical',
    cause: 'The test command ended without running a single test.',
    task: 'Check its pattern and its set-up; a suite that runs nothing proves nothing.',
    verify: 'all',
    follows: [{ checks: ['build-succeeds'], when: 'same_text' }],
  },
  run({ runners }) {
    // A command that failed before it counted, or did not run, is reported by tests-pass.
    const results = runners.results.filter(({ kind, report }) => kind === 'test' && report !== 'none');
    const some = results.some((result) => executed(result) > 0);
    const empty = results.filter((result) => result.counts !== undefined && executed(result) === 0);
    // A second manifest (a Rust crate beside the app) may well have no tests of its own.
    const wrong = empty.filter(({ source }) => !(some && source === 'manifest'));
    const unknown = results.filter(({ status, counts }) => status === 'passed' && counts === undefined);
    const problems = [...wrong.map(emptyProblem), ...unknown.map(unknownProblem)];
    const nothing = results.length === 0 ? [{ title: 'No test command was run.' }] : [];
    return {
      status: wrong.length > 0 ? 'fail' : unknown.length + nothing.length > 0 ? 'could_not_run' : 'pass',
      problems: [...problems, ...nothing],
      examined: results.reduce((sum, result) => sum + executed(result), 0),
    };
  },
});

function emptyProblem(result: RunnerResult): Problem {
  const skipped = result.counts?.skipped ?? 0;
  return {
    title: foundNoTest(result)
      ? `Zero tests ran (${result.name}): none was found.`
      : `Zero tests ran (${result.name}): all ${skipped} were skipped.`,
    artifact: result.log,
    fix: 'Write tests that prove the behaviour, or correct the command so that it finds them.',
  };
}

function unknownProblem(result: RunnerResult): Problem {
  return {
    title: `${result.name} ended with exit code 0, but how many tests it ran cannot be told from what it printed.`,
    artifact: result.log,
    fix: 'Let it end in the summary of a known test tool or in TAP, or name it in .codeloop/plugins.json with parse_output; a person does that.',
  };
}
