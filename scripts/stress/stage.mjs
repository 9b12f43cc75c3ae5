import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, below: (count) => Math.floor(next() * count), pick: (list) => list[Math.floor(next() * list.length)] };
}

const page = (title, body) =>
  `<!doctype html><html lang="en"><title>${title}</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><style>body{margin:20px;font:16px sans-serif;background:#fff}button{width:90px;height:36px}</style><main><h1>${title}</h1>${body}</main></html>`;

/**
 * A small project in a folder of its own, with its own place for temporary files and for the user's state, and everything that is started in it
 * marked. `write(file, text)`, `git(...words)`, `start(argv)`, `run(argv)`, `serve()`, `left()`: what is still there of it, `close()`.
 */
export function openStage({ files = {}, settings = {} } = {}) {
  const home = mkdtempSync(path.join(tmpdir(), 'codeloop-stress-'));
  const dir = path.join(home, 'project');
  const temp = path.join(home, 'tmp');
  const mark = `CODELOOP_STRESS=${randomUUID()}`;
  mkdirSync(temp);
  const write = (file, text) => {
    const at = path.join(dir, file);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, text);
  };
  const config = {
    server: { static: 'site' },
    screens: [{ name: 'home', path: '/' }],
    viewports: { phone: { width: 320, height: 240 } },
    ...settings,
  };
  const first = {
    'site/index.html': page('Lamps', '<p>One lamp is on.</p><button>Buy</button>'),
    'package.json': '{ "name": "lamps" }\n',
    '.gitignore': 'artifacts/\n.codeloop/audit*\n.codeloop/cache/\n',
    '.codeloop/config.json': JSON.stringify(config),
    ...files,
  };
  for (const [file, text] of Object.entries(first)) write(file, text);
  const git = (...words) =>
    execFileSync(
      'git',
      ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgsign=false', ...words],
      {
        cwd: dir,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'start');
  const { CI: _ci, NODE_OPTIONS: _options, CODELOOP_PROJECT_DIR: _dir, ...inherited } = process.env;
  const [name, value] = mark.split('=');
  const env = { ...inherited, [name]: value, TMPDIR: temp, XDG_STATE_HOME: path.join(home, 'state') };
  const start = (argv, more = {}) =>
    spawn(process.execPath, [BIN, ...argv], { cwd: dir, env: { ...env, ...more }, stdio: ['pipe', 'pipe', 'pipe'] });
  const run = (argv, more = {}) => ended(start(argv, more));
  return {
    ...{ dir, temp, home, page, write, git, start, run },
    serve: (more = {}) => speak(start(['serve'], more)),
    processes: () => marked(mark),
    async left() {
      // What was killed a moment ago may still take a while to go, and its folders with it.
      let found;
      for (let look = 0; look < 120; look++) {
        found = {
          processes: marked(mark).map(({ command }) => command),
          folders: readdirSync(temp).filter((one) => /codeloop|playwright|chrom/i.test(one)),
        };
        if (found.processes.length + found.folders.length === 0) break;
        await sleep(100);
      }
      return found;
    },
    close: () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Resolves with code, signal, stdout and stderr of a child when it has ended. */
export function ended(child) {
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'])
    child[stream].setEncoding('utf8').on('data', (chunk) => {
      output[stream] += chunk;
    });
  child.stdin.on('error', () => undefined).end();
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, ...output })));
}

/** Processes that carry the mark, or that one that carries it has started (Linux). */
function marked(mark) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((id) => {
      try {
        const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const own = readFileSync(`/proc/${id}/environ`, 'latin1').split('\0').includes(mark);
        const command = readFileSync(`/proc/${id}/comm`, 'utf8').trim();
        return state === 'Z' ? [] : [{ id: Number(id), parent: Number(parent), own, command }];
      } catch {
        return []; // it ended while it was read
      }
    });
  const ours = new Set(all.filter(({ own }) => own).map(({ id }) => id));
  for (let before = -1; before !== ours.size; ) {
    before = ours.size;
    for (const { id, parent } of all) if (ours.has(parent)) ours.add(id);
  }
  return all.filter(({ id }) => ours.has(id));
}

/** A client on the standard input and output of a server, line by line. `ask(method, params)` resolves with the whole answer. */
async function speak(child) {
  const waiting = new Map();
  const stray = [];
  let text = '';
  let next = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      const message = JSON.parse(line);
      const answer = waiting.get(message.id);
      waiting.delete(message.id);
      if (answer) answer(message);
      else if (message.method === undefined) stray.push(message);
    }
  });
  child.stderr.resume();
  child.stdin.on('error', () => undefined);
  const over = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  void over.then((how) => {
    for (const answer of waiting.values()) answer({ ended: how });
  });
  const ask = (method, params) => {
    const id = ++next;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });
  };
  const send = (line) => void child.stdin.write(`${line}\n`);
  const clientInfo = { name: 'stress', version: '1' };
  await ask('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
  send('{"jsonrpc":"2.0","method":"notifications/initialized"}');
  return { child, over, ask, send, stray, call: (name, given) => ask('tools/call', { name, arguments: given }) };
}

/**
 * Runs a script of this folder where it was started as such (`meta` is its `import.meta`): each option is a whole number, `defaults` by name.
 * Prints what `work(numbers, say)` answers as JSON, and ends with 1 where `isWrong` says so of it.
 */
export async function runAsScript(meta, defaults, work, isWrong) {
  if (meta.filename !== process.argv[1]) return;
  const options = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, { type: 'string', default: String(value) }]),
  );
  const { values } = parseArgs({ options });
  const numbers = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
  const result = await work(numbers, (line) => console.error(line));
  console.log(JSON.stringify(result, null, 1));
  process.exitCode = isWrong(result) ? 1 : 0;
}
