import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newestCells } from '../../bench/matrix/admin-site.mjs';
import { html, type Site, startSite } from '../browser/site.js';
import { verifies } from '../requirements.js';
import { BIN, run } from './programs.js';

let folder: string;
let site: Site;
let killed = 0;

/** Kills the browser that looks at this site, once: the process that others are children of, told by the mark in its arguments. */
function killBrowser(): void {
  if (killed > 0) return;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let line = '';
    try {
      line = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
    } catch {
      continue; // It has ended meanwhile.
    }
    if (!line.includes(MARK) || line.includes('--type=') || line.includes('/launch\0')) continue;
    process.kill(Number(pid), 'SIGKILL');
    killed += 1;
  }
}
const MARK = `--lang=x-codeloop-${process.pid}`;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'codeloop-crashes-')));
  site = await startSite({
    '/good': html('<h1>Good</h1>'),
    // The tab ends with an error of its own: its memory is small.
    '/crash': html(
      '<h1>Crash</h1><script>setTimeout(() => { const all = []; for (;;) all.push(new Array(1e6).fill({})); }, 0)</script>',
    ),
    // Boxes in boxes, twice as deep as the browser’s own layout has stack for: near the edge a page is only slow.
    '/deep': html(
      '<script>let at = document.body; for (let i = 0; i < 6000; i++) { const box = document.createElement("div"); box.style.padding = "1px"; at.append(box); at = box } at.append("x")</script>',
    ),
    '/late': html('<h1>Late</h1>'),
    '/kill': (_request, response) => {
      killBrowser();
      response.setHeader('content-type', 'text/html');
      response.end(html('<h1>Kill</h1>'));
    },
  });
  const dir = path.join(folder, 'project/.codeloop');
  await mkdir(dir, { recursive: true });
  const screens = ['good', 'crash', 'deep', 'kill', 'late'].map((name) => ({
    name,
    url: `${site.url}/${name}`,
    ...(name === 'late' ? { wait_for: { selector: '#never', timeout_ms: 500 } } : {}),
  }));
  const config = {
    project_type: 'none',
    screens,
    viewports: { small: { width: 320, height: 240 } },
    browser: { args: ['--js-flags=--max-old-space-size=32', MARK] },
    layout: { enabled: false },
  };
  await writeFile(path.join(dir, 'config.json'), JSON.stringify(config));
});
afterAll(async () => {
  await site?.close();
  await rm(folder, { recursive: true, force: true });
});

test('a tab that crashes, a browser that dies and a page out of time are the results of their cells; the others are there', async () => {
  verifies('verify.one-cell');
  const cwd = path.join(folder, 'project');
  const { stdout, stderr } = await run(BIN, ['verify', '--json'], {
    cwd,
    env: { XDG_STATE_HOME: path.join(folder, 'state') },
  });
  const { run_id, gate, ...rest } = JSON.parse(stdout);
  expect(run_id, JSON.stringify(rest).slice(0, 1500) + stderr).toBeTypeOf('string');
  const cells = new Map(newestCells(cwd, run_id).map((cell) => [cell.screen, cell]));
  const outcome = (screen: string) => cells.get(screen)?.failure?.code ?? cells.get(screen)?.screenshot?.title;
  expect(killed).toBe(1);
  expect(['good', 'kill', 'crash', 'late'].map(outcome)).toEqual([
    'Test page',
    'Test page',
    'BROWSER_CRASHED',
    'DEADLINE_EXCEEDED',
  ]);
  for (const screen of ['crash', 'deep'])
    expect([screen, cells.get(screen)?.failure?.code, cells.get(screen)?.failure?.message]).toEqual([
      ...[screen, 'BROWSER_CRASHED'],
      expect.stringMatching(/^The tab of the page crashed during .+: the browser itself gave up on this page\.$/),
    ]);
  expect(gate.passed).toBe(false);
});
