import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createBrowserDriver } from '../../src/browser/browser-driver.js';
import { findBrowser } from '../../src/browser/find-browser.js';
import { readEndpoint, shownEndpoint } from '../../src/browser/remote-browsers.js';
import { CHROMIUM_FLAGS } from '../../src/browser/warm-browser.js';
import { loweredBars, settingBars } from '../../src/config/lowered-bars.js';
import { Config } from '../../src/config/schema.js';
import { sha256 } from '../../src/core/digest.js';
import { type RunningProcess, startProcess } from '../../src/core/run-command.js';
import { Viewport } from '../../src/core/vocabulary/geometry.js';
import { Run } from '../../src/store/run.js';
import { listRunIds } from '../../src/store/run-list.js';
import { freePort, until } from '../project/sample-project.js';
import { verifies } from '../requirements.js';
import { FULL, SEED } from '../sample.js';
import { type BaselineProject, openBaselineProject } from '../verify/baseline-project.js';
import { memorySink } from './photo-booth.js';
import { startSite } from './site.js';

describe('an endpoint', () => {
  test.each([
    ['ws://a:3000/', 'playwright', 'ws://a:3000/', 'ws://a:3000', false],
    ['ws://127.0.0.1:3000/x', 'playwright', 'ws://127.0.0.1:3000/x', 'ws://127.0.0.1:3000', true],
    ['http://localhost:9222', 'cdp', 'http://localhost:9222', 'http://localhost:9222', true],
    ['ws://a/devtools/browser/1', 'cdp', 'ws://a/devtools/browser/1', 'ws://a', false],
    [`cdp+wss://u:p@a/?token=\${T}`, 'cdp', 'wss://u:p@a/?token=s3cret', 'wss://a', false],
  ])('%s is read', (text, kind, url, shown, here) => {
    verifies('remote.endpoints');
    expect(readEndpoint(text, { T: 's3cret' })).toEqual({ kind, url, shown, here });
  });

  test.each([
    ['ftp://a', 'each begins with ws://'],
    ['a:3000', 'each begins with ws://'],
    [`ws://a/\${NOT_SET}`, 'the variable NOT_SET is not set'],
  ])('%s is refused', (text, problem) => {
    expect(() => readEndpoint(text, {})).toThrow(problem);
  });

  test('shows nothing that may open it, as a bar neither', () => {
    verifies('remote.no-token', 'remote.bar');
    expect(shownEndpoint('cdp+wss://user:s3cret@a:1/s3cret?s3cret#s3cret')).toBe('wss://a:1');
    const bars = (...endpoints: string[]) => settingBars(Config.parse({ browser: { endpoints } }), []);
    const [here, there] = [bars(), bars('ws://user:s3cret@a:1/s3cret?s3cret')];
    expect(loweredBars(here, there, 'then')).toMatchObject([
      { key: 'browser.endpoints', before: [], after: ['ws://a:1'] },
    ]);
    // Another token is no other browser.
    expect(loweredBars(there, bars('ws://a:1/other'), 'then')).toEqual([]);
  });
});

const TOKEN = 'hidden-3141592653';
const require = createRequire(import.meta.url);

/** Of each kind; pages that are looked at. */
const [EACH, PAGES] = FULL ? [2, 12] : [1, 4];
/** What else is judged of a page does not depend on where its browser runs. */
const PICTURES_ALONE = { layout: { widths: false }, accessibility: { enabled: false } };

