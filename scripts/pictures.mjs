// Makes the two pictures of the README from a real verification of the example shop with its planted defects:
// docs/pictures/terminal.webp and docs/pictures/report.webp. Needs a build and a browser (`npm run setup`).
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright';
import sharp from 'sharp';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(ROOT, 'docs/pictures');
/** Most bytes of one picture: the README stays quick to load. */
const MOST_BYTES = 120_000;
/** Lines of the terminal that the picture shows; the rest of a long answer is cut with an ellipsis. */
const MOST_LINES = 26;
const COLORS = { 31: '#ff7b72', 32: '#56d364', 33: '#e3b341' };

const folder = await mkdtemp(join(tmpdir(), 'codeloop-pictures-'));
try {
  const project = await exampleProject(join(folder, 'shop'));
  const command = ['verify'];
  const printed = await run(project, command);
  const report = await run(project, ['report', '--reporter', 'html', '--json']);
  const html = findReport(JSON.parse(report));
  await mkdir(OUT, { recursive: true });
  const browser = await chromium.launch({ executablePath: process.env.CODELOOP_BROWSER ?? '/usr/bin/chromium' });
  try {
    await shoot(browser, 'terminal', terminalPage(`npx codeloop ${command.join(' ')}`, printed), '.terminal');
    await shoot(browser, 'report', pathToFileURL(join(project, html)).href);
  } finally {
    await browser.close();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** A copy of the shop whose server shows the planted defects, with its desktop designs. */
async function exampleProject(project) {
  await cp(join(ROOT, 'fixtures/apps/shop'), project, { recursive: true });
  await cp(join(ROOT, 'fixtures/designs/desktop'), join(project, 'designs/desktop'), { recursive: true });
  const file = join(project, '.codeloop/config.json');
  const { screens } = JSON.parse(await readFile(file, 'utf8'));
  const server = {
    command: [process.execPath, 'server.mjs', '--state', 'defects'],
    url: `http://127.0.0.1:${await freePort()}`,
  };
  const viewports = { desktop: { width: 1440, height: 900 } };
  const settings = { screens: screens.map(({ name, path }) => ({ name, path })), viewports, server };
  await writeFile(file, `${JSON.stringify(settings, null, 2)}\n`);
  return project;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Runs the built program in the project, in colour; its standard output, whatever the verdict. */
async function run(project, args) {
  const child = spawn(process.execPath, [join(ROOT, 'dist/bin.js'), ...args], {
    cwd: project,
    env: { ...process.env, FORCE_COLOR: args.includes('--json') ? '0' : '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const parts = [];
  child.stdout.on('data', (part) => parts.push(part));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0 && code !== 1) throw new Error(`codeloop ${args.join(' ')} ended with exit code ${code}`);
  return Buffer.concat(parts).toString('utf8');
}

function findReport({ artifacts }) {
  const file = artifacts.map(({ path }) => path).find((path) => path.endsWith('.html'));
  if (!file) throw new Error('no HTML report was written');
  return file;
}

/** A page that looks like a terminal: text with colour codes (SGR) in, HTML out. */
function terminalPage(command, printed) {
  const lines = printed.trimEnd().split('\n');
  const shown = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), '\u001b[2m…\u001b[22m'] : lines;
  let open = '';
  const body = shown
    .join('\n')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a colour code begins with the escape character
    .replace(/\u001b\[(\d+)m/g, (_, code) => {
      const end = open;
      open = ['0', '22', '39'].includes(code) ? '' : '</span>';
      if (open === '') return end;
      const style =
        code === '1' ? 'font-weight:700' : code === '2' ? 'opacity:.62' : `color:${COLORS[code] ?? '#79c0ff'}`;
      return `${end}<span style="${style}">`;
    });
  const page = `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 16px; background: #fff }
.terminal { display: inline-block; background: #0d1117; color: #e6edf3; border-radius: 10px; padding: 12px 20px 18px }
.bar { height: 22px } .bar i { display: inline-block; width: 11px; height: 11px; border-radius: 50%; margin-right: 7px; background: #30363d }
pre { margin: 0; width: 120ch; white-space: pre-wrap; overflow-wrap: anywhere; font: 14px/1.45 "DejaVu Sans Mono", Menlo, Consolas, monospace }
b { color: #56d364 }</style><div class="terminal"><div class="bar"><i></i><i></i><i></i></div><pre><b>$</b> ${command}\n\n${body}</pre></div>`;
  return `data:text/html;base64,${Buffer.from(page).toString('base64')}`;
}

/** Photographs one element of a page, or its first screen, as WebP; a picture over the limit is an error. */
async function shoot(browser, name, address, selector) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, deviceScaleFactor: 1.5 });
  await page.goto(address, { waitUntil: 'load' });
  await page.waitForLoadState('networkidle');
  // Pictures that are hidden or further down load when they come into view, which they never do here.
  await page.evaluate(() =>
    Promise.all(
      [...document.images]
        .filter((image) => image.checkVisibility() && Math.abs(image.getBoundingClientRect().top) < innerHeight)
        .map((image) => image.decode().catch(() => undefined)),
    ),
  );
  const shot = selector ? await page.locator(selector).screenshot() : await page.screenshot();
  await page.close();
  const picture = await sharp(shot).webp({ quality: 70, effort: 6 }).toBuffer();
  if (picture.length > MOST_BYTES) throw new Error(`${name}.webp has ${picture.length} bytes, over ${MOST_BYTES}`);
  await writeFile(join(OUT, `${name}.webp`), picture);
  console.log(`docs/pictures/${name}.webp ${Math.round(picture.length / 1000)} kB`);
}
