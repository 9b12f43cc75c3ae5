import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { PROMPTS } from '../guidance/fill-prompt.js';
import { projectDir } from './input-shapes.js';

export default defineTool({
  name: 'codeloop_list_prompts',
  command: { name: 'prompts' },
  title: 'Prompts for work with codeloop',
  description: 'Lists prompt templates with their variables; also served as MCP prompts.',
  toolset: 'reports',
  doors: ['mcp', 'cli'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({ project_dir: projectDir }),
  output: {
    prompts: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        description: z.string(),
        variables: z.array(z.object({ name: z.string(), description: z.string(), required: z.boolean() })),
      }),
    ),
  },
  async run() {
    return {
      result: {
        status: 'pass',
        summary: `${PROMPTS.length} prompts.`,
        prompts: PROMPTS.map(({ id, title, description, variables }) => ({
          ...{ id, title, description },
          variables: variables.map(({ name, description: about, required }) => ({
            name,
            description: about,
            required,
          })),
        })),
        next: [{ tool: 'codeloop_get_prompt', arguments: { id: 'fix_failures' }, why: 'one of them, put together' }],
      },
    };
  },
});
