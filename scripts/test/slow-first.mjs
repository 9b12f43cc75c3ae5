import { readFileSync } from 'node:fs';
import { BaseSequencer } from 'vitest/node';

/** What a test file says that begins something which has to be ended: a browser, a program, a desktop, a repository. That takes seconds. */
const SLOW = /\b(?:afterAll|afterEach|onTestFinished)\b/;

/** Vitest's order, in which what is slow comes first within each project: the workers end together, with the pure tests. */
export default class SlowFirst extends BaseSequencer {
  async sort(specs) {
    const sorted = await super.sort(specs);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    const slow = new Map(sorted.map((spec) => [spec, SLOW.test(readFileSync(spec.moduleId, 'utf8'))]));
    return projects.flatMap((project) =>
      [true, false].flatMap((wanted) => sorted.filter((spec) => spec.project === project && slow.get(spec) === wanted)),
    );
  }
}
