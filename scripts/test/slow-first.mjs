import { readFileSync } from 'node:fs';
import { BaseSequencer } from 'vitest/node';

/** What a test file says that begins something which has to be ended: a browser, a program, a desktop, a repository. That takes seconds. */
const SLOW = /\b(?:afterAll|afterEach|onTestFinished)\b/;

/** 0 for what runs the whole program, 1 for what is slow as well, 2 for what is pure. */
function rankOf(file) {
  if (file.includes('/test/e2e/')) return 0;
  return SLOW.test(readFileSync(file, 'utf8')) ? 1 : 2;
}

/** Vitest's order, in which what is slow comes first: the workers end together, with the pure tests. */
export default class SlowFirst extends BaseSequencer {
  async sort(specs) {
    const sorted = await super.sort(specs);
    const ranks = new Map(sorted.map((spec) => [spec, rankOf(spec.moduleId)]));
    return [0, 1, 2].flatMap((rank) => sorted.filter((spec) => ranks.get(spec) === rank));
  }
}
