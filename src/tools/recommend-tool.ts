import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { recommendTools } from '../guidance/catalogue/rank-tools.js';
import { projectDir } from './input-shapes.js';

/** Tools in one reply. */
const SHOWN = 8;

export default defineTool({
  name: 'codeloop_recommend_tool',
  command: { name: 'tools', positionals: ['need'] },
  title: 'Verification tools that fit the project',
  description:
    'Ranked tools from an offline catalogue for a need (accessibility, load, unit …), fitting the detected stack, with reasons.',
  toolset: 'reports',
  doors: ['mcp', 'cli'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    need: z.string().trim().min(1).max(500),
    constraints: z.array(z.string()).optional().describe('offline, no-browser, permissive, no-copyleft, npm'),
  }),
  output: {
    stack: z.array(z.string()),
    tools: z.array(
      z.object({
        name: z.string(),
        what: z.string(),
        score: z.number(),
        installed: z.boolean(),
        reasons: z.array(z.string()),
        install: z.string(),
        licence: z.string(),
      }),
    ),
    tool_count: z.number().int(),
    built_in: z.array(z.object({ tool: z.string(), what: z.string() })),
    ignored_constraints: z.array(z.string()),
  },
  async run({ need, constraints }, context) {
    const { tools, builtIn, ignored, stack } = await recommendTools(await context.folder(), need, constraints ?? []);
    const [first] = tools;
    const own = builtIn.length > 0 ? ` codeloop itself: ${builtIn.map(({ tool }) => tool).join(', ')}.` : '';
    return {
      result: {
        status: 'pass',
        summary: `${first ? `${tools.length} tool(s) fit; first ${first.name}: ${first.reasons.join('; ')}.` : 'No tool of the catalogue answers this need on this stack.'}${own}`,
        stack,
        tools: tools.slice(0, SHOWN).map(({ name, what, score, installed, reasons, install, licence }) => ({
          ...{ name, what, score, installed, reasons, install, licence },
        })),
        tool_count: tools.length,
        built_in: builtIn.map(({ tool, what }) => ({ tool, what })),
        ignored_constraints: ignored,
        next: builtIn.slice(0, 2).map(({ tool, arguments: given, what }) => ({ tool, arguments: given, why: what })),
      },
    };
  },
});
