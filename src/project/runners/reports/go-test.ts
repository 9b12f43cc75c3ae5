import { z } from 'zod';
import type { RunnerFailure } from '../../../core/vocabulary/runner.js';
import { type ParsedReport, parseJson, placeIn } from './report.js';

/** One line of `go test -json` (TestEvent of `go doc test2json`). */
const Event = z.object({
  Action: z.string(),
  Package: z.string().optional(),
  ImportPath: z.string().optional(),
  Test: z.string().optional(),
  Output: z.string().optional(),
});

/** `go test -json`. Subtests count, what only groups them does not; a package that does not build counts as one failed test. */
export function parseGoTest(text: string): ParsedReport | undefined {
  const tests = new Map<string, { outcome?: string; output: string }>();
  const packages = new Map<string, { failed: boolean; output: string }>();
  const broken = new Set<string>();
  let events = 0;
  for (const line of text.split('\n')) {
    const { success, data: event } = Event.safeParse(line.startsWith('{') ? parseJson(line) : undefined);
    const notBuilt = /^FAIL\t(\S+) \[(?:build|setup) failed\]/.exec(success ? (event.Output ?? '') : line)?.[1];
    if (notBuilt !== undefined) broken.add(notBuilt);
    if (!success) continue;
    events += 1;
    const { Action: action, Package: name = '', Test: test } = event;
    const known = test === undefined ? packageOf(packages, name) : testOf(tests, `${name} ${test}`);
    if (action === 'output') known.output += event.Output ?? '';
    else if (['pass', 'fail', 'skip'].includes(action)) {
      if ('failed' in known) known.failed = action === 'fail';
      else known.outcome = action;
    }
  }
  if (events === 0 && broken.size === 0) return undefined;
  const leaves = [...tests].filter(([name]) => ![...tests.keys()].some((other) => other.startsWith(`${name}/`)));
  const names = (outcome: string) => leaves.filter(([, test]) => test.outcome === outcome);
  const failures: RunnerFailure[] = names('fail').map(([name, { output }]) => failure(name, output));
  for (const [name, { failed, output }] of packages) {
    const explained = failures.some((one) => one.name.startsWith(`${name} `));
    if (failed && !explained && !broken.has(name)) failures.push(failure(name, output));
  }
  for (const name of broken)
    failures.push(failure(name, `${packages.get(name)?.output ?? ''}The package did not build.`));
  return {
    counts: { passed: names('pass').length, failed: failures.length, skipped: names('skip').length },
    failures,
    skipped: names('skip').map(([name]) => name),
  };
}

function packageOf(all: Map<string, { failed: boolean; output: string }>, name: string) {
  const known = all.get(name) ?? { failed: false, output: '' };
  all.set(name, known);
  return known;
}

function testOf(all: Map<string, { outcome?: string; output: string }>, name: string) {
  const known = all.get(name) ?? { output: '' };
  all.set(name, known);
  return known;
}

function failure(name: string, output: string): RunnerFailure {
  const message = output
    .split('\n')
    .filter((line) => !/^\s*(?:=== |--- )/.test(line))
    .join('\n')
    .trim();
  return { name, message: message || 'It failed.', ...placeIn(output) };
}
