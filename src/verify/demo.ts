import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { parseConfig } from '../config/parse-settings.js';
import { DEFAULT_VIEWPORTS } from '../config/schema.js';
import { CodeloopError } from '../core/errors.js';
import { makeTempFolder } from '../core/temp-folder.js';
import { packageRoot } from '../core/version.js';
import type { DomBoxes } from '../core/vocabulary/dom-boxes.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { DesignCompare, Region } from '../core/vocabulary/pair.js';
import type { Cell } from '../core/vocabulary/run.js';
import type { LogEntry } from '../core/vocabulary/screenshot.js';
import { readBoxes } from '../design/element-tree.js';
import type { Session, VerifyResult } from '../live/session.js';
import { findProject } from '../project/locate.js';
import { viewFile } from '../store/paths.js';
import { captureScreens } from './capture-screens.js';
import { continueVerify } from './continue-verify.js';

/** A log entry that a defect must cause besides, or instead of, a visible difference. */
const LogSign = z.object({
  gate: z.literal('runtime_clean'),
  kind: z.enum(['page_error', 'http_error']),
  path: z.string().optional(),
});

/** One planted defect of the example, as `defects.json` declares it. */
const Defect = z.object({
  id: z.string(),
  screen: z.string(),
  viewports: z.array(z.string()),
  /** Element of the healthy app: `[data-testid="…"]` or `#id`. */
  selector: z.string(),
  gate: z.enum(['design_compare_evidence', 'runtime_clean']),
  kind: z.string(),
  says: z.string(),
  also: z.array(LogSign).default([]),
  change: z.looseObject({ path: z.string().optional() }),
});
type Defect = z.infer<typeof Defect>;

export const DefectFile = z.object({ defects: z.array(Defect) });

/** One defect at one viewport as the demo found it, or a finding that was not planted. */
export interface Finding {
  defect: string;
  screen: string;
  viewport: string;
  expected: string;
  found: string;
  ok: boolean;
}

/** Pixels around a declared element in which its defect may show: an 8 px move, a shadow, a wider text. */
const MARGIN = 16;

interface DefectEvidence {
  defects: readonly Defect[];
  /** Boxes of the healthy app, by `screen@viewport`. */
  healthy: ReadonlyMap<string, DomBoxes>;
  /** The comparison of the app with the defects. */
  compare: DesignCompare;
  cells: readonly Cell[];
}

/**
 * Holds what was found against what was planted: every defect at every declared viewport, and every difference or error that
 * no defect explains. Regions of severity `minor` are noise by definition and neither prove nor contradict.
 */
export function matchDefects(evidence: DefectEvidence): Finding[] {
  const planted = evidence.defects.flatMap((defect) =>
    defect.viewports.flatMap((viewport) => [
      sign(evidence, defect, viewport),
      ...alsoSigns(evidence, defect, viewport),
    ]),
  );
  return [...planted, ...unexplained(evidence)];
}

function sign(evidence: DefectEvidence, defect: Defect, viewport: string): Finding {
  const base = { defect: defect.id, screen: defect.screen, viewport, expected: defect.kind };
  if (defect.gate === 'runtime_clean') {
    const entry = logs(evidence, defect.screen, viewport).find((one) => isSign(one, defect.kind, defect.change.path));
    return { ...base, found: entry ? entry.kind : 'nothing', ok: entry !== undefined };
  }
  const rect = elementRect(evidence, defect, viewport);
  if (!rect) return { ...base, found: 'the element is not in the healthy app', ok: false };
  const region = regions(evidence, defect.screen, viewport).find((one) => overlaps(one.rect, rect));
  return {
    ...base,
    found: region ? `${region.severity} ${region.kind} at ${place(region.rect)}` : 'nothing',
    ok: region !== undefined,
  };
}

function alsoSigns(evidence: DefectEvidence, defect: Defect, viewport: string): Finding[] {
  return defect.also.map((also) => {
    const entry = logs(evidence, defect.screen, viewport).find((one) => isSign(one, also.kind, also.path));
    return {
      defect: defect.id,
      screen: defect.screen,
      viewport,
      expected: also.kind,
      found: entry ? entry.kind : 'nothing',
      ok: entry !== undefined,
    };
  });
}

