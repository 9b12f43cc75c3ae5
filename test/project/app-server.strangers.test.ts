import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CodeloopError } from '../../src/core/errors.js';
import { type AppServer, ensureApp } from '../../src/project/app-server.js';
import type { Project } from '../../src/project/project.js';
import { SELF_SIGNED } from '../browser/self-signed.js';
import { verifies } from '../requirements.js';
import { sampled, sampleOf } from '../sample.js';
import { folderWith, freePort, projectWith } from './sample-project.js';

const stranger = sampled(test, 2);
const address = sampled(test, 2);
const bound = sampled(test, 2);

/** Serves a page that says whose it is: `WHO` on `PORT` (or the port in the first argument), at `HOST`. Prints `SAYS` first. */
const SERVER = `
import { createServer } from 'node:http';
const { WHO = 'app', PORT, HOST = '127.0.0.1', SAYS } = process.env;
const port = Number(process.argv[2] ?? PORT ?? 0);
if (SAYS) console.log(SAYS);
createServer((request, response) => response.setHeader('content-type', 'text/html').end(WHO))
  .listen(port, HOST, () => console.log('http://localhost:' + port + '/'));
`;
/** What dev servers do on a port that is taken: say so, and take the next one. */
const MOVES = `
import { createServer } from 'node:http';
const server = createServer((request, response) => response.setHeader('content-type', 'text/html').end('app'));
let port = Number(process.argv[2]);
server.on('error', () => {
  console.log('http://localhost:' + port + '/ is in use, trying another one…');
  server.listen(++port, '127.0.0.1');
});
server.on('listening', () => console.log('ready at http://localhost:' + port + '/'));
server.listen(port, '127.0.0.1');
`;
/** A watcher that outlives the server it could not start. */
const WATCHES = `
import { createServer } from 'node:http';
const port = Number(process.argv[2]);
createServer().on('error', (error) => { console.error(String(error)); setInterval(() => 0, 1000); }).listen(port, '127.0.0.1');
console.log('watching; http://localhost:' + port);
`;
const files = { 'server.mjs': SERVER, 'moves.mjs': MOVES, 'watches.mjs': WATCHES };

