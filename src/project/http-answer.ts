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
  /** A small page that will ask again by itself within seconds, as servers show one while they start. */
  asksAgain?: boolean;
}

/**
 * Asks an address for a page as a browser would: names below `localhost` are this machine (RFC 6761, 6.3), user and password in the
 * address are sent, certificates are not checked, redirections not followed. Undefined when nobody answers in HTTP before `until`;
 * throws only when `cancel` is.
 */
export async function askPage(url: string, until: AbortSignal, cancel: AbortSignal): Promise<HttpAnswer | undefined> {
  const answer = await read(url, until, async (response) => {
    const { statusCode: status = 0, headers } = response;
    const html = status < 300 && /\bx?html\b/i.test(headers['content-type'] ?? '');
    const again = html && asksAgain(headers.refresh?.toString(), await beginning(response));
    return {
      status,
      page: (status >= 300 && status < 400) || html,
      starting: status === 503 && headers['retry-after'] !== undefined,
      ...(again ? { asksAgain: true } : {}),
    };
  });
  cancel.throwIfAborted();
  return answer;
}

/** Longest body that is only a word while something starts, in bytes. */
const SMALL_BODY = 4096;
/** Longest wait for the first bytes of a body, ms: a server that builds a page as it sends it is there. */
const BODY_MS = 1000;

/** The body of an answer that is small and comes at once; empty for any other. */
function beginning(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let body = '';
    const timer = setTimeout(() => resolve(''), BODY_MS);
    const over = (text: string) => {
      clearTimeout(timer);
      resolve(text);
    };
    response.on('data', (chunk: Buffer) => {
      body += chunk.toString('latin1');
      if (body.length > SMALL_BODY) over('');
    });
    response.on('end', () => over(body));
    response.on('error', () => over(''));
  });
}

/** A timer of a script that loads its own page again, whatever it calls for that. */
const HERE = String.raw`(?:(?:window|document|self|top)\.)?location(?:\.(?:href|pathname))?`;
const TIMED_RELOAD = new RegExp(
  String.raw`\bset(?:Timeout|Interval)\([^;]{0,80}(?:\blocation\.reload\b|\blocation(?:\.href)?\s*=\s*${HERE}\b|\blocation\.(?:replace|assign)\(\s*${HERE}\s*\)|\bhistory\.go\(\s*0?\s*\))[^,]{0,40},\s*(\d+)\s*\)`,
);

/** True where a page loads itself, and no other, again within ten seconds: by the Refresh header, by its element, or by a timer of a script. */
function asksAgain(header: string | undefined, body: string): boolean {
  const element = /<meta\b[^>]*\bhttp-equiv\s*=\s*["']?refresh\b[^>]*>/i.exec(body)?.[0] ?? '';
  const refresh = header ?? /\bcontent\s*=\s*(?:["']([^"'>]*)|([^\s"'>]+))/i.exec(element)?.slice(1).join('') ?? '';
  if (/^\s*(?:\d|10)(?:\.\d*)?\s*[;,]?\s*$/.test(refresh)) return true;
  const timer = TIMED_RELOAD.exec(body);
  return timer !== null && Number(timer[1]) <= 10_000;
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

/**
 * Who listens at an address: what was started; another process of this project; one of elsewhere (`stranger`: it was there before the
 * start, `newcomer`: it came after it, as a container does that the command asks for); one that cannot be seen; nobody.
 */
export type Owner = 'own' | 'sibling' | 'stranger' | 'newcomer' | 'unseen' | 'nobody';

/** An address that a starting app may have come up at. */
export interface Candidate {
  url: string;
  /** It is `server.url`. */
  configured: boolean;
  owner: Owner;
  /** What it said, and for how many milliseconds it has been answering; absent while nothing came. */
  answered?: HttpAnswer & { forMs: number };
  /** Somebody was asked there and has not answered yet. */
  pending: boolean;
}

/** How far the start has come. */
interface Start {
  /** The command has ended. */
  ended: boolean;
  /** It said that its port is taken, and nothing more for so many milliseconds. */
  takenForMs?: number;
}

/**
 * Where a started app answers, and who answers there. `left`: what the command has started, and it has ended itself; `unknown`: it came up
 * after the start, and cannot be shown to be the project's.
 */
export interface ReadyApp {
  url: string;
  by: 'own' | 'left' | 'sibling' | 'unknown';
}

/** Milliseconds for an answer that is no page to be followed by one: an API may be up before its pages. */
const SETTLE_MS = 2000;
/** Milliseconds that a start may go on behind an answer that says so by its number alone, without Retry-After, or by a page that loads itself again. */
const PASSING_MS = 10_000;
/** Milliseconds for `server.url` to come up after another address of the app has. */
const MOVED_MS = 1500;
/** Milliseconds a server that says its port is taken has to come up elsewhere, after its last words. */
const TAKEN_MS = 700;

/**
 * Chooses among addresses, the likeliest first. What the start itself listens on comes first, of it `server.url`, then what answers
 * with a page; another process of this project only at `server.url`, or where the command found its port taken. `refused`: the
 * address at which only a stranger answers, as soon as nothing better can come. Undefined: wait.
 */
export function chooseAnswer(
  candidates: readonly Candidate[],
  { ended, takenForMs }: Start,
): { ready: ReadyApp } | { refused: string } | undefined {
  const answered = candidates.filter(
    ({ answered: said }) => said && !said.starting && (ended || said.forMs >= PASSING_MS || !mayPass(said)),
  );
  const by = (...owners: Owner[]) => answered.filter(({ owner }) => owners.includes(owner));
  const since = (least: number) => (one: Candidate) => ended || (one.answered?.forMs ?? 0) >= least;
  const ready = (one: Candidate | undefined, by: ReadyApp['by']) => (one ? { ready: { url: one.url, by } } : undefined);

  const configured = candidates.find((one) => one.configured);
  const own = by('own');
  // What outlives its command cannot be stopped with it: it is there, like a server that was there.
  if (ended && own.length > 0) return ready(own.find(isPage) ?? own[0], 'left');
  const atUrl = own.find((one) => one.configured);
  if (atUrl) return ready(atUrl, 'own');
  const sibling = by('sibling').find((one) => one.configured || ended || takenForMs !== undefined);
  if (sibling) return ready(sibling, 'sibling');

  const moved = configured === undefined || !['own', 'nobody'].includes(configured.owner);
  const page = own.filter(isPage).find(since(moved ? 0 : MOVED_MS));
  if (page) return ready(page, 'own');
  const awaited = candidates.some((one) => one.owner === 'own' && one.pending && one.answered === undefined);
  const other = awaited ? undefined : own.find(since(moved ? SETTLE_MS : MOVED_MS));
  if (other) return ready(other, 'own');

  if (candidates.some(({ owner }) => owner === 'own')) return undefined;
  const unknown = by('unseen', 'newcomer').find(since(SETTLE_MS));
  if (unknown) return ready(unknown, 'unknown');
  const stranger = by('stranger')[0];
  return stranger && (ended || (takenForMs ?? 0) >= TAKEN_MS) ? { refused: stranger.url } : undefined;
}

/** True for an answer that may stand for a start under way: not ready, or a proxy whose back end is not there, or silent, yet; a page that says so. */
export function mayPass({ starting, asksAgain, status }: HttpAnswer): boolean {
  return starting || asksAgain === true || (status >= 502 && status <= 504);
}

function isPage({ answered }: Candidate): boolean {
  return answered?.page === true;
}
