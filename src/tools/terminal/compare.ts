import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { isoTime } from '../../core/clock.js';
import { Pair } from '../../core/vocabulary/pair.js';
import { pairLine, pairsStatus, worstPair } from '../../design/compare-pair.js';
import { compareFiles } from '../../verify/compare-files.js';
import { writeCompareReport } from '../../verify/compare-report.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_compare',
  command: { name: 'compare', positionals: ['reference', 'actual'] },
  title: 'Compare two pictures or two folders',
  description:
    'Compares two pictures, or two folders by equal names, without a project. Any visible difference is one unless --threshold allows it.',
  toolset: 'design',
  doors: ['cli'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    reference: z.string().min(1).describe('Picture or folder that shows what is wanted'),
    actual: z.string().min(1).describe('Picture or folder that shows what is there'),
    diff: z.string().min(1).optional().describe('File (or folder) for the diff picture'),
    html: z.string().min(1).optional().describe('File for a report of all pairs, worst first, in one HTML file'),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('Score from which a pair matches; without it any visible difference is one'),
  }),
  output: { pair: Pair.optional(), pairs: z.array(Pair).optional(), min_score: z.number().optional() },
  async run(input, context) {
    const { config } = await context.folder();
    const startedAt = isoTime(context.session.clock);
    const diffs = new Map<string, Buffer>();
    const { pairs, artifacts, folders } = await compareFiles({
      ...input,
      ...(input.html === undefined ? {} : { onDiff: (name: string, picture: Buffer) => diffs.set(name, picture) }),
      cwd: context.cwd,
      config,
      signal: context.signal,
    });
    const worst = worstPair(pairs);
    const equal = pairs.filter((pair) => pair.outcome === 'match').length;
    const summary = folders ? `${equal} of ${pairs.length} pairs match` : 'compared';
    const status = pairsStatus(pairs);
    // Nobody asked for references here: a picture too many is a difference as well.
    const extra = pairs.some(({ outcome }) => outcome === 'missing-reference');
    const verdict = {
      status: extra && status !== 'could_not_run' ? ('fail' as const) : status,
      summary: worst ? `${folders ? `${summary}; worst: ` : ''}${pairLine(worst)}` : summary,
    };
    if (input.html !== undefined)
      artifacts.push(
        await writeCompareReport({
          // The page shows the worst itself.
          ...{ ...verdict, ...(folders ? { summary } : {}) },
          ...{ pairs, diffs, html: input.html, reference: input.reference, actual: input.actual },
          ...{ cwd: context.cwd, startedAt, finishedAt: isoTime(context.session.clock), signal: context.signal },
        }),
      );
    return {
      result: {
        ...verdict,
        artifacts,
        ...(folders
          ? { pairs, ...(worst?.score === undefined ? {} : { min_score: worst.score }) }
          : { pair: pairs[0] }),
      },
    };
  },
});
