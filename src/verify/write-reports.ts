import { resolve } from 'node:path';
import { writeAtomic } from '../core/atomic-write.js';
import { insideRoots } from '../core/path-walls.js';
import type { Artifact } from '../core/vocabulary/artifact.js';
import type { ReportModel } from '../core/vocabulary/report-model.js';
import type { Session } from '../live/session.js';
import type { Project } from '../project/project.js';
import { Run } from '../store/run.js';
import { finishedResult } from './finished-result.js';
import { reportModel } from './report-stage.js';

/** Forms a run can be told in. */
export const REPORT_FORMATS = ['html', 'markdown', 'junit', 'json'] as const;
type ReportFormat = (typeof REPORT_FORMATS)[number];

const ENDINGS: Record<ReportFormat, string> = { html: 'html', markdown: 'md', junit: 'xml', json: 'json' };

/**
 * Renders a finished run again, without driving anything, into `<output>.<ending>` inside the project (default
 * `artifacts/report`). Throws RUN_NOT_FOUND, PATH_OUTSIDE_ROOTS.
 */
export async function writeReports(
  project: Project,
  session: Session,
  request: { runId: string; formats: readonly ReportFormat[]; output?: string | undefined },
): Promise<Artifact[]> {
  if (request.formats.length === 0) return [];
  const result = await finishedResult(project, session, request.runId);
  const run = await Run.open(project.dir, request.runId, { tool: 'codeloop_report', clock: session.clock });
  const model = await reportModel({ project, run, ...result, environment: run.manifest.environment });
  const artifacts: Artifact[] = [];
  for (const format of request.formats) {
    const path = `${request.output ?? 'artifacts/report'}.${ENDINGS[format]}`;
    const text =
      format === 'json'
        ? `${JSON.stringify({ ...model, pairs: model.pairs.map(({ pair }) => pair), cells: model.cells.map(({ cell }) => cell) }, null, 2)}\n`
        : await render(format, model);
    await writeAtomic(resolve(await insideRoots(path, [project.dir])), text);
    artifacts.push({ path, bytes: Buffer.byteLength(text) });
  }
  return artifacts;
}

async function render(format: Exclude<ReportFormat, 'json'>, model: ReportModel): Promise<string> {
  if (format === 'html') return (await import('../report/render-html.js')).renderHtml(model);
  if (format === 'markdown') return (await import('../report/render-markdown.js')).renderMarkdown(model);
  return (await import('../report/render-junit.js')).renderJunit(model);
}
