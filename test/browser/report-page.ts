import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Locator, type Page, test } from '@playwright/test';
import { build } from 'esbuild';
import { PNG } from 'pngjs';
import type { ReportModel } from '../../src/core/vocabulary/report-model.js';
import { pair, region, reportPair, sampleModel } from '../report/sample-model.js';

let folder = '';
let renderHtml: (model: ReportModel) => string;

/** Builds the renderer before the tests of a file and removes what they wrote after them. */
export function setUpReports(): void {
  test.beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'codeloop-report-'));
    // Playwright compiles JSX for its own component tests; the report's is Preact's.
    const outfile = path.join(folder, 'render-html.mjs');
    const entryPoints = [path.resolve(import.meta.dirname, '../../src/report/render-html.tsx')];
    await build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node', logLevel: 'error' });
    ({ renderHtml } = await import(pathToFileURL(outfile).href));
  });

  test.afterAll(() => {
    rmSync(folder, { recursive: true });
  });
}

/** Opens a report from disk and collects everything it asks for and complains about. */
export async function openReport(
  page: Page,
  model: ReportModel,
  hash = '',
): Promise<{ requests: string[]; complaints: string[] }> {
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) requests.push(request.url());
  });
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => dialog.dismiss());
  const file = path.join(mkdtempSync(path.join(folder, 'run-')), 'report.html');
  writeFileSync(file, renderHtml(model));
  await page.goto(pathToFileURL(file).href + hash);
  return { requests, complaints };
}

/** A flat picture of one color. */
export function flat(width: number, height: number, [red, green, blue]: readonly [number, number, number]): string {
  const png = new PNG({ width, height });
  for (let at = 0; at < png.data.length; at += 4) png.data.set([red, green, blue, 255], at);
  return `data:image/png;base64,${PNG.sync.write(png).toString('base64')}`;
}

/** A pair of 400 x 300: red reference, blue actual, one region; and a cell with a logged error. */
export function twoColors(): ReportModel {
  const differing = pair('home', 'mobile', {
    outcome: 'mismatch',
    score: 0.9842,
    regions: [region(100, 150, 80, 32), region(0, 0, 400, 30, { severity: 'minor', kind: 'recolored' })],
  });
  const size = { width: 400, height: 300 };
  const colored = {
    pair: differing,
    reference: { data_uri: flat(200, 150, [200, 30, 30]), path: 'gone/reference.png', size },
    actual: { data_uri: flat(200, 150, [30, 30, 200]), path: 'gone/actual.png', size },
    diff: { data_uri: flat(200, 150, [120, 120, 120]), path: 'gone/diff.png', size },
  };
  return sampleModel({ pairs: [colored, reportPair(pair('cart', 'mobile')), reportPair(pair('cart', 'desktop'))] });
}

/** Color of the picture in the middle row at a share of the frame's width, as the eye sees it. */
export async function colorAt(frame: Locator, share: number): Promise<'red' | 'blue' | 'mixed'> {
  const shot = PNG.sync.read(await frame.screenshot({ animations: 'disabled' }));
  const at = (Math.floor(shot.height * 0.8) * shot.width + Math.floor(shot.width * share)) * 4;
  const [red = 0, blue = 0] = [shot.data[at], shot.data[at + 2]];
  return red > 190 && blue < 60 ? 'red' : blue > 190 && red < 60 ? 'blue' : 'mixed';
}

/** The worst entry. */
export const firstCard = (page: Page) => page.locator('.card').first();
