import type { Browser, BrowserType } from 'playwright';
import type { CaptureDriver, CaptureOptions } from '../capture/capture.js';
import { withDeadline } from '../core/clock.js';
import { sha256 } from '../core/digest.js';
import { CodeloopError } from '../core/errors.js';
import type { ArtifactSink } from '../core/vocabulary/run.js';
import type { Environment } from '../core/vocabulary/screenshot.js';
import { BrowserCapture } from './browser-capture.js';
import type { Engine } from './find-browser.js';
import { isLoopback } from './origin-proxy.js';
import { CHROMIUM_FLAGS, loadEngine, type Remote, WarmBrowser } from './warm-browser.js';

/// <reference lib="dom" />

/** Longest that connecting to an endpoint may take, ms: some start a browser, or a machine, for it. */
const CONNECT_MS = 60_000;
/** How long an endpoint that did not answer is passed over, ms. */
const REST_MS = 30_000;
/** Longest that a browser may take to draw its samples, ms. */
const DRAW_MS = 40_000;

/** A browser that runs elsewhere: a Playwright server, or anything that speaks Chromium's protocol. */
interface Endpoint {
  kind: 'playwright' | 'cdp';
  /** With what variables of the environment stand for filled in: a token may be in it, so it is shown nowhere. */
  url: string;
  /** Scheme and host only. */
  shown: string;
  /** True where its loopback is ours. */
  here: boolean;
}

/**
 * Reads `ws://host:port/` (a Playwright server), `http://host:port` (Chromium's protocol), or either with `cdp+` before it where the
 * address alone does not tell (`cdp+wss://…`). `${NAME}` is a variable of the environment. Throws CONFIG_INVALID, which never holds the secret.
 */
export function readEndpoint(text: string, env: Readonly<Record<string, string | undefined>>): Endpoint {
  const invalid = (problem: string) =>
    new CodeloopError('CONFIG_INVALID', { file: '.codeloop/config.json', problem: `browser.endpoints: ${problem}` });
  const filled = text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = env[name];
    if (value === undefined || value === '') throw invalid(`the variable ${name} is not set`);
    return value;
  });
  const [, cdp, address = ''] = /^(cdp\+)?(.*)$/s.exec(filled) ?? [];
  if (!URL.canParse(address) || !/^(?:ws|http)s?:$/.test(new URL(address).protocol))
    throw invalid(
      'each begins with ws://, wss://, http:// or https://, with cdp+ before it where it speaks the DevTools protocol',
    );
  const url = new URL(address);
  const isCdp = cdp !== undefined || url.protocol.startsWith('http') || url.pathname.includes('/devtools/');
  return {
    kind: isCdp ? 'cdp' : 'playwright',
    url: address,
    shown: shownEndpoint(text),
    here: isLoopback(url.hostname),
  };
}

/** An endpoint as people and artefacts see it: scheme and host. User, password, path and query may each be the secret that opens it. */
export function shownEndpoint(text: string): string {
  const plain = text.replace(/^cdp\+/, '').replace(/\$\{\w+\}/g, '-');
  if (!URL.canParse(plain)) return 'an endpoint';
  const { protocol, host } = new URL(plain);
  return `${protocol}//${host}`;
}

/** One connection, made on first use and again after it broke. */
class RemoteBrowser implements Remote {
  readonly here: boolean;
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(
    readonly endpoint: Endpoint,
    readonly engine: Engine,
    readonly executable: string | undefined,
    readonly args: readonly string[],
  ) {
    this.here = endpoint.here;
  }

  /** False for a while after it could not be reached. */
  get answers(): boolean {
    return performance.now() - this.#failedAt > REST_MS;
  }

