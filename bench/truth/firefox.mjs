import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const EXECUTABLES = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** The system's Firefox; undefined when there is none. `CODELOOP_FIREFOX` names another one. */
export function findFirefox() {
  return [process.env.CODELOOP_FIREFOX, ...EXECUTABLES].find((file) => file && existsSync(file));
}

/** Settings of a browser that draws and does nothing else: no first-run pages, no calls home, no dark theme. */
const PREFS = (scale) => ({
  'layout.css.devPixelsPerPx': String(scale),
  'marionette.port': 0,
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
  'ui.systemUsesDarkTheme': 0,
  'layout.css.prefers-color-scheme.content-override': 1,
  'ui.prefersReducedMotion': 1,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'extensions.getAddons.cache.enabled': false,
  'services.settings.server': 'data:,',
});

/** What is done to a page before it stands: no motion, no caret; lazy content awake; fonts there. Runs in the page. */
const AT_REST = `
  const done = arguments[arguments.length - 1];
  const style = document.createElement('style');
  style.textContent = '*,*::before,*::after{animation:none!important;transition:none!important;caret-color:transparent!important;scroll-behavior:auto!important}html{scrollbar-width:none!important}';
  document.head.append(style);
  const step = (y) => {
    window.scrollTo(0, y);
    if (y < document.documentElement.scrollHeight) return setTimeout(step, 30, y + innerHeight / 2);
    window.scrollTo(0, 0);
    document.fonts.ready.then(() => setTimeout(done, 1500));
  };
  step(0);
`;

/**
 * A headless Firefox that draws pages: `{version, draw(url, viewport, {fullPage, before}), close()}`; it is spoken to by Marionette, its own
 * protocol. `scale`: device px per CSS px. `before`: script for the page, run before it is photographed.
 */
export async function openFirefox({ executable = findFirefox(), scale = 1 } = {}) {
  if (!executable) throw new Error('no Firefox: apt-get install firefox-esr, or name one by CODELOOP_FIREFOX');
  const profile = mkdtempSync(path.join(tmpdir(), 'codeloop-firefox-'));
  const lines = Object.entries(PREFS(scale)).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
  writeFileSync(path.join(profile, 'user.js'), lines.join('\n'));
  const program = spawn(
    executable,
    ['--headless', '--marionette', '--remote-allow-system-access', '--no-remote', '--profile', profile],
    { stdio: 'ignore', env: { ...process.env, HOME: profile } },
  );
  const ended = new Promise((resolve) => program.once('exit', resolve));
  const close = async () => {
    program.kill('SIGTERM');
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const ask = await speak(await portOf(profile, program));
    await ask('WebDriver:NewSession', {});
    const draw = async (url, viewport, { fullPage = true, before } = {}) => {
      await resize(ask, viewport);
      await ask('WebDriver:Navigate', { url });
      if (before) await ask('WebDriver:ExecuteScript', { script: before, args: [] });
      await ask('WebDriver:ExecuteAsyncScript', { script: AT_REST, args: [] });
      const { value } = await ask('WebDriver:TakeScreenshot', { full: fullPage });
      return Buffer.from(value, 'base64');
    };
    const version = execFileSync(executable, ['--version'], {
      encoding: 'utf8',
      env: { ...process.env, HOME: profile },
    }).trim();
    return { version, draw, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A window cannot be as narrow as a phone; the frame that shows the page can. */
async function resize(ask, { width, height }) {
  await ask('Marionette:SetContext', { value: 'chrome' });
  const script = `
    const [width, height] = arguments;
    window.resizeTo(Math.max(width + 40, 700), height + 240);
    const { style } = gBrowser.selectedBrowser;
    for (const [name, value] of [['width', width], ['min-width', width], ['max-width', width], ['height', height], ['min-height', height], ['max-height', height]])
      style.setProperty(name, value + 'px');
    style.setProperty('flex', 'none');
  `;
  await ask('WebDriver:ExecuteScript', { script, args: [width, height] });
  await ask('Marionette:SetContext', { value: 'content' });
}

/** The port that it chose; it writes it into its profile. */
async function portOf(profile, program) {
  const file = path.join(profile, 'MarionetteActivePort');
  for (let turn = 0; turn < 600; turn++) {
    if (program.exitCode !== null) throw new Error('Firefox ended at once');
    if (existsSync(file) && readFileSync(file, 'utf8') !== '') return Number(readFileSync(file, 'utf8'));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Firefox did not start');
}

/** Commands over one connection: messages are `<length>:<json>`, requests `[0, id, name, parameters]`, answers `[1, id, error, result]`. */
async function speak(port) {
  const socket = connect(port, '127.0.0.1');
  const waiting = new Map();
  let [buffer, id] = [Buffer.alloc(0), 0];
  const hello = new Promise((resolve, reject) => {
    waiting.set('hello', { resolve, reject });
  });
  const take = (message) => {
    if (!Array.isArray(message)) return waiting.get('hello').resolve();
    const [, of, error, result] = message;
    const { resolve, reject } = waiting.get(of);
    waiting.delete(of);
    if (error) reject(new Error(`${error.error}: ${error.message}`));
    else resolve(result);
  };
  socket.on('data', (data) => {
    buffer = Buffer.concat([buffer, data]);
    for (;;) {
      const colon = buffer.indexOf(':');
      if (colon < 0) return;
      const end = colon + 1 + Number(buffer.subarray(0, colon).toString());
      if (buffer.length < end) return;
      const message = JSON.parse(buffer.subarray(colon + 1, end).toString());
      buffer = buffer.subarray(end);
      take(message);
    }
  });
  const failed = (error) => {
    for (const { reject } of waiting.values()) reject(error ?? new Error('Firefox ended'));
  };
  socket.on('error', failed).on('close', () => failed());
  await hello;
  return (name, parameters) =>
    new Promise((resolve, reject) => {
      waiting.set(++id, { resolve, reject });
      const text = JSON.stringify([0, id, name, parameters]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
}
