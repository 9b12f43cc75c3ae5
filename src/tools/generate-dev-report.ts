import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { DEV_LOG, writeDevReport } from '../guidance/dev-report.js';
import { projectDir } from './input-shapes.js';

export default defineTool({
  name: 'codeloop_generate_dev_report',
  command: { name: 'dev-report' },
  title: 'Write the development log',
  description:
    'Writes runs, gates, confidence, interactions, baselines, sections and scope changes into a marked block of a Markdown file.',
  toolset: 'reports',
  doors: ['mcp', 'cli'],
  effect: 'write',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    output: z.string().min(1).optional().describe(`Default ${DEV_LOG}`),
    limit: z.number().int().min(1).max(500).optional().describe('Runs, default 20'),
  }),
  output: {
    changed: z.boolean(),
    run_count: z.number().int(),
    interaction_count: z.number().int(),
    latest_confidence: z.number().optional(),
  },
  async run(input, context) {
    const output = input.output ?? DEV_LOG;
    const { artifact, changed, log } = await writeDevReport(await context.project(), {
      output,
      limit: input.limit ?? 20,
    });
    const score = log.runs.find((run) => run.score !== undefined)?.score;
    const counted =
      changed && output !== DEV_LOG ? ' It is part of the code, so that evidence made before is stale.' : '';
    return {
      result: {
        status: 'pass',
        summary: `${changed ? 'Wrote' : 'Nothing changed in'} ${output}: ${log.run_count} run(s), ${log.interaction_count} interaction(s).${counted}`,
        artifacts: [artifact],
        changed,
        run_count: log.run_count,
        interaction_count: log.interaction_count,
        ...(score === undefined ? {} : { latest_confidence: score }),
      },
    };
  },
});
