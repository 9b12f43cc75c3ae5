// What is promised of honesty, counted: npm run test:promises -- [--pages 100] [--runs 50] [--seed 1]
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { hex, MARKED, secretKinds } from './secret-kinds.mjs';
import { openStage, runAsScript, seeded } from './stage.mjs';

/** Faults that a page has; each is heard by the gate `runtime_clean`. */
const FAULTS = {
  thrown: `throw new TypeError('lamp');`,
  'thrown later': `setTimeout(() => { undefined.lamp }, 20);`,
  rejected: `Promise.reject(new Error('lamp'));`,
  'console.error': `console.error('lamp', { of: [1, 2] });`,
  'a request answered with 404': `fetch('/gone.json');`,
  'a script that is not there': `document.head.append(Object.assign(document.createElement('script'), { src: '/gone.js' }));`,
  'thrown by a listener': `addEventListener('load', () => { null.lamp });`,
  'thrown in a custom element': `customElements.define('my-lamp', class extends HTMLElement { connectedCallback() { throw new Error('lamp') } }); document.body.append(document.createElement('my-lamp'));`,
  'thrown in a frame': `document.body.append(Object.assign(document.createElement('iframe'), { srcdoc: '<script>throw new Error("lamp")</' + 'script>' }));`,
  'thrown null in a timer': `setTimeout(() => { throw null }, 5);`,
  'rejected with nothing': `Promise.reject();`,
  'thrown in a worker': `new Worker(URL.createObjectURL(new Blob(['throw new Error("lamp")'])));`,
  'thrown in a shared worker': `new SharedWorker(URL.createObjectURL(new Blob(['throw new Error("lamp")'])));`,
  'asked in vain by a shared worker': `new SharedWorker(URL.createObjectURL(new Blob(['fetch(self.origin + "/gone.json")'])));`,
  'a shared worker without a script': `new SharedWorker('/gone.js');`,
  'a worker whose script is a page': `new Worker('/', { type: 'module' });`,
  'kept by the object that stands for a worker': `new Worker(URL.createObjectURL(new Blob(['throw new Error("lamp")']))).onerror = (event) => event.preventDefault();`,
  'thrown in a sandboxed frame': `document.body.append(Object.assign(document.createElement('iframe'), { sandbox: 'allow-scripts', srcdoc: '<script>throw new Error("lamp")</' + 'script>' }));`,
  'an assertion': `console.assert(1 > 2, 'lamp');`,
  'a reported error': `reportError(new Error('lamp'));`,
  'an icon that is a script': `document.head.append(Object.assign(document.createElement('script'), { src: '/favicon.ico' }));`,
};
/** What drowns it. */
const NOISES = {
  lines: `for (let at = 0; at < 1500; at++) console.log('line ' + at);`,
  warnings: `for (let at = 0; at < 800; at++) console.warn('careful ' + at % 7);`,
  'long lines': `for (let at = 0; at < 40; at++) console.info('x'.repeat(20000));`,
  objects: `for (let at = 0; at < 300; at++) console.debug({ at, list: Array(50).fill(at) }); console.table([[1, 2]]);`,
  groups: `for (let at = 0; at < 200; at++) console.group('deep ' + at); console.clear();`,
  'a stream of lines': `let n = 0; const t = setInterval(() => { for (let at = 0; at < 50; at++) console.log('tick ' + n++); if (n > 1500) clearInterval(t) }, 5);`,
};
/** How it is kept from who listens. */
const VEILS = {
  'no veil': '',
  onerror: `window.onerror = () => true; window.onunhandledrejection = () => false;`,
  'events that are prevented': `for (const kind of ['error', 'unhandledrejection']) addEventListener(kind, (event) => { event.preventDefault(); event.stopImmediatePropagation() }, true);`,
  'console.log that is none': `console.log = console.info = console.clear = () => {};`,
  'a spoiled Array and JSON': `Array.prototype.map = () => []; JSON.stringify = () => '{}'; Object.defineProperty(Error.prototype, 'stack', { get: () => '' });`,
};

const scripts = (...parts) => parts.map((part) => `<script>${part}</script>`).join('\n');
const BODY = '<p>One lamp is on.</p><button>Buy</button>';

/**
 * `count` pages with one fault each under noise before, after or around it; a tenth as many have the noise alone. Returns what was not named, and
 * what was though it is sound, each with the screen's name and the folder under which the project with its run and its verdict is kept.
 */
