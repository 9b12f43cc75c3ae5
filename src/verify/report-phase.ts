import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { WorkflowEvidence } from '../checks/evidence.js';
import { writeAtomic } from '../core/atomic-write.js';
import { sha256 } from '../core/digest.js';
import { mapConcurrent } from '../core/lanes.js';
import { insideRoots } from '../core/path-walls.js';
import { redactValue } from '../core/redact.js';
import { VERSION } from '../core/version.js';
import type { GateVerdict } from '../core/vocabulary/gate.js';
import { LayoutReport } from '../core/vocabulary/layout.js';
import { type DesignCompare, type Pair, VisualRegression } from '../core/vocabulary/pair.js';
import type { ReportCell, ReportLayout, ReportModel, ReportPair } from '../core/vocabulary/report-model.js';
import type { Cell } from '../core/vocabulary/run.js';
import type { Artifact, Environment, StoredArtifact } from '../core/vocabulary/screenshot.js';
import type { Session } from '../live/session.js';
import { folderInRepository } from '../project/code-state/git-command.js';
import type { Project } from '../project/project.js';
import { projectScreens, screenPlaces } from '../project/screens.js';
import type { Run } from '../store/run.js';
import { assertIntact } from '../store/run-integrity.js';
import { whichRun } from '../store/which-run.js';
import { finishedResult } from './finished-result.js';
import { reportPlayed } from './flows/report-flows.js';
import { diagnoseRun, firstRepair, judge } from './judge/judge.js';
import { workflowEvidence } from './judge/read-behaviour.js';
import { nextCalls, verdictLine, verdictStatus } from './judge/verdict-status.js';
import { whatRemains } from './judge/what-remains.js';
import { faultsIn } from './layouts/layout-phase.js';
import { closeupOf, type PicturesAs, ReportPictures } from './report-pictures.js';
import { knownBefore, ReportSpots, reportTests } from './report-spots.js';
import { newerPictures, storedVerification } from './verification.js';

/** Faults of layouts in a report. */
const MAX_LAYOUTS = 40;
/** Width of the picture of where a flow stopped, in pixels. */
const PICTURE_WIDTH = 800;

/** A run's verdict, and what it was made from. */
interface Result {
  verdict: GateVerdict;
  compare: DesignCompare;
  cells: readonly Cell[];
}

/** The content of a report: a run's verdict with its evidence. */
interface ReportRequest extends Result {
  project: Project;
  run: Run;
  visual: VisualRegression | undefined;
  workflow: WorkflowEvidence;
  /** What was found in the layouts. */
  layout: LayoutReport;
}

/** Copies inside the report: pictures of a pair that differs, and thumbnails of everything else. Widths in pixels. */
const DIFFERING_WIDTH = 1100;
const THUMB_WIDTH = 360;

/** Writes `report.html` of a run: one file that opens from disk, worst pair first. */
export async function writeReport(request: ReportRequest): Promise<StoredArtifact> {
  const { renderHtml } = await import('../report/render-html.js');
  const pictures = new ReportPictures(request.project.dir, request.run.dir, 'copies');
  const html = renderHtml(redactValue(await reportModel(request, pictures)));
  return request.run.put({ kind: 'report', name: 'report.html', data: html });
}

/** The report's model of a run with its pictures. */
export async function reportModel(request: ReportRequest, pictures: ReportPictures): Promise<ReportModel> {
  const { project, run, verdict, compare, visual, workflow, layout, cells } = request;
  const { manifest } = run;
  const { environment } = manifest;
  const accepted = visual?.pairs ?? [];
  const all: readonly Pair[] = [...compare.pairs, ...accepted];
  const pairs = await mapConcurrent(all, 2, async (pair, index): Promise<ReportPair> => {
    const against = index < compare.pairs.length ? undefined : 'baseline';
    const width = pair.outcome === 'match' && pair.regions.length === 0 ? THUMB_WIDTH : DIFFERING_WIDTH;
    // A file that cannot be read has no picture; its pair says why.
    const { reference_factor: factor = 1 } = pair;
    const reference =
      pair.outcome === 'unreadable' ? undefined : await pictures.show(pair.reference, width, pair.regions, factor);
    return {
      pair,
      against,
      reference,
      actual: await pictures.show(pair.actual, width, pair.regions),
      // The larger side was scaled down to be compared.
      diff: await pictures.show(pair.diff, width, pair.regions, Math.max(1, factor)),
      thumb: await pictures.thumb(pair.actual ?? pair.reference, pair.regions[0]?.rect),
    };
  });
  const spots = new ReportSpots(run, verdict);
  const rest = await mapConcurrent(cells, 2, async (cell): Promise<ReportCell> => {
    const paired = all.some((pair) => pair.screen === cell.screen && pair.viewport === cell.viewport && pair.actual);
    const faults = faultsIn(cell, layout.findings.slice(0, MAX_LAYOUTS));
    const shown = paired ? undefined : await pictures.show(cell.screenshot?.image, THUMB_WIDTH * 2);
    const thumb = paired ? undefined : await pictures.thumb(cell.screenshot?.image, faults[0]?.rect);
    const there = await spots.of(cell);
    return {
      cell,
      ...(faults.length > 0 ? { faults } : {}),
      ...(there.length > 0 ? { spots: there } : {}),
      ...(shown ? { picture: shown } : {}),
      ...(thumb ? { thumb } : {}),
    };
  });
  const widest = Math.max(0, ...layout.screens.flatMap(({ widths }) => widths));
  const layouts = await mapConcurrent(
    layout.findings.slice(0, MAX_LAYOUTS),
    2,
    async (finding): Promise<ReportLayout> => {
      const shown = await pictures.show(finding.tile, PICTURE_WIDTH);
      return { finding, widest, ...(shown ? { picture: shown } : {}) };
    },
  );
  const { flows, recordings } = await reportPlayed(project, run, workflow, pictures);
  const tests = await reportTests(run, pictures);
  // People read what a check found; its id is for calls.
  const byTitle = ({ check, count }: { check: string; count: number }) => ({
    check: verdict.checks.find(({ id }) => id === check)?.title ?? check,
    count,
  });
  const remaining = whatRemains({
    verdict,
    compare,
    visual,
    cells,
    newer: newerPictures(manifest.cells),
    state: manifest.code_state,
  });
  const model: ReportModel = {
    run_id: run.id,
    project: project.name,
    started_at: manifest.started_at,
    finished_at: manifest.updated_at,
    code_state: manifest.code_state,
    ...(environment ? { environment: environmentLine(environment) } : {}),
    status: verdictStatus(verdict),
    summary: verdictLine(verdict, { ...remaining, warnings: remaining.warnings.map(byTitle) }),
    verdict,
    pairs,
    cells: rest,
    known_before: await knownBefore(run),
    ...(layouts.length > 0 ? { layouts } : {}),
    flows,
    ...(recordings.length > 0 ? { recordings } : {}),
    ...(tests.length > 0 ? { tests } : {}),
    unmatched: compare.unmatched,
    next: nextCalls(verdict, remaining, run.id, await firstRepair(project, verdict, compare.pairs)),
    ...(pictures.left > 0
      ? {
          pictures_note: `There was no room for ${pictures.left} picture(s) and recordings: pictures are copies, recordings stay in the run. Write a folder.`,
        }
      : {}),
    generated_by: `codeloop ${VERSION}`,
  };
  const closeup = await closeupOf(model, (artifact, part, factor) => pictures.part(artifact, part, factor));
  return closeup ? { ...model, closeup } : model;
}

