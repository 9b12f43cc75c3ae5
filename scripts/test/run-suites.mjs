import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { settle } from './count.mjs';
import { nameOf } from './failures.mjs';
import { flakyLine, judgeFlaky, MOST_AGAIN, readMemory, splitFlaky, writeMemory } from './flaky.mjs';
import { runScript } from './run-script.mjs';

/**
 * Runs the suites one after the other, all of them whatever fails, and prints the sum as the last line of standard output.
 * What fails is run once more, alone, right after its suite; what then passes is named as flaky in the line before the sum.
 * `reached` names the test files to run of each suite (undefined: all). Returns whether nothing failed and something passed.
 */
export async function runSuites(root, suites, { reached } = {}) {
  mkdirSync(path.join(root, 'test-results'), { recursive: true });
  const total = { passed: 0, failed: 0, skipped: 0 };
  const lines = [];
  const failures = [];
  const flaky = [];
  for (const suite of suites) {
    const files = suite.files && reached ? reached.filter(suite.files) : undefined;
    const absent = suite.absent?.(root) ?? (files?.length === 0 ? 'the change reaches none of its files' : undefined);
    if (absent !== undefined) {
      lines.push(`${suite.name}: not run, ${absent}`);
      continue;
    }
    const { counts, failed, flaky: unsteady } = await runSuite(root, suite, files ?? []);
    failures.push(...failed);
    flaky.push(...unsteady);
    for (const key of Object.keys(total)) total[key] += counts[key];
    lines.push(`${suite.name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
  const memoryFile = path.join(root, 'test-results/flaky.json');
  const memory = readMemory(memoryFile);
  const names = flaky.map(nameOf);
  const whole = reached === undefined && total.failed === 0;
  const judged = judgeFlaky(names, memory, { whole, at: new Date().toISOString() });
  writeMemory(memoryFile, judged.memory);
  if (judged.why) {
    total.passed -= names.length;
    total.failed += names.length;
  }
  // Said again at the end: what keeps only the end of a log keeps the reasons.
  say('failed', failures);
  say('flaky', flaky);
  // The summary names the suites with two spaces in front, so that only the sum stands alone on its line.
  console.log(`\n${lines.map((line) => `  ${line}`).join('\n')}`);
  const line = flakyLine(names, { why: judged.why, memory });
  if (line) console.log(line);
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0 && total.passed > 0;
}

function say(title, tests) {
  if (tests.length === 0) return;
  const texts = tests.map((test) =>
    [nameOf(test), ...(test.said ? [test.said] : [])].join('\n').replaceAll('\n', '\n  '),
  );
  console.log(`\n── ${title} ──\n${texts.join('\n\n')}`);
}

/** One suite with its counts, in which what turned out flaky has passed; `files` are those to run, none: all. */
async function runSuite(root, suite, files) {
  console.log(`\n── ${suite.name} ──`);
  const first = await runOnce(root, suite, files);
  const { failed, flaky } = await runAgain(root, suite, first);
  if (flaky.length === 0 && failed.length === first.failures.length) return { counts: first.counts, failed, flaky };
  const passed = first.counts.passed + flaky.length;
  return { counts: { ...first.counts, passed, failed: failed.length }, failed, flaky };
}

/** What failed, with its files run once more and nothing beside them. */
async function runAgain(root, suite, { failures }) {
  const files = [...new Set(failures.map(({ file }) => file))];
  if (failures.length === 0 || failures.length > MOST_AGAIN || files.includes(undefined))
    return { failed: failures, flaky: [] };
  console.log(`\n── ${suite.name}, again: ${files.join(' ')} ──`);
  // The report of the whole suite stays where it is; that of the second run lies beside it.
  const file = path.join(root, suite.report.file);
  const first = readFileSync(file);
  const again = await runOnce(root, suite, [...suite.alone, ...files]);
  if (existsSync(file)) renameSync(file, file.replace(/\.json$/, '-again.json'));
  writeFileSync(file, first);
  return splitFlaky(failures, again.reported ? again.failures : undefined);
}

/** One run of a suite's command: counts, failures, and whether it left a report. */
async function runOnce(root, { name, command, report }, args) {
  const file = report && path.join(root, report.file);
  if (file) rmSync(file, { force: true });
  const exitCode = await runScript(root, [...command, ...args]);
  const result = file && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const counts = result
    ? report.count(result)
    : !file && exitCode === 0
      ? { passed: 1, failed: 0, skipped: 0 }
      : undefined;
  const found = result && report.failures ? report.failures(result, root) : [];
  const settled = settle(counts, exitCode);
  // What no test is to blame for (a script that failed, a run that broke off) is a failure without a file.
  const unnamed = settled.failed > 0 && found.length === 0 ? [{ name: `ended with ${exitCode}`, said: '' }] : [];
  return {
    counts: settled,
    failures: [...found, ...unnamed].map((failure) => ({ suite: name, ...failure })),
    reported: result !== undefined,
  };
}
