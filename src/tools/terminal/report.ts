import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { REPORT_FORMATS, writeReports } from '../../verify/report-phase.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_report',
  command: { name: 'report' },
  title: 'Write reports of a run',
  description:
    'Writes a finished run as HTML, Markdown, JUnit XML, JSON, SARIF, or for GitHub and GitLab, without driving the app.',
  toolset: 'reports',
  doors: ['cli'],
  effect: 'write',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    run_id: z.string().optional().describe('Default: the newest run'),
    reporter: z.array(z.enum(REPORT_FORMATS)).optional().describe('Default: html'),
    output: z.string().min(1).optional().describe('Path without ending; default artifacts/report'),
    pictures_url: z
      .url()
      .optional()
      .describe('Where the folder of the reports will be read: Markdown shows its pictures from there'),
    pictures: z
      .enum(['copies', 'file', 'folder'])
      .optional()
      .describe(
        'copies: bounded, inside (default); file: every pixel and video inside; folder: the files beside the report',
      ),
  }),
  output: { run_id: z.string() },
  async run(input, context) {
    const project = await context.project();
    const { runId, artifacts } = await writeReports(project, context.session, {
      runId: input.run_id,
      formats: input.reporter ?? ['html'],
      output: input.output,
      pictures: input.pictures,
      picturesUrl: input.pictures_url,
    });
    return {
      result: {
        status: 'pass',
        summary: `Wrote ${artifacts.map((artifact) => artifact.path).join(', ')}.`,
        artifacts,
        run_id: runId,
      },
    };
  },
});
