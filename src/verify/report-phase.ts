import { dirname, posix, relative, resolve, sep } from 'node:path';
import { flowFindings, outdated } from '../checks/behaviour/workflow-findings.js';
import type { WorkflowEvidence } from '../checks/evidence.js';
import { writeAtomic } from '../core/atomic-write.js';
import { sha256 } from '../core/digest.js';
import { CodeloopError } from '../core/errors.js';
import { mapConcurrent } from '../core/lanes.js';
import { insideRoots, readStored } from '../core/path-walls.js';
import { redactValue } from '../core/redact.js';
import { VERSION } from '../core/version.js';
import type { GateVerdict } from '../core/vocabulary/gate.js';
import type { Size } from '../core/vocabulary/geometry.js';
import { LayoutReport } from '../core/vocabulary/layout.js';
import { type DesignCompare, type Pair, type Region, VisualRegression } from '../core/vocabulary/pair.js';
import type {
  ReportCell,
  ReportFlow,
  ReportLayout,
  ReportModel,
  ReportPair,
  ReportPicture,
} from '../core/vocabulary/report-model.js';
import type { Cell } from '../core/vocabulary/run.js';
import type { Artifact, Environment, StoredArtifact } from '../core/vocabulary/screenshot.js';
import { readSize } from '../image/picture-header.js';
import { boundedCopy } from '../image/resize.js';
import type { Session } from '../live/session.js';
import { folderInRepository } from '../project/code-state/git-command.js';
import type { Project } from '../project/project.js';
import { plainName } from '../store/paths.js';
import type { Run } from '../store/run.js';
import { assertIntact } from '../store/run-integrity.js';
import { whichRun } from '../store/which-run.js';
import { finishedResult } from './finished-result.js';
import { diagnoseRun } from './judge/diagnose-run.js';
import { workflowEvidence } from './judge/read-behaviour.js';
import { nextCalls, verdictLine, verdictStatus } from './judge/verdict-status.js';
import { whatRemains } from './judge/what-remains.js';
import { faultsIn } from './layouts/layout-phase.js';
import { newerPictures } from './verification.js';

/** Pictures that are embedded; beyond, the report shows the files beside it when they come into view. */
export const MAX_EMBEDDED = 240;
/** A copy smaller than this cannot be read: bands of the picture are embedded as well. */
const READABLE_SCALE = 0.4;
/** Rows of a band as a multiple of its width, and how many of them a picture has. */
const BAND_SHAPE = 1.5;
const MOST_BANDS = 8;

/** Gives a picture of a run as a report shows it, `width` pixels wide at most; nothing where there is none, or none that can be read. */
export type PictureSource = (
  artifact: Artifact | undefined,
  width: number,
  regions?: readonly Region[],
) => Promise<ReportPicture | undefined>;

/**
 * The pictures of a run for its report, which is written into the folder `from` (relative to the project): what it leads to is found from there. A picture that is gone or cannot be read is none, and costs no other its place. Of a page too
 * tall to be read in one copy its first and last rows and those around its worst regions are embedded in bands.
 */
export function reportPictures(project: Project, from: string): PictureSource {
  let budget = MAX_EMBEDDED;
  return async (artifact, width, regions = []) => {
    if (!artifact) return undefined;
    const read = (one: Artifact) => readStored(project.dir, one);
    budget -= 1;
    const path = posix.relative(from, artifact.path);
    try {
      return budget >= 0
        ? await embedPicture(await read(artifact), path, width, regions)
        : { path, size: await sizeOf(artifact, read) };
    } catch (error) {
      // What is wrong with the files of the run is the gate's to say.
      if (error instanceof CodeloopError && NO_PICTURE.test(error.code)) return undefined;
      throw error;
    }
  };
}

const NO_PICTURE = /^(?:IMAGE_|EVIDENCE_TAMPERED$|PATH_OUTSIDE_ROOTS$)/;