  /** Throws BROWSER_CRASHED, DEADLINE_EXCEEDED. */
  async connect(): Promise<Browser> {
    try {
      const browser = await withDeadline('connecting to a remote browser', CONNECT_MS, () =>
        this.#connect(loadEngine(this.engine)),
      );
      browser.once('disconnected', () => {
        this.#failedAt = performance.now();
      });
      this.#failedAt = Number.NEGATIVE_INFINITY;
      return browser;
    } catch (error) {
      this.#failedAt = performance.now();
      if (error instanceof CodeloopError) throw error;
      // Playwright's own words hold the address, and so the token: neither they nor the cause go on.
      throw new CodeloopError('BROWSER_CRASHED', { during: `connect to ${this.endpoint.shown}` });
    }
  }

  #connect(type: BrowserType): Promise<Browser> {
    const { kind, url, here } = this.endpoint;
    if (kind === 'cdp') return type.connectOverCDP(url, { timeout: CONNECT_MS });
    // A server takes flags only when it was started with --unsafe; what it took is part of the environment.
    const launch = {
      headless: true,
      args: [...this.args, ...(this.engine === 'chromium' ? CHROMIUM_FLAGS : [])],
      ...(this.executable === undefined ? {} : { executablePath: this.executable }),
    };
    const headers = { 'x-playwright-browser': this.engine, 'x-playwright-launch-options': JSON.stringify(launch) };
    // The app is on this machine's loopback: a browser of another one reaches it through the connection.
    return type.connect(url, { timeout: CONNECT_MS, headers, ...(here ? {} : { exposeNetwork: '<loopback>' }) });
  }
}

/** One place of the pool: a browser and how many pages it has now. */
interface Place {
  remote: RemoteBrowser;
  browser: WarmBrowser;
  pages: number;
}

/** Options of remote browsers: the `browser` part of the configuration. */
interface RemoteOptions {
  engine: Engine;
  endpoints: readonly string[];
  executable?: string | undefined;
  args: readonly string[];
}

/**
 * The driver for browsers that run elsewhere. A page opens at the endpoint that answers and has the fewest open: one that is slow keeps
 * its pages longer and so gets fewer, one that died gets none for a while. All must be one browser on one system with the same fonts.
 * Throws CONFIG_INVALID.
 */
export function createRemoteDriver({ engine, endpoints, executable, args }: RemoteOptions): CaptureDriver {
  const read = endpoints.map((one) => readEndpoint(one, process.env));
  if (engine !== 'chromium' && read.some(({ kind }) => kind === 'cdp'))
    throw new CodeloopError('CONFIG_INVALID', {
      file: '.codeloop/config.json',
      problem: `browser.endpoints: only Chromium speaks the DevTools protocol, and browser.engine is ${engine}`,
    });
  const places = read.map((endpoint): Place => {
    const remote = new RemoteBrowser(endpoint, engine, executable, args);
    return { remote, browser: new WarmBrowser({ engine }, args, remote), pages: 0 };
  });
  const freest = (): Place => {
    const answering = places.filter(({ remote }) => remote.answers);
    const from = answering.length > 0 ? answering : places;
    return from.reduce((best, one) => (one.pages < best.pages ? one : best));
  };
  let environment: Promise<Environment> | undefined;
  return {
    id: 'browser',
    places: places.length,
    accepts: (target) => target.kind === 'url',
    create(options: CaptureOptions, sink: ArtifactSink) {
      const place = freest();
      place.pages += 1;
      const capture = new BrowserCapture(place.browser, engine, options, sink);
      const close = capture.close.bind(capture);
      let open = true;
      capture.close = async () => {
        await close();
        if (open) place.pages -= 1;
        open = false;
      };
      return capture;
    },
    environment() {
      environment ??= sharedEnvironment(places, engine);
      environment.catch(() => {
        environment = undefined;
      });
      return environment;
    },
    async dispose() {
      await Promise.all(places.map(({ browser }) => browser.dispose()));
    },
  };
}

