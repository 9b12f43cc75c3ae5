import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { parseConfig } from '../../config/parse-settings.js';
import { DEFAULT_VIEWPORTS } from '../../config/schema.js';
import { CodeloopError } from '../../core/errors.js';
import { makeTempFolder } from '../../core/temp-folder.js';
import { packageRoot } from '../../core/version.js';
import type { DomBoxes } from '../../core/vocabulary/dom-boxes.js';
import { readBoxes } from '../../design/element-tree.js';
import type { Session } from '../../live/session.js';
import type { VerifyResult } from '../../live/verify-jobs.js';
import { findProject } from '../../project/locate.js';
import { viewFile } from '../../store/paths.js';
import { captureScreens } from '../capture-screens.js';
import { continueVerify } from '../continue-verify.js';
import { DefectFile, type Finding, matchDefects } from './match-defects.js';

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
