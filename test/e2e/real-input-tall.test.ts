import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { Rect } from '../../src/core/vocabulary/geometry.js';
import { verifies } from '../requirements.js';
import { FULL } from '../sample.js';
import { BIN, run } from './programs.js';

const WIDTH = 1280;
const HEIGHT = 20_000;
const MAX_RSS_MB = 600;

let folder: string;
let project: string;
let env: Record<string, string>;

/** A page of exactly that height, full of text, colour and lines: nothing packs well, nothing repeats. */
function page(color: string): string {
  const rows = Array.from({ length: HEIGHT / 100 }, (_, at) => {
    const words = Array.from({ length: 14 }, (__, word) => ((at * 7919 + word * 104_729) % 99_991).toString(36)).join(
      ' ',
    );
    const shade = `hsl(${(at * 37) % 360} 60% ${85 + (at % 10)}%)`;
    return `<div style="background:linear-gradient(90deg,${shade},white)"><b>${at}</b> ${words}</div>`;
  });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tall</title><style>*{margin:0;box-sizing:border-box}
div{height:100px;padding:20px;font:24px sans-serif;border-bottom:1px solid #888}#mark{position:absolute;left:400px;top:15000px;width:120px;height:40px;padding:0;background:${color}}
</style></head><body>${rows.join('')}<div id="mark"></div></body></html>`;
}

beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'codeloop-tall-')));
  project = path.join(folder, 'project');
  mkdirSync(path.join(project, '.codeloop'), { recursive: true });
  writeFileSync(path.join(project, 'index.html'), page('#0a7d34'));
  writeFileSync(
    path.join(project, '.codeloop/config.json'),
    JSON.stringify({ server: { static: '.' }, viewports: { wide: { width: WIDTH, height: 800 } } }),
  );
  // Each process of Node tells its peak when it ends; what another user of the machine does cannot be in it.
  writeFileSync(
    path.join(folder, 'peak.mjs'),
    `import { readFileSync, writeFileSync } from 'node:fs';
process.on('exit', () => {
  const high = process.platform === 'linux' ? /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1] : process.resourceUsage().maxRSS;
  writeFileSync(${JSON.stringify(folder)} + '/peak.' + process.pid, String(high));
});`,
  );
  env = {
    XDG_STATE_HOME: path.join(folder, 'state'),
    NODE_OPTIONS: `--import=${path.join(folder, 'peak.mjs')}`,
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The largest resident size in MB of the processes that ended since the last call. */
function peak(): number {
  const files = readdirSync(folder).filter((name) => name.startsWith('peak.') && name !== 'peak.mjs');
  const sizes = files.map((name) => Number(readFileSync(path.join(folder, name), 'utf8')) / 1024);
  for (const name of files) rmSync(path.join(folder, name));
  if (process.env.CODELOOP_TEST_VERBOSE) console.log('peak MB', sizes);
  return Math.max(...sizes);
}

const Cells = z.object({ cells: z.array(z.looseObject({ path: z.string() })) });
const Pairs = z.object({ pairs: z.array(z.looseObject({ regions: z.array(z.object({ rect: Rect })) })) });
const Size = z.object({ width: z.number(), height: z.number() });

/** The picture of a capture's only cell, whole on disk, becomes the reference of a page that then changes. */
async function takeReference(captured: unknown): Promise<void> {
  const file = path.join(project, Cells.parse(captured).cells[0]?.path ?? '');
  const { width, height } = await sharp(file, { limitInputPixels: false }).metadata();
  expect({ width, height }).toEqual({ width: WIDTH, height: HEIGHT });
  mkdirSync(path.join(project, 'designs/wide'), { recursive: true });
  cpSync(file, path.join(project, 'designs/wide/home.png'));
  writeFileSync(path.join(project, 'index.html'), page('#c01020'));
}

/** The comparison names the mark that changed, where it is, and nothing else. */
function expectMark(compared: unknown): void {
  const [pair] = Pairs.parse(compared).pairs;
  expect(pair).toMatchObject({ outcome: 'mismatch', regions: [{ rect: { x: 400, y: 15_000, width: 120 } }] });
  expect(pair?.regions).toHaveLength(1);
  expect(pair?.regions[0]?.rect.height).toBeGreaterThanOrEqual(39);
}

test('a page of 1280 x 20,000 px is whole on disk and compared; no inline picture passes its caps; 600 MB suffice', async () => {
  verifies('real.tall', 'doors.reply-budget');
  const client = new Client({ name: 'test', version: '1.0.0' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [BIN, 'serve'],
    cwd: project,
    env: { ...process.env, ...env } as Record<string, string>, // no value of an environment is undefined
    stderr: 'ignore',
  });
  await client.connect(transport);
  try {
    const shot = await call(client, 'codeloop_capture_screenshot', { screen_name: 'home', return: 'image' });
    expect(shot.pictures).toHaveLength(1);
    await takeReference(shot.result);
    const thumb = await call(client, 'codeloop_capture_screenshot', { screen_name: 'home' });
    if (FULL) await call(client, 'codeloop_design_compare', {});
    const compared = await call(client, 'codeloop_design_compare', {});
    expectMark(compared.result);
    expect(compared.pictures.length).toBeGreaterThanOrEqual(3);
    for (const { width, height } of [shot, thumb, compared].flatMap(({ pictures }) => pictures)) {
      expect(Math.max(width, height)).toBeLessThanOrEqual(1568);
      expect(width * height).toBeLessThanOrEqual(1_150_000);
    }
    for (const { width } of compared.pictures) expect(width).toBeLessThanOrEqual(640);
  } finally {
    await client.close();
  }
  expect(peak()).toBeLessThanOrEqual(MAX_RSS_MB);
});

// The server does the same and sends pictures besides: its peak is the higher one.
if (FULL)
  test('a page of 1280 x 20,000 px, in the terminal: whole on disk, compared, within 600 MB', async () => {
    verifies('real.tall');
    writeFileSync(path.join(project, 'index.html'), page('#0a7d34'));
    const captured = await run(BIN, ['capture', 'home', '--json'], { cwd: project, env });
    expect(captured.code, captured.stderr).toBe(0);
    expect(peak()).toBeLessThanOrEqual(MAX_RSS_MB);
    await takeReference(JSON.parse(captured.stdout));
    const compared = await run(BIN, ['design-compare', '--json'], { cwd: project, env });
    expect(compared.code, compared.stderr).toBe(1);
    expectMark(JSON.parse(compared.stdout));
    expect(peak()).toBeLessThanOrEqual(MAX_RSS_MB);
  });

/** A tool's result, and the sizes of the pictures beside it. */
async function call(client: Client, name: string, given: Record<string, unknown>) {
  const { content } = z
    .object({
      content: z.array(z.looseObject({ type: z.string(), data: z.string().optional(), text: z.string().optional() })),
    })
    .parse(await client.callTool({ name, arguments: given }, undefined, { timeout: 150_000 }));
  const images = content.flatMap(({ type, data }) => (type === 'image' && data !== undefined ? [data] : []));
  const pictures = images.map(async (data) => Size.parse(await sharp(Buffer.from(data, 'base64')).metadata()));
  const result: unknown = JSON.parse(content[0]?.text ?? '{}');
  return { result, pictures: await Promise.all(pictures) };
}