export async function hiddenFaults({ count, seed }) {
  const random = seeded(seed);
  const pages = Array.from({ length: count }, (_, at) => ({
    fault: Object.keys(FAULTS)[at % Object.keys(FAULTS).length],
    noise: random.pick(Object.keys(NOISES)),
    veil: random.pick(Object.keys(VEILS)),
    when: random.pick(['before', 'after', 'around']),
  }));
  const sound = Array.from({ length: Math.max(1, Math.round(count / 10)) }, () => ({
    noise: random.pick(Object.keys(NOISES)),
    veil: random.pick(Object.keys(VEILS)),
  }));
  const html = ({ fault, noise, veil, when }) => {
    const loud = `(() => { ${NOISES[noise]} })()`;
    const parts = [
      VEILS[veil],
      when === 'after' ? '' : loud,
      fault ? FAULTS[fault] : '',
      when === 'before' ? '' : loud,
    ];
    return (stage) => stage.page('Lamps', `${BODY}${scripts(...parts)}`);
  };
  const all = [...pages, ...sound];
  const wrong = { hidden: [], blamed: [] };
  // A verdict lists fifty problems of a gate, and a page may have several.
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const some = all.slice(from, from + AT_ONCE);
    const isWrong = (named, at) => named.has(at) !== 'fault' in some[at];
    const { named, kept } = await namedAmong(some.map(html), (found) => some.some((_, at) => isWrong(found, at)));
    for (const [at, one] of some.entries())
      if (isWrong(named, at)) wrong['fault' in one ? 'hidden' : 'blamed'].push({ ...one, screen: `p${at}`, kept });
  }
  return { pages: count, sound: sound.length, ...wrong };
}

const AT_ONCE = 10;

/** `named`: numbers of those pages, each a screen of one project, that the gate `runtime_clean` names; `kept`: a copy of the project, where `isWrong` says so of them. */
async function namedAmong(pages, isWrong) {
  const stage = openStage({
    settings: {
      screens: pages.map((_, at) => ({ name: `p${at}`, path: `/p${at}.html` })),
      accessibility: { enabled: false },
      layout: { enabled: false },
    },
  });
  try {
    for (const [at, page] of pages.entries()) stage.write(`site/p${at}.html`, page(stage));
    const reply = JSON.parse((await stage.run(['verify', '--json'])).stdout);
    const { verdict } = JSON.parse(readFileSync(path.join(stage.dir, reply.evidence_summary.verdict), 'utf8'));
    const problems = verdict.failing_gates.filter(({ id }) => id === 'runtime_clean').flatMap((gate) => gate.problems);
    const named = new Set(
      problems.flatMap(({ screen }) => (screen ?? '').split(', ')).map((name) => Number(name.slice(1))),
    );
    if (!isWrong(named)) return { named };
    const kept = mkdtempSync(path.join(tmpdir(), 'codeloop-promises-'));
    cpSync(stage.dir, kept, { recursive: true });
    return { named, kept };
  } finally {
    stage.close();
  }
}

