import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** What is wrong with a shop. */
export type Planted = 'nothing' | 'dead button' | 'console error' | 'answer 500' | 'blank page' | 'frozen page';

const SERVER = join(import.meta.dirname, '../../fixtures/apps/shop/server.mjs');

/** Stops every press of the button before the page hears of it. */
const DEAD = `document.addEventListener('click', (event) => {
  if (event.target.closest('[data-testid="add-to-bag"]')) { event.stopImmediatePropagation(); event.preventDefault(); }
}, true);`;
const ERROR = `document.addEventListener('click', (event) => {
  if (event.target.closest('[data-testid="add-to-bag"]')) console.error('planted: the bag is not amused');
}, true);`;
/** Holds a page up without any work of its own: it waits for an answer that takes so long, ms. */
const WAIT = `const wait = (ms) => {
  const request = new XMLHttpRequest();
  request.open('GET', '/planted-wait?' + ms, false);
  request.send();
};`;
/**
 * Nine seconds, in which it works for as long as no healthy page does in one go, however crowded the machine is; for the rest it waits. The
 * pointer that comes to the button is answered slowly, so that the page's last beat lies well before the press.
 */
const FROZEN = `${WAIT}
document.addEventListener('pointerover', (event) => {
  if (event.target.closest('[data-testid="add-to-bag"]')) wait(1000);
}, { once: true });
document.addEventListener('click', (event) => {
  if (!event.target.closest('[data-testid="add-to-bag"]')) return;
  const from = Date.now();
  for (let rounds = 0; rounds < 2e7; rounds++) Date.now();
  const rest = 9000 - (Date.now() - from);
  if (rest > 0) wait(rest);
});`;
const BLANK =
  '<!doctype html><title>Your bag</title><link rel="icon" href="data:,"><body style="background:#fff"></body>';

/** The example shop behind a proxy that plants one thing at a time. */
export class PlantedShop {
  planted: Planted = 'nothing';
  readonly #shop: ChildProcess;
  readonly #proxy: Server;
  readonly url: string;

  private constructor(shop: ChildProcess, proxy: Server) {
    this.#shop = shop;
    this.#proxy = proxy;
    this.url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  }

  static async start(): Promise<PlantedShop> {
    const child = spawn(process.execPath, [SERVER, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const origin = await new Promise<string>((resolve) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        const url = /http:\S+/.exec(chunk.toString())?.[0];
        if (url) resolve(url);
      });
    });
    let made: PlantedShop | undefined;
    const proxy = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { pathname, search } = new URL(request.url ?? '/', origin);
      if (pathname === '/planted-wait') await new Promise((resolve) => setTimeout(resolve, Number(search.slice(1))));
      const planted = made?.planted ?? 'nothing';
      const answer = await fetch(new URL(request.url ?? '/', origin), {
        method: request.method ?? 'GET',
        headers: { 'content-type': request.headers['content-type'] ?? '' },
        ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
      });
      const type = answer.headers.get('content-type') ?? '';
      let status = answer.status;
      let body = Buffer.from(await answer.arrayBuffer());
      const script = { 'dead button': DEAD, 'console error': ERROR, 'frozen page': FROZEN }[planted as string];
      if (script !== undefined && type.startsWith('text/html'))
        body = Buffer.from(body.toString().replace('</head>', `<script>${script}</script></head>`));
      if (planted === 'answer 500' && pathname === '/api/products')
        [status, body] = [500, Buffer.from('{"error":"planted"}')];
      if (planted === 'blank page' && pathname === '/cart') body = Buffer.from(BLANK);
      response.writeHead(status, { 'content-type': type, 'content-length': body.length }).end(body);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    made = new PlantedShop(child, proxy);
    return made;
  }

  async stop(): Promise<void> {
    this.#shop.kill('SIGTERM');
    this.#proxy.closeAllConnections();
    await new Promise((resolve) => this.#proxy.close(resolve));
  }
}
