import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { RunFile } from '../core/vocabulary/run.js';
import { runFiles } from '../verify/run-history.js';
import { projectDir } from './input-shapes.js';

export default defineTool({
  name: 'codeloop_run_files',
  command: { name: 'files', positionals: ['run_id'] },
  title: 'Files of a run',
  description: 'Lists pictures, reports and records of a run with their digests.',
  toolset: 'reports',
  doors: ['mcp', 'cli'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    run_id: z.string().optional().describe('Default: the newest'),
    path: z.string().min(1).optional().describe('Only this file'),
  }),
  output: {
    run_id: z.string(),
    folder: z.string().describe('The project folder, which paths are relative to'),
    files: z.array(RunFile),
  },
  async run(input, context) {
    const { dir } = await context.project();
    const { runId, files } = await runFiles(dir, input.run_id, input.path);
    return {
      result: { status: 'pass', summary: `Run ${runId}: ${files.length} file(s).`, run_id: runId, folder: dir, files },
    };
  },
});
