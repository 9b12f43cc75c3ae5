import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { watchRun } from '../../verify/review/under-way.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_review_watch',
  command: { name: 'review watch' },
  title: 'Watch a verification on the review page',
  description:
    'On the page of `codeloop review` alone: the verification that is under way, each cell as it comes. The parts of the page come as progress.',
  toolset: 'reports',
  doors: ['review'],
  effect: 'read',
  pictures: false,
  deadlineMs: 3_600_000,
  input: z.strictObject({ project_dir: projectDir }),
  output: { cells: z.number().int() },
  async run(_input, context) {
    const { session, signal, progress } = context;
    const project = await context.project();
    const write = (message: string, done: number) => progress({ done, message });
    const cells = await watchRun({ project, session, caller: context, write, signal });
    return { result: { status: 'pass', summary: `Watched ${cells} cell(s).`, cells } };
  },
});
