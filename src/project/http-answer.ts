import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';

/** What an HTTP server said to a request for a page. */
export interface HttpAnswer {
  status: number;
  /** A document, or a way to one: HTML, or a redirection. */
  page: boolean;
  /** It says itself that it is not ready yet: 503 with Retry-After (RFC 9110, 10.2.3). */
  starting: boolean;
}

/**
 * Asks an address for a page as a browser would: names below `localhost` are this machine (RFC 6761, 6.3), user and password in the
 * address are sent, certificates are not checked, redirections not followed. Undefined when nobody answers in HTTP before `until`;
 * throws only when `cancel` is.
 */
export async function askPage(url: string, until: AbortSignal, cancel: AbortSignal): Promise<HttpAnswer | undefined> {
  const answer = await read(url, until, (response) => {
    const { statusCode: status = 0, headers } = response;
    return {
      status,
      page: (status >= 300 && status < 400) || (status < 300 && /\bx?html\b/i.test(headers['content-type'] ?? '')),
      starting: status === 503 && headers['retry-after'] !== undefined,
    };
  });
  cancel.throwIfAborted();
  return answer;
}

/** Most that is read of one body, in bytes. */
const MAX_BODY = 8 * 1024 * 1024;

/** The text that an address answers with 200, asked for as a browser asks for a script or a style; undefined otherwise. Never throws. */
export async function askText(url: string, until: AbortSignal): Promise<string | undefined> {
  if (!/^https?:/i.test(url)) return undefined;
  const body = await read(url, until, async (response) => {
    if (response.statusCode !== 200) return undefined;
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response) {
      length += chunk.length;
      if (length > MAX_BODY) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  });
  return body;
}

function read<T>(url: string, until: AbortSignal, take: (response: IncomingMessage) => T | Promise<T>) {
  const { protocol, username, password } = new URL(url);
  const secure = protocol === 'https:';
  return new Promise<T | undefined>((resolve) => {
    const auth = username === '' ? {} : { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` };
    const request = (secure ? httpsRequest : httpRequest)(url, {
      ...auth,
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
      lookup: lookupHere(new URL(url).hostname),
      agent: false,
      signal: until,
      ...(secure ? { rejectUnauthorized: false } : {}),
    });
    // Nobody there, something that is no HTTP, or too late: all the same answer.
    request.on('error', () => resolve(undefined));
    request.on('response', (response) => {
      response.on('error', () => resolve(undefined));
      void Promise.resolve(take(response)).then(
        (taken) => {
          resolve(taken);
          request.destroy();
        },
        () => resolve(undefined), // it broke off in the middle
      );
    });
    request.end();
  });
}

/** `localhost` and names below it lead to loopback of both families whatever the system's resolver knows of them, as in browsers. */
function lookupHere(host: string): LookupFunction | undefined {
  if (host !== 'localhost' && !host.endsWith('.localhost')) return undefined;
  const addresses = [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ];
  return (_name, { all }, done) => {
    if (all) done(null, addresses);
    else done(null, '127.0.0.1', 4);
  };
}
