import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** The addresses a page may reach: loopback always, and the listed origins exactly (scheme, host and port). */
export interface AllowedOrigins {
  /** True when a page may load this address; `data:`, `blob:` and `about:` hold no network and are fine inside a page. */
  permits(url: string): boolean;
  /** Returns what a tunnel to this host and port may carry: TLS for a listed https origin, anything else for an http one. */
  permitsTunnel(host: string, port: number, tls: boolean): boolean;
  /** The origins besides loopback, normalised and sorted. */
  readonly listed: readonly string[];
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'ws:': 80, 'https:': 443, 'wss:': 443 };
const IN_PAGE = new Set(['data:', 'blob:', 'about:']);

/** Reads a list of origins (`https://host[:port]`); what is no origin is left out. */
export function allowedOrigins(origins: readonly string[]): AllowedOrigins {
  const listed = [...new Set(origins.flatMap((text) => parseOrigin(text)?.origin ?? []))].sort();
  const endpoints = new Set(
    listed.flatMap((origin) => {
      const url = new URL(origin);
      return isLoopback(url.hostname) ? [] : [`${url.hostname}:${portInUse(url)}:${url.protocol === 'https:'}`];
    }),
  );
  return {
    listed: listed.filter((origin) => !isLoopback(new URL(origin).hostname)),
    permits(text) {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (url === undefined) return false;
      if (IN_PAGE.has(url.protocol)) return true;
      if (!(url.protocol in DEFAULT_PORTS)) return false;
      if (isLoopback(url.hostname)) return true;
      const web = url.protocol.replace('ws', 'http');
      return listed.includes(new URL(`${web}//${url.host}`).origin);
    },
    permitsTunnel: (host, port, tls) => endpoints.has(`${host.toLowerCase()}:${port}:${tls}`),
  };
}

/** The host names that mean this machine, as the browser resolves them itself; `127.0.0.2` and the like are not among them. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, '');
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '127.0.0.1' || host === '[::1]' || host === '::1'
  );
}

/** Origin of an address with the web scheme (`wss:` becomes `https:`), as the configuration lists it; undefined for what has none. */
export function originOf(text: string): string | undefined {
  return parseOrigin(text)?.origin;
}

/** Returns the line for `.codeloop/config.json` that allows this address. */
export function configLine(text: string): string | undefined {
  const origin = originOf(text);
  return origin === undefined ? undefined : `network.allowed_origins: ["${origin}"]`;
}

/**
 * The `--host-resolver-rules` of Chromium: no name and no literal address but loopback is ever resolved, whoever asks (redirects,
 * WebSockets, workers, prefetch). Listed origins go through the origin proxy, which does its own look-up.
 */
export const RESOLVER_RULES =
  'MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost , EXCLUDE *.localhost , EXCLUDE [::1] , EXCLUDE ::1';

/** Hosts that never go through the proxy, as a proxy bypass list. */
export const LOOPBACK_BYPASS = '<-loopback>,127.0.0.1,localhost,*.localhost,[::1]';

function parseOrigin(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!(url.protocol in DEFAULT_PORTS)) return undefined;
  return new URL(`${url.protocol.replace('ws', 'http')}//${url.host}`);
}

function portInUse(url: URL): number {
  return url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? 0) : Number(url.port);
}

/** A running proxy on loopback. `server` is its address for a browser. */
export interface OriginProxy {
  readonly server: string;
  /** Ends it with all its connections; may be called twice, never throws. */
  close(): Promise<void>;
}

/**
 * The only way out for a browser that may reach more than loopback: connects to the listed hosts and ports and to nothing else,
 * whoever in the browser asks (a redirect, a WebSocket, a worker). What is not listed is cut off without an answer, so that no
 * answer of ours can be taken for the app's. Names are looked up here; the browser's own look-up stays closed.
 */
export async function startOriginProxy(allowed: AllowedOrigins): Promise<OriginProxy> {
  const sockets = new Set<Duplex>();
  const server = createServer((incoming, answer) => forward(incoming, answer, allowed));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('connect', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    tunnel(incoming.url ?? '', socket, head, allowed);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // It must not keep a process alive that has nothing else to do.
  server.unref();
  return {
    server: `http://127.0.0.1:${portOf(server)}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** First byte of every TLS connection (RFC 8446, section 5.1: content type handshake). */
const TLS_HANDSHAKE = 22;

/** `CONNECT host:port`, for https, wss and ws; the first byte tells which scheme it is, so that each origin is let through only as listed. */
function tunnel(authority: string, socket: Duplex, head: Buffer, allowed: AllowedOrigins): void {
  // The other side going away is no news to anyone here.
  socket.on('error', () => undefined);
  const url = URL.canParse(`http://${authority}`) ? new URL(`http://${authority}`) : undefined;
  const port = Number(/:(\d+)$/.exec(authority)?.[1] ?? 0);
  const may = (tls: boolean) => url !== undefined && allowed.permitsTunnel(url.hostname, port, tls);
  if (url === undefined || (!may(true) && !may(false))) {
    socket.destroy();
    return;
  }
  const out = connect(port, bare(url.hostname), () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    out.pipe(socket);
    const first = (chunk: Buffer) => {
      if (!may(chunk[0] === TLS_HANDSHAKE)) {
        socket.destroy();
        return;
      }
      out.write(chunk);
      socket.pipe(out);
    };
    if (head.length > 0) first(head);
    else socket.once('data', first);
  });
  out.on('error', () => socket.destroy());
  socket.on('close', () => out.destroy());
}

/** A plain `http:` request with an absolute address. */
function forward(incoming: IncomingMessage, answer: ServerResponse, allowed: AllowedOrigins): void {
  const address = incoming.url ?? '';
  if (!URL.canParse(address) || !address.startsWith('http://') || !allowed.permits(address)) {
    incoming.socket.destroy();
    return;
  }
  const url = new URL(address);
  const headers = { ...incoming.headers };
  delete headers['proxy-connection'];
  delete headers['proxy-authorization'];
  const out = request(
    {
      host: bare(url.hostname),
      port: url.port || 80,
      method: incoming.method,
      path: url.pathname + url.search,
      headers,
    },
    (response) => {
      answer.writeHead(response.statusCode ?? 502, response.statusMessage, response.headers);
      response.pipe(answer);
    },
  );
  // An app that cannot be reached is a connection that breaks, as it would be without a proxy.
  out.on('error', () => incoming.socket.destroy());
  answer.on('close', () => out.destroy());
  incoming.pipe(out);
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function portOf(server: Server): number {
  // A server that listens on a port has an address with one.
  return (server.address() as AddressInfo).port;
}
