// The loop as an honest agent goes through it: the example shop with ten seeded bugs, verified over MCP until the gate is green. A bug is
// repaired only when a reply names it (file, element and property, rule, address, flow or criterion); the script knows the repair, as an
// agent that can program would, and never looks at the project. Ends with 1 when it takes more than 15 verifications or 60,000 tokens
// (characters / 4) of replies.
//   node bench/loop.mjs       BENCH_KEEP=1 keeps the project
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, freePort } from './loop/client.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = path.join(root, 'dist/bin.js');
const MAX_ITERATIONS = 15;
const MAX_TOKENS = 60_000;
if (!existsSync(bin)) throw new Error('dist/bin.js is missing: run `npm run build` first');

const dir = mkdtempSync(path.join(tmpdir(), 'codeloop-loop-'));
const at = (file) => path.join(dir, file);
const write = (file, text) => {
  mkdirSync(path.dirname(at(file)), { recursive: true });
  writeFileSync(at(file), text);
};
const swap = (file, from, to) => {
  const text = readFileSync(at(file), 'utf8');
  if (!text.includes(from)) throw new Error(`${file} holds no ${from}`);
  writeFileSync(at(file), text.replace(from, to));
};

/** Each bug: where it is seeded and what a reply has to say of it before it is repaired. `text`: all that one issue says. */
const BUGS = [
  bug(
    'build',
    'src/receipt.ts',
    "'./price.ts'",
    "'./prices.ts'",
    ({ file, text }) => /receipt\.ts/.test(file + text) && /prices/.test(text),
  ),
  bug(
    'type',
    'src/total.ts',
    'return lamps;',
    'return String(lamps);',
    ({ file, text }) => /total\.ts/.test(file) && /assignable/.test(text),
  ),
  bug(
    'lint',
    'src/tidy.ts',
    'return 1;',
    'debugger;\n  return 1;',
    ({ file, text }) => /tidy\.ts/.test(file + text) && /debugger/i.test(text),
  ),
  bug('test', 'src/price.ts', 'lamps * 13', 'lamps * 12', ({ text }) => /two lamps/.test(text) && /26/.test(text)),
  bug(
    'console',
    'public/js/home.js',
    "add('ready');",
    "add('ready');\nconsole.error('the newsletter is lost');",
    ({ text }) => /the newsletter is lost/.test(text),
  ),
  bug('network', 'public/js/cart.js', '', "\nawait fetch('/api/offers');\n", ({ text }) => /\/api\/offers/.test(text)),
  bug(
    'visual',
    'public/css/parts.css',
    '',
    '\n[data-testid="hero-cta"] { background: #2454c6; }\n',
    ({ text }) => /hero-cta/.test(text) && /background/.test(text),
  ),
  bug(
    'accessibility',
    'public/index.html',
    'height="720" alt="A coral lounge chair under an arc lamp beside a tall window at dusk"',
    'height="720"',
    ({ text }) => /image-alt|alternative text/i.test(text) && /hero-picture/.test(text),
  ),
  bug(
    'flow',
    'public/js/product.js',
    "buy.addEventListener('submit'",
    "buy.addEventListener('sent'",
    ({ text }) => /add-to-bag|buy-lamp/.test(text) && /flow|step/i.test(text),
  ),
  bug(
    'acceptance',
    'public/cart.html',
    'Free returns within 60 days',
    'No returns within 14 days',
    ({ category, text }) => category === 'workflow' && /returns: /.test(text),
  ),
];

function bug(id, file, good, bad, named) {
  return {
    id,
    named,
    seed: () => (good === '' ? writeFileSync(at(file), readFileSync(at(file), 'utf8') + bad) : swap(file, good, bad)),
    repair: () => swap(file, bad, good),
  };
}

await makeShop();
const client = connect(bin, dir, at('.git/state'));
const first = await client.verify();
if (!first.gate?.passed) throw new Error(`the healthy shop does not pass: ${first.summary}`);
const healthy = client.tokens();
for (const one of BUGS) one.seed();

