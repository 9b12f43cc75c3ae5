import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { projectDir } from './input-shapes.js';
import { recordedOutput, recordingOutput } from './reply-shapes.js';

export default defineTool({
  name: 'codeloop_stop_recording',
  command: { name: 'recording stop' },
  title: 'Stop a recording',
  description:
    'Ends a recording at once and gives the focus back; frames, index and log are complete, the video may finish in a moment.',
  toolset: 'act',
  doors: ['mcp'],
  effect: 'drive',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    recording_id: z.string().optional().describe('Default: the only one that runs'),
  }),
  output: recordingOutput,
  async run(input, context) {
    const project = await context.folder();
    const record = await context.session.recordings.stop(project, input.recording_id);
    return recordedOutput(record);
  },
});
