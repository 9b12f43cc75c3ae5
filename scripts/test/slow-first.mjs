import { readFileSync } from 'node:fs';
import { BaseSequencer } from 'vitest/node';

/** What a test file says that begins something which has to be ended: a browser, a program, a desktop, a repository. That takes seconds. */
const SLOW = /\b(?:afterAll|afterEach|onTestFinished)\b/;

/** Vitest's order, in which what is slow comes first: the workers end together, with the pure tests. */
export default class SlowFirst extends BaseSequencer {
  async sort(specs) {
    return slowFirst(await super.sort(specs));
  }
}

/**
 * Test files with what runs the whole program first, then what has something to end, then what is pure; within each as they were.
 * @template {{moduleId: string}} Spec
 * @param {readonly Spec[]} specs
 * @returns {Spec[]}
 */
export function slowFirst(specs) {
  const ranked = specs.map((spec) => ({ spec, rank: rankOf(spec.moduleId) }));
  return [0, 1, 2].flatMap((wanted) => ranked.filter(({ rank }) => rank === wanted).map(({ spec }) => spec));
}

function rankOf(file) {
  if (file.includes('/test/e2e/')) return 0;
  return SLOW.test(readFileSync(file, 'utf8')) ? 1 : 2;
}