/** A page that spills one secret of each kind wherever it can, verified, reported, recorded and read by the `doors`. Returns kinds and places where one was kept. */
export async function keptSecrets({ record = true, doors = ['cli', 'mcp'] } = {}) {
  const kinds = secretKinds();
  const entries = Object.entries(kinds);
  // In two elements, so that no text holds the whole.
  const halves = Object.entries(MARKED).filter(([, [, rest]]) => rest.length >= 16);
  const spilled = JSON.stringify(entries.map(([, secret]) => secret));
  const stage = openStage({ settings: { screens: [{ name: 'home', path: '/' }] } });
  const kept = [];
  let places = 0;
  try {
    const body = `${BODY}<label>Word <input type="password" id="word" value="Tr0ub4dor&3x"></label>
${halves.map(([, [mark, rest]]) => `<p style="font-size:8px"><b>${mark}</b><i>${rest}</i></p>`).join('')}
<dl><dt>API key</dt><dd>lamp9lamp8lamp7</dd></dl><p>Verification code: ${[...'771204'].map((digit) => `<b>${digit}</b>`).join('')}</p>
<div hidden>${entries.map(([, secret]) => `<i data-key="${secret}" data-all="{&quot;apiKey&quot;:&quot;${secret}&quot;}">${secret}</i>`).join('')}</div>
<script>const all = ${spilled}; for (const one of all) { console.log('key', one); console.info({ key: one }); console.error('%c' + one + '\\u001b[31m' + one, ''); document.cookie = 'k=' + one.slice(0, 90); localStorage[one] = one; }
for (const one of all.slice(0, 12)) fetch('/none?access_token=' + encodeURIComponent(one) + '&next=' + encodeURIComponent('/a?key=' + encodeURIComponent(one))); for (const one of all) console.error(one);
history.replaceState(null, '', '?token=' + all[0] + '#' + all[1]); document.title = 'Lamps ' + all[2]; setTimeout(() => { throw new Error(all[3]) })</script>`;
    stage.write('site/index.html', stage.page('Lamps', body));
    const look = (where, bytes) => {
      places += 1;
      const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
      const digits = [...text.matchAll(/"text":"(\d)"/g)].map(([, digit]) => digit).join('');
      if (digits.includes('771204')) kept.push(`a code, digit by digit, in ${where}`);
      for (const [kind, secret] of [
        ...entries,
        ...halves.map(([kind, [, rest]]) => [`half of ${kind}`, rest]),
        ['what stands beside its name', 'lamp9lamp8lamp7'],
        ['what stands in a password field', 'Tr0ub4dor&3x'],
      ])
        if (
          [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').replace(/=+$/, '')].some((form) =>
            text.includes(form),
          )
        )
          kept.push(`${kind} in ${where}`);
    };
    const lines = [
      ['verify', '--json'],
      ['runs', '--json'],
      ['report'],
      ...(record ? [['record', '/', '--duration-seconds', '1', '--json']] : []),
    ];
    for (const argv of doors.includes('cli') ? lines : []) {
      const { stdout, stderr } = await stage.run(argv);
      look(`${argv[0]}: output`, Buffer.from(stdout));
      look(`${argv[0]}: messages`, Buffer.from(stderr));
    }
    if (doors.includes('mcp')) {
      const server = await stage.serve();
      for (const [name, given] of [
        ['codeloop_verify', {}],
        ['codeloop_capture_screenshot', { screen_name: 'home' }],
        ['codeloop_diagnose', {}],
      ])
        look(
          `${name}: reply`,
          Buffer.from(JSON.stringify(await server.call(name, { project_dir: stage.dir, ...given }))),
        );
      server.child.stdin.end();
      await server.over;
    }
    await stage.left();
    for (const folder of [
      path.join(stage.dir, 'artifacts'),
      path.join(stage.dir, '.codeloop'),
      path.join(stage.home, 'state'),
      stage.temp,
    ])
      if (existsSync(folder))
        for (const one of readdirSync(folder, { recursive: true, withFileTypes: true }))
          if (one.isFile())
            look(
              path.relative(stage.home, path.join(one.parentPath, one.name)),
              readFileSync(path.join(one.parentPath, one.name)),
            );
  } finally {
    stage.close();
  }
  return { kinds: entries.length + 1, places, kept: [...new Set(kept)] };
}

