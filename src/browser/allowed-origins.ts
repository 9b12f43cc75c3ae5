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
      return isLoopback(url.hostname) ? [] : [`${url.hostname}:${portOf(url)}:${url.protocol === 'https:'}`];
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

function portOf(url: URL): number {
  return url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? 0) : Number(url.port);
}
