import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { checkLoop } from '../guidance/check-loop.js';
import { projectDir } from './input-shapes.js';

export default defineTool({
  name: 'codeloop_check_workflow',
  command: { name: 'workflow' },
  title: 'How far the loop is',
  description:
    'Shows which steps (init, verify, behaviour, gate) stored evidence of the present code proves, and what is missing.',
  toolset: 'core',
  doors: ['mcp', 'cli'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({ project_dir: projectDir, run_id: z.string().optional() }),
  output: {
    state: z.enum(['COMPLETE', 'PENDING']),
    run_id: z.string().optional(),
    steps: z.array(z.object({ step: z.string(), done: z.boolean(), needed: z.boolean(), evidence: z.string() })),
    missing: z.array(z.string()),
    uncovered_screens: z.array(z.string()),
  },
  async run(input, context) {
    const { uncovered, runId, next, ...standing } = await checkLoop(
      await context.folder(),
      context.session,
      input.run_id,
    );
    const done = standing.steps.filter((step) => step.done).length;
    const behind = standing.missing.length === 0 ? 'nothing is missing' : `missing: ${standing.missing.join(', ')}`;
    return {
      result: {
        status: standing.state === 'COMPLETE' ? 'pass' : 'fail',
        summary: `${standing.state}: ${done} of ${standing.steps.length} steps are done; ${behind}.`,
        next,
        ...standing,
        ...(runId === undefined ? {} : { run_id: runId }),
        uncovered_screens: uncovered,
      },
    };
  },
});
