import { arch, platform } from 'node:os';
import type { Page } from 'playwright';
import type { CaptureDriver } from '../capture/capture.js';
import { sha256 } from '../core/digest.js';
import { CodeloopError } from '../core/errors.js';
import { runCommand } from '../core/run-command.js';
import type { Environment } from '../core/vocabulary/screenshot.js';
import { BrowserCapture } from './browser-capture.js';
import type { Engine } from './find-browser.js';
import { createRemoteDriver } from './remote-browsers.js';
import { KeptSessions } from './session/kept-sessions.js';
import { WarmBrowser } from './warm-browser.js';

/// <reference lib="dom" />

/** Returns what this browser's pictures on this machine depend on. Starts the browser. Throws BROWSER_NOT_FOUND, BROWSER_CRASHED. */
export async function readEnvironment(browser: WarmBrowser, engine: Engine): Promise<Environment> {
  const [running, found] = await Promise.all([browser.get(), browser.find()]);
  return environmentHere({
    ...{ engine, version: running.version(), headlessShell: found.headlessShell },
    newPage: async () => (await browser.get()).newPage(),
  });
}

/** A browser of this machine that runs. */
interface RunningBrowser {
  engine: Engine;
  version: string;
  headlessShell: boolean;
  /** Opens a page of its own, for questions. */
  newPage(): Promise<Page>;
}

/** Returns what the pictures of a browser that runs on this machine depend on. */
export async function environmentHere({
  engine,
  version,
  headlessShell,
  newPage,
}: RunningBrowser): Promise<Environment> {
  const fonts = await fontDigest(newPage);
  const name = headlessShell ? `${engine}-headless-shell` : engine;
  const short = `${name.replaceAll('-', '')}${version.split('.')[0] ?? ''}`;
  return {
    id: `${platform()}-${arch()}-${short}-${fonts.slice(0, 8)}`,
    os: platform(),
    arch: arch(),
    browser: name,
    browser_version: version,
    fonts,
  };
}

/** Longest wait for the list of fonts, ms: the first one after fonts were installed writes a cache. */
const FONTS_MS = 60_000;

/** Digest of the system's font faces: from fontconfig where it is there, else of which of the well-known families the browser has. */
async function fontDigest(newPage: RunningBrowser['newPage']): Promise<string> {
  try {
    const { code, stdout } = await runCommand('fc-list', ['--format', '%{family}|%{style}|%{fontversion}\n'], {
      timeoutMs: FONTS_MS,
    });
    if (code === 0) return sha256([...new Set(stdout.toString('utf8').split('\n'))].sort().join('\n'));
  } catch (error) {
    // No fontconfig on this system (macOS, Windows): the browser is asked instead. One that is slow must not make another environment.
    if (!(error instanceof CodeloopError) || error.code === 'DEADLINE_EXCEEDED') throw error;
  }
  const page = await newPage();
  try {
    return sha256((await page.evaluate(presentFonts, PROBED)).join('\n'));
  } finally {
    await page.close();
  }
}

const PROBED = [
  ...['Arial', 'Helvetica', 'Helvetica Neue', 'SF Pro Text', 'Segoe UI', 'Roboto', 'Ubuntu', 'Cantarell', 'Noto Sans'],
  ...['DejaVu Sans', 'Liberation Sans', 'Verdana', 'Tahoma', 'Georgia', 'Times New Roman', 'Courier New', 'Menlo'],
  ...['Consolas', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Noto Color Emoji', 'Apple Color Emoji'],
];

/** Runs in a page: those families whose text is as wide as no generic family's. */
function presentFonts(families: string[]): string[] {
  const pen = document.createElement('canvas').getContext('2d');
  if (!pen) return [];
  const width = (font: string) => {
    pen.font = `40px ${font}`;
    return pen.measureText('mmMwWLliI0O&1').width;
  };
  const generic = ['monospace', 'serif'];
  return families.filter((family) => generic.some((base) => width(`"${family}", ${base}`) !== width(base)));
}

/** Options of the browser driver: the `browser` part of the configuration. */
export interface BrowserDriverOptions {
  /** Default chromium. */
  engine?: Engine | undefined;
  /** Path of a browser; CODELOOP_BROWSER goes before it. */
  executable?: string | undefined;
  /** `chrome`, `msedge` or `chromium`: that one of the system's. */
  channel?: string | undefined;
  /** Browsers that run elsewhere, in the place of one of this machine. */
  endpoints?: readonly string[] | undefined;
  /** More flags, from the configuration file only; nothing of a tool's input may get here. */
  args?: readonly string[] | undefined;
}

/**
 * The driver for web pages. Nothing is started or loaded before the first `open()` or `environment()`; one browser stays warm until
 * `dispose()`; each session is a context of its own, or one in which nothing is left of those before (`CaptureOptions.series`). How many run at once is the caller's business.
 */
export function createBrowserDriver(options: BrowserDriverOptions = {}): CaptureDriver {
  const engine = options.engine ?? 'chromium';
  if (options.endpoints && options.endpoints.length > 0)
    return createRemoteDriver({
      ...{ engine, endpoints: options.endpoints, executable: options.executable, args: options.args ?? [] },
    });
  const executable = process.env.CODELOOP_BROWSER || options.executable;
  const browser = new WarmBrowser(
    {
      engine,
      ...(executable === undefined ? {} : { executable }),
      ...(options.channel === undefined ? {} : { channel: options.channel }),
    },
    options.args ?? [],
  );
  const kept = new KeptSessions();
  return {
    id: 'browser',
    accepts: (target) => target.kind === 'url',
    create: (captureOptions, sink) => new BrowserCapture(browser, engine, captureOptions, sink, kept),
    environment: () => readEnvironment(browser, engine),
    dispose: async () => {
      await kept.clear();
      await browser.dispose();
    },
  };
}
