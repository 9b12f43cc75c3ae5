import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { reviewPolicies } from '../../call/policy/policy-review.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_policy_check',
  command: { name: 'policy check' },
  title: 'Check the policy file',
  description: 'Lists everything that is wrong with the policy file at once, with line, column and what to do.',
  toolset: 'core',
  doors: ['cli'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({ project_dir: projectDir }),
  output: {
    file: z.string().optional(),
    problems: z.array(z.object({ line: z.number(), column: z.number(), message: z.string(), fix: z.string() })),
    warnings: z.array(z.string()),
  },
  async run(_input, context) {
    const review = await reviewPolicies(
      await context.governed(),
      context.tools.map(({ name }) => name),
    );
    const { file, problems, warnings } = review;
    const warned = warnings.length > 0 ? `, ${warnings.length} warning(s)` : '';
    const summary =
      problems.length > 0
        ? `${file}: ${problems.length} problem(s)${warned}; every call is refused until they are corrected.`
        : `${file ?? 'No policy file: everything is allowed'}${file ? ' is valid' : ''}${warned}.`;
    return { result: { ...review, status: problems.length > 0 ? 'fail' : 'pass', summary } };
  },
});
