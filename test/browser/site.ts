import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a path of the test site answers: HTML, bytes with a type, or a function that answers itself. */
export type Answer =
  | string
  | { type: string; body: Buffer | string; delayMs?: number; status?: number; headers?: Record<string, string> }
  | ((request: IncomingMessage, response: ServerResponse) => void);

/** A web server on loopback for one test. */
export interface Site {
  readonly url: string;
  /** Method and path of every request, in order. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Serves `pages` by path (`/name`); anything else is a 404. */
export async function startSite(pages: Readonly<Record<string, Answer>>, host = '127.0.0.1'): Promise<Site> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://site').pathname;
    requests.push(`${request.method} ${request.url}`);
    const answer = pages[path];
    if (answer === undefined) {
      response.writeHead(404).end('nothing here');
      return;
    }
    if (typeof answer === 'function') {
      answer(request, response);
      return;
    }
    const whole = typeof answer === 'string' ? { type: 'text/html; charset=utf-8', body: answer } : answer;
    const send = () => {
      const body = Buffer.from(whole.body);
      response.writeHead(whole.status ?? 200, {
        'content-type': whole.type,
        'content-length': body.length,
        ...whole.headers,
      });
      response.end(body);
    };
    if (whole.delayMs) setTimeout(send, whole.delayMs);
    else send();
  });
  server.on('upgrade', (request, socket) => {
    requests.push(`UPGRADE ${request.url}`);
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shown}:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A whole HTML page around a body. */
export function html(body: string, head = ''): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test page</title><link rel="icon" href="data:,">${head}<style>*{margin:0;box-sizing:border-box}</style></head><body>${body}</body></html>`;
}
