import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { DECIDABLE, decide } from '../../verify/review/decide.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_review_decide',
  command: { name: 'review decide' },
  title: 'Decide on the review page',
  description:
    'On the page of `codeloop review` alone: a person accepts or refuses proposed baselines, and accepts findings and lowered bars, with a reason. Refused under CI and in agents’ environments.',
  toolset: 'reports',
  doors: ['review'],
  effect: 'write',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    about: z.enum(DECIDABLE),
    verdict: z.enum(['accept', 'refuse']),
    items: z.array(z.string().max(2000)).min(1).describe('As the page names them'),
    reason: z.string().trim().min(1).max(500),
  }),
  output: { id: z.string(), items: z.array(z.string()) },
  async run({ project_dir: _dir, ...asked }, context) {
    const project = await context.project();
    const { id, verdict, items } = await decide({ ...asked, project, session: context.session, caller: context });
    const word = verdict === 'accept' ? 'Accepted' : 'Refused';
    const count = verdict === 'accept' ? ' Commit .codeloop: it counts from then on.' : '';
    return { result: { status: 'pass', summary: `${word} ${items.length}.${count}`, id, items } };
  },
});