/** What people do to a project between two verifications; none of it makes the work worse. */
const HABITS = {
  'a commit': ({ write, git }, at) => {
    write('notes.md', `${at}\n`);
    git('add', '-A');
    git('commit', '-qm', `note ${at}`);
  },
  'an edit of the page': ({ write, page }, at) =>
    write('site/index.html', page('Lamps', `${BODY}<p>Lamp ${at} is on.</p>`)),
  'a stash, and back': ({ write, git }, at) => {
    write('idea.md', `${at}\n`);
    git('stash', '-uq');
    git('stash', 'pop', '-q');
  },
  'a worktree beside it': ({ git, home }, at) => {
    git('worktree', 'add', '-q', '-b', `beside-${at}`, path.join(home, `beside-${at}`), 'main');
    git('worktree', 'remove', '--force', path.join(home, `beside-${at}`));
  },
  'a rebase onto a main line that moved': (stage, at) => {
    const { git } = stage;
    git('add', '-A');
    git('commit', '-qm', `work ${at}`, '--allow-empty');
    const here = git('rev-parse', '--abbrev-ref', 'HEAD').trim();
    git('checkout', '-q', 'main');
    git('commit', '-q', '--allow-empty', '-m', `main ${at}`);
    git('checkout', '-q', here);
    git('rebase', '-q', '-X', 'theirs', 'main');
  },
  'an amended commit': ({ git }) => {
    git('add', '-A');
    git('commit', '-q', '--amend', '--no-edit', '--allow-empty');
  },
  'files that a tool generates': ({ write }, at) => {
    write('.gitignore', 'artifacts/\n.codeloop/audit*\n.codeloop/cache/\ncoverage/\n');
    write('coverage/index.html', `<p>${at}</p>`);
  },
  'variables of this machine': ({ write }, at) => {
    write('.gitignore', 'artifacts/\n.codeloop/audit*\n.codeloop/cache/\n.env.local\n');
    write('.env.local', `LAMP=${at}\n`);
  },
  'a submodule': ({ git, dir, write }, at) => {
    const name = `vendor/lib-${at}`;
    write(`${name}/README.md`, 'a library');
    const inside = (...words) =>
      execFileSync('git', ['-c', 'user.name=Cy', '-c', 'user.email=cy@example.org', ...words], {
        cwd: path.join(dir, name),
        stdio: 'ignore',
      });
    inside('init', '-q', '-b', 'main');
    inside('add', '-A');
    inside('commit', '-qm', 'lib');
    git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', `./${name}`, name);
  },
  'another branch, and back': ({ git }, at) => {
    git('add', '-A');
    git('commit', '-qm', `before ${at}`, '--allow-empty');
    git('checkout', '-qb', `try-${at}`);
    git('checkout', '-q', '-');
  },
  'a merge': ({ git }, at) => {
    git('add', '-A');
    git('commit', '-qm', `mine ${at}`, '--allow-empty');
    git('checkout', '-qb', `topic-${at}`);
    git('commit', '-q', '--allow-empty', '-m', `topic ${at}`);
    git('checkout', '-q', '-');
    git('merge', '-q', '--no-ff', '-m', `merge ${at}`, `topic-${at}`);
  },
  'tidying of the repository': ({ git }) => void git('gc', '-q', '--prune=now'),
  'a renamed file': ({ write, git }, at) => {
    write(`docs/old-${at}.md`, 'words\n');
    git('add', '-A');
    git('mv', `docs/old-${at}.md`, `docs/new-${at}.md`);
  },
  'a sparse checkout, and back': ({ git }) => {
    git('sparse-checkout', 'set', '--no-cone', '/*', '!/site/none');
    git('sparse-checkout', 'disable');
  },
  'a pointer of git-lfs': ({ write }, at) => {
    write('.gitattributes', '*.psd filter=lfs diff=lfs merge=lfs -text\n');
    write(`art-${at}.psd`, `version https://git-lfs.github.com/spec/v1\noid sha256:${hex(64)}\nsize 12\n`);
  },
  'line ends of another system': ({ write }, at) => write(`src/a-${at}.ts`, 'export const a = 1;\r\n'),
  'caches of build tools, logs and an open editor': ({ write }, at) => {
    const caches =
      '.vite/deps .next/cache/a .angular/cache/a .turbo/log node_modules/.cache/a app.log test-results/a.json';
    for (const file of `${caches} src/.a.ts.swp .DS_Store a.tsbuildinfo`.split(' ')) write(file, String(at));
  },
  'one more screen': ({ dir, write, page }, at) => {
    const file = path.join(dir, '.codeloop/config.json');
    const config = JSON.parse(readFileSync(file, 'utf8'));
    write(`site/more-${at}.html`, page(`More ${at}`, `<p>More lamps, ${at} of them.</p>`));
    write(
      '.codeloop/config.json',
      JSON.stringify({
        ...config,
        screens: [
          ...config.screens.slice(0, 3),
          ...(config.screens.length < 4 ? [{ name: `more-${at}`, path: `/more-${at}.html` }] : config.screens.slice(3)),
        ],
      }),
    );
  },
};

/** What tools leave, and nobody tells git to ignore, while the evidence waits to be asked for: it stays fresh. */
const LEFT =
  `.DS_Store site/.DS_Store site/.index.html.swp site/index.html~ site/#index.html# .vscode/settings.json .idea/workspace.xml tsconfig.tsbuildinfo
 coverage/lcov-report/index.html test-results/.last-run.json playwright-report/index.html .eslintcache .nyc_output/a.json server.log site/index.html.orig`.split(
    /\s+/,
  );

