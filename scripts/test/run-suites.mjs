import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { settle } from './count.mjs';
import { nameOf } from './failures.mjs';
import { flakyLine, judgeFlaky, MOST_AGAIN, readMemory, splitFlaky, writeMemory } from './flaky.mjs';
import { runScript } from './run-script.mjs';

/**
 * Runs the suites, all of them whatever fails, and prints the sum as the last line of standard output. They run one after the other,
 * except that a suite which goes `beside` another runs at the same time as that one, and is shown after it.
 * What fails is run once more, alone, when its suites have ended; what then passes is named as flaky in the line before the sum.
 * `reached` names the test files to run of each suite (undefined: all); `sample` is the seed of the sample that is taken of the heavy ones, which
 * a failure is told with. Returns whether nothing failed and something passed.
 */
export async function runSuites(root, suites, { reached, sample } = {}) {
  mkdirSync(path.join(root, 'test-results'), { recursive: true });
  const total = { passed: 0, failed: 0, skipped: 0 };
  const lines = [];
  const failures = [];
  const flaky = [];
  const toRun = [];
  for (const suite of suites) {
    const files = suite.files && reached ? reached.filter(suite.files) : undefined;
    const absent = suite.absent?.(root) ?? (files?.length === 0 ? 'the change reaches none of its files' : undefined);
    if (absent === undefined) toRun.push({ suite, files: files ?? [] });
    else lines.push(`${suite.name}: not run, ${absent}`);
  }
  for (const together of inGroups(toRun)) {
    for (const { suite, first } of await runTogether(root, together)) {
      const { counts, failed, flaky: unsteady } = await settleSuite(root, suite, first);
      failures.push(...failed);
      flaky.push(...unsteady);
      for (const key of Object.keys(total)) total[key] += counts[key];
      lines.push(`${suite.name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    }
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
  if (sample !== undefined && failures.length + flaky.length > 0)
    console.log(`\nThe sample of seed ${sample}: CODELOOP_TEST_SEED=${sample} npm test takes the same again.`);
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

/** What is to be run, in groups that run at the same time: a suite that goes beside one of them joins it. */
function inGroups(toRun) {
  const groups = [];
  for (const one of toRun) {
    const neighbours = groups.find((group) => group.some(({ suite }) => suite.name === one.suite.beside));
    if (neighbours) neighbours.push(one);
    else groups.push([one]);
  }
  return groups;
}

/** The first runs of suites that run at the same time. What the first one prints is seen at once, of the others when all have ended. */
async function runTogether(root, together) {
  const [{ suite: main }, ...others] = together;
  console.log(
    `\n── ${main.name} ──${others.map(({ suite }) => ` (beside it ${suite.name}, shown after it)`).join('')}`,
  );
  const log = ({ name }) => path.join(root, `test-results/${name}.log`);
  const ended = await Promise.all(
    together.map(async ({ suite, files }) => {
      const first = await runOnce(root, suite, files, suite === main ? undefined : log(suite));
      return { suite, first };
    }),
  );
  for (const { suite } of others) console.log(`\n── ${suite.name} ──\n${readFileSync(log(suite), 'utf8')}`);
  return ended;
}

/** The counts of a suite after its first run, in which what turned out flaky has passed. */
async function settleSuite(root, suite, first) {
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

/** One run of a suite's command: counts, failures, and whether it left a report. `log`: the file for what it prints. */
async function runOnce(root, { name, command, report }, args, log) {
  const file = report && path.join(root, report.file);
  if (file) rmSync(file, { force: true });
  const exitCode = await runScript(root, [...command, ...args], { log });
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