/**
 * The result of a run. One that only tests looked into was never judged: it is judged as it stands, and nothing of that is kept. Throws as
 * `finishedResult`.
 */
async function resultOf(project: Project, session: Session, run: Run): Promise<Result> {
  const tested = run.verdicts().length === 0 && run.manifest.cells.some(({ test }) => test !== undefined);
  if (!tested) return finishedResult(run);
  const work = await storedVerification({ project, session, tool: 'codeloop_report', runId: run.id });
  const { verdict, compare, cells } = await judge(work, { stage: 'section' });
  const none = { pairs: [], design_match_threshold: project.config.design.match_threshold, unmatched: NOTHING };
  return { verdict, cells, compare: compare ?? none };
}

const NOTHING: DesignCompare['unmatched'] = { references: [], screenshots: [] };

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
  junit: {
    ending: 'xml',
    render: async (model) => (await import('../report/render-junit.js')).renderJunit(model),
    issues: true,
  },
  json: {
    ending: 'json',
    render: (model) =>
      `${JSON.stringify({ ...model, pairs: model.pairs.map(({ pair }) => pair), cells: model.cells.map(({ cell }) => cell) }, null, 2)}\n`,
  },
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
} satisfies Record<string, ReportRenderer>;

type ReportFormat = keyof typeof FORMATS;

/** Names of the formats, as `--reporter` takes them. */
export const REPORT_FORMATS = Object.keys(FORMATS) as [ReportFormat, ...ReportFormat[]]; // Keys of an object literal are what its type says.

/**
 * Renders a finished run (default: the newest) again, without driving anything, into `<output>.<ending>` inside the project (default
 * `artifacts/report`). Throws RUN_NOT_FOUND, EVIDENCE_TAMPERED, PATH_OUTSIDE_ROOTS, and as `finishedResult`.
 */
export async function writeReports(
  project: Project,
  session: Session,
  request: {
    runId?: string | undefined;
    formats: readonly ReportFormat[];
    output?: string | undefined;
    pictures?: PicturesAs | undefined;
    /** Address where the folder of the reports will be, for pictures in Markdown. */
    picturesUrl?: string | undefined;
  },
): Promise<{ runId: string; artifacts: Artifact[] }> {
  const { runId } = request;
  const run = await whichRun(project.dir, { rule: 'newest', tool: 'codeloop_report', clock: session.clock, runId });
  await assertIntact(run);
  const result = await resultOf(project, session, run);
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
        screen_places: await screenPlaces(project, project.config.screens ?? (await projectScreens(project))),
      }
    : {};
  const output = request.output ?? 'artifacts/report';
  const folder = dirname(resolve(await insideRoots(`${output}.html`, [project.dir])));
  const from = relative(project.dir, folder).split(sep).join('/');
  const beside = `${basename(output)}-pictures`;
  const pictures = new ReportPictures(project.dir, from, request.pictures ?? 'copies', async (name, bytes) => {
    const file = join(await insideRoots(join(folder, beside), [project.dir]), name);
    await mkdir(dirname(file), { recursive: true });
    await writeAtomic(file, bytes);
    run.ledger.recordReport(relative(project.dir, file).split(sep).join('/'), sha256(bytes));
    return `${beside}/${name}`;
  });
  const model = redactValue({
    ...(await reportModel({ project, run, ...result, workflow, visual, layout }, pictures)),
    ...placed,
    ...(formats.has('markdown')
      ? { strips: await pictures.strips([...result.compare.pairs, ...(visual?.pairs ?? [])]) }
      : {}),
    ...(request.picturesUrl === undefined ? {} : { pictures_url: request.picturesUrl.replace(/\/*$/, '/') }),
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
