import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newestCells } from '../../bench/matrix/admin-site.mjs';
import type { Pair } from '../../src/core/vocabulary/pair.js';
import { DesignCompare } from '../../src/core/vocabulary/pair.js';
import { pairPictures, pairTiles } from '../../src/image/inline-pictures.js';
import { verifies } from '../requirements.js';
import { sampleOf } from '../sample.js';
import { runWarm } from './warm-program.js';

/** What has a banner above its header: as it was drawn, or as somebody's export packed it. */
const MOVED = sampleOf(['compressed', 'banner']);
const SCREENS = ['missing', ...MOVED];
let dir: string;

interface Shown {
  button?: boolean;
  banner?: boolean;
}

/** A page of 1440 x 6000 with a header that sticks, lines of text that are all different, and one button of 80 x 32. */
function page({ button = true, banner = false }: Shown): string {
  const rows = Array.from({ length: 59 }, (_, at) => {
    const words = Array.from({ length: 12 }, (__, word) => ((at * 7919 + word * 104_729) % 99_991).toString(36)).join(
      ' ',
    );
    const buy = at === 40 && button ? '<button>Buy</button>' : '';
    return `<section><p>${at} ${words}</p>${buy}</section>`;
  });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lamps</title><style>*{margin:0;box-sizing:border-box}
body{font:16px/24px sans-serif;color:#222;background:#fff}header{position:sticky;top:0;height:100px;padding:38px;background:#123;color:#fff}
section{height:100px;padding:30px;display:flex;gap:40px;border-bottom:1px solid #ddd}button{width:80px;height:32px;border:0;background:#0645ad;color:#fff}
aside{height:40px;padding:8px;background:#fde68a}</style></head><body>${banner ? '<aside>Free delivery this week</aside>' : ''}<header>Lamps</header>
<main>${rows.join('')}</main></body></html>`;
}

async function verify() {
  const { stdout, stderr, code } = await runWarm(['verify', '--json'], {
    cwd: dir,
    env: { XDG_STATE_HOME: path.join(dir, '../state') },
  });
  const result = JSON.parse(stdout);
  if (typeof result.run_id !== 'string') throw new Error(stdout + stderr);
  return { runId: String(result.run_id), code, gate: result.gate };
}

let found: Awaited<ReturnType<typeof verify>>;
let pairs: Map<string, Pair>;

beforeAll(async () => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'codeloop-tall-page-')));
  dir = path.join(folder, 'project');
  mkdirSync(path.join(dir, '.codeloop'), { recursive: true });
  mkdirSync(path.join(dir, 'designs/desktop'), { recursive: true });
  const config = {
    server: { static: '.' },
    screens: SCREENS.map((name) => ({ name, path: `/${name}.html` })),
    viewports: { desktop: { width: 1440, height: 900 } },
    accessibility: { enabled: false },
    layout: { enabled: false },
  };
  writeFileSync(path.join(dir, '.codeloop/config.json'), JSON.stringify(config));
  for (const name of SCREENS) writeFileSync(path.join(dir, `${name}.html`), page({}));
  const { runId } = await verify();
  for (const { screen, screenshot } of newestCells(dir, runId)) {
    const image = path.join(dir, screenshot.image.path);
    const design = path.join(dir, 'designs/desktop', screen);
    if (screen === 'compressed') await sharp(image).jpeg({ quality: 85 }).toFile(`${design}.jpg`);
    else cpSync(image, `${design}.png`);
    if (screen === 'missing') cpSync(path.join(dir, screenshot.dom.path), `${design}.dom.json`);
  }
  writeFileSync(path.join(dir, 'missing.html'), page({ button: false }));
  for (const name of MOVED) writeFileSync(path.join(dir, `${name}.html`), page({ banner: true }));
  found = await verify();
  const summary = path.join(dir, 'artifacts/runs', found.runId, 'design_compare_summary.json');
  const compare = DesignCompare.parse(JSON.parse(readFileSync(summary, 'utf8')));
  pairs = new Map(compare.pairs.map((pair) => [pair.screen, pair]));
});
afterAll(() => rmSync(path.dirname(dir), { recursive: true, force: true }));

test('a page of 1440 x 6000 with one missing button of 80 x 32 fails the gate, and the button is named', () => {
  verifies('compare.missing-button', 'design.element-cause');
  const pair = pairs.get('missing');
  expect(pair).toMatchObject({ outcome: 'mismatch', size: { actual: { width: 1440, height: 6000 } } });
  expect(pair?.score).toBeGreaterThan(0.99);
  expect(pair?.regions).toHaveLength(1);
  expect(pair?.regions[0]).toMatchObject({
    kind: 'missing',
    severity: 'critical',
    rect: { width: 80, height: 32 },
    element: { role: 'button', name: 'Buy' },
  });
  expect(found.code).toBe(1);
  expect(found.gate.failing_gates.map(({ id }: { id: string }) => id)).toContain('design_compare_evidence');
});

test.each(MOVED)('a banner of 40 px above a sticky header is one block and one shift: %s', (screen) => {
  verifies('compare.shifts', 'compare.shifts-noise');
  const pair = pairs.get(screen);
  expect(pair?.shifts).toEqual([{ axis: 'y', at: 0, by: 40 }]);
  expect(pair?.regions.filter(({ kind }) => kind !== 'noise').map(({ kind, rect }) => [kind, rect])).toEqual([
    ['added', { x: 0, y: 0, width: 1440, height: 40 }],
  ]);
  expect(pair?.aligned_score).toBeGreaterThanOrEqual(0.97);
});

test('the pictures of a long page cost at most 3,000 tokens, whole or as tiles', async () => {
  verifies('design.picture-budget');
  for (const pair of pairs.values()) {
    const [whole, tiles] = [await pairPictures(dir, pair), await pairTiles(dir, pair)];
    for (const pictures of [whole, tiles]) {
      expect(pictures.every(({ width }) => width <= 640)).toBe(true);
      expect(pictures.reduce((sum, { width, height }) => sum + (width * height) / 750, 0)).toBeLessThanOrEqual(3000);
    }
    expect(whole.map(({ label }) => label.split(' ')[1])).toEqual(['reference', 'actual', 'diff']);
    expect(tiles[0]?.label).toContain('locator');
    expect(tiles[0]?.width).toBeLessThanOrEqual(400);
    expect(tiles.length).toBe(1 + Math.min(3, pair.regions.filter(({ tile }) => tile).length));
    if (process.env.CODELOOP_TEST_PICTURES)
      for (const [at, { data }] of [...whole, ...tiles].entries())
        writeFileSync(path.join(process.env.CODELOOP_TEST_PICTURES, `${pair.screen}.${at}.png`), data);
  }
});
