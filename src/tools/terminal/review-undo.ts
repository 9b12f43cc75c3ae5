import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { undo } from '../../verify/review/decide.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_review_undo',
  command: { name: 'review undo' },
  title: 'Undo a decision on the review page',
  description:
    'On the page of `codeloop review` alone: puts back every file that a decision changed, until it is committed.',
  toolset: 'reports',
  doors: ['review'],
  effect: 'write',
  pictures: false,
  input: z.strictObject({ project_dir: projectDir, id: z.string() }),
  output: { id: z.string(), items: z.array(z.string()) },
  async run({ id }, context) {
    const { items } = await undo(await context.project(), context, id);
    return { result: { status: 'pass', summary: `Undone: ${items.length} as before.`, id, items } };
  },
});
