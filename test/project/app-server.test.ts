import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { CodeloopError } from '../../src/core/errors.js';
import { type AppServer, ensureApp } from '../../src/project/app-server.js';
import type { Project } from '../../src/project/project.js';
import { SELF_SIGNED } from '../browser/self-signed.js';
import { verifies } from '../requirements.js';
import { freePort, lives, projectWith, until } from './sample-project.js';

/** Answers its process id; a child of the command, as with `npm run dev`. */
const SERVER = `
import { createServer } from 'node:http';
const server = createServer((request, response) => response.end(String(process.pid)));
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  const { port } = server.address();
  setTimeout(() => console.log('\\u001b[32m  ready at \\u001b[1mhttp://0.0.0.0:' + port + '/\\u001b[0m'), 50);
});
`;
const NESTED = `import { spawn } from 'node:child_process'; spawn(process.execPath, ['server.mjs'], { stdio: 'inherit' });`;
const files = { 'server.mjs': SERVER, 'nested.mjs': NESTED };

async function ensure(project: Project, signal = new AbortController().signal) {
  let output = '';
  const app = await ensureApp(project, {
    signal,
    onOutput: (chunk) => {
      output += chunk.toString('utf8');
    },
  });
  onTestFinished(async () => app?.stop());
  return { app: found(app), output: () => output };
}

function found(app: AppServer | undefined): AppServer {
  if (!app) throw new Error('no app');
  return app;
}

const answer = async (url: string) => (await fetch(url)).text();
const refused = (url: string) =>
  fetch(url).then(
    () => false,
    () => true,
  );

