import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { NextCall } from '../core/vocabulary/tool-result.js';
import { recommendAction } from '../guidance/recommend-action.js';
import { projectDir } from './input-shapes.js';

export default defineTool({
  name: 'codeloop_recommend_action',
  command: { name: 'next', positionals: ['need'] },
  title: 'The best next call',
  description:
    'The best next call for the project as it stands, or for a need in words, with the reason and arguments filled in.',
  toolset: 'reports',
  doors: ['mcp', 'cli'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    run_id: z.string().optional(),
    need: z.string().min(1).max(500).optional(),
  }),
  output: {
    action: NextCall,
    reason: z.string(),
    understood: z.boolean(),
    based_on: z.object({
      configured: z.boolean(),
      screens: z.number().int(),
      run_id: z.string().optional(),
      stages_green: z.array(z.string()),
      issues: z.number().int(),
      uncovered_screens: z.number().int(),
      open_sections: z.number().int(),
      waiting_pictures: z.number().int(),
    }),
  },
  async run(input, context) {
    const { best, reason, others, facts, understood } = await recommendAction(
      await context.folder(),
      context.session,
      input.run_id,
      input.need,
    );
    return {
      result: {
        status: 'pass',
        summary: `${best.tool}: ${understood ? '' : 'the need was not understood; '}${reason}.`,
        action: best,
        reason,
        understood,
        based_on: {
          configured: facts.configured,
          screens: facts.screens.length,
          ...('id' in facts.run ? { run_id: facts.run.id } : {}),
          stages_green: [...facts.green],
          issues: facts.issues.length,
          uncovered_screens: facts.uncovered.length,
          open_sections: facts.sections.filter(({ state }) => state !== 'done').length,
          waiting_pictures: facts.proposals,
        },
        next: [best, ...others],
      },
    };
  },
});
