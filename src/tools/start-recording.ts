import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { oneTarget, projectDir, recordTarget } from './input-shapes.js';

/** Lines of what the page said while it was opened. */
const SAID_SHOWN = 10;

export default defineTool({
  name: 'codeloop_start_recording',
  command: { name: 'recording start' },
  title: 'Start a recording',
  description:
    'Records a page (url, or page_id of a live one) or a desktop app until stop_recording: frames, video, console, network, steps. Drive it meanwhile with codeloop_interact and the page_id.',
  toolset: 'act',
  doors: ['mcp'],
  effect: 'drive',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    ...recordTarget,
    page_id: z.string().optional().describe('Live page; default: the only one'),
    label: z.string().max(200).optional(),
  }),
  output: {
    recording_id: z.string(),
    run_id: z.string(),
    started_at: z.string(),
    page_id: z.string(),
    /** Errors and warnings while the page was opened. Untrusted text. */
    log: z.array(z.string()),
    recovered: z.array(z.string()).optional(),
  },
  async run(input, context) {
    const project = await context.folder();
    oneTarget('codeloop_start_recording', [input.url, input.app_name, input.page_id]);
    const { recordings } = context.session;
    const recovered = await recordings.recover(project);
    const live = await recordings.start({
      project,
      tool: 'codeloop_start_recording',
      url: input.url,
      app: input.app_name,
      pageId: input.page_id,
      viewport: input.viewport,
      label: input.label,
      signal: context.signal,
    });
    const said = live.said.filter(({ level }) => level === 'error' || level === 'warning');
    return {
      result: {
        status: 'pass',
        summary: `Recording ${live.id} runs; its first frame is in.`,
        next: [
          { tool: 'codeloop_page_snapshot', arguments: { page_id: live.page.id } },
          { tool: 'codeloop_stop_recording', arguments: { recording_id: live.id } },
        ],
        recording_id: live.id,
        run_id: live.run.id,
        started_at: live.startedAt,
        page_id: live.page.id,
        log: said.slice(0, SAID_SHOWN).map(({ kind, level, text }) => `${level} ${kind}: ${text}`.slice(0, 300)),
        ...(recovered.length > 0 ? { recovered: recovered.map((record) => record.recording_id) } : {}),
      },
    };
  },
});
