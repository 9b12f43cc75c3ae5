import path from 'node:path';
import { expect, type Frame, type Page, test } from '@playwright/test';
import axe from 'axe-core';
import { build } from 'esbuild';
import { chatViewer } from '../../scripts/build/chat-viewer.mjs';
import { callReply } from '../../src/server/mcp-server.js';
import { hostileTexts } from '../report/hostile-text.js';
import { pair, region } from '../report/sample-model.js';
import { verifies } from '../requirements.js';
import { picture as tool } from '../tools/sample-tools.js';
import { colorAt, flat } from './report-page.js';

// A chat as the extension's specification has it: the SDK's own host side, a frame in a sandbox without an origin, and the policy
// that hosts set where a server declares no domain.

const POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' data:; connect-src 'none'";
let viewer = '';
let host = '';

// What hangs here hangs for ever: the frame and the host wait for each other.
test.setTimeout(60_000);

test.beforeAll(async () => {
  const root = path.resolve(import.meta.dirname, '../..');
  ({ html: viewer } = await chatViewer(root));
  const contents = `
    import { AppBridge, PostMessageTransport } from '@modelcontextprotocol/ext-apps/app-bridge';
    globalThis.openChat = async (html, result, hostContext) => {
      const frame = document.querySelector('iframe');
      const bridge = new AppBridge(null, { name: 'chat', version: '1' }, {}, { hostContext });
      const ready = new Promise((done) => { bridge.oninitialized = done; });
      bridge.onsizechange = ({ height }) => { frame.style.height = height + 'px'; };
      bridge.onrequestdisplaymode = async ({ mode }) => { document.body.dataset.mode = mode; return { mode }; };
      await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
      frame.srcdoc = html;
      await ready;
      await bridge.sendToolInput({ arguments: {} });
      await bridge.sendToolResult(result);
      globalThis.bridge = bridge;
    };`;
  const built = await build({
    stdin: { contents, resolveDir: root, loader: 'js' },
    ...{ bundle: true, write: false, minify: true, format: 'iife', platform: 'browser', logLevel: 'error' },
  });
  host = built.outputFiles[0]?.text ?? '';
});

/** Opens a chat in which a tool has answered so; collects what its frame asks for and complains of. */
async function chat(page: Page, result: object, context: object = {}): Promise<{ frame: Frame; complaints: string[] }> {
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!/^(?:data|about|blob):/.test(request.url())) complaints.push(request.url());
  });
  // The SDK tells each message at the level of debugging.
  page.on('console', (message) => {
    if (message.type() !== 'debug') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => dialog.dismiss());
  await page.setContent(
    `<!doctype html><meta http-equiv="Content-Security-Policy" content="${POLICY}"><style>body{margin:0}iframe{width:100%;border:0;height:300px}</style><iframe sandbox="allow-scripts"></iframe><script>${host}</script>`,
  );
  await page.evaluate(([html, given, hostContext]) => Reflect.get(globalThis, 'openChat')(html, given, hostContext), [
    viewer,
    result,
    context,
  ] as const);
  const frame = page.frames()[1];
  if (frame === undefined) throw new Error('The chat has no frame.');
  await frame.locator('.chat-bar').waitFor();
  return { frame, complaints };
}

const bytes = (address: string) => Buffer.from(address.split(',')[1] ?? '', 'base64');
const shown = (side: 'reference' | 'actual' | 'diff', color: readonly [number, number, number], top = 0) => ({
  ...{ data: bytes(flat(200, 150, color)), mime: 'image/png' as const, label: `home@mobile ${side}` },
  ...{ width: 200, height: 150, scale: 0.5, path: `x/${side}.png` },
  side: { screen: 'home', viewport: 'mobile', side, part: { x: 0, y: top, width: 400, height: 300 } },
});

/** What `codeloop_design_compare` answers: rows 1,000 to 1,300 of a tall page, red as designed and blue as it is. */
function answer(name = 'Buy', more: object = {}): object {
  const element = { selector: 'form > button', role: 'button', name };
  const regions = [
    region(100, 1150, 80, 32, { element }),
    region(0, 1000, 400, 30, { severity: 'minor', kind: 'recolored' }),
  ];
  const pairs = [
    pair('home', 'mobile', { outcome: 'mismatch', score: 0.98, regions }),
    pair('cart', 'desktop'),
    pair('search', 'desktop', {
      outcome: 'mismatch',
      score: 0.9,
      regions: [region(1, 2, 3, 4, { severity: 'major' })],
    }),
  ];
  const images = [
    shown('reference', [200, 30, 30], 1000),
    shown('actual', [30, 30, 200], 1000),
    shown('diff', [120, 120, 120], 1000),
  ];
  const result = {
    schema_version: 1,
    status: 'fail',
    summary: '1 of 3 pairs match.',
    pairs,
    artifacts: [],
    next: [],
    ...more,
  };
  return callReply({ kind: 'result', tool, result, images });
}