/** A picture as a report shows it, inside the report; rows of a tall one in bands. Throws IMAGE_UNREADABLE, IMAGE_TOO_LARGE. */
export async function embedPicture(
  bytes: Buffer,
  path: string,
  width: number,
  regions: readonly Region[],
): Promise<ReportPicture> {
  const copy = await boundedCopy(
    { bytes, name: path },
    { maxWidth: width, maxSide: 16_000, maxPixels: 4_000_000, format: 'webp' },
  );
  const bands: NonNullable<ReportPicture['bands']> = [];
  const size = copy.original;
  const height = Math.round(size.width * BAND_SHAPE);
  if (copy.scale < READABLE_SCALE && size.height > 2 * height)
    for (const y of bandTops(size, height, regions)) {
      const part = { x: 0, y, width: size.width, height };
      bands.push({ data_uri: dataUri(await boundedCopy({ bytes, name: path }, { maxWidth: width, part })), y, height });
    }
  return { path, size, data_uri: dataUri(copy), ...(bands.length > 0 ? { bands } : {}) };
}

function dataUri({ bytes, mimeType }: { bytes: Buffer; mimeType: string }): string {
  return `data:${mimeType};base64,${bytes.toString('base64')}`;
}

/** Upper edges of the bands that are shown: the first and the last rows, and those around the worst regions that none shows yet. */
function bandTops(size: Size, height: number, regions: readonly Region[]): number[] {
  const last = size.height - height;
  const tops = [0, last];
  for (const { rect } of regions) {
    if (tops.length >= MOST_BANDS) break;
    const y = Math.round(Math.min(Math.max(0, rect.y + Math.min(rect.height, height) / 2 - height / 2), last));
    if (!tops.some((top) => Math.abs(top - y) < height)) tops.push(y);
  }
  return tops.toSorted((a, b) => a - b);
}

async function sizeOf(artifact: Artifact, read: (one: Artifact) => Promise<Buffer>): Promise<Size> {
  const { width, height, path } = artifact;
  return width !== undefined && height !== undefined
    ? { width, height }
    : readSize({ bytes: await read(artifact), name: path });
}

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
  from: string,
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
      ...(video ? { video: posix.relative(from, video.path) } : {}),
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
  const html = renderHtml(redactValue(await reportModel(request, request.run.dir)));
  return request.run.put({ kind: 'report', name: 'report.html', data: html });
}

/** The report's model of a run, pictures embedded, for a report in the folder `from`, relative to the project. */
export async function reportModel(request: ReportRequest, from: string): Promise<ReportModel> {
  const { project, run, verdict, compare, visual, workflow, layout, cells } = request;
  const { manifest } = run;
  const { environment } = manifest;
  const picture = reportPictures(project, from);
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
    const faults = faultsIn(cell, layout.findings.slice(0, MAX_LAYOUTS));
    const shown = paired ? undefined : await picture(cell.screenshot?.image, THUMB_WIDTH * 2);
    return { cell, ...(faults.length > 0 ? { faults } : {}), ...(shown ? { picture: shown } : {}) };
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
  const flows = await reportFlows(project, run, workflow, picture, from);
  const remaining = whatRemains({ verdict, compare, visual, cells, newer: newerPictures(manifest.cells) });
  return {
    run_id: run.id,
    project: project.name,
    started_at: manifest.started_at,
    finished_at: manifest.updated_at,
    code_state: manifest.code_state,
    ...(environment ? { environment: environmentLine(environment) } : {}),
    status: verdictStatus(verdict),
    summary: verdictLine(verdict, remaining),
    verdict,
    pairs,
    cells: rest,
    ...(layouts.length > 0 ? { layouts } : {}),
    flows,
    unmatched: compare.unmatched,
    next: nextCalls(verdict, remaining, run.id),
    generated_by: `codeloop ${VERSION}`,
  };
}

/** `linux x64, chromium 156.0, fonts 1a2b3c4d`. */
function environmentLine(environment: Environment): string {
  return `${environment.os} ${environment.arch}, ${environment.browser} ${environment.browser_version}, fonts ${environment.fonts.slice(0, 8)}`;
}

/** One format: `issues`: it shows them at their places in the sources. */
interface ReportRenderer {
  ending: string;
  render(model: ReportModel): string | Promise<string>;
  issues?: boolean;
}