/** A server that reads the files at each request, as dev servers do, and runs from before the first edit to the last. */
const SERVER = `import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
createServer((request, response) => {
  try { response.writeHead(200, { 'content-type': 'text/html' }).end(readFileSync('site' + (request.url === '/' ? '/index.html' : new URL(request.url, 'http://a').pathname))); }
  catch { response.writeHead(404).end(); }
}).listen(Number(process.env.PORT ?? process.argv[2]), '127.0.0.1', () => console.log('ready'));
`;

/**
 * `runs` verifications between which somebody works as people do, a dev server left running all the while in every other project; after each a
 * tool leaves something, and the gate is asked. Returns what was held up.
 */
export async function honestRuns({ runs, seed }) {
  const random = seeded(seed);
  const blocked = [];
  const done = {};
  for (const dev of runs > 1 ? [false, true] : [seed % 2 === 0]) {
    const port = 20_000 + ((process.pid * 7 + seed) % 20_000);
    const settings = dev
      ? { server: { command: ['node', 'server.mjs', String(port)], url: `http://127.0.0.1:${port}` } }
      : {};
    const stage = openStage({ settings, files: { 'server.mjs': SERVER } });
    const server = dev
      ? spawn('node', ['server.mjs', String(port)], { cwd: stage.dir, stdio: ['ignore', 'pipe', 'ignore'] })
      : undefined;
    try {
      if (server) await new Promise((resolve) => server.stdout.once('data', resolve));
      stage.git('checkout', '-qb', 'work');
      const client = await stage.serve();
      // A crowded machine has no verdict yet when the reply is due, and the reply says what to call.
      const verify = async (more = {}) => {
        const { result } = await client.call('codeloop_verify', { project_dir: stage.dir, ...more });
        const { state, run_id } = result?.structuredContent ?? {};
        return state === 'running' ? verify({ run_id }) : result;
      };
      for (let at = 0; at < Math.ceil(runs / (runs > 1 ? 2 : 1)); at++) {
        const habits = [random.pick(Object.keys(HABITS)), random.pick(Object.keys(HABITS))];
        for (const [which, habit] of habits.entries()) HABITS[habit](stage, `${at}-${which}`);
        const result = await verify();
        const said = result?.structuredContent ?? {};
        for (const habit of [...habits, dev ? 'a dev server left running' : 'no server'])
          done[habit] = (done[habit] ?? 0) + 1;
        if (said.gate?.recommendation !== 'ready_for_review')
          blocked.push(
            `${habits.join(' + ')}${dev ? ', dev server' : ''}: ${said.gate?.recommendation} ${JSON.stringify(said.gate?.failing_gates ?? result).slice(0, 500)}`,
          );
        // What a habit left and a later one committed is the project's.
        const loose = LEFT.filter((file) => stage.git('ls-files', '--', file) === '');
        const left = random.pick([...loose, 'a work tree inside']);
        if (left.includes(' ')) stage.git('worktree', 'add', '-q', '-f', '--detach', `.worktrees/of-${at}`, 'main');
        else stage.write(left, `${at} ${random.next()}`);
        const asked = await client.call('codeloop_gate_check', { project_dir: stage.dir });
        done[`left: ${left}`] = (done[`left: ${left}`] ?? 0) + 1;
        if (asked.result?.structuredContent?.recommendation !== 'ready_for_review')
          blocked.push(`${left}, left after it: ${JSON.stringify(asked).slice(0, 300)}`);
        // The next habit may be a commit of all there is, and what git holds counts.
        if (left.includes(' ')) stage.git('worktree', 'remove', '--force', `.worktrees/of-${at}`);
        else rmSync(path.join(stage.dir, left));
      }
      client.child.stdin.end();
      await client.over;
    } finally {
      server?.kill();
      stage.close();
    }
  }
  return { runs, done, blocked };
}

await runAsScript(
  import.meta,
  { pages: 100, runs: 50, seed: 1 },
  async ({ pages, runs, seed }) => ({
    faults: await hiddenFaults({ count: pages, seed }),
    secrets: await keptSecrets(),
    honest: await honestRuns({ runs, seed }),
  }),
  ({ faults, secrets, honest }) =>
    faults.hidden.length + faults.blamed.length + secrets.kept.length + honest.blocked.length > 0,
);
