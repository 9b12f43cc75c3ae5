// A pricing page that an agent builds from pictures: a stand-alone mock, drawn by Firefox at two viewports, built again with components, with
// nine mistakes. A mistake is repaired only when a reply names its element and property. Ends with 1 when the correct page is not green
// with the defaults, a mistake is never named, or it takes more than 4 verifications or 15,000 tokens (characters / 4) of replies.
//   node bench/loop-design.mjs [--draw]     --draw: draws the mock anew (needs Firefox)   BENCH_KEEP=1 keeps the project
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { connect, freePort } from './loop/client.mjs';
import { openFirefox } from './truth/firefox.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = path.join(root, 'bench/loop/pricing');
const bin = path.join(root, 'dist/bin.js');
const VIEWPORTS = { mobile: { width: 375, height: 812 }, desktop: { width: 1280, height: 800 } };
const MAX_VERIFIES = 4;
const MAX_TOKENS = 15_000;
if (!existsSync(bin)) throw new Error('dist/bin.js is missing: run `npm run build` first');

const dir = mkdtempSync(path.join(tmpdir(), 'codeloop-loop-design-'));
/** Each mistake: file, as it should be, as it is; and what an issue has to say of it. */
const MISTAKES = [
  mistake(
    'gap',
    'style.css',
    'gap: 24px;\n  padding: 32px',
    'gap: 18px;\n  padding: 32px',
    /\.plans|main > div/,
    /gap/,
  ),
  mistake(
    'weight',
    'style.css',
    'margin-top: 8px;\n  font-weight: 700',
    'margin-top: 8px;\n  font-weight: 400',
    /> p\b|price/,
    /font-weight/,
  ),
  mistake('shade', 'style.css', 'background: #e0e7ff', 'background: #eef2ff', /hero/, /background-color/),
  mistake('icon', 'app.jsx', '          <Dash />\n', '', /li|ul|Starter/, /missing/),
  mistake(
    'overflow',
    'style.css',
    '.hero h1 {',
    '.hero h1 {\n  white-space: nowrap;',
    /h1/,
    /overflow|text|white-space|width/,
  ),
  mistake(
    'radius of cards',
    'style.css',
    'border-radius: 16px',
    'border-radius: 8px',
    /section|plan/,
    /border-radius[^;]*16px/,
  ),
  mistake('link', 'app.jsx', '        <a href="#docs">Docs</a>\n', '', /nav|bar/, /missing/),
  mistake(
    'radius of buttons',
    'style.css',
    'border-radius: 10px',
    'border-radius: 4px',
    /a\[href/,
    /border-radius[^;]*10px/,
  ),
  mistake('grey icons', 'style.css', 'color: #16a34a', 'color: #9ca3af', /svg/, /color/),
];

function mistake(id, file, right, wrong, element, property) {
  const swap = (from, to) => {
    const at = path.join(dir, 'src', file);
    const text = readFileSync(at, 'utf8');
    if (!text.includes(from)) throw new Error(`${file} holds no ${from}`);
    writeFileSync(
      at,
      text.replace(from, () => to),
    );
  };
  // What was taken out goes back to where it was.
  const whole = wrong === '' ? readFileSync(path.join(source, file), 'utf8') : undefined;
  const before = whole?.slice(Math.max(0, whole.indexOf(right) - 60), whole.indexOf(right));
  const [good, bad] = whole === undefined ? [right, wrong] : [before + right, before];
  return { id, element, property, make: () => swap(good, bad), repair: () => swap(bad, good) };
}

if (process.argv.includes('--draw')) await drawMock();
const port = await makeProject();
const client = connect(bin, dir, path.join(dir, '.git/state'));
const correct = await client.verify();
const isGreen = (reply) => reply.gate?.recommendation === 'ready_for_review';
console.log(
  `correct page: ${isGreen(correct) ? 'green' : 'NOT green'} (port ${port}): ${String(correct.summary).slice(0, 300)}`,
);
for (const one of MISTAKES) one.make();
client.reset();
const open = new Set(MISTAKES);
const rounds = [];
let green = false;
while (!green && rounds.length < MAX_VERIFIES) {
  const verified = await client.verify();
  green = isGreen(verified);
  const fixed = [];
  if (!green) {
    const { issues = [] } = await client.ask('codeloop_diagnose', { run_id: verified.run_id });
    for (const issue of issues) {
      const text = JSON.stringify(issue);
      for (const one of [...open]) {
        if (!one.element.test(text) || !one.property.test(text)) continue;
        one.repair();
        open.delete(one);
        fixed.push(one.id);
      }
    }
    if (process.env.BENCH_KEEP) console.log(issues.map((one) => `   ${JSON.stringify(one).slice(0, 400)}`).join('\n'));
  }
  rounds.push({ summary: verified.summary, fixed });
  console.log(
    `${rounds.length}. ${String(verified.summary).slice(0, 200)}\n   ${green ? 'green' : `repaired: ${fixed.join(', ') || 'nothing'}`}`,
  );
  if (!green && fixed.length === 0) break;
}
await client.end();
const tokens = client.tokens();
const silent = [...open].map(({ id }) => id);
const done = isGreen(correct) && green && silent.length === 0 && tokens <= MAX_TOKENS;
console.log(
  `${done ? 'held' : 'NOT held'}: ${rounds.length} verifications, ${tokens} tokens of replies; never named: ${silent.join(', ') || 'none'}`,
);
mkdirSync(path.join(root, 'bench/results'), { recursive: true });
const result = { at: new Date().toISOString(), correct: isGreen(correct), green, rounds, tokens, silent };
writeFileSync(path.join(root, 'bench/results/loop-design.json'), `${JSON.stringify(result, null, 2)}\n`);
if (process.env.BENCH_KEEP) console.log(dir);
else rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
process.exitCode = done ? 0 : 1;

/** The mock as Firefox draws it, kept beside it for machines without one. */
async function drawMock() {
  const firefox = await openFirefox();
  try {
    for (const [name, size] of Object.entries(VIEWPORTS))
      writeFileSync(
        path.join(source, `${name}.png`),
        await firefox.draw(pathToFileURL(path.join(source, 'mock.html')).href, size),
      );
  } finally {
    await firefox.close();
  }
}

/** The correct page as a project that configures its screen and nothing else; answers its port. */
async function makeProject() {
  const port = await freePort();
  for (const file of ['app.jsx', 'style.css']) cpSync(path.join(source, file), path.join(dir, 'src', file));
  cpSync(path.join(source, 'server.mjs'), path.join(dir, 'server.mjs'));
  for (const name of Object.keys(VIEWPORTS))
    cpSync(path.join(source, `${name}.png`), path.join(dir, 'designs', name, 'pricing.png'));
  symlinkSync(path.join(root, 'node_modules'), path.join(dir, 'node_modules'));
  const config = {
    server: { command: ['node', 'server.mjs', String(port)], url: `http://127.0.0.1:${port}` },
    screens: [{ name: 'pricing', path: '/' }],
    viewports: VIEWPORTS,
    design: { dir: 'designs' },
  };
  mkdirSync(path.join(dir, '.codeloop'));
  writeFileSync(path.join(dir, '.codeloop/config.json'), JSON.stringify(config, null, 2));
  writeFileSync(path.join(dir, 'package.json'), JSON.stringify({ name: 'pricing', private: true, type: 'module' }));
  writeFileSync(path.join(dir, '.gitignore'), 'artifacts/\nnode_modules\n.codeloop/audit*\n.codeloop/cache/\n');
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=b', '-c', 'user.email=b@b', '-c', 'commit.gpgsign=false', ...args], {
      cwd: dir,
    });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'pricing');
  return port;
}