/** What the pictures of all endpoints that answer depend on. Throws BROWSER_NOT_FOUND (none answers), CONFIG_INVALID (they differ). */
async function sharedEnvironment(places: readonly Place[], engine: Engine): Promise<Environment> {
  const asked = await Promise.allSettled(places.map(({ browser }) => remoteEnvironment(browser, engine)));
  const answers = asked.flatMap((one, at) =>
    one.status === 'fulfilled' ? [{ environment: one.value, shown: places[at]?.remote.endpoint.shown ?? '' }] : [],
  );
  const [first] = answers;
  if (!first)
    throw new CodeloopError('BROWSER_NOT_FOUND', {
      looked_at: places.map(({ remote }) => remote.endpoint.shown),
      command: 'npx playwright run-server --unsafe --port 3000   # on the machine of the endpoint',
    });
  const other = answers.find(({ environment }) => environment.id !== first.environment.id);
  if (other)
    throw new CodeloopError('CONFIG_INVALID', {
      file: '.codeloop/config.json',
      problem: `browser.endpoints: ${first.shown} is ${first.environment.id} and ${other.shown} is ${other.environment.id}; pictures of one run come from one kind of browser`,
      hint: 'Start them from one image, with the flags of docs/remote-browsers.md.',
    });
  return first.environment;
}

/** What the pictures of one browser depend on, as it says itself: nothing of this machine counts. */
async function remoteEnvironment(browser: WarmBrowser, engine: Engine): Promise<Environment> {
  return drawnEnvironment(await browser.get(), engine, 'remote');
}

/**
 * What the pictures of a browser depend on that nobody here started, or not with our flags, by what it draws. `mark` keeps its name apart
 * from those of browsers that are known. Throws DEADLINE_EXCEEDED.
 */
export async function drawnEnvironment(running: Browser, engine: Engine, mark: string): Promise<Environment> {
  const context = await running.newContext();
  try {
    const draw = async () => (await context.newPage()).evaluate(drawSamples);
    const { platform, drawn } = await withDeadline('asking a browser what it draws', DRAW_MS, draw);
    const [os = 'unknown', arch = 'unknown'] = systemOf(platform);
    const fonts = sha256(drawn);
    const version = running.version();
    const short = `${engine}${version.split('.')[0] ?? ''}`;
    return {
      id: `${os}-${arch}-${short}-${mark}-${fonts.slice(0, 8)}`,
      os,
      arch,
      browser: engine,
      browser_version: version,
      fonts,
    };
  } finally {
    await context.close();
  }
}

/** `navigator.platform` in Node's words. */
function systemOf(platform: string): [os: string, arch: string] {
  const os = /^win/i.test(platform)
    ? 'win32'
    : /^mac/i.test(platform)
      ? 'darwin'
      : /^linux/i.test(platform)
        ? 'linux'
        : 'unknown';
  return [os, /aarch64|arm/i.test(platform) ? 'arm64' : 'x64'];
}

/** Runs in a page: its system, and texts as this browser draws them: fonts, hinting and smoothing all show in the pixels. */
function drawSamples(): { platform: string; drawn: string } {
  const canvas = document.createElement('canvas');
  canvas.width = 600;
  canvas.height = 420;
  const pen = canvas.getContext('2d', { alpha: false });
  if (pen) {
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, 600, 420);
    pen.fillStyle = '#123';
    const families = [
      'serif',
      'sans-serif',
      'monospace',
      'system-ui',
      'cursive',
      'Arial',
      'Georgia',
      'Noto Sans CJK SC',
      'Noto Color Emoji',
    ];
    for (const [at, family] of families.entries()) {
      pen.font = `19.3px "${family}"`;
      if (['serif', 'sans-serif', 'monospace', 'system-ui', 'cursive'].includes(family)) pen.font = `19.3px ${family}`;
      pen.fillText('mMwWLliI0O&1 Ägyß fi 漢字 ✓ 🙂', 4.5, 30.25 + at * 44.5);
    }
  }
  return { platform: navigator.platform, drawn: canvas.toDataURL() };
}
