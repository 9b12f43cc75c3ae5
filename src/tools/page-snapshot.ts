import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { CodeloopError } from '../core/errors.js';
import { PageSnapshot } from '../core/vocabulary/dom-boxes.js';
import { projectDir } from './input-shapes.js';

const NAME = 'codeloop_page_snapshot';

export default defineTool({
  name: NAME,
  command: { name: 'snapshot', positionals: ['url'] },
  title: 'Read a page',
  description:
    'Accessibility tree of a live page (url opens one) with element references like e12 for codeloop_interact. Narrow it by selector, depth or find.',
  toolset: 'see',
  doors: ['mcp', 'cli'],
  effect: 'drive',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    page_id: z.string().optional().describe('Default: the only live page'),
    url: z.string().optional().describe('Opens a page there; a path belongs to the app'),
    viewport: z.string().optional().describe('Name or WxH, for a page that is opened'),
    selector: z.string().optional(),
    depth: z.number().int().min(0).optional(),
    find: z.string().optional().describe('Only nodes with this in role, name or text'),
    from_line: z.number().int().min(0).optional().describe('Next part of a long tree'),
  }),
  output: { page_id: z.string(), ...PageSnapshot.shape },
  async run(input, context) {
    const { session, signal } = context;
    const project = await context.folder();
    const page = await session.pages.pick({
      project,
      pageId: input.page_id,
      url: input.url,
      viewport: input.viewport,
      openByDefault: true,
      signal,
    });
    const { capture } = page;
    if (!capture.snapshot)
      throw new CodeloopError('ARGUMENTS_INVALID', {
        tool: NAME,
        problem: `${page.id} is a desktop app, which has no tree.`,
        hint: 'Take a screenshot with codeloop_interact, and act at points of it.',
      });
    const { selector, depth, find, from_line: fromLine } = input;
    const snapshot = await session.lanes.run(
      `page:${page.id}`,
      async () => capture.snapshot?.({ selector, depth, find, fromLine }, signal),
      { signal },
    );
    if (!snapshot) throw new CodeloopError('INTERNAL', { reason: 'the snapshot is empty' });
    const end = snapshot.from_line + snapshot.lines.length;
    const more = end < snapshot.total_lines;
    return {
      result: {
        status: 'pass' as const,
        summary: `${page.id}: lines ${snapshot.from_line} to ${end} of ${snapshot.total_lines}.`,
        next: more
          ? [
              {
                tool: NAME,
                arguments: { page_id: page.id, from_line: end },
                why: 'the next part; selector or find is cheaper',
              },
            ]
          : [],
        page_id: page.id,
        ...snapshot,
      },
    };
  },
});
