import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { Pair } from '../../core/vocabulary/pair.js';
import { pairLine } from '../../design/compare-pair.js';
import { compareChanges } from '../../verify/changes.js';
import { projectDir } from '../input-shapes.js';

/** Pairs in a reply; the page has them all. */
const MAX_PAIRS = 30;

export default defineTool({
  name: 'codeloop_changes',
  command: { name: 'changes' },
  title: 'Show what a branch changed',
  description:
    'Photographs the same screens of two commits, two addresses or a run and the code as it is, and compares them cell by cell, worst first. Needs no accepted pictures, and is no gate.',
  toolset: 'core',
  doors: ['cli'],
  effect: 'drive',
  pictures: false,
  deadlineMs: 3_600_000,
  input: z.strictObject({
    project_dir: projectDir,
    base: z
      .string()
      .min(1)
      .describe('What to compare with: a branch, tag or commit (where it parted from here), a url, or a run id'),
    head: z.url().optional().describe('Address to look at instead of the code as it is'),
    screens: z.array(z.string()).optional(),
    viewports: z.array(z.string()).optional(),
  }),
  output: {
    base: z.string(),
    head: z.string(),
    changed: z.number().int(),
    equal: z.number().int(),
    pairs: z.array(Pair),
    notes: z.array(z.string()),
  },
  async run(input, context) {
    const project = await context.project();
    const { session, signal, progress } = context;
    const { base, head, screens, viewports } = input;
    const filter = { screens, viewports };
    const done = await compareChanges({ project, session, signal, progress, base, head, filter });
    const changed = done.pairs.filter(({ outcome }) => outcome !== 'match');
    const [worst] = changed;
    return {
      result: {
        status: done.status,
        summary:
          worst === undefined
            ? `Nothing differs between ${done.base} and ${done.head}: ${done.pairs.length} picture(s).`
            : `${changed.length} of ${done.pairs.length} picture(s) differ between ${done.base} and ${done.head}; worst: ${pairLine(worst)}.`,
        artifacts: done.artifacts,
        base: done.base,
        head: done.head,
        changed: changed.length,
        equal: done.pairs.length - changed.length,
        pairs: changed.slice(0, MAX_PAIRS),
        notes: done.notes,
      },
    };
  },
});
