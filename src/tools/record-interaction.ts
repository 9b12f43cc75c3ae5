import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { oneTarget, onlyApp, projectDir, recordTarget } from './input-shapes.js';
import { recordedOutput, recordingOutput } from './reply-shapes.js';

export default defineTool({
  name: 'codeloop_record_interaction',
  command: { name: 'record-interaction' },
  title: 'Record for a fixed time',
  description:
    'Records one page or window for 1-120 s and waits for the video. A window is raised first and the focus given back after. Then replay it.',
  toolset: 'act',
  doors: ['mcp'],
  effect: 'drive',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    duration_seconds: z.number().min(1).max(120),
    ...recordTarget,
    page_id: z.string().optional(),
    label: z.string().max(200).optional(),
  }),
  output: recordingOutput,
  async run(input, context) {
    const project = await context.folder();
    oneTarget('codeloop_record_interaction', [input.url, input.app_name, input.page_id]);
    const app =
      input.app_name ??
      (input.url === undefined && input.page_id === undefined ? onlyApp(project.config.native.apps) : undefined);
    const record = await context.session.recordings.record({
      project,
      tool: 'codeloop_record_interaction',
      url: input.url,
      app,
      pageId: input.page_id,
      viewport: input.viewport,
      label: input.label,
      seconds: input.duration_seconds,
      signal: context.signal,
      onSecond: (done) => context.progress({ done, total: input.duration_seconds, message: 'recording' }),
    });
    return recordedOutput(record);
  },
});