test('a chat shows the pair with its pixels, slider, differences and the others, and connects to nobody @once', async ({
  page,
}) => {
  verifies('mcp.pair-viewer');
  const { frame, complaints } = await chat(page, answer(), {
    theme: 'dark',
    availableDisplayModes: ['inline', 'fullscreen'],
  });
  await expect(frame.getByRole('heading', { level: 1 })).toHaveText('Fail: 1 of 3 pairs match.');
  await expect(frame.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(frame.locator('.card')).toHaveCount(1);
  await expect(frame.locator('.regions .says')).toHaveText([
    'Button “Buy” is missing.',
    'Something has another colour.',
  ]);
  await expect(frame.locator('.others li')).toHaveText([
    'Fail: search desktop1 major'.replace('1 major', 'Something is missing'),
    'Pass: cart desktopsame',
  ]);
  // Pixels, not only elements: red beside blue, and under the slider red to the left of its seam.
  const sides = [frame.locator('.reference .frame'), frame.locator('.actual .frame')] as const;
  expect([await colorAt(sides[0], 0.5), await colorAt(sides[1], 0.5)]).toEqual(['red', 'blue']);
  // A part of a tall page: its differences lie where the part has them.
  const off = await frame.evaluate(() => {
    const image = document.querySelector('.actual img')?.getBoundingClientRect();
    const line = document.querySelector('.actual .line')?.getBoundingClientRect();
    return image && line ? [(line.x - image.x) / image.width, (line.y - image.y) / image.height] : [];
  });
  expect(off.map((one) => Math.round(one * 100))).toEqual([25, 50]);
  await expect(frame.locator('.regions .where').first()).toHaveText(/^x 100, y 1150, 80 × 32 px/);
  await expect(frame.locator('.diff .outline')).toHaveCount(0);
  await frame.getByRole('radio', { name: 'Slider' }).check();
  expect([await colorAt(sides[1], 0.2), await colorAt(sides[1], 0.8)]).toEqual(['red', 'blue']);
  await frame.locator('[type=range]').focus();
  await page.keyboard.press('End');
  expect(await colorAt(sides[1], 0.8)).toBe('red');
  await frame.getByRole('radio', { name: 'Side by side' }).check();
  await frame.getByRole('button', { name: 'Next difference' }).click();
  await expect(frame.locator('.actual .outline[data-region="0"]')).toHaveClass(/is-picked/);
  await page.keyboard.press('j');
  await expect(frame.locator('.actual .outline[data-region="1"]')).toHaveClass(/is-picked/);
  await frame.getByRole('button', { name: 'Full screen' }).click();
  await expect(page.locator('body')).toHaveAttribute('data-mode', 'fullscreen');
  // The frame is as high as what it shows: nothing of it is cut, nothing scrolls in two places.
  await expect
    .poll(() => frame.evaluate(() => document.documentElement.scrollHeight - innerHeight))
    .toBeLessThanOrEqual(1);
  expect(complaints).toEqual([]);
  await frame.evaluate(axe.source);
  const broken = await frame.evaluate(async () => {
    // What the script above has put there.
    const { violations } = await (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run();
    return violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => String(target)).slice(0, 3)]);
  });
  expect(broken).toEqual([]);
  // A call that went well is no sign that the screens it shows hold.
  const item = { ...pair('home', 'mobile', { score: 0.98, regions: [region(1, 2, 3, 4)] }), state: 'changed' };
  const review = { schema_version: 1, status: 'pass' as const, summary: '1 changed.', items: [item] };
  const reply = callReply({ kind: 'result', tool, result: review, images: [] });
  await page.evaluate((one) => Reflect.get(globalThis, 'bridge').sendToolResult(one), reply);
  await expect(frame.getByRole('heading', { level: 1 })).toHaveText('Fail: 1 changed.');
});

test('pictures of other tools, errors and what no server of ours would say are shown as what they are @once', async ({
  page,
}) => {
  verifies('mcp.pair-viewer');
  const { side: _, ...plain } = shown('actual', [30, 30, 200]);
  const result = { status: 'pass', summary: 'Took 1 picture.' };
  const gallery = await chat(
    page,
    callReply({ kind: 'result', tool, result, images: [{ ...plain, label: 'home@mobile' }] }),
  );
  await expect(gallery.frame.locator('figure.plain')).toHaveText(/Picture 1 of 1: home@mobile/);
  await expect(gallery.frame.locator('figure.plain img')).toHaveJSProperty('naturalWidth', 200);
  const say = (given: object) => page.evaluate((one) => Reflect.get(globalThis, 'bridge').sendToolResult(one), given);
  const heading = gallery.frame.getByRole('heading', { level: 1 });
  await say({
    isError: true,
    content: [{ type: 'text', text: '{"code":"RUN_NOT_FOUND","message":"There is no run.","fix":"Verify first."}' }],
  });
  await expect(heading).toHaveText('Not compared: There is no run. Verify first.');
  await expect(gallery.frame.locator('figure.plain')).toHaveCount(0);
  // What a page says is text, in every place where a name of it can stand.
  for (const text of hostileTexts) {
    const reply = JSON.parse(JSON.stringify(answer(text, { summary: text })));
    await say(reply);
    await expect(gallery.frame.locator('.card')).toHaveCount(1);
    expect(
      await gallery.frame.evaluate(() => [
        Reflect.has(globalThis, 'hacked'),
        document.querySelectorAll('script').length,
      ]),
    ).toEqual([false, 1]);
    expect(await gallery.frame.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
  }
  const wrong: object[] = [
    { content: [] },
    {
      content: [
        {
          type: 'text',
          text: '{"pairs":[null,{"screen":1},{"screen":"a","viewport":"b","outcome":"match","regions":[{"rect":null}]}]}',
        },
      ],
    },
    {
      content: [
        { type: 'image', data: '"><script>hacked=1</script>', mimeType: 'text/html' },
        { type: 'image', data: 'AAAA', mimeType: 'image/svg+xml' },
      ],
    },
    {
      ...answer(),
      _meta: {
        'codeloop/pictures': [
          null,
          { screen: 'home', viewport: 'mobile', side: 'actual', part: { x: 0, y: 0, width: -1, height: 'NaN' } },
          7,
        ],
      },
    },
  ];
  for (const one of wrong) await say(one);
  await say({ content: [{ type: 'text', text: 'no answer of ours' }] });
  await expect(heading).toHaveText('Not compared: no answer of ours');
  expect(await gallery.frame.evaluate(() => Reflect.has(globalThis, 'hacked'))).toBe(false);
  expect(gallery.complaints).toEqual([]);
});
