/// <reference lib="dom" />
import { arch, platform } from 'node:os';
import { sha256 } from '../core/digest.js';
import { CodeloopError } from '../core/errors.js';
import { runCommand } from '../core/run-command.js';
import type { Environment } from '../core/vocabulary/environment.js';
import type { Engine } from './find-browser.js';
import type { WarmBrowser } from './warm-browser.js';

/** What pictures of this browser on this machine depend on. Starts the browser. Throws BROWSER_NOT_FOUND, BROWSER_CRASHED. */
export async function readEnvironment(browser: WarmBrowser, engine: Engine): Promise<Environment> {
  const [running, found, fonts] = await Promise.all([browser.get(), browser.find(), fontDigest(browser)]);
  const version = running.version();
  const name = found.headlessShell ? `${engine}-headless-shell` : engine;
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

/** Digest of the system's font faces: from fontconfig where it is there, else of which of the well-known families the browser has. */
async function fontDigest(browser: WarmBrowser): Promise<string> {
  try {
    const { code, stdout } = await runCommand('fc-list', ['--format', '%{family}|%{style}|%{fontversion}\n'], {
      timeoutMs: 10_000,
    });
    if (code === 0) return sha256([...new Set(stdout.toString('utf8').split('\n'))].sort().join('\n'));
  } catch (error) {
    // No fontconfig on this system (macOS, Windows): the browser is asked instead.
    if (!(error instanceof CodeloopError)) throw error;
  }
  const page = await (await browser.get()).newPage();
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