function unexplained(evidence: DefectEvidence): Finding[] {
  const extra = (screen: string, viewport: string, found: string): Finding => ({
    defect: '(nobody planted this)',
    screen,
    viewport,
    expected: 'nothing',
    found,
    ok: false,
  });
  const visible = evidence.compare.pairs.flatMap((pair) => {
    const rects = evidence.defects
      .filter(
        (defect) =>
          defect.gate === 'design_compare_evidence' &&
          defect.screen === pair.screen &&
          defect.viewports.includes(pair.viewport),
      )
      .flatMap((defect) => elementRect(evidence, defect, pair.viewport) ?? []);
    const outcome =
      pair.outcome === 'match' || pair.outcome === 'mismatch' ? [] : [extra(pair.screen, pair.viewport, pair.outcome)];
    return [
      ...outcome,
      ...regions(evidence, pair.screen, pair.viewport)
        .filter((region) => !rects.some((rect) => overlaps(region.rect, rect)))
        .map((region) =>
          extra(pair.screen, pair.viewport, `${region.severity} ${region.kind} at ${place(region.rect)}`),
        ),
    ];
  });
  const heard = evidence.cells.flatMap((cell) =>
    (cell.screenshot?.logs ?? [])
      .filter((entry) => ['page_error', 'http_error', 'failed_request', 'crash'].includes(entry.kind))
      .filter(
        (entry) =>
          !evidence.defects.some(
            (defect) =>
              defect.screen === cell.screen && defect.viewports.includes(cell.viewport) && explains(defect, entry),
          ),
      )
      .map((entry) => extra(cell.screen, cell.viewport, entry.kind)),
  );
  return [...visible, ...heard];
}

function explains(defect: Defect, entry: LogEntry): boolean {
  return (
    isSign(entry, defect.kind, defect.change.path) || defect.also.some((also) => isSign(entry, also.kind, also.path))
  );
}

function isSign(entry: LogEntry, kind: string, path: string | undefined): boolean {
  return entry.kind === kind && (path === undefined || (entry.url ?? '').includes(path));
}

function logs(evidence: DefectEvidence, screen: string, viewport: string): readonly LogEntry[] {
  return evidence.cells.find((cell) => cell.screen === screen && cell.viewport === viewport)?.screenshot?.logs ?? [];
}

function regions(evidence: DefectEvidence, screen: string, viewport: string): Region[] {
  const pair = evidence.compare.pairs.find((one) => one.screen === screen && one.viewport === viewport);
  return (pair?.regions ?? []).filter((region) => region.severity !== 'minor');
}

function elementRect(evidence: DefectEvidence, defect: Defect, viewport: string): Rect | undefined {
  const boxes = evidence.healthy.get(`${defect.screen}@${viewport}`);
  const testId = /^\[data-testid="(.+)"\]$/.exec(defect.selector)?.[1];
  return boxes?.elements.find((element) =>
    testId === undefined ? element.selector === defect.selector : element.test_id === testId,
  )?.rect;
}

function overlaps(region: Rect, element: Rect): boolean {
  return (
    region.x >= element.x - MARGIN &&
    region.y >= element.y - MARGIN &&
    region.x + region.width <= element.x + element.width + MARGIN &&
    region.y + region.height <= element.y + element.height + MARGIN
  );
}

function place({ x, y, width, height }: Rect): string {
  return `${x},${y} ${width}x${height}`;
}

interface DemoResult {
  /** The example's folder, kept so that its report can be looked at. */
  folder: string;
  /** Gate of the healthy app: passed, or why not. */
  healthy: { passed: boolean; reason: string };
  findings: Finding[];
  report: string;
}

type ViewportsOf = (screen: string) => readonly string[];

interface DemoRequest {
  session: Session;
  signal: AbortSignal;
  progress: (progress: { done: number; total?: number; message: string }) => void;
  /** Names of the default viewports that a screen is looked at in, none: it is left out; all of them where nothing is said. */
  viewportsOf?: ViewportsOf;
}

