import { relative, resolve, sep } from 'node:path';
import { writeAtomic } from '../core/atomic-write.js';
import { sha256 } from '../core/digest.js';
import { insideRoots } from '../core/path-walls.js';
import type { Artifact } from '../core/vocabulary/artifact.js';
import { LayoutReport } from '../core/vocabulary/layout.js';
import { VisualRegression } from '../core/vocabulary/pair.js';
import type { ReportModel } from '../core/vocabulary/report-model.js';
import type { Session } from '../live/session.js';
import type { Project } from '../project/project.js';
import { whichRun } from '../store/which-run.js';
import { finishedResult } from './finished-result.js';
import { workflowEvidence } from './judge/read-behaviour.js';
import { reportModel } from './report-phase.js';

/** The formats of a report: the ending of the file, and the renderer, loaded on first use. A new format is one line here. */
const FORMATS = {
  html: { ending: 'html', render: async (model) => (await import('../report/render-html.js')).renderHtml(model) },
  markdown: {
    ending: 'md',
    render: async (model) => (await import('../report/render-markdown.js')).renderMarkdown(model),
  },
  junit: { ending: 'xml', render: async (model) => (await import('../report/render-junit.js')).renderJunit(model) },
  json: {
    ending: 'json',
    render: (model) =>
      `${JSON.stringify({ ...model, pairs: model.pairs.map(({ pair }) => pair), cells: model.cells.map(({ cell }) => cell) }, null, 2)}\n`,
  },
} satisfies Record<string, { ending: string; render(model: ReportModel): string | Promise<string> }>;

type ReportFormat = keyof typeof FORMATS;

/** Names of the formats, as `--reporter` takes them. */
export const REPORT_FORMATS = ['html', 'markdown', 'junit', 'json'] as const satisfies readonly ReportFormat[];

/**
 * Renders a finished run (default: the newest) again, without driving anything, into `<output>.<ending>` inside the project (default
 * `artifacts/report`). Throws RUN_NOT_FOUND, PATH_OUTSIDE_ROOTS, and as `finishedResult`.
 */
export async function writeReports(
  project: Project,
  session: Session,
  request: { runId?: string | undefined; formats: readonly ReportFormat[]; output?: string | undefined },
): Promise<{ runId: string; artifacts: Artifact[] }> {
  const { runId } = request;
  const run = await whichRun(project.dir, { rule: 'newest', tool: 'codeloop_report', clock: session.clock, runId });
  const result = await finishedResult(run);
  const none: LayoutReport = { schema_version: 1, findings: [], screens: [] };
  const [workflow, visual, layout = none] = await Promise.all([
    workflowEvidence(project, run, result.verdict.stage),
    run.readJson('visual', VisualRegression),
    run.readJson('layout_report', LayoutReport),
  ]);
  const model = await reportModel({ project, run, ...result, workflow, visual, layout });
  const artifacts: Artifact[] = [];
  for (const format of request.formats) {
    const { ending, render } = FORMATS[format];
    const path = `${request.output ?? 'artifacts/report'}.${ending}`;
    const text = await render(model);
    const file = resolve(await insideRoots(path, [project.dir]));
    await writeAtomic(file, text);
    // A report beside the code is no change of the code, as long as nobody edits it.
    run.ledger.recordReport(relative(project.dir, file).split(sep).join('/'), sha256(text));
    artifacts.push({ path, bytes: Buffer.byteLength(text) });
  }
  return { runId: run.id, artifacts };
}
