import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { BaselinePlace, BaselineStanding, RemovedBaseline } from '../../core/vocabulary/baseline.js';
import { listBaselines } from '../../verify/baselines/accept-baselines.js';
import { projectDir } from '../input-shapes.js';

const Listed = BaselineStanding.omit({ last: true }).extend({
  event: z.string().optional(),
  at: z.string().optional(),
  by: z.string().optional(),
  reason: z.string().optional(),
  run_id: z.string().optional(),
});

export default defineTool({
  name: 'codeloop_baseline_list',
  command: { name: 'baseline list' },
  title: 'List baselines',
  description:
    'Every accepted picture with who accepted it, when, why and from which run, and what waits for a person.',
  toolset: 'design',
  doors: ['cli'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({ project_dir: projectDir }),
  output: {
    baselines: z.array(Listed),
    removed: z.array(RemovedBaseline),
    proposals: z.array(BaselinePlace.extend({ sha256: z.string() })),
  },
  async run(_input, context) {
    const { files: verified, tests, removed, proposals } = await listBaselines(await context.project());
    const files = [...verified, ...tests];
    const counting = files.filter((file) => file.standing === 'counts').length;
    return {
      result: {
        status: 'pass',
        summary: `${files.length} baseline(s), ${counting} of them count; ${proposals.length} picture(s) wait for a person.`,
        baselines: files.map(({ last, ...file }) => ({
          ...file,
          ...(last ? { event: last.event, at: last.at, by: last.by, reason: last.reason } : {}),
          ...(last?.from ? { run_id: last.from.run_id } : {}),
        })),
        removed,
        proposals,
      },
    };
  },
});