/**
 * The main job on the example app that ships with the package: draw its designs with this machine's browser, verify the healthy app,
 * which must pass, then the same app with its planted defects, of which each must be found and nothing else. Works on a copy in a
 * temporary folder.
 */
export async function runDemo(request: DemoRequest): Promise<DemoResult> {
  const root = await packageRoot();
  const folder = join(await makeTempFolder('codeloop-demo-', { stays: true }), 'shop');
  await cp(join(root, 'fixtures', 'apps', 'shop'), folder, { recursive: true });
  const viewportsOf = request.viewportsOf ?? (() => Object.keys(DEFAULT_VIEWPORTS));
  await drawDesigns(request, folder, viewportsOf);
  const { defects: all } = DefectFile.parse(JSON.parse(await readFile(join(folder, 'defects.json'), 'utf8')));
  const defects = all.map((one) => ({
    ...one,
    viewports: one.viewports.filter((name) => viewportsOf(one.screen).includes(name)),
  }));

  const healthy = await verifyState(request, folder, viewportsOf, 'healthy');
  const boxes = new Map<string, DomBoxes>();
  for (const { screen, viewport, screenshot } of healthy.cells) {
    if (screenshot?.dom) boxes.set(`${screen}@${viewport}`, await readBoxes(folder, screenshot.dom));
  }
  const broken = await verifyState(request, folder, viewportsOf, 'defects');
  return {
    folder,
    healthy: {
      passed: healthy.verdict.passed,
      reason: healthy.verdict.failing_gates.map((gate) => gate.reason).join('; '),
    },
    findings: matchDefects({ defects, healthy: boxes, compare: broken.compare, cells: broken.cells }),
    report: join(folder, viewFile(broken.runId, 'report.html')),
  };
}

/** Photographs the healthy app as its designs: pictures of 18 pages would be two thirds of the package. */
async function drawDesigns(request: DemoRequest, folder: string, viewportsOf: ViewportsOf): Promise<void> {
  const { session, signal, progress } = request;
  const project = await exampleProject(folder, viewportsOf, 'healthy');
  for (const { name } of project.config.screens ?? []) {
    progress({ done: 0, message: `drawing the design of ${name}` });
    const overrides = { fullPage: true };
    const tool = 'codeloop_demo';
    const { cells } = await captureScreens({ project, session, tool, screenName: name, overrides, signal });
    for (const { viewport, screenshot, failure } of cells) {
      if (!screenshot)
        throw new CodeloopError('INTERNAL', { reason: `the example could not be drawn: ${failure?.message ?? name}` });
      const design = join(folder, 'designs', viewport, `${name}.png`);
      await mkdir(dirname(design), { recursive: true });
      await copyFile(join(folder, screenshot.image.path), design);
    }
  }
}

async function verifyState(
  request: DemoRequest,
  folder: string,
  viewportsOf: ViewportsOf,
  state: 'healthy' | 'defects',
): Promise<VerifyResult> {
  const project = await exampleProject(folder, viewportsOf, state);
  const answer = await continueVerify(
    { project, session: request.session, filter: {}, signal: request.signal },
    { progress: ({ message, ...rest }) => request.progress({ ...rest, message: `${state} app: ${message}` }) },
  );
  if (answer.state === 'running')
    throw new CodeloopError('INTERNAL', { reason: 'the verification of the example did not end' });
  return answer.result;
}

/** The example with the settings of a state: its own server, on a port of its own. */
async function exampleProject(folder: string, viewportsOf: ViewportsOf, state: 'healthy' | 'defects') {
  const file = join(folder, '.codeloop', 'config.json');
  const screens = parseConfig(await readFile(file, 'utf8'))
    .screens?.map(({ name, path }) => ({ name, path, viewports: viewportsOf(name) }))
    .filter(({ viewports }) => viewports.length > 0);
  const server = {
    command: [process.execPath, 'server.mjs', '--state', state],
    url: `http://127.0.0.1:${await freePort()}`,
  };
  await writeFile(file, `${JSON.stringify({ screens, server, viewports: DEFAULT_VIEWPORTS }, null, 2)}\n`);
  return findProject(folder, [folder]);
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return address !== null && typeof address === 'object' ? address.port : 0;
}
