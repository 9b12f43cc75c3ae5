import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { createPolicy } from '../../call/policy/policy-review.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_policy_init',
  command: { name: 'policy init' },
  title: 'Write a starter policy',
  description:
    'Writes .codeloop/policy.yaml with every tool, grouped by effect, and sensible limits. Never overwrites one.',
  toolset: 'core',
  doors: ['cli'],
  effect: 'write',
  pictures: false,
  input: z.strictObject({ project_dir: projectDir }),
  output: { file: z.string(), created: z.boolean() },
  async run(_input, context) {
    const [dir] = await context.governed();
    const done = await createPolicy(dir, context.tools);
    const summary = done.created ? `Wrote ${done.file}.` : `${done.file} is already there and was left as it is.`;
    return {
      result: {
        ...done,
        status: 'pass',
        summary,
        next: [{ tool: 'codeloop_policy_check', arguments: {}, why: 'after every edit' }],
      },
    };
  },
});