/** A server that somebody else started in `cwd`. */
async function foreignServer(cwd: string, port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['server.mjs'], {
    cwd,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

async function failure(project: Project): Promise<{ code: string; message: string; tail: unknown }> {
  const error: unknown = await ensureApp(project, {
    signal: new AbortController().signal,
    onOutput: () => undefined,
  }).catch((thrown: unknown) => thrown);
  if (!(error instanceof CodeloopError)) throw new Error(`no error of ours: ${error}`);
  return { code: error.code, message: error.message, tail: error.values.output_tail };
}

describe('the app of a project', () => {
  test('is none when the project names no server', async () => {
    expect(
      await ensureApp(projectWith({}), { signal: new AbortController().signal, onOutput: () => undefined }),
    ).toBeUndefined();
  });

  test('is started where server.url says, and ends with everything that it started', async () => {
    verifies('app.started-and-stopped');
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const { app } = await ensure(projectWith({ server: { command: ['node', 'nested.mjs'], url } }, files));
    expect(app).toMatchObject({ url: `${url}/`, started: true });
    expect(app.unbound).toBeUndefined();
    const server = Number(await answer(url));
    expect(await app.stillThere()).toBe(true);
    await app.stop();
    expect(await app.stillThere()).toBe(false);
    await until(() => !lives(server));
    expect(await refused(url)).toBe(true);
  });

  test('tells its address by printing it, late and in colour', async () => {
    verifies('app.started-and-stopped');
    const { app, output } = await ensure(projectWith({ server: { command: 'node server.mjs' } }, files));
    expect(app.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(Number(await answer(app.url))).toBeGreaterThan(0);
    expect(output()).toContain('ready at');
  });

  test('is ready when it has answered, however late its first answer is', async () => {
    const source = `
import { createServer } from 'node:http';
let asked = 0;
createServer((request, response) => { asked += 1; setTimeout(() => response.end(String(asked)), asked === 1 ? 5500 : 0); })
  .listen(Number(process.env.PORT), '127.0.0.1');`;
    const url = `http://127.0.0.1:${await freePort()}`;
    await ensure(projectWith({ server: { command: ['node', 'server.mjs'], url } }, { 'server.mjs': source }));
    // The second to ask finds the first one answered.
    expect(await answer(url)).toBe('2');
  });

  test('is served by codeloop from server.static', async () => {
    verifies('app.started-and-stopped');
    const { app } = await ensure(projectWith({ server: { static: 'site' } }, { 'site/index.html': '<h1>Hi</h1>' }));
    expect(await answer(app.url)).toBe('<h1>Hi</h1>');
    await app.stop();
    expect(await refused(app.url)).toBe(true);
  });
});

describe('an app that does not come', () => {
  const url = 'http://127.0.0.1:9/';
  test.each([
    [
      'ends',
      { command: ['node', '-e', 'console.error("no such module");process.exit(7)'] },
      'server.command ended with exit code 7 before it answered',
      'no such module',
    ],
    ['is not there', { command: ['no-such-program-here'] }, 'no-such-program-here could not be started', undefined],
    [
      'never answers',
      { command: ['node', '-e', 'console.log("thinking");setInterval(() => 0, 1000)'], ready_timeout_ms: 1500 },
      'no answer within 1500 ms',
      'thinking',
    ],
    ['is not named', {}, 'nothing answers there and server.command is not set', undefined],
  ])('because its command %s is APP_NOT_READY with the reason', async (_why, server, reason, tail) => {
    verifies('app.not-ready');
    const failed = await failure(projectWith({ server: { url, ...server } }));
    expect(failed).toEqual({
      code: 'APP_NOT_READY',
      message: `The app did not answer at ${url} (${reason}).`,
      tail,
    });
  });

  test('leaves nothing behind', async () => {
    verifies('app.started-and-stopped');
    const project = projectWith(
      { server: { command: ['node', 'silent.mjs'], url: 'http://127.0.0.1:9', ready_timeout_ms: 1500 } },
      {
        'silent.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync('pid', String(process.pid)); setInterval(() => 0, 1000);`,
      },
    );
    await failure(project);
    expect(lives(Number(readFileSync(path.join(project.dir, 'pid'), 'utf8')))).toBe(false);
  });

  test('is given up when the call is cancelled', async () => {
    const project = projectWith(
      { server: { command: ['node', 'silent.mjs'], url: 'http://127.0.0.1:9' } },
      {
        'silent.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync('pid', String(process.pid)); setInterval(() => 0, 1000);`,
      },
    );
    const stop = new AbortController();
    const starting = ensureApp(project, { signal: stop.signal, onOutput: () => undefined });
    const pid = path.join(project.dir, 'pid');
    await until(() => existsSync(pid) && readFileSync(pid, 'utf8') !== '');
    stop.abort();
    await expect(starting).rejects.toMatchObject({ name: 'AbortError' });
    expect(lives(Number(readFileSync(pid, 'utf8')))).toBe(false);
  });
});

describe('a server that is there already', () => {
  test('counts when it runs from the project, and is left running', async () => {
    verifies('app.bound');
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const project = projectWith({ server: { command: ['node', 'server.mjs'], url } }, files);
    const child = await foreignServer(project.dir, port);
    const { app } = await ensure(project);
    expect({ started: app.started, unbound: app.unbound }).toEqual({ started: false, unbound: undefined });
    await app.stop();
    expect(await answer(url)).toBe(String(child.pid));
    expect(await app.stillThere()).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await app.stillThere()).toBe(false);
  });

  test('answers although nobody trusts its certificate', async () => {
    const port = await freePort();
    const source = `
import { createServer } from 'node:https';
const server = createServer(${JSON.stringify(SELF_SIGNED)}, (_, response) => response.end('ok'));
server.listen(${port}, '127.0.0.1', () => console.log('ready'));`;
    const project = projectWith({ server: { url: `https://127.0.0.1:${port}` } }, { 'server.mjs': source });
    await foreignServer(project.dir, port);
    const { app } = await ensure(project);
    expect([app.started, app.unbound]).toEqual([false, undefined]);
  });

  test('is noticed when another one takes its place', async () => {
    const port = await freePort();
    const project = projectWith({ server: { url: `http://127.0.0.1:${port}` } }, files);
    const first = await foreignServer(project.dir, port);
    const { app } = await ensure(project);
    first.kill('SIGKILL');
    await once(first, 'exit');
    await foreignServer(project.dir, port);
    expect(await app.stillThere()).toBe(false);
  });

  test('is started anew when it is stopped between its answer and the look at who gave it', async () => {
    verifies('app.shared');
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const project = projectWith({ server: { command: ['node', 'server.mjs'], url } }, files);
    // Takes no further connection once it was asked, and answers then.
    const leaving = createServer((_, response) => {
      leaving.close();
      response.setHeader('connection', 'close');
      response.end('last');
    });
    await once(leaving.listen(port, '127.0.0.1'), 'listening');
    const { app } = await ensure(project);
    expect({ started: app.started, unbound: app.unbound }).toEqual({ started: true, unbound: undefined });
    expect(await answer(url)).not.toBe('last');
  });

  test('may hold the port a moment longer: the app is started again once it is free', async () => {
    verifies('app.shared');
    const url = `http://127.0.0.1:${await freePort()}`;
    // The first start finds the port taken by one that is gone when anybody looks.
    const source = `
import { existsSync, writeFileSync } from 'node:fs';
if (existsSync('artifacts/tried')) await import('./server.mjs');
else {
  writeFileSync('artifacts/tried', '');
  console.error('Error: listen EADDRINUSE: address already in use 127.0.0.1');
  process.exitCode = 1;
}`;
    const project = projectWith(
      { server: { command: ['node', 'late.mjs'], url } },
      { ...files, 'late.mjs': source, 'artifacts/.keep': '' },
    );
    const { app, output } = await ensure(project);
    expect(app.started).toBe(true);
    expect(output()).toContain('EADDRINUSE');
    expect(Number(await answer(url))).toBeGreaterThan(0);
  });

  test('is shared when several start it at once', async () => {
    verifies('app.shared');
    const url = `http://127.0.0.1:${await freePort()}`;
    const project = projectWith({ server: { command: ['node', 'nested.mjs'], url } }, files);
    const all = await Promise.all([1, 2, 3].map(() => ensure(project)));
    expect(all.filter(({ app }) => app.started)).toHaveLength(1);
    expect(all.map(({ app }) => [app.url, app.unbound])).toEqual(all.map(() => [`${url}/`, undefined]));
  });
});

test('an app is started without what would load other code into it; all else that it is told by its environment stays', async () => {
  verifies('app.honest-environment');
  const names = ['NODE_OPTIONS', 'NODE_PATH', 'ENV', 'LAMPS', 'npm_config_script_shell'];
  const server = SERVER.replace(
    'String(process.pid)',
    `JSON.stringify(${JSON.stringify(names)}.map((one) => process.env[one]))`,
  );
  const given = [
    '--import=data:text/javascript,globalThis.bent=1 --no-warnings',
    '/somewhere',
    'stage',
    'two',
    '/tmp/other-shell',
  ];
  for (const [at, name] of names.entries()) vi.stubEnv(name, given[at]);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { app } = await ensure(projectWith({ server: { command: ['node', 'server.mjs'] } }, { 'server.mjs': server }));
  const told = JSON.parse(await answer(app.url)).slice(0, 4);
  expect(told).toEqual(['--no-warnings', null, 'stage', 'two']);
});
