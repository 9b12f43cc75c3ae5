import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../project/sample-project.js';
import { runWarm } from './warm-program.js';

/** A small project with one screen at one viewport, its own server, and a design reference that it matches. */
export interface FixtureProject {
  dir: string;
  /** Writes the page: `right` as the reference shows it, `wrong` with its button missing. */
  show(state: 'right' | 'wrong'): Promise<void>;
  remove(): Promise<void>;
}

const page = (button: string) =>
  `<!doctype html><html lang="en"><title>Lamps</title><meta name="viewport" content="width=device-width">
<style>body{margin:20px;font:16px sans-serif;background:#fff}button{width:80px;height:32px;background:#0645ad;color:#fff;border:0}</style>
<h1>Lamps</h1><p>One lamp is on.</p>${button}</html>`;

const server = `import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
createServer((request, response) => {
  if (request.url === '/') response.writeHead(200, { 'content-type': 'text/html' }).end(readFileSync('index.html'));
  else response.writeHead(204).end();
}).listen(Number(process.argv[2]), '127.0.0.1');
`;

/** Makes the project in a new folder and takes its reference. */
export async function makeFixtureProject(): Promise<FixtureProject> {
  const dir = await mkdtemp(path.join(tmpdir(), 'codeloop-fixture-'));
  const show = (state: 'right' | 'wrong') =>
    writeFile(path.join(dir, 'index.html'), page(state === 'right' ? '<button>Buy</button>' : ''));
  const port = await freePort();
  const config = {
    server: { command: ['node', 'server.mjs', String(port)], url: `http://127.0.0.1:${port}` },
    screens: [{ name: 'home', path: '/' }],
    viewports: { phone: { width: 320, height: 480 } },
  };
  await mkdir(path.join(dir, '.codeloop'));
  await mkdir(path.join(dir, 'designs', 'phone'), { recursive: true });
  await writeFile(path.join(dir, '.codeloop', 'config.json'), JSON.stringify(config, null, 2));
  await writeFile(path.join(dir, 'package.json'), '{ "name": "lamps" }\n');
  await writeFile(path.join(dir, '.gitignore'), 'artifacts/\n');
  await writeFile(path.join(dir, 'server.mjs'), server);
  await show('right');
  const { code, stdout, stderr } = await runWarm(['capture', 'home', '--json'], { cwd: dir });
  if (code !== 0) throw new Error(`the reference could not be taken: ${stdout}${stderr}`);
  const { cells }: { cells: { path: string }[] } = JSON.parse(stdout);
  await copyFile(path.join(dir, cells[0]?.path ?? ''), path.join(dir, 'designs', 'phone', 'home.png'));
  return { dir, show, remove: () => rm(dir, { recursive: true, force: true }) };
}

/** Ids of the processes below a process, children of children included (Linux). */
export async function descendants(pid: number): Promise<number[]> {
  const all = await processes();
  const below = (parent: number): number[] =>
    all.filter((process) => process.parent === parent).flatMap(({ id }) => [id, ...below(id)]);
  return below(pid);
}

/** Those of the processes that still run; one that has ended and waits to be collected does not. */
export async function alive(pids: readonly number[]): Promise<number[]> {
  return (await processes()).filter(({ id, state }) => pids.includes(id) && state !== 'Z').map(({ id }) => id);
}

/** Those that do not go: one that was killed a moment ago has closed its files, and may still take a while. */
export async function staying(pids: readonly number[]): Promise<number[]> {
  for (let look = 0; look < 50 && (await alive(pids)).length > 0; look++) await sleep(100);
  return alive(pids);
}

async function processes(): Promise<{ id: number; parent: number; state: string }[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      // One that ends while it is read is not there any more.
      const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => undefined);
      const [state = '', parent = ''] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
      return stat === undefined ? [] : [{ id: Number(id), parent: Number(parent), state }];
    }),
  );
  return found.flat();
}
