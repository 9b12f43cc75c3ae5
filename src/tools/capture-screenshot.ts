import { z } from 'zod';
import { Mask } from '../config/schema.js';
import { captureScreens } from '../runner/capture-screens.js';
import { cellPicture } from '../runner/inline-pictures.js';
import { defineTool } from './define-tool.js';
import { projectDir } from './project-dir.js';
import { CellReply, cellReply } from './reply-shapes.js';

export default defineTool({
  name: 'codeloop_capture_screenshot',
  command: { name: 'capture', positionals: ['screen_name'] },
  title: 'Photograph a screen',
  description:
    'Steady pictures of one screen at all viewports (or those named) in one call, with console and network errors. Full-size files stay on disk; small copies come inline.',
  toolset: 'see',
  doors: ['mcp', 'cli'],
  effect: 'drive',
  pictures: true,
  input: z.strictObject({
    project_dir: projectDir,
    screen_name: z.string().min(1).describe('Configured screen, or a name for url'),
    url: z.url({ protocol: /^https?$/ }).optional(),
    viewports: z.array(z.string()).optional(),
    full_page: z.boolean().optional(),
    selector: z.string().optional().describe('Only this element'),
    mask: z.array(Mask).optional(),
    color_scheme: z.enum(['light', 'dark', 'no-preference']).optional(),
    return: z.enum(['path', 'thumb', 'image']).optional().describe('Inline copies; default thumb'),
  }),
  output: { run_id: z.string(), cells: z.array(CellReply) },
  async run(input, context) {
    const project = await context.folder();
    const { runId, cells } = await captureScreens({
      project,
      session: context.session,
      tool: 'codeloop_capture_screenshot',
      screenName: input.screen_name,
      url: input.url,
      viewports: input.viewports,
      colorScheme: input.color_scheme,
      overrides: { fullPage: input.full_page, selector: input.selector, mask: input.mask },
      signal: context.signal,
      onCell: (cell, done, total) => context.progress({ done, total, message: `${cell.screen}@${cell.viewport}` }),
    });
    const shown = input.return ?? 'thumb';
    const pictures =
      shown === 'path' ? [] : await Promise.all(cells.map((cell) => cellPicture(project.dir, cell, shown)));
    const failed = cells.filter((cell) => cell.failure);
    const unsteady = cells.filter((cell) => cell.screenshot && !cell.screenshot.steady.settled);
    return {
      images: pictures.filter((picture) => picture !== undefined),
      result: {
        status: failed.length > 0 ? 'fail' : unsteady.length > 0 ? 'could_not_run' : 'pass',
        summary: `${cells.length - failed.length} of ${cells.length} picture(s) taken${unsteady.length > 0 ? `, ${unsteady.length} never settled` : ''}.`,
        artifacts: cells.flatMap((cell) => (cell.screenshot ? [cell.screenshot.image] : [])),
        run_id: runId,
        cells: cells.map(cellReply),
      },
    };
  },
});
