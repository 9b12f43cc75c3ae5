import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { projectPrompt } from '../guidance/fill-prompt.js';
import { projectDir } from './input-shapes.js';

export default defineTool({
  name: 'codeloop_get_prompt',
  command: { name: 'prompt', positionals: ['id'] },
  title: 'Fill in a prompt',
  description: 'Fills a prompt with variables, and with facts of the project for the rest.',
  toolset: 'reports',
  doors: ['mcp', 'cli'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    id: z.string().min(1),
    variables: z.record(z.string(), z.string()).optional(),
  }),
  output: {
    id: z.string(),
    title: z.string(),
    description: z.string(),
    prompt: z.string(),
    variables: z.array(z.object({ name: z.string(), value: z.string(), from: z.string() })),
  },
  async run({ id, variables }, context) {
    const { template, values, text } = await projectPrompt(await context.folder(), id, variables ?? {});
    return {
      result: {
        status: 'pass',
        summary: `${template.title}: ${text.length} characters.`,
        ...{ id, title: template.title, description: template.description },
        prompt: text,
        variables: values,
      },
    };
  },
});
