import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256 } from '../core/digest.js';

/** A server of finished files on loopback, at a free port. */
interface StaticServer {
  url: string;
  stop(): Promise<void>;
}

/** Serves the files of `dir` (read at each request, nothing cached) on 127.0.0.1. Missing files, and what is no file, answer 404. */
export async function serveStatic(dir: string): Promise<StaticServer> {
  const { default: sirv } = await import('sirv');
  // A pipe or a device would be waited for, by a thread that nothing ends.
  const refuseOthers = (_: unknown, path: string, stats: { isFile(): boolean }) => {
    if (!stats.isFile()) throw new Error(`${path} is no file`);
  };
  const files = sirv(dir, { dev: true, etag: false, setHeaders: refuseOthers });
  const server = createServer((request, response) => {
    // Only a browser that was sent here asks by this name; a page elsewhere that rebinds its name does not.
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) {
      response.writeHead(403).end();
      return;
    }
    const missing = () => void response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
    // `.git` and `.env` are no part of a site; in its dev mode sirv would serve them whatever its option says.
    if (hasDotName(request.url ?? '')) missing();
    else
      try {
        files(request, response, missing);
      } catch {
        missing(); // no file, or gone just now
      }
  });
  // The same port each time, so that a page which shows its own address looks the same; another one when it is taken.
  const usual = 20_000 + (Number.parseInt(sha256(dir).slice(0, 6), 16) % 12_000);
  await listen(server, usual).catch(() => listen(server, 0));
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string or null while it listens
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Returns true when a name on the path begins with a dot, `.well-known` apart. */
function hasDotName(url: string): boolean {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  try {
    return decodeURIComponent(path)
      .split(/[/\\]/)
      .some((name) => name.startsWith('.') && name !== '.well-known');
  } catch {
    return true; // no well-formed path, so nothing that is there
  }
}
