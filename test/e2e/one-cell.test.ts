import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newestCells } from '../../bench/matrix/admin-site.mjs';
import { DesignCompare } from '../../src/core/vocabulary/pair.js';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { runWarm } from './warm-program.js';

const some = sampled(test, 2, 1);

const WIDTH = 120;
const ROW = 100;
/** Screens with the rows of their pages; browsers leave white what lies below about 130,000 px, and 200,000 is the most. */
const PAGES = { home: 5, tall: 700, beyond: 2100 };
/** Reads a picture of any size. */
const any = { limitInputPixels: false } as const;
let dir: string;

/** Rows of 100 px whose colours follow from their numbers, so that a single pixel tells which one is seen. */
const color = (row: number) => [(row * 37) % 251, (row * 91) % 241, (row >> 3) % 256] as const;

function page(rows: number, marked = -1): string {
  const body = Array.from({ length: rows }, (_, row) => {
    const mark = row === marked ? '<i></i>' : '';
    return `<div style="background:rgb(${color(row).join(' ')})">${mark}</div>`;
  });
  // The tall one has a fault far down.
  const lying = (at: number, text: string) =>
    `<p style="position:absolute;margin:0;left:${at}px;top:${69_900 + at}px">${text}</p>`;
  if (rows === PAGES.tall) body.push(lying(20, 'Orders'), lying(26, 'Lamps'));
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Rows</title><style>body{margin:0}
div{height:${ROW}px}i{display:block;width:80px;height:32px;background:#fff}</style></head><body>${body.join('')}</body></html>`;
}

async function verify() {
  const { stdout, stderr, code } = await runWarm(['verify', '--json'], {
    cwd: dir,
    env: { XDG_STATE_HOME: path.join(dir, '../state') },
  });
  const result = JSON.parse(stdout);
  if (typeof result.run_id !== 'string') throw new Error(stdout + stderr);
  const shots = new Map(newestCells(dir, result.run_id).map((cell) => [cell.screen, cell.screenshot]));
  const folder = path.join(dir, 'artifacts/runs', result.run_id);
  const checks: { id: string; status: string; problems: { screen?: string; title: string }[] }[] = JSON.parse(
    readFileSync(path.join(folder, 'checks.json'), 'utf8'),
  );
  return { code, folder, shots, present: checks.find(({ id }) => id === 'screenshots-present') };
}

function configure(screens: readonly string[]): void {
  const config = {
    server: { static: '.' },
    screens: screens.map((name) => ({ name, path: `/${name}.html` })),
    viewports: { desktop: { width: WIDTH, height: 1000 } },
    capture: { full_page: true },
    accessibility: { enabled: false },
  };
  writeFileSync(path.join(dir, '.codeloop/config.json'), JSON.stringify(config));
}

let seen: Awaited<ReturnType<typeof verify>>;
let report: string;

beforeAll(async () => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'codeloop-one-cell-')));
  dir = path.join(folder, 'project');
  mkdirSync(path.join(dir, '.codeloop'), { recursive: true });
  mkdirSync(path.join(dir, 'designs/desktop'), { recursive: true });
  configure(['home', 'tall', 'beyond', 'wide']);
  for (const [name, rows] of Object.entries(PAGES)) writeFileSync(path.join(dir, `${name}.html`), page(rows));
  writeFileSync(path.join(dir, 'wide.html'), page(10).replace('body{', 'body{width:40000px;'));
  seen = await verify();
  report = readFileSync(path.join(seen.folder, 'report.html'), 'utf8');
  copyFileSync(path.join(dir, seen.shots.get('tall').image.path), path.join(dir, 'designs/desktop/tall.png'));
  writeFileSync(path.join(dir, 'designs/desktop/home.png'), 'no picture at all');
});
afterAll(() => rmSync(path.dirname(dir), { recursive: true, force: true }));

test('a fault far down a page that is too tall to be held whole is confirmed in its picture, and shown', () => {
  verifies('verify.one-cell');
  const { findings } = JSON.parse(readFileSync(path.join(seen.folder, 'layout.json'), 'utf8'));
  const faults = findings
    .filter(({ certainty }: { certainty: string }) => certainty === 'certain')
    .toSorted((one: { screen: string }, other: { screen: string }) => one.screen.localeCompare(other.screen));
  expect(faults).toMatchObject([
    { screen: 'tall', kind: 'text_overlap', tile: { path: expect.stringContaining('layout.tall') } },
    { screen: 'wide', kind: 'outside_viewport' },
  ]);
});

test.each([
  ['tall', 700],
  ['beyond', 2000],
])('a page is photographed in full height, each row once: %s', async (screen, rows) => {
  verifies('capture.tall');
  const { image, size } = seen.shots.get(screen);
  expect(size).toEqual({ width: WIDTH, height: rows * ROW });
  const column = { left: 110, top: 0, width: 1, height: rows * ROW };
  const pixels = await sharp(path.join(dir, image.path), any).extract(column).removeAlpha().raw().toBuffer();
  const wrong = Array.from({ length: rows * ROW }, (_, y) => y).filter((y) => {
    const [red, green, blue] = color(Math.floor(y / ROW));
    return pixels[3 * y] !== red || pixels[3 * y + 1] !== green || pixels[3 * y + 2] !== blue;
  });
  expect(wrong).toEqual([]);
});

test('a page larger than any picture says how much was seen, and the others are judged', () => {
  verifies('capture.tall', 'verify.one-cell');
  expect(seen.present).toMatchObject({ status: 'could_not_run' });
  expect(seen.present?.problems.map(({ screen, title }) => [screen, title])).toEqual([
    ['beyond', "Only 120 x 200000 px of the page's 120 x 210000 were photographed."],
    ['wide', "Only 32768 x 1000 px of the page's 40000 x 1000 were photographed."],
  ]);
  expect(seen.code).not.toBe(0);
  expect(report).toContain('The page is larger than its picture.');
});

some('a reference that is no picture is its own result, and a tall pair is compared and shown', async () => {
  verifies('verify.one-cell', 'compare.tall');
  writeFileSync(path.join(dir, 'tall.html'), page(PAGES.tall, 612));
  configure(['home', 'tall']);
  const { folder } = await verify();
  const { pairs } = DesignCompare.parse(
    JSON.parse(readFileSync(path.join(folder, 'design_compare_summary.json'), 'utf8')),
  );
  const of = (screen: string) => pairs.find((pair) => pair.screen === screen);
  expect(of('home')).toMatchObject({ outcome: 'unreadable' });
  expect(of('tall')).toMatchObject({
    outcome: 'mismatch',
    diff_pixels: 2560,
    regions: [{ rect: { x: 0, y: 61_200, width: 80, height: 32 }, severity: 'critical' }],
  });
  // Of the tall pair the rows around the difference are shown at a readable size, on all three pictures.
  expect(
    readFileSync(path.join(folder, 'report.html'), 'utf8').match(
      /<image href="data:image\/webp;base64,[^"]+" y="61126"/g,
    ),
  ).toHaveLength(3);
});