describe('browsers elsewhere', () => {
  const started: { child: RunningProcess['child']; url: string }[] = [];
  const folders: string[] = [];
  let project: BaselineProject;
  const browser = findBrowser(
    { engine: 'chromium', ...(process.env.CODELOOP_BROWSER ? { executable: process.env.CODELOOP_BROWSER } : {}) },
    undefined,
  ).path;

  async function start(program: string, args: string[], ready: RegExp, url: (port: number) => string): Promise<void> {
    const port = await freePort();
    let said = '';
    // Guarded: they end with this process, also where the tests are interrupted and nothing is tidied up.
    const { child } = await startProcess(
      program,
      args.map((one) => one.replace('PORT', String(port))),
      {
        guarded: true,
        onOutput: (_stream, chunk) => {
          said += String(chunk);
        },
      },
    );
    await until(() => ready.test(said));
    started.push({ child, url: url(port) });
  }
  const server = (host = '127.0.0.1') => {
    const cli = path.join(path.dirname(require.resolve('playwright/package.json')), 'cli.js');
    const args = [cli, 'run-server', '--unsafe', '--host', host, '--port', 'PORT', '--path', `/${TOKEN}`];
    return start(process.execPath, args, /Listening on/, (port) => `ws://${host}:${port}/\${CODELOOP_TEST_TOKEN}`);
  };
  const chromium = () => {
    const profile = mkdtempSync(path.join(tmpdir(), 'codeloop-remote-'));
    folders.push(profile);
    const args = [
      '--headless',
      '--no-sandbox',
      '--hide-scrollbars',
      '--mute-audio',
      '--no-first-run',
      `--user-data-dir=${profile}`,
      ...CHROMIUM_FLAGS,
    ];
    return start(
      browser,
      [...args, '--remote-debugging-port=PORT'],
      /DevTools listening/,
      (port) => `http://127.0.0.1:${port}`,
    );
  };
  const kill = ({ child }: Pick<RunningProcess, 'child'>) => {
    // With the browsers that it started: the whole machine goes.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL');
  };

  beforeAll(async () => {
    vi.stubEnv('CODELOOP_TEST_TOKEN', TOKEN);
    // By its address one of them is on another machine.
    await Promise.all([server('127.0.0.2'), ...Array.from({ length: EACH }, () => [server(), chromium()]).flat()]);
    started.sort((a, b) => (a.url > b.url ? -1 : 1));
    project = await openBaselineProject();
    const names = Array.from({ length: PAGES }, (_, at) => `page-${at}`);
    for (const [at, name] of names.entries())
      writeFileSync(
        path.join(project.dir, `site/${name}.html`),
        `<!doctype html><html lang="en"><title>${name}</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><main><h1>${name}</h1><p style="border:${at + 1}px solid">Text in a box with <em>round</em> ends</p></main></html>`,
      );
    await project.configure({
      screens: names.map((name) => ({ name, path: `/${name}.html` })),
      ...{ ...PICTURES_ALONE, capture: { concurrency: 2 * EACH } },
    });
  });
  afterAll(async () => {
    await project?.close();
    for (const one of started) kill(one);
    for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    vi.unstubAllEnvs();
  });

  const manifest = async (id: string) => (await Run.open(project.dir, id, { tool: 'test' })).manifest;
  const records = (id: string) =>
    ['design_compare_summary.json', 'visual_regression.json', 'layout.json'].map((file) =>
      readFileSync(path.join(project.dir, 'artifacts/runs', id, file), 'utf8').replaceAll(id, 'RUN'),
    );
  const pictures = async (id: string) =>
    (await manifest(id)).cells
      .map(({ screen, screenshot, failure }) => `${screen} ${failure?.code ?? screenshot?.image.sha256}`)
      .sort();

  test('keep the walls, whatever flags they were started with', async () => {
    verifies('remote.walls');
    // A host that a browser without walls reaches, and that is not loopback by name.
    let reached = 0;
    const outside = createServer((_, response) => response.end()).on('connection', () => {
      reached += 1;
    });
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.2', resolve));
    const { port } = outside.address() as AddressInfo;
    // Of those that Playwright serves one is here and one elsewhere: as a sample one of them.
    const served = [started[0]?.url ?? '', started[1]?.url ?? ''].filter((_, at) => FULL || at === SEED % 2);
    for (const endpoint of [...served, started.at(-1)?.url ?? '']) {
      const driver = createBrowserDriver({ endpoints: [endpoint], executable: browser });
      const site = await startSite({
        '/': {
          type: 'text/html',
          body: `<!doctype html><title>x</title><script>
            const tell = (what, work) => work.then(() => what + ' got out', () => what + ' was stopped');
            const socket = new Promise((yes, no) => { const s = new WebSocket('ws://127.0.0.2:${port}/'); s.onopen = yes; s.onerror = no; s.onclose = no; });
            Promise.all([tell('fetch', fetch('http://127.0.0.2:${port}/', { mode: 'no-cors' })), tell('socket', socket)]).then((said) => { document.title = said.join(', '); });
          </script><h1>x</h1>`,
        },
      });
      const signal = new AbortController().signal;
      const capture = driver.create(
        { viewport: Viewport.parse({ width: 300, height: 200 }), allowedOrigins: [], redact: (text) => text },
        memorySink(),
      );
      await capture.open({ kind: 'url', url: site.url }, signal);
      const { title } = await capture.screenshot(
        { name: 'x', fullPage: false, masks: [], settleTimeoutMs: 8000 },
        signal,
      );
      expect(title).toBe('fetch was stopped, socket was stopped');
      await capture.close();
      await Promise.all([site.close(), driver.dispose()]);
    }
    outside.close();
    expect(reached).toBe(0);
  });

  test('take the same pictures as one here, though one of them dies, and no token is kept', async () => {
    verifies('remote.same', 'remote.retried', 'remote.no-token');
    const alone = String((await project.result('codeloop_verify', {})).run_id);
    const endpoints = started.map(({ url }) => url);
    await project.configure({ browser: { endpoints, executable: browser } });
    const known = new Set(listRunIds(project.dir));
    const spread = project.result('codeloop_verify', {});
    const fresh = () => listRunIds(project.dir).find((id) => !known.has(id));
    await until(async () => {
      const id = fresh();
      // Its folder is there a moment before its manifest.
      const found = id === undefined ? undefined : await manifest(id).catch(() => undefined);
      return found !== undefined && found.cells.length > 0;
    });
    const victim = started.at(-1);
    if (victim) kill(victim);
    const id = String((await spread).run_id);
    expect(await pictures(id)).toEqual(await pictures(alone));
    expect(records(id)).toEqual(records(alone));
    const { environment } = await manifest(id);
    expect(environment).toMatchObject({ browser: 'chromium', os: process.platform, arch: process.arch });
    expect(environment?.id).toMatch(/^\w+-\w+-chromium\d+-remote-[0-9a-f]{8}$/);
    for (const file of readdirSync(path.join(project.dir, 'artifacts'), { recursive: true, withFileTypes: true }))
      if (file.isFile())
        expect(readFileSync(path.join(file.parentPath, file.name)).includes(TOKEN), file.name).toBe(false);
  });

  test('give two clients with nothing in common the same accepted pictures, byte by byte', async () => {
    verifies('remote.shared');
    const accepted = async () => {
      const client = await openBaselineProject({ warm: false });
      try {
        await client.configure({ ...PICTURES_ALONE, browser: { endpoints: [started[0]?.url], executable: browser } });
        await client.git('commit', '-qam', 'a browser elsewhere');
        await client.result('codeloop_verify', {});
        const person = { ask: async (question: string) => /Type "([^"]+)"/.exec(question)?.[1] ?? '' };
        await client.result('codeloop_baseline_accept', { all: true }, { person });
        const folder = path.join(client.dir, '.codeloop/baselines');
        const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
          /^[^.].*\.(?:png|dom\.json)$/.test(file),
        );
        // The address of its page is each client's own.
        const content = (file: string) => {
          const bytes = readFileSync(path.join(folder, file));
          return file.endsWith('.png') ? sha256(bytes) : bytes.toString('utf8').replaceAll(/127\.0\.0\.1:\d+/g, 'HERE');
        };
        return files.sort().map((file) => [file, content(file)]);
      } finally {
        await client.close();
      }
    };
    const one = await accepted();
    expect(one.map(([file]) => file)).toEqual([
      expect.stringMatching(/^\w+-\w+-chromium\d+-1x-[0-9a-f]{8}\/home\/phone\.dom\.json$/),
      expect.stringMatching(/^\w+-\w+-chromium\d+-1x-[0-9a-f]{8}\/home\/phone\.png$/),
    ]);
    expect(await accepted()).toEqual(one);
  });

  test('that are not there are named, without their token', async () => {
    verifies('remote.no-token');
    const port = await freePort();
    const driver = createBrowserDriver({ endpoints: [`ws://127.0.0.1:${port}/${TOKEN}?${TOKEN}`] });
    const error = await driver.environment().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'BROWSER_NOT_FOUND', values: { looked_at: [`ws://127.0.0.1:${port}`] } });
    expect(JSON.stringify(Object.entries(Object(error)))).not.toContain(TOKEN);
    await driver.dispose();
  });
});
