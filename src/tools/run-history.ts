import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { runHistory } from '../verify/run-history.js';
import { projectDir } from './input-shapes.js';

export default defineTool({
  name: 'codeloop_run_history',
  command: { name: 'runs' },
  title: 'Earlier runs',
  description: 'Lists runs, newest first: when, on which commit, by which tools, with what status.',
  toolset: 'core',
  doors: ['mcp', 'cli'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    limit: z.number().int().min(1).max(500).optional().describe('Default 20'),
    tool: z.string().optional(),
    status: z.string().optional(),
    since: z.iso.datetime({ offset: true }).optional(),
  }),
  output: {
    runs: z.array(
      z.object({
        run_id: z.string(),
        started_at: z.string(),
        tools: z.array(z.string()),
        status: z.string(),
        state: z.string(),
        commit_sha: z.string().optional(),
        branch: z.string().optional(),
        artifact_paths: z.array(z.string()),
        note: z.string().optional(),
      }),
    ),
  },
  async run(input, context) {
    const { dir } = await context.project();
    const runs = await runHistory(dir, {
      limit: input.limit ?? 20,
      tool: input.tool,
      status: input.status,
      since: input.since,
    });
    return { result: { status: 'pass', summary: `${runs.length} run(s).`, runs } };
  },
});
