import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { showReview } from '../../verify/review/review-state.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_review_show',
  command: { name: 'review show' },
  title: 'Show the review page',
  description:
    'On the page of `codeloop review` alone: what waits for a person, the runs with their trend, two runs side by side, the report of a run.',
  toolset: 'reports',
  doors: ['review'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    report: z.string().optional().describe('The stored report of this run instead'),
    before: z.string().optional().describe('Run on the left, with after'),
    after: z.string().optional(),
    message: z.string().max(600).optional(),
    bad: z.boolean().optional(),
  }),
  output: {
    html: z.string(),
    policy: z.string(),
    folder: z.string().optional().describe('The project, where a report is shown'),
    files: z
      .array(z.object({ path: z.string(), sha256: z.string() }))
      .optional()
      .describe('What the report may show beside it, relative to the project'),
  },
  async run(input, context) {
    const project = await context.project();
    const page = await showReview({ ...input, project, session: context.session, caller: context });
    return { result: { status: 'pass', summary: 'Shown.', ...page } };
  },
});
