import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { Mask } from '../config/place-settings.js';
import { cellPicture } from '../image/inline-pictures.js';
import { captureLive, captureScreens } from '../verify/capture-screens.js';
import { oneTarget, projectDir } from './input-shapes.js';
import { CellReply, cellReply } from './reply-shapes.js';

const NAME = 'codeloop_capture_screenshot';

export default defineTool({
  name: NAME,
  command: { name: 'capture', positionals: ['screen_name'] },
  title: 'Photograph a screen',
  description:
    'Steady pictures of one screen at all viewports (or those named) in one call, or of a live page_id or app, with console and network errors. Full-size files stay on disk; small copies come inline.',
  toolset: 'see',
  doors: ['mcp', 'cli'],
  effect: 'drive',
  pictures: true,
  input: z.strictObject({
    project_dir: projectDir,
    screen_name: z.string().min(1).describe('Configured screen, or a name for url'),
    url: z.url({ protocol: /^https?$/ }).optional(),
    app_name: z.string().min(1).optional(),
    page_id: z.string().optional(),
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
    oneTarget(NAME, [input.url, input.app_name, input.page_id]);
    const { session, signal } = context;
    const common = { project, session, tool: NAME, screenName: input.screen_name, signal };
    const overrides = { fullPage: input.full_page, selector: input.selector, mask: input.mask };
    const { runId, cells } =
      input.app_name !== undefined || input.page_id !== undefined
        ? await captureLive({ ...common, ...overrides, app: input.app_name, pageId: input.page_id })
        : await captureScreens({
            ...common,
            url: input.url,
            viewports: input.viewports,
            colorScheme: input.color_scheme,
            overrides,
            onCell: (cell, done, total) =>
              context.progress({ done, total, message: `${cell.screen}@${cell.viewport}` }),
          });
    const shown = input.return ?? 'thumb';
    const pictures =
      shown === 'path' ? [] : await Promise.all(cells.map((cell) => cellPicture(project.dir, cell, shown)));
    // What does not count for the gate says so where it is read first.
    const reasons = [...new Set(cells.flatMap((cell) => (cell.ad_hoc ? (cell.ad_hoc_reasons ?? []) : [])))];
    const failed = cells.filter((cell) => cell.failure);
    const unsteady = cells.filter((cell) => cell.screenshot && !cell.screenshot.steady.settled);
    return {
      images: pictures.filter((picture) => picture !== undefined),
      result: {
        status: failed.length > 0 ? 'fail' : unsteady.length > 0 ? 'could_not_run' : 'pass',
        summary: `${cells.length - failed.length} of ${cells.length} picture(s) taken${unsteady.length > 0 ? `, ${unsteady.length} never settled` : ''}.${reasons.length > 0 ? ` To look at only: it counts for no gate (${reasons.join(', ')}).` : ''}`,
        artifacts: cells.flatMap((cell) => (cell.screenshot ? [cell.screenshot.image] : [])),
        next:
          failed.length + unsteady.length === 0
            ? []
            : [{ tool: NAME, arguments: { ...input }, why: 'after what is said of the picture was fixed' }],
        run_id: runId,
        cells: cells.map(cellReply),
      },
    };
  },
});
