import { posix } from 'node:path';
import { flowFindings, outdated } from '../checks/behaviour/workflow-findings.js';
import type { WorkflowEvidence } from '../checks/evidence.js';
import { mapConcurrent } from '../core/lanes.js';
import { VERSION } from '../core/version.js';
import type { StoredArtifact } from '../core/vocabulary/artifact.js';
import type { Environment } from '../core/vocabulary/environment.js';
import type { GateVerdict } from '../core/vocabulary/gate.js';
import type { LayoutReport } from '../core/vocabulary/layout.js';
import type { DesignCompare, Pair, VisualRegression } from '../core/vocabulary/pair.js';
import type { ReportCell, ReportFlow, ReportLayout, ReportModel, ReportPair } from '../core/vocabulary/report-model.js';
import type { Cell } from '../core/vocabulary/run.js';
import type { Project } from '../project/project.js';
import { plainName } from '../store/paths.js';
import type { Run } from '../store/run.js';
import { nextCalls, verdictLine, verdictStatus } from './judge/verdict-status.js';
import { type PictureSource, reportPictures } from './report-pictures.js';

/** Faults of layouts in a report. */
const MAX_LAYOUTS = 40;
/** Width of the picture of where a flow stopped, in pixels. */
const PICTURE_WIDTH = 800;

/**
 * The replayed flows of a run as a report shows them, judged as the gate does: those that do not hold first, with their pictures. Every
 * picture is asked for by `picture`.
 */
async function reportFlows(
  project: Project,
  run: Run,
  workflow: WorkflowEvidence,
  picture: PictureSource,
): Promise<ReportFlow[]> {
  const runtime = { allowedConsoleErrors: project.config.runtime.allowed_console_errors };
  const videos = run.manifest.entries.filter(({ kind }) => kind === 'video');
  const flows: ReportFlow[] = [];
  for (const replay of workflow.replays) {
    const why = outdated(replay, workflow);
    const found = flowFindings(replay, runtime).length > 0;
    const status = why !== undefined ? 'could_not_run' : replay.status === 'pass' && found ? 'fail' : replay.status;
    const video = videos.find(({ path }) => plainName(path) === `${replay.recording_id}.mp4`);
    const shown = status === 'pass' ? undefined : await picture(replay.screenshot, PICTURE_WIDTH);
    flows.push({
      replay,
      status,
      ...(why === undefined ? {} : { why: `It says nothing about the project as it is now: ${why}.` }),
      ...(shown ? { picture: shown } : {}),
      ...(video ? { video: posix.relative(run.dir, video.path) } : {}),
    });
  }
  return flows.toSorted((a, b) => Number(a.status === 'pass') - Number(b.status === 'pass'));
}

/** The content of a report: a run's verdict with its evidence. */
interface ReportRequest {
  project: Project;
  run: Run;
  verdict: GateVerdict;
  compare: DesignCompare;
  visual: VisualRegression | undefined;
  workflow: WorkflowEvidence;
  /** What was found in the layouts. */
  layout: LayoutReport;
  cells: readonly Cell[];
}

/** Copies inside the report: pictures of a pair that differs, and thumbnails of everything else. Widths in pixels. */
const DIFFERING_WIDTH = 1100;
const THUMB_WIDTH = 360;

/** Writes `report.html` of a run: one file that opens from disk, worst pair first. */
export async function writeReport(request: ReportRequest): Promise<StoredArtifact> {
  const { renderHtml } = await import('../report/render-html.js');
  const html = renderHtml(await reportModel(request));
  return request.run.put({ kind: 'report', name: 'report.html', data: html });
}

/** The report's model of a run, pictures embedded. */
export async function reportModel(request: ReportRequest): Promise<ReportModel> {
  const { project, run, verdict, compare, visual, workflow, layout, cells } = request;
  const { manifest } = run;
  const { environment } = manifest;
  const picture = reportPictures(project, run);
  const accepted = visual?.pairs ?? [];
  const all: readonly Pair[] = [...compare.pairs, ...accepted];
  const pairs = await mapConcurrent(all, 2, async (pair, index): Promise<ReportPair> => {
    const against = index < compare.pairs.length ? undefined : 'baseline';
    const width = pair.outcome === 'match' && pair.regions.length === 0 ? THUMB_WIDTH : DIFFERING_WIDTH;
    // A file that cannot be read has no picture; its pair says why.
    const reference = pair.outcome === 'unreadable' ? undefined : await picture(pair.reference, width, pair.regions);
    return {
      pair,
      against,
      reference,
      actual: await picture(pair.actual, width, pair.regions),
      diff: await picture(pair.diff, width, pair.regions),
    };
  });
  const rest = await mapConcurrent(cells, 2, async (cell): Promise<ReportCell> => {
    const paired = all.some((pair) => pair.screen === cell.screen && pair.viewport === cell.viewport && pair.actual);
    return paired ? { cell } : { cell, picture: await picture(cell.screenshot?.image, THUMB_WIDTH * 2) };
  });
  const widest = Math.max(0, ...layout.screens.flatMap(({ widths }) => widths));
  const layouts = await mapConcurrent(
    layout.findings.slice(0, MAX_LAYOUTS),
    2,
    async (finding): Promise<ReportLayout> => {
      const shown = await picture(finding.tile, PICTURE_WIDTH);
      return { finding, widest, ...(shown ? { picture: shown } : {}) };
    },
  );
  const flows = await reportFlows(project, run, workflow, picture);
  return {
    run_id: run.id,
    project: project.name,
    started_at: manifest.started_at,
    finished_at: manifest.updated_at,
    code_state: manifest.code_state,
    ...(environment ? { environment: environmentLine(environment) } : {}),
    status: verdictStatus(verdict),
    summary: verdictLine(verdict),
    verdict,
    pairs,
    cells: rest,
    ...(layouts.length > 0 ? { layouts } : {}),
    flows,
    unmatched: compare.unmatched,
    next: nextCalls(verdict, run.id),
    generated_by: `codeloop ${VERSION}`,
  };
}

/** `linux x64, chromium 156.0, fonts 1a2b3c4d`. */
function environmentLine(environment: Environment): string {
  return `${environment.os} ${environment.arch}, ${environment.browser} ${environment.browser_version}, fonts ${environment.fonts.slice(0, 8)}`;
}
