import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWarm } from '../live/warm-session.js';
import { verifies } from '../requirements.js';
import { FULL, SEED } from '../sample.js';
import { callTools, type ToolCalls, typist } from '../verify/call-tools.js';
import { ownPages } from './own-pages.js';

// codeloop looks at its own report and review page with its own gates. The pictures are made here and now: baselines of another machine
// would say nothing of this renderer, and a page is known to be good by its gates and by the change that is planted and found.

const widths = { phone: 375, tablet: 768, desktop: 1440 };
const schemes = ['light', 'dark'] as const;
/** Every viewport in both schemes, or the one that the seed names. */
const every = Object.entries(widths).flatMap(([name, width]) =>
  schemes.map((scheme) => [`${name}-${scheme}`, { width, height: 800, color_scheme: scheme }] as const),
);
const viewports = Object.fromEntries(FULL ? every : every.filter((_, at) => at === SEED % every.length));
const all = Object.entries(ownPages());
const pages = all.filter(([file]) => FULL || file === 'report.html' || file === 'review.html');
const nameOf = (file: string) => file.replace(/(\/index)?\.html$/, '');

/** What a person does on each page; recorded, and looked through for what should not be. */
const FLOWS = {
  report: [
    { action: 'press', value: 'j' },
    { action: 'press', value: '2' },
    { action: 'press', value: 'n' },
    { action: 'click', target: { role: 'checkbox', name: 'Only failing' } },
  ],
  green: [{ action: 'click', target: { role: 'link', name: 'Gates' } }],
  review: [
    { action: 'click', target: { role: 'checkbox', name: 'home@phone' } },
    { action: 'fill', target: { role: 'textbox', name: 'Reason', nth: 1 }, value: 'as drawn' },
  ],
  live: [{ action: 'assert_visible', target: { role: 'link', name: 'Its report' } }],
  idle: [{ action: 'click', target: { role: 'link', name: 'Runs' } }],
};
const flow = (name: string, steps: readonly object[]) =>
  JSON.stringify({
    schema_version: 1,
    name,
    start: name === 'live' ? '/live/' : `/${name}.html`,
    viewports: ['desktop-light'],
    steps,
  });

let dir = '';
let calls: ToolCalls;
let dispose: () => Promise<void> = async () => undefined;
const write = (file: string, text: string) => writeFile(path.join(dir, file), text);
const place = (file: string, html: string) => write(`site/${file}`, html);

beforeAll(async () => {
  dir = process.env.CODELOOP_LOOK_DIR ?? (await realpath(await mkdtemp(path.join(tmpdir(), 'codeloop-own-'))));
  for (const folder of ['site/live', '.codeloop/flows']) await mkdir(path.join(dir, folder), { recursive: true });
  const screens = pages.map(([file]) => ({ name: nameOf(file), path: `/${file.replace('index.html', '')}` }));
  await write('package.json', '{ "name": "own-pages" }\n');
  await write(
    '.codeloop/config.json',
    JSON.stringify(
      {
        server: { static: 'site' },
        screens,
        viewports,
        capture: { settle_timeout_ms: 60_000 },
      },
      null,
      1,
    ),
  );
  for (const [file, html] of all) await place(file, html);
  // What a recording in the report refers to.
  await place('gone.webm', 'no video');
  if (FULL)
    for (const [name, steps] of Object.entries(FLOWS)) await write(`.codeloop/flows/${name}.json`, flow(name, steps));
  const warm = openWarm();
  dispose = warm.dispose;
  calls = callTools(warm.dispatcher, dir);
});
afterAll(async () => {
  await dispose();
  if (process.env.CODELOOP_LOOK_DIR === undefined) await rm(dir, { recursive: true, force: true });
});

interface Verified extends Record<string, unknown> {
  status: string;
  gate: {
    failing_gates: {
      id: string;
      problems: { screen?: string; viewport?: string; title: string; text?: string; element?: string }[];
    }[];
  };
}
const verify = async (given = {}) => (await calls.result('codeloop_verify', given)) as Verified;
const found = ({ gate }: Verified) =>
  gate.failing_gates.flatMap(({ id, problems }) =>
    problems.map(({ screen, viewport, title, text }) => ({ id, screen, viewport, title, text })),
  );

test('its pages pass its own gates, keep their look, and a planted change is found', async () => {
  verifies('look.own-pages');
  const first = await verify();
  expect(found(first)).toEqual([]);
  expect(first.status).toBe('pass');
  const screens = pages.map(([file]) => nameOf(file));
  await calls.result('codeloop_update_baseline', { screens, reason: 'as built' });
  const cells = screens.length * Object.keys(viewports).length;
  await calls.result('codeloop_baseline_accept', { reason: 'as built' }, typist(`accept ${cells}`));
  expect(existsSync(path.join(dir, '.codeloop/baselines'))).toBe(true);
  // A button 8 px further right, and words that can hardly be read.
  const [file, html] = pages.find(([name]) => name === 'review.html') ?? ['', ''];
  await place(file, html.replace('<p class="brand">', '<p class="brand" style="margin-left:8px;color:#8884">'));
  const changed = await verify(FULL ? {} : { screens: ['review'] });
  expect(changed.status).toBe('fail');
  expect([...new Set(found(changed).map(({ id, screen }) => `${id} ${screen}`))].sort()).toEqual([
    'accessibility review',
    'visual_regression review',
  ]);
}, 900_000);
