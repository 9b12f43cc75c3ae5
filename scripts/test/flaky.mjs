import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { nameOf } from './failures.mjs';

/** More failures than this in one suite are no accident: nothing is run again. */
export const MOST_AGAIN = 3;

/** Whole runs in which a test has to pass at once before an earlier accident of it is forgotten. */
export const FORGOTTEN_AFTER = 20;

/**
 * Splits the failures of a suite by what the second run of their files showed: `flaky` are those that passed alone, all else `failed`.
 * `again` are the failures of that run (undefined: it was not made, or ended without a report). A test that fails for the first time
 * in the second run has failed as well.
 */
export function splitFlaky(failures, again) {
  if (again === undefined) return { failed: failures, flaky: [] };
  const sameTest = (one, other) => nameOf(one) === nameOf(other);
  const failedAgain = (one) => again.some((other) => sameTest(one, other) || isWholeFile(other, one));
  return {
    failed: [
      ...failures.filter(failedAgain),
      ...again.filter((other) => !failures.some((one) => sameTest(one, other))),
    ],
    flaky: failures.filter((one) => !failedAgain(one)),
  };
}

/** A file that broke before its first test takes all of its tests along. */
const isWholeFile = (broken, one) => broken.file === one.file && broken.name === '(before its first test)';

/**
 * Whether flaky tests fail the run: two of them do, and one that was flaky in an earlier run does. `names` are those of this run,
 * `memory` is what earlier runs left (undefined: nothing remembers any). Pure; answers what is wrong, if anything, and what to remember.
 * `whole`: everything was run, so that what is not among `names` has passed at once.
 */
export function judgeFlaky(names, memory, { whole, at }) {
  const known = memory?.tests ?? [];
  const again = names.filter((name) => known.some((one) => one.name === name));
  const why =
    names.length > 1
      ? `${names.length} in one run`
      : again.length > 0
        ? `it was flaky before, on ${known.find((one) => one.name === again[0])?.at}`
        : undefined;
  const kept = known
    .filter((one) => !names.includes(one.name))
    .map((one) => (whole ? { ...one, passed_since: one.passed_since + 1 } : one))
    .filter((one) => one.passed_since < FORGOTTEN_AFTER);
  return { why, memory: { tests: [...kept, ...names.map((name) => ({ name, at, passed_since: 0 }))] } };
}

/** The line about flaky tests that stands right before the closing count; undefined where there are none. */
export function flakyLine(names, { why, memory }) {
  if (names.length === 0) return undefined;
  const verdict = why
    ? `this fails the run: ${why}`
    : memory === undefined
      ? 'no earlier run is remembered here, so it may not be the first time'
      : 'the first time: it does not fail the run';
  return `flaky ${names.length}: ${names.join('; ')} (failed once, passed alone; ${verdict})`;
}

/** What earlier runs left in the file; undefined where there is none, or where it cannot be read: then nothing is remembered. */
export function readMemory(file) {
  if (!existsSync(file)) return undefined;
  try {
    const memory = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(memory.tests) ? memory : undefined;
  } catch {
    return undefined; // a file cut off remembers nothing, and the line says so
  }
}

/** Leaves the memory for the next run. */
export function writeMemory(file, memory) {
  writeFileSync(file, `${JSON.stringify(memory, null, 2)}\n`);
}
