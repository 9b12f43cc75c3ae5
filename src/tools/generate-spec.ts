import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { generateSpec } from '../verify/generate-spec.js';
import { projectDir } from './input-shapes.js';

export default defineTool({
  name: 'codeloop_generate_spec',
  command: { name: 'generate-spec' },
  title: 'Write design tokens and a specification',
  description:
    'Writes W3C design tokens (JSON) and a readable specification (Markdown) from the Figma frames, else from screens that match their references.',
  toolset: 'design',
  doors: ['mcp', 'cli'],
  effect: 'write',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    frames: z.array(z.string().min(1)).min(1).optional().describe('<viewport>/<screen> or node ids; default all'),
    output: z.string().min(1).optional().describe('Path in the project without ending; default artifacts/design-spec'),
  }),
  output: {
    source: z.string(),
    screens: z.array(z.object({ screen: z.string(), viewport: z.string() })),
    token_count: z.number().int(),
  },
  async run(input, context) {
    const { artifacts, from, screens, tokens } = await generateSpec({
      project: await context.project(),
      session: context.session,
      frames: input.frames,
      output: input.output ?? 'artifacts/design-spec',
      signal: context.signal,
    });
    return {
      result: {
        status: 'pass',
        summary: `Wrote ${artifacts.map(({ path }) => path).join(' and ')}: ${tokens} token(s) of ${screens.length} screen(s).`,
        artifacts,
        source: from,
        screens,
        token_count: tokens,
      },
    };
  },
});