/** The formats of a report: the ending of the file, and the renderer, loaded on first use. A new format is one line here. */
const FORMATS = {
  html: { ending: 'html', render: async (model) => (await import('../report/render-html.js')).renderHtml(model) },
  markdown: {
    ending: 'md',
    render: async (model) => (await import('../report/render-markdown.js')).renderMarkdown(model),
  },
  junit: { ending: 'xml', render: async (model) => (await import('../report/render-junit.js')).renderJunit(model) },
  github: {
    ending: 'github.txt',
    render: async (model) => (await import('../report/render-issues.js')).renderGithub(model),
    issues: true,
  },
  sarif: {
    ending: 'sarif',
    render: async (model) => (await import('../report/render-issues.js')).renderSarif(model),
    issues: true,
  },
  gitlab: {
    ending: 'gitlab.json',
    render: async (model) => (await import('../report/render-issues.js')).renderGitlab(model),
    issues: true,
  },
  json: {
    ending: 'json',
    render: (model) =>
      `${JSON.stringify({ ...model, pairs: model.pairs.map(({ pair }) => pair), cells: model.cells.map(({ cell }) => cell) }, null, 2)}\n`,
  },
} satisfies Record<string, ReportRenderer>;

type ReportFormat = keyof typeof FORMATS;

/** Names of the formats, as `--reporter` takes them. */
export const REPORT_FORMATS = [
  'html',
  'markdown',
  'junit',
  'json',
  'github',
  'sarif',
  'gitlab',
] as const satisfies readonly ReportFormat[];

/**
 * Renders a finished run (default: the newest) again, without driving anything, into `<output>.<ending>` inside the project (default
 * `artifacts/report`). Throws RUN_NOT_FOUND, EVIDENCE_TAMPERED, PATH_OUTSIDE_ROOTS, and as `finishedResult`.
 */
export async function writeReports(
  project: Project,
  session: Session,
  request: { runId?: string | undefined; formats: readonly ReportFormat[]; output?: string | undefined },
): Promise<{ runId: string; artifacts: Artifact[] }> {
  const { runId } = request;
  const run = await whichRun(project.dir, { rule: 'newest', tool: 'codeloop_report', clock: session.clock, runId });
  await assertIntact(run);
  const result = await finishedResult(run);
  const none: LayoutReport = { schema_version: 1, findings: [], screens: [] };
  const [workflow, visual, layout = none] = await Promise.all([
    workflowEvidence(project, run, result.verdict.stage),
    run.readJson('visual', VisualRegression),
    run.readJson('layout_report', LayoutReport),
  ]);
  // What GitHub shows of a step besides its annotations is Markdown.
  const formats = new Set([...request.formats, ...(request.formats.includes('github') ? (['markdown'] as const) : [])]);
  const wanted: readonly ReportRenderer[] = [...formats].map((format) => FORMATS[format]);
  const placed = wanted.some(({ issues }) => issues)
    ? {
        issues: (await diagnoseRun({ project, session, runId: run.id, focusFiles: [] })).issues,
        source_root: await folderInRepository(project.dir),
      }
    : {};
  const output = request.output ?? 'artifacts/report';
  const folder = dirname(resolve(await insideRoots(`${output}.html`, [project.dir])));
  const from = relative(project.dir, folder).split(sep).join('/');
  const model = redactValue({
    ...(await reportModel({ project, run, ...result, workflow, visual, layout }, from)),
    ...placed,
  });
  const artifacts: Artifact[] = [];
  for (const format of formats) {
    const { ending, render } = FORMATS[format];
    const path = `${output}.${ending}`;
    const text = await render(model);
    const file = resolve(await insideRoots(path, [project.dir]));
    await writeAtomic(file, text);
    // A report beside the code is no change of the code, as long as nobody edits it.
    run.ledger.recordReport(relative(project.dir, file).split(sep).join('/'), sha256(text));
    artifacts.push({ path, bytes: Buffer.byteLength(text) });
  }
  return { runId: run.id, artifacts };
}
