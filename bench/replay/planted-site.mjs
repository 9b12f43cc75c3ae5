import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SHOP = fileURLToPath(new URL('../../fixtures/apps/shop/server.mjs', import.meta.url));
const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
/** A page that has nothing on it. */
const BLANK = '<!doctype html><title>App</title><link rel="icon" href="data:,"><body style="background:#fff"></body>';

/**
 * A source of an app's files: a folder of static ones.
 * @param {string} root
 */
export function folderSource(root) {
  return {
    /** @param {string} pathname */
    async answer(pathname) {
      const name = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
      const file = path.join(root, path.normalize(decodeURIComponent(name)));
      try {
        const body = await readFile(file);
        return { status: 200, type: TYPES[path.extname(file)] ?? 'application/octet-stream', body };
      } catch {
        return { status: 404, type: 'text/plain', body: Buffer.from('Not found') }; // what is no file is not there
      }
    },
    async close() {
      // Nothing runs for a folder.
    },
  };
}

/** A source that is the example shop in a process of its own. */
export async function shopSource() {
  const child = spawn(process.execPath, [SHOP, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const origin = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the shop ended with ${code}`)));
    child.stdout.on('data', (chunk) => {
      const url = /http:\S+/.exec(String(chunk))?.[0];
      if (url) resolve(url);
    });
  });
  return {
    /** @param {string} pathname @param {import('node:http').IncomingMessage} request @param {Buffer} body */
    async answer(pathname, request, body) {
      const answer = await fetch(new URL(request.url ?? pathname, origin), {
        method: request.method,
        headers: { 'content-type': request.headers['content-type'] ?? '' },
        ...(body.length > 0 ? { body } : {}),
      });
      const type = answer.headers.get('content-type') ?? '';
      return { status: answer.status, type, body: Buffer.from(await answer.arrayBuffer()) };
    },
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/**
 * Serves an app on loopback with at most one thing wrong with it, which is changed on the way: the app's own files stay as they are.
 * A plant is one of `{kind: 'dead button', selector}`, `{kind: 'console error', selector}`, `{kind: 'answer 500', path}`,
 * `{kind: 'blank page', path}`, or undefined.
 */
export async function startPlantedSite(source) {
  const site = { url: '', plant: undefined, close };
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(502).end(String(error)));
  });
  async function answer(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const found = await source.answer(pathname, request, Buffer.concat(chunks));
    const { status, type, body } = planted(site.plant, pathname, found);
    response.writeHead(status, { 'content-type': type, 'content-length': body.length, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : body);
  }
  async function close() {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await source.close();
  }
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  site.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  return site;
}

function planted(plant, pathname, found) {
  const isPage = found.type.startsWith('text/html');
  if (plant?.kind === 'answer 500' && plant.path === pathname)
    return { status: 500, type: 'application/json', body: Buffer.from('{"error":"planted"}') };
  if (plant?.kind === 'blank page' && plant.path === pathname) return { ...found, body: Buffer.from(BLANK) };
  const script = scriptOf(plant);
  if (script === undefined || !isPage) return found;
  const html = found.body.toString().replace(/<head>|<head [^>]*>/i, (head) => `${head}<script>${script}</script>`);
  return { ...found, body: Buffer.from(html) };
}

/** What the page runs before its own scripts. */
function scriptOf(plant) {
  const onClick = (what) =>
    `addEventListener('click', (event) => { if (event.target.closest?.(${JSON.stringify(plant.selector)})) { ${what} } }, true);`;
  if (plant?.kind === 'dead button') return onClick('event.stopImmediatePropagation(); event.preventDefault();');
  if (plant?.kind === 'console error')
    return onClick(`console.error('planted: ${plant.selector.replace(/['"\\]/g, '')}');`);
  return undefined;
}
