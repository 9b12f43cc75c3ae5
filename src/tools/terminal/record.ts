import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { splitCommand } from '../../config/command-line.js';
import { oneTarget, onlyApp, projectDir, recordTarget } from '../input-shapes.js';
import { recordedOutput, recordingOutput } from '../reply-shapes.js';

/** Name under which a program that a person typed is recorded. */
const TYPED = 'command';

export default defineTool({
  name: 'codeloop_record',
  command: { name: 'record', positionals: ['url'] },
  title: 'Record a page, a window or a program',
  description: 'Records a page, an open window, or any program (--command, on a screen of its own) for some seconds.',
  toolset: 'act',
  doors: ['cli'],
  effect: 'drive',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    ...recordTarget,
    command: z.string().min(1).optional().describe('Program to start and record'),
    duration_seconds: z.number().min(1).max(600).default(10),
    label: z.string().max(200).optional(),
  }),
  output: recordingOutput,
  async run(input, context) {
    const folder = await context.folder();
    oneTarget('codeloop record', [input.url, input.app_name, input.command]);
    const { native } = folder.config;
    const command = input.command === undefined ? undefined : splitCommand(input.command, '--command');
    const project = command
      ? {
          ...folder,
          config: { ...folder.config, native: { ...native, apps: { ...native.apps, [TYPED]: { command } } } },
        }
      : folder;
    const app = command ? TYPED : (input.app_name ?? (input.url === undefined ? onlyApp(native.apps) : undefined));
    const record = await context.session.recordings.record({
      project,
      tool: 'codeloop_record',
      // Without any target the start page of the project's app.
      url: input.url ?? (app === undefined ? '/' : undefined),
      app,
      viewport: input.viewport,
      label: input.label,
      seconds: input.duration_seconds,
      signal: context.signal,
      onSecond: (done) => context.progress({ done, total: input.duration_seconds, message: 'recording' }),
    });
    return recordedOutput(record);
  },
});
