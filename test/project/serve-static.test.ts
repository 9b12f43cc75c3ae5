import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { serveStatic } from '../../src/project/serve-static.js';
import { folderWith } from './sample-project.js';

async function serve(files: Record<string, string>) {
  const server = await serveStatic(folderWith(files));
  onTestFinished(() => server.stop());
  return server;
}

/** Asks with exactly this path and host, which fetch() would tidy up. */
function ask(url: string, path: string, host?: string): Promise<number> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, ...(host ? { headers: { host } } : {}) }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject).end();
  });
}

test('serves files of the folder, afresh at each request', async () => {
  const { url } = await serve({ 'index.html': 'top', 'a/index.html': 'inner', 'b.html': 'b' });
  const text = async (path: string) => (await fetch(new URL(path, url))).text();
  expect([await text(''), await text('a/'), await text('b.html'), await text('b')]).toEqual(['top', 'inner', 'b', 'b']);
});

test.each([
  ['/nothing.html', undefined, 404],
  ['/../../../../etc/passwd', undefined, 404],
  ['/%2e%2e/%2e%2e/etc/passwd', undefined, 404],
  ['/.git/config', undefined, 404],
  ['/a/%2eenv', undefined, 404],
  ['/%E0%A4%A', undefined, 404],
  ['/.well-known/x.json?a=.b', undefined, 200],
  ['/', 'localhost:1234', 200],
  ['/', 'attacker.example', 403],
  ['/', 'localhost.attacker.example', 403],
])('%s asked of host %s answers %i', async (path, host, status) => {
  const { url } = await serve({ 'index.html': 'top', '.git/config': 's', 'a/.env': 's', '.well-known/x.json': '{}' });
  expect(await ask(url, path, host)).toBe(status);
});

test('a pipe, a device and a folder without a page are nothing that is served, and nobody waits for them', async () => {
  const dir = folderWith({ 'index.html': 'top' });
  execFileSync(
    'mkfifo',
    ['s.css', 'about.html'].map((name) => join(dir, name)),
  );
  symlinkSync('/dev/zero', join(dir, 'endless.js'));
  mkdirSync(join(dir, 'empty'));
  const server = await serveStatic(dir);
  onTestFinished(() => server.stop());
  const paths = ['/s.css', '/about', '/endless.js', '/empty/', '/'];
  expect(await Promise.all(paths.map((path) => ask(server.url, path)))).toEqual([404, 404, 404, 404, 200]);
});

test('has the same port for the same folder, and another one while that is taken', async () => {
  const dir = folderWith({ 'index.html': 'top' });
  const first = await serveStatic(dir);
  const second = await serveStatic(dir);
  await first.stop();
  const again = await serveStatic(dir);
  onTestFinished(() => Promise.all([second.stop(), again.stop()]).then(() => undefined));
  expect(second.url).not.toBe(first.url);
  expect(again.url).toBe(first.url);
  expect(await (await fetch(second.url)).text()).toBe('top');
});