client.reset();
const open = new Set(BUGS);
const rounds = [];
let passed = false;
while (!passed && rounds.length < MAX_ITERATIONS) {
  const verified = await client.verify();
  passed = verified.gate?.recommendation === 'ready_for_review';
  const fixed = [];
  if (!passed) {
    const { issues = [] } = await client.ask('codeloop_diagnose', { run_id: verified.run_id });
    for (const issue of issues) {
      const said = { file: issue.file ?? '', category: issue.category, text: JSON.stringify(issue) };
      for (const one of open) {
        if (!one.named(said)) continue;
        one.repair();
        open.delete(one);
        fixed.push(`${one.id} (${issue.id})`);
      }
    }
  }
  rounds.push({ summary: verified.summary, fixed, tokens: client.tokens() });
  console.log(
    `${rounds.length}. ${String(verified.summary).slice(0, 160)}\n   ${passed ? 'green' : `fixed: ${fixed.join(', ') || 'nothing'}`}`,
  );
  if (!passed && fixed.length === 0) break;
}
const gate = await client.ask('codeloop_gate_check', {});
await client.end();
const tokens = client.tokens();
const green = passed && gate.recommendation === 'ready_for_review' && open.size === 0;
const load = loadavg().map((value) => Number(value.toFixed(1)));
console.log(
  `${green ? 'green' : 'NOT green'} after ${rounds.length} verification(s), ${tokens} tokens of replies (the healthy shop: ${healthy}), ${cpus().length} cores, load ${load.join(' ')}`,
);
if (open.size > 0) console.log(`never named: ${[...open].map(({ id }) => id).join(', ')}`);
mkdirSync(path.join(root, 'bench/results'), { recursive: true });
const result = {
  at: new Date().toISOString(),
  green,
  iterations: rounds.length,
  tokens,
  rounds,
  open: [...open].map(({ id }) => id),
  load,
};
writeFileSync(path.join(root, 'bench/results/loop.json'), `${JSON.stringify(result, null, 2)}\n`);
if (process.env.BENCH_KEEP) console.log(dir);
else rmSync(dir, { recursive: true, force: true });
process.exitCode = green && tokens <= MAX_TOKENS ? 0 : 1;

/** The shop with sources that are built, checked and tested, flows and a criterion; all of it good and committed. */
async function makeShop() {
  cpSync(path.join(root, 'fixtures/apps/shop'), dir, { recursive: true });
  for (const screen of ['home', 'product', 'cart'])
    cpSync(path.join(root, `fixtures/designs/mobile/${screen}.png`), at(`designs/mobile/${screen}.png`));
  symlinkSync(path.join(root, 'node_modules'), at('node_modules'));
  const port = await freePort();
  const { screens } = JSON.parse(readFileSync(at('.codeloop/config.json'), 'utf8'));
  const config = {
    server: { command: ['node', 'server.mjs', '--port', String(port)], url: `http://127.0.0.1:${port}` },
    screens: screens.filter(({ name }) => ['home', 'product', 'cart'].includes(name)),
    viewports: { mobile: { width: 375, height: 812, is_mobile: true, has_touch: true } },
  };
  write('.codeloop/config.json', JSON.stringify(config, null, 2));
  const scripts = {
    build: 'esbuild src/receipt.ts --bundle --outfile=.out/receipt.js --log-level=warning',
    lint: 'biome lint src',
    typecheck: 'tsc --noEmit',
    test: 'vitest run src',
  };
  write('package.json', JSON.stringify({ name: 'shop', private: true, type: 'module', scripts }, null, 2));
  const compilerOptions = {
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    module: 'nodenext',
    target: 'es2022',
    skipLibCheck: true,
    types: [],
  };
  write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['src'] }));
  write('src/price.ts', 'export const price = (lamps: number): number => lamps * 13;\n');
  write(
    'src/receipt.ts',
    "import { price } from './price.ts';\n\nexport const receipt = (lamps: number): string => `$${price(lamps)}`;\n",
  );
  write('src/total.ts', 'export function total(lamps: number): number {\n  return lamps;\n}\n');
  write('src/tidy.ts', 'export function tidy(): number {\n  return 1;\n}\n');
  write(
    'src/price.test.ts',
    "import { expect, test } from 'vitest';\nimport { price } from './price.ts';\n\ntest('two lamps', () => {\n  expect(price(2)).toBe(26);\n});\n",
  );
  const flow = (name, start, ...steps) =>
    write(`.codeloop/flows/${name}.json`, JSON.stringify({ schema_version: 1, name, start, steps }));
  flow(
    'browse',
    '/',
    { action: 'click', target: { test_id: 'hero-cta' }, timeout_ms: 30_000 },
    { action: 'assert_url', value: '/shop' },
  );
  flow(
    'buy-lamp',
    '/product/arc-lamp',
    { action: 'click', target: { test_id: 'add-to-bag' }, timeout_ms: 30_000 },
    { action: 'assert_text', value: 'is in your bag', timeout_ms: 30_000 },
  );
  flow('returns', config.screens.find(({ name }) => name === 'cart').path, {
    action: 'assert_text',
    value: 'Free returns within 60 days',
    timeout_ms: 30_000,
  });
  write(
    'docs/acceptance/shop.yaml',
    '- { id: returns, text: The bag says that returns are free, proof: { flow: returns } }\n',
  );
  write('.gitignore', 'artifacts/\nnode_modules\n.out/\n.codeloop/audit*\n.codeloop/cache/\n');
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=b', '-c', 'user.email=b@b', '-c', 'commit.gpgsign=false', ...args], {
      cwd: dir,
    });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'shop');
}
