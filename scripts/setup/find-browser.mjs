import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { findProgram, isProgram } from './programs.mjs';

// Chrome, Edge, Chromium: the order in which src/browser/find-browser.ts looks, too.
const onPath = [
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
  'chromium',
  'chromium-browser',
  'chromium-headless-shell',
];

/** Where installers put browsers that are on no PATH. */
const fixedPlaces = {
  linux: ['/opt/google/chrome/chrome', '/opt/microsoft/msedge/msedge'],
  darwin: ['Google Chrome', 'Microsoft Edge', 'Chromium'].map(
    (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
  ),
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) =>
    [
      'Google\\Chrome\\Application\\chrome.exe',
      'Microsoft\\Edge\\Application\\msedge.exe',
      'Chromium\\Application\\chrome.exe',
    ].map((file) => path.join(process.env[variable] ?? '', file)),
  ),
};

/**
 * The browser to use, as `{path, source}`, or nothing: CODELOOP_BROWSER, else the one that Playwright manages, else the system's Chrome,
 * Edge or Chromium. `probe` starts each candidate with `--version` and passes over those that do not start (missing libraries, a stub
 * that only names its package). `expected` answers cheaply whether an earlier answer still stands, without loading Playwright.
 * Throws when CODELOOP_BROWSER names no program: what was asked for is not replaced in silence.
 */
export async function findBrowser(root, { probe = false, expected } = {}) {
  const explicit = process.env.CODELOOP_BROWSER;
  if (explicit) {
    if (!isProgram(explicit)) throw new Error(`CODELOOP_BROWSER names no program: ${explicit}`);
    return expected === undefined || expected === explicit ? { path: explicit, source: 'CODELOOP_BROWSER' } : undefined;
  }
  if (expected !== undefined) return isProgram(expected) ? { path: expected, source: 'record' } : undefined;
  const candidates = [
    { path: await managedPath(root), source: 'playwright' },
    ...onPath.map((name) => ({ path: findProgram(name), source: 'system' })),
    ...(fixedPlaces[process.platform] ?? []).map((file) => ({ path: file, source: 'system' })),
  ];
  return candidates.find(({ path: file }) => file !== undefined && isProgram(file) && (!probe || starts(file)));
}

/** Where Playwright keeps its Chromium, there or not; nothing while Playwright itself is not installed. */
async function managedPath(root) {
  try {
    const { chromium } = createRequire(path.join(root, 'package.json'))('playwright');
    return chromium.executablePath() || undefined;
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

function starts(file) {
  // Chrome for Windows does not answer --version; a window would open.
  if (process.platform === 'win32') return true;
  return spawnSync(file, ['--version'], { stdio: 'ignore', timeout: 30_000 }).status === 0;
}

/**
 * Lets Playwright download its Chromium. Resolves whether or not that worked; the caller looks for the browser again.
 * Without a network it gives up after seconds: each connection has 10 s, and a minute without a word ends it.
 */
export async function installManagedBrowser(root) {
  const cli = path.join(root, 'node_modules/playwright/cli.js');
  const args = ['install', '--no-shell', 'chromium'];
  console.log(`set-up: npx playwright ${args.join(' ')}`);
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    env: { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000', ...process.env },
  });
  let said = '';
  let timer;
  const stop = () => (process.platform === 'win32' ? child.kill() : process.kill(-child.pid, 'SIGKILL'));
  const stillThere = (text) => {
    said = (said + text).slice(-4000);
    clearTimeout(timer);
    timer = setTimeout(stop, 60_000);
  };
  stillThere('');
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', stillThere);
  const code = await new Promise((resolve) => child.once('error', () => resolve(-1)).once('close', resolve));
  clearTimeout(timer);
  if (code === 0) return;
  const reason = /Error: (.*)/.exec(said)?.[1] ?? 'no answer from the network';
  console.error(`set-up: Playwright could not download its browser (${reason})`);
}