async function startIn(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
  argv0 = process.execPath,
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...args], {
    ...{ cwd, argv0 },
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

/** A port on which a process of another folder serves a page. */
async function strangersPort(): Promise<{ port: number; folder: string }> {
  const port = await freePort();
  const folder = folderWith(files);
  await startIn(folder, ['server.mjs'], { WHO: 'stranger', PORT: String(port) });
  return { port, folder };
}

async function ensure(project: Project): Promise<AppServer> {
  const app = await ensureApp(project, { signal: new AbortController().signal, onOutput: () => undefined });
  if (!app) throw new Error('no app');
  onTestFinished(() => app.stop());
  return app;
}

async function failure(project: Project): Promise<{ code: string; message: string }> {
  const error: unknown = await ensure(project).catch((thrown: unknown) => thrown);
  if (!(error instanceof CodeloopError)) throw new Error(`no error of ours: ${error}`);
  return { code: error.code, message: error.message };
}

const said = async (app: AppServer) => [await (await fetch(app.url)).text(), app.started, app.unbound?.reason];
const OWN = ['app', true, undefined];

describe('an app whose port a stranger has', () => {
  stranger('is looked at where it went, not where the stranger answers', async () => {
    verifies('app.stranger');
    const { port } = await strangersPort();
    const moves = ['node', 'moves.mjs', String(port)];
    expect(await said(await ensure(projectWith({ server: { command: moves } }, files)))).toEqual(OWN);
    const configured = { command: moves, url: `http://localhost:${port}/below/` };
    const app = await ensure(projectWith({ server: configured }, files));
    expect(await said(app)).toEqual(OWN);
    expect(new URL(app.url).pathname).toBe('/below/');
  });

  stranger('is started on another port where it takes one', async () => {
    verifies('app.stranger');
    const { port } = await strangersPort();
    const server = { command: ['node', 'server.mjs'], url: `http://localhost:${port}` };
    const app = await ensure(projectWith({ server }, files));
    expect(await said(app)).toEqual(OWN);
    expect(new URL(app.url).port).not.toBe(String(port));
  });

  stranger('is refused with the stranger’s folder where it can come up nowhere', async () => {
    verifies('app.stranger');
    const { port, folder } = await strangersPort();
    const url = `http://localhost:${port}/`;
    const where = `the process that listens on port ${port} runs in ${folder}`;
    const message = (reason: string) =>
      `Something already answers at ${url}, and it cannot be shown to be this project's app with its code as it is (${reason}).`;
    const refusal = async (server: unknown) => failure(projectWith({ server }, files));
    expect(await refusal({ url })).toEqual({ code: 'APP_NOT_OURS', message: message(where) });
    expect(await refusal({ command: ['node', 'watches.mjs', String(port)] })).toEqual({
      code: 'APP_NOT_OURS',
      message: message(`${where}, and server.command found its port taken`),
    });
    expect(await refusal({ command: ['node', 'server.mjs', String(port)], url })).toEqual({
      code: 'APP_NOT_OURS',
      message: message(`${where}; server.command was tried on another port: it came up nowhere`),
    });
  });

  stranger('is told from it by the address where both have the same port', async () => {
    verifies('app.stranger');
    const { port } = await strangersPort();
    const project = projectWith(
      { server: { command: ['node', 'server.mjs'] } },
      {
        'server.mjs': SERVER.replace("'127.0.0.1'", "'::1'").replace('process.argv[2] ?? PORT ?? 0', String(port)),
      },
    );
    const app = await ensure(project);
    expect(app.url).toBe(`http://[::1]:${port}/`);
    expect(await said(app)).toEqual(OWN);
  });
});

describe('an app that is started', () => {
  const answers = (
    body: string,
  ) => `import { createServer } from 'node:http'; const listen = (port, type, body, more = {}) =>
    createServer((_, response) => response.writeHead(200, { 'content-type': type, ...more }).end(body)).listen(port, '127.0.0.1');\n${body}`;

  address('is its page, not its API, and is found without a word', async () => {
    verifies('app.address');
    const [api, web] = [await freePort(), await freePort()];
    const both = answers(`listen(${api}, 'application/json', '{}'); console.log('http://localhost:${api}/');
      setTimeout(() => { listen(${web}, 'text/html', 'app'); console.log('http://localhost:${web}/index.html'); }, 300);`);
    const app = await ensure(projectWith({ server: { command: ['node', 'both.mjs'] } }, { 'both.mjs': both }));
    expect(app.url).toBe(`http://localhost:${web}/`);
    const silent = answers(`listen(0, 'text/html', 'app');`);
    const quiet = projectWith({ server: { command: ['node', 'silent.mjs'] } }, { 'silent.mjs': silent });
    expect(await said(await ensure(quiet))).toEqual(OWN);
  });

  stranger('is known although its server leaves the group, and at another port than server.url says', async () => {
    verifies('app.stranger');
    const port = await freePort();
    const leaves = `import { spawn } from 'node:child_process';
      const child = spawn(process.execPath, ['server.mjs', '${port}'], { detached: true, stdio: 'inherit' });
      for (const signal of ['SIGTERM', 'exit']) process.on(signal, () => { try { process.kill(child.pid); } catch {} process.exit(); });
      setInterval(() => 0, 1000);`;
    const url = `http://localhost:${await freePort()}`;
    const project = projectWith(
      { server: { command: ['node', 'leaves.mjs'], url } },
      { ...files, 'leaves.mjs': leaves },
    );
    const app = await ensure(project);
    expect(app.url).toBe(`http://localhost:${port}/`);
    expect(await said(app)).toEqual(OWN);
  });

  stranger('is waited for when its command ends well and leaves a daemon, and counts', async () => {
    verifies('app.stranger');
    const ports = [await freePort(), await freePort()];
    const daemon = (port: number | undefined, env: string) => `import { spawn } from 'node:child_process';
      const child = spawn(process.execPath, ['late.mjs', '${port}'], { detached: true, stdio: 'ignore'${env} });
      child.unref();
      console.log('in the background: ' + child.pid + ', http://localhost:${port}/');`;
    const late = `setTimeout(() => import('./server.mjs'), 400);`;
    for (const [at, env] of ['', ', env: {}'].entries()) {
      let printed = '';
      const project = projectWith(
        { server: { command: ['node', 'daemon.mjs'] } },
        { ...files, 'late.mjs': late, 'daemon.mjs': daemon(ports[at], env) },
      );
      const onOutput = (chunk: Buffer) => {
        printed += chunk.toString();
      };
      onTestFinished(() => void process.kill(Number(/background: (\d+)/.exec(printed)?.[1])));
      const app = await ensureApp(project, { signal: new AbortController().signal, onOutput });
      expect(app && [...(await said(app)), await app.stillThere()]).toEqual(['app', false, undefined, true]);
    }
  });

  address('may speak TLS although it names a port alone', async () => {
    verifies('app.address');
    const port = await freePort();
    const source = `import { createServer } from 'node:https';
      createServer(${JSON.stringify(SELF_SIGNED)}, (_, response) => response.setHeader('content-type', 'text/html').end('in'))
        .listen(${port}, '127.0.0.1', () => console.log('on port ${port}'));`;
    const app = await ensure(projectWith({ server: { command: ['node', 'tls.mjs'] } }, { 'tls.mjs': source }));
    expect(app.url).toBe(`https://localhost:${port}/`);
  });

  test('is waited for while it answers 503 with Retry-After, or as a proxy does before what is behind it', async () => {
    verifies('app.not-ready');
    const port = await freePort();
    const source = (until: string) => `import { createServer } from 'node:http'; let asked = 0;
      createServer((_, response) => {
        asked += 1;
        if (asked >= ${until}) response.end(String(asked));
        else if (asked === 2 && ${until} < 9) response.writeHead(502).end('Bad Gateway');
        else response.writeHead(503, { 'retry-after': '1' }).end('soon');
      }).listen(${port}, '127.0.0.1');`;
    const server = { command: ['node', 'slow.mjs'], url: `http://127.0.0.1:${port}`, ready_timeout_ms: 30_000 };
    const app = await ensure(projectWith({ server }, { 'slow.mjs': source('4') }));
    expect(await said(app)).toEqual(['5', true, undefined]);
    await app.stop();
    expect(
      await failure(projectWith({ server: { ...server, ready_timeout_ms: 1500 } }, { 'slow.mjs': source('1e9') })),
    ).toEqual({
      code: 'APP_NOT_READY',
      message: `The app did not answer at http://127.0.0.1:${port} (nothing but 503 with Retry-After within 1500 ms).`,
    });
  });

  address('may ask for a name and a password, and a name below localhost', async () => {
    verifies('app.address');
    const port = await freePort();
    const source = `import { createServer } from 'node:http';
      createServer(({ headers }, response) => headers.authorization === 'Basic ' + btoa('me:pa:ss') && headers.host.startsWith('app.localhost')
        ? response.end('in') : response.destroy()).listen(${port}, '127.0.0.1');`;
    const server = { command: ['node', 'locked.mjs'], url: `http://me:pa%3Ass@app.localhost:${port}` };
    const project = projectWith({ server }, { 'locked.mjs': source });
    expect((await ensure(project)).url).toBe(`http://app.localhost:${port}/`);
    const dead = projectWith({ server: { url: `http://me:secret@127.0.0.1:9/` } });
    expect((await failure(dead)).message).not.toContain('secret');
  });
});

describe('a server that runs in the project’s folder', () => {
  const page = `import { createServer } from 'node:http'; import { readFileSync } from 'node:fs';
    createServer(({ url }, response) => response.setHeader('content-type', 'text/html')
      .end(url === '/' ? 'app' : readFileSync('.' + url))).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('up'));`;

  bound(
    'counts only with the code as it is: a change of what it runs makes it old, one that it serves does not',
    async () => {
      verifies('app.bound');
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const server = { command: ['node', 'page.mjs'], url };
      const project = projectWith(
        { server },
        { 'page.mjs': page, 'about.html': '<p>one</p>', 'lib/a.mjs': '', 'old/a.mjs': '', 'old/b.mjs': '' },
      );
      await startIn(project.dir, ['page.mjs'], { PORT: String(port) });
      const bound = async (config: Project['config'] = project.config) => {
        const app = await ensure({ ...project, config });
        await app.stop();
        return [app.started, app.unbound?.reason];
      };
      expect(await bound()).toEqual([false, undefined]);
      for (const name of ['AGENTS.md', '.gitignore', '.mcp.json', 'page.test.ts', 'lib/a.test.ts'])
        writeFileSync(path.join(project.dir, name), 'x');
      writeFileSync(path.join(project.dir, 'about.html'), '<p>two</p>');
      expect(await bound()).toEqual([false, undefined]);
      // Notes that no code speaks of are nobody's content, wherever they lie.
      mkdirSync(path.join(project.dir, 'ideas'));
      for (const name of ['todo.md', 'ideas/today.md', 'lib/how.rst']) writeFileSync(path.join(project.dir, name), 'x');
      expect(await bound()).toEqual([false, undefined]);
      rmSync(path.join(project.dir, 'old/b.mjs'));
      expect(await bound()).toEqual([true, undefined]);
      writeFileSync(path.join(project.dir, 'page.mjs'), page.replace("'app'", "'newer'"));
      expect(await bound()).toEqual([true, undefined]);
      expect(await said(await ensure(project))).toEqual(['newer', true, undefined]);
      const { command: _command, ...urlAlone } = project.config.server;
      expect(await bound({ ...project.config, server: urlAlone })).toEqual([
        false,
        `the process that listens on port ${port} started before page.mjs changed`,
      ]);
    },
  );

  const aged = [
    [
      'given an old time',
      (dir: string, newer: string) => {
        writeFileSync(path.join(dir, 'page.mjs'), newer);
        utimesSync(path.join(dir, 'page.mjs'), 1000, 1000);
      },
    ],
    [
      'replaced by one that was written before the server was started',
      (dir: string, newer: string, old: string) => {
        writeFileSync(old, newer);
        utimesSync(old, 1000, 1000);
        renameSync(old, path.join(dir, 'page.mjs'));
      },
    ],
    [
      'behind a link',
      (_dir: string, newer: string, _old: string, to: string) => {
        writeFileSync(to, newer);
        utimesSync(to, 1000, 1000);
      },
    ],
    [
      'behind a link that leads elsewhere now',
      (dir: string, newer: string, old: string) => {
        writeFileSync(old, newer);
        rmSync(path.join(dir, 'page.mjs'));
        symlinkSync(old, path.join(dir, 'page.mjs'));
      },
    ],
    [
      'what imports a module which git ignores, and that changed',
      (dir: string) => writeFileSync(path.join(dir, 'gen/word.mjs'), "export default 'newer'"),
    ],
    [
      'what imports a module which imports one outside the project, and that changed',
      (_dir: string, _newer: string, old: string) => writeFileSync(old, "export default 'newer'"),
    ],
  ] as const;
  test.each(sampleOf(aged, 2))('does not count when the file that it runs is %s', async (_how, edit) => {
    verifies('app.bound');
    const port = await freePort();
    const server = { command: ['node', 'page.mjs'], url: `http://127.0.0.1:${port}` };
    const project = projectWith({ server }, { 'page.mjs': page });
    const to = path.join(folderWith({ 'real.mjs': page, 'old.mjs': "export default 'app'" }), 'real.mjs');
    if (/imports/.test(_how)) {
      const word = /outside/.test(_how)
        ? `export { default } from '${path.relative(path.join(project.dir, 'gen'), path.join(path.dirname(to), 'old.mjs'))}'`
        : "export default 'app'";
      mkdirSync(path.join(project.dir, 'gen'));
      writeFileSync(path.join(project.dir, 'gen/word.mjs'), word);
      writeFileSync(path.join(project.dir, '.gitignore'), 'gen/\n');
      writeFileSync(
        path.join(project.dir, 'page.mjs'),
        `import word from './gen/word.mjs';\n${page.replace("'app'", 'word')}`,
      );
      execFileSync('git', ['init', '-q'], { cwd: project.dir });
    } else if (/link/.test(_how)) {
      rmSync(path.join(project.dir, 'page.mjs'));
      symlinkSync(to, path.join(project.dir, 'page.mjs'));
    }
    await startIn(project.dir, ['page.mjs'], { PORT: String(port) });
    expect(await said(await ensure(project))).toEqual(['app', false, undefined]);
    edit(project.dir, page.replace("'app'", "'newer'"), path.join(path.dirname(to), 'old.mjs'), to);
    expect(await said(await ensure(project))).toEqual(['newer', true, undefined]);
  });

  const spoken = [
    ['its name', "readFileSync('todo.md', 'utf8')", 'todo.md'],
    ['its folder', "readdirSync('posts').map((one) => readFileSync('posts/' + one, 'utf8')).join()", 'posts/today.md'],
    [
      'such files',
      "readdirSync('.').filter((one) => one.endsWith('.md')).map((one) => readFileSync(one, 'utf8')).join()",
      'todo.md',
    ],
  ] as const;
  test.each(sampleOf(spoken, 3))(
    'does not count when prose changed and code speaks of it: by %s',
    async (_by, reads, prose) => {
      verifies('app.bound');
      const port = await freePort();
      const program = `import { createServer } from 'node:http'; import { readdirSync, readFileSync } from 'node:fs'; const said = ${reads};
      createServer((_, response) => response.setHeader('content-type', 'text/html').end(said)).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('up'));`;
      const server = { command: ['node', 'page.mjs'], url: `http://127.0.0.1:${port}` };
      const project = projectWith({ server }, { 'page.mjs': program, [prose]: 'old' });
      await startIn(project.dir, ['page.mjs'], { PORT: String(port) });
      writeFileSync(path.join(project.dir, prose), 'new');
      expect(await said(await ensure(project))).toEqual(['new', true, undefined]);
    },
  );

  bound('counts only when it is what server.command starts', async () => {
    verifies('app.bound');
    const port = await freePort();
    const project = projectWith(
      { server: { command: ['npm', 'run', 'dev'], url: `http://127.0.0.1:${port}` } },
      { 'page.mjs': page, 'other.mjs': page, 'package.json': '{"scripts":{"dev":"node ./page.mjs"}}' },
    );
    const other = await startIn(project.dir, ['other.mjs'], { PORT: String(port) });
    expect((await ensure(project)).started).toBe(true);
    other.kill('SIGKILL');
    await once(other, 'exit');
    await startIn(project.dir, ['--no-warnings', path.join(project.dir, 'page.mjs')], { PORT: String(port) });
    expect((await ensure(project)).started).toBe(false);
  });

  bound(
    'does not count when the same words were started in another folder of it, or when it only hands on',
    async () => {
      verifies('app.bound');
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const project = projectWith(
        { server: { command: ['node', 'page.mjs'], url } },
        { 'page.mjs': page, 'apps/other/page.mjs': page },
      );
      const other = await startIn(path.join(project.dir, 'apps/other'), ['page.mjs'], { PORT: String(port) });
      expect((await ensure(project)).started).toBe(true);
      other.kill('SIGKILL');
      await once(other, 'exit');
      await startIn(project.dir, ['page.mjs'], { PORT: String(port) }, 'ssh');
      const { command: _command, ...urlAlone } = project.config.server;
      expect((await ensure({ ...project, config: { ...project.config, server: urlAlone } })).unbound?.reason).toBe(
        `the process that listens on port ${port} is ssh, which hands on what a server elsewhere says`,
      );
    },
  );
});
