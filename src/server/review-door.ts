import { randomBytes, timingSafeEqual } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { CallContext } from '../call/define-tool.js';
import type { Dispatcher, DispatchReply } from '../call/dispatcher.js';
import { sha256 } from '../core/digest.js';
import { CodeloopError } from '../core/errors.js';
import { ID_PATTERN } from '../core/ids.js';
import { readStored } from '../core/path-walls.js';

/** Bytes of a form that are read, and characters of an address. */
const MAX_BODY = 1_000_000;
const MAX_ADDRESS = 4_000;
const COOKIE = 'codeloop_review';
const SHOW = 'codeloop_review_show';

/** What the door of the review page needs. */
export interface DoorOptions {
  dispatcher: Pick<Dispatcher, 'call'>;
  /** The person's terminal: who may be asked, the project, CI and agents. `door`, `signal` and `progress` are the page's own. */
  caller: Pick<CallContext, 'client' | 'roots' | 'cwd' | 'ci' | 'person' | 'agent'>;
  /** The project, where it is not to be found from the roots. */
  projectDir: string | undefined;
  signal: AbortSignal;
  /** 0: any that is free. */
  port: number;
}

/** A page that is served: its address holds the token and belongs on a terminal alone. */
interface ReviewPage {
  address: string;
  /** Resolves when the page has ended, by the signal. */
  ended: Promise<void>;
}

/**
 * Serves the page where a person decides, on the loopback address alone. Who opens the printed address gets a cookie for this page; nothing
 * is answered without it, under another name of the host (DNS rebinding), or to a form that another origin sent. Every page and decision is
 * a call of a tool with `door: review`, through the one funnel. Answers the refusal when the first page is refused: under CI, for an agent,
 * without a terminal.
 */
export async function openReviewDoor(
  options: DoorOptions,
): Promise<ReviewPage | Extract<DispatchReply, { kind: 'error' }>> {
  const { signal, projectDir } = options;
  const call: Visit['call'] = (tool, given, person, watched = {}) =>
    options.dispatcher.call(tool, projectDir === undefined ? given : { ...given, project_dir: projectDir }, {
      ...options.caller,
      door: 'review',
      signal: watched.signal === undefined ? signal : AbortSignal.any([signal, watched.signal]),
      progress: ({ message }) => watched.write?.(message),
      person,
    });
  const first = await call(SHOW, {}, options.caller.person);
  if (first.kind === 'error') return first;
  const token = randomBytes(24).toString('base64url');
  const place = `/${randomBytes(12).toString('hex')}/`;
  let origin = '';
  const told: Visit['told'] = { message: undefined };
  const named: Visit['named'] = new Map();
  const server = createServer((request, response) => {
    void answer(request, response, { token, origin, place, call, told, named }).catch(() => {
      // The other end went away, or sent what is no request: there is nobody to tell.
      response.destroy();
    });
  });
  server.requestTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: options.port }, resolve);
  });
  origin = `http://127.0.0.1:${portOf(server)}`;
  const ended = new Promise<void>((resolve) => {
    const stop = () => {
      server.close(() => resolve());
      server.closeAllConnections();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  return { address: `${origin}${place}?token=${token}`, ended };
}

function portOf(server: Server): number {
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

interface Visit {
  token: string;
  origin: string;
  /**
   * The folder of all its addresses, which nobody else knows. A cookie belongs to a host, not to a port: without a folder of its own the browser
   * would show it to every other server of this machine, to the app that an agent writes first of all.
   */
  place: string;
  /** `watched`: gets what the tool tells while it works, and can stop it. */
  call(
    tool: string,
    given: Record<string, unknown>,
    person: CallContext['person'],
    watched?: { write?: (part: string) => void; signal?: AbortSignal },
  ): Promise<DispatchReply>;
  /** What the last decision came to: the next page says it once. */
  told: { message: { message: string; bad: boolean } | undefined };
  /** What the reports that were shown last name beside them, by run; the newest last. */
  named: Map<string, NamedFiles>;
}

/** Files of a project that a report may show, with the digest of each. */
interface NamedFiles {
  folder: string;
  digests: ReadonlyMap<string, string>;
}

async function answer(request: IncomingMessage, response: ServerResponse, visit: Visit): Promise<void> {
  const { token, origin, place } = visit;
  const refuse = (status: number, why: string) => send(response, status, why, 'text/plain; charset=utf-8');
  // Any other name for this machine is a page of somebody else that found its way here.
  if (`http://${request.headers.host}` !== origin)
    return refuse(421, 'This page has one address: the one that was printed.');
  if ((request.url ?? '').length > MAX_ADDRESS) return refuse(414, 'The address is too long.');
  const url = new URL(request.url ?? '/', origin);
  const given = url.searchParams.get('token');
  const at = url.pathname.startsWith(place) ? url.pathname.slice(place.length - 1) : '';
  if (request.method === 'GET' && at === '/' && given !== null) {
    if (!same(given, token)) return refuse(403, 'Open the address that `codeloop review` printed.');
    // Out of the address, so that no history, bookmark or screenshot keeps it.
    response.setHeader('Set-Cookie', `${COOKIE}=${token}; HttpOnly; SameSite=Strict; Path=${place}`);
    return redirect(response, place);
  }
  if (!same(cookieOf(request), token)) return refuse(403, 'Open the address that `codeloop review` printed.');
  if (request.method === 'GET' && at === '/live') return watch(response, visit);
  const file = /^\/runs\/([^/]+)\/(.+)$/.exec(at);
  if (file && (request.method === 'GET' || request.method === 'HEAD')) {
    const [, run = '', path = ''] = file.map(decoded);
    if (ID_PATTERN.test(run) && (await showOfRun(request, response, visit, run, path))) return;
  }
  if (request.method === 'GET' && (at === '/' || at === '/report')) {
    const of = (name: string) => url.searchParams.get(name) ?? undefined;
    if (at === '/report') {
      const run = of('run') ?? '';
      if (!ID_PATTERN.test(run)) return show(response, visit, { report: run });
      // Where it lies in its project: what it names is found from there.
      return redirect(response, `${place}runs/${run}/${reportFile(run)}`);
    }
    const { message } = visit.told;
    visit.told.message = undefined;
    return show(response, visit, { before: of('before'), after: of('after'), ...message });
  }
  if (request.method !== 'POST' || (at !== '/decide' && at !== '/undo')) return refuse(404, 'There is no such page.');
  if (request.headers.origin !== origin) return refuse(403, 'Only this page itself may decide.');
  if (!/^application\/x-www-form-urlencoded(?:;|$)/i.test(request.headers['content-type'] ?? ''))
    return refuse(415, 'A decision is a form.');
  const body = await bodyOf(request);
  if (body === undefined) return refuse(413, 'That is too much for one form.');
  const form = new URLSearchParams(body);
  const reply = at === '/undo' ? await undone(visit, form) : await decided(visit, form);
  const message = reply.kind === 'error' ? `${reply.error.message} ${reply.error.fix}` : String(reply.result.summary);
  visit.told.message = { message: message.slice(0, 600), bad: reply.kind === 'error' };
  // Loading the page again must not decide again.
  return redirect(response, place);
}

const undone = (visit: Visit, form: URLSearchParams): Promise<DispatchReply> =>
  visit.call('codeloop_review_undo', { id: form.get('id') ?? '' }, pressed(0));

function decided(visit: Visit, form: URLSearchParams): Promise<DispatchReply> {
  const all = form.get('verdict') === 'accept-all';
  const items = form.getAll(all ? 'every' : 'item');
  const given = {
    about: form.get('about') ?? '',
    verdict: all ? 'accept' : (form.get('verdict') ?? ''),
    items,
    reason: form.get('reason') ?? '',
  };
  return visit.call('codeloop_review_decide', given, pressed(items.length));
}

/** The person who ticked so many things and pressed the button: the word that confirms exactly so many, and no other. */
function pressed(count: number): CallContext['person'] {
  return { ask: () => Promise.resolve(`accept ${count}`) };
}

async function show(response: ServerResponse, visit: Visit, given: Record<string, unknown>): Promise<void> {
  const asked = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const reply = await visit.call(SHOW, asked, pressed(0));
  if (reply.kind === 'error')
    return send(response, 404, `${reply.error.message}\n${reply.error.fix}\n`, 'text/plain; charset=utf-8');
  if (typeof asked.report === 'string') keepNamed(visit, asked.report, reply.result);
  const { html, policy } = reply.result;
  response.setHeader('Content-Security-Policy', String(policy));
  return send(response, 200, String(html), 'text/html; charset=utf-8');
}

const reportFile = (run: string): string => `artifacts/runs/${run}/report.html`;

/** Reports whose files are remembered. */
const MOST_REPORTS = 8;

function keepNamed({ named }: Visit, run: string, { folder, files }: Record<string, unknown>): NamedFiles {
  // As the tool's own schema has it.
  const listed = (files ?? []) as { path: string; sha256: string }[];
  const kept = { folder: String(folder), digests: new Map(listed.map((one) => [one.path, one.sha256] as const)) };
  named.delete(run);
  named.set(run, kept);
  for (const oldest of [...named.keys()].slice(0, -MOST_REPORTS)) named.delete(oldest);
  return kept;
}

/** Files that are sent, by their ending: pictures and recordings. */
const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  mp4: 'video/mp4',
};

/**
 * The report of a run, or a file that it names, at the place it has in the project: `path` is relative to that. False, and nothing is sent,
 * where the run names no such file, it is behind a link, or its bytes are not those that were written.
 */
async function showOfRun(
  request: IncomingMessage,
  response: ServerResponse,
  visit: Visit,
  run: string,
  path: string,
): Promise<boolean> {
  if (path === reportFile(run)) {
    await show(response, visit, { report: run });
    return true;
  }
  const type = TYPES[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''];
  if (type === undefined) return false;
  const asked = visit.named.has(run) ? undefined : await visit.call(SHOW, { report: run }, pressed(0));
  const { folder, digests } =
    visit.named.get(run) ?? keepNamed(visit, run, asked?.kind === 'result' ? asked.result : {});
  const digest = digests.get(path);
  if (digest === undefined) return false;
  try {
    const bytes = await readStored(folder, { path, sha256: digest });
    // Beside the runs a file may have changed by right, or be a link; then it is not what the report is about.
    if (sha256(bytes) !== digest || (await realpath(join(folder, path))) !== join(folder, path)) return false;
    sendBytes(request, response, bytes, type);
    return true;
  } catch (error) {
    if (error instanceof CodeloopError) return false;
    throw error;
  }
}

/** A file, or the range of it that a player asks for which seeks. */
function sendBytes({ method, headers }: IncomingMessage, response: ServerResponse, bytes: Buffer, type: string): void {
  // No tag is given that a condition could name.
  const range =
    method === 'GET' && headers['if-range'] === undefined ? rangeOf(headers.range, bytes.length) : undefined;
  const part = range === undefined ? bytes : bytes.subarray(range.first, range.end);
  const place = part.length === 0 ? '*' : `${range?.first}-${(range?.end ?? 0) - 1}`;
  response.writeHead(range === undefined ? 200 : part.length === 0 ? 416 : 206, {
    ...HEADERS,
    'Content-Type': type,
    'Content-Length': part.length,
    'Accept-Ranges': 'bytes',
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${place}/${bytes.length}` }),
    'Content-Security-Policy': "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'",
  });
  response.end(part);
}

/** The range asked for; nothing for several at once and for what is no range: all is sent then (RFC 9110, 14.2). Empty where it lies behind the end. */
function rangeOf(asked: string | undefined, length: number): { first: number; end: number } | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(asked ?? '') ?? [];
  if ((from === '' && to === '') || (from !== '' && to !== '' && Number(to) < Number(from))) return undefined;
  if (from === '') return { first: Math.max(0, length - Number(to)), end: length };
  return { first: Number(from), end: to === '' ? length : Math.min(Number(to) + 1, length) };
}

/** A part of an address as it is meant; nothing where it is no text. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return ''; // No name of a file: half a character.
  }
}

/** A page that grows while a verification goes on, in the frame of the review page. It ends when the verification, or the browser, does. */
async function watch(response: ServerResponse, visit: Visit): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const write = (part: string) => {
    if (!response.headersSent)
      response.writeHead(200, {
        ...HEADERS,
        'Content-Type': 'text/html; charset=utf-8',
        // The page itself names its style and that it has no script.
        'Content-Security-Policy': "base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
        'X-Frame-Options': 'SAMEORIGIN',
      });
    response.write(part);
  };
  const reply = await visit.call('codeloop_review_watch', {}, pressed(0), { write, signal: gone.signal });
  if (reply.kind === 'error' && !response.headersSent)
    return send(response, 404, `${reply.error.message}\n`, 'text/plain; charset=utf-8');
  response.end();
}

const HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

function send(response: ServerResponse, status: number, body: string, type: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), ...HEADERS });
  response.end(body);
}

function redirect(response: ServerResponse, to: string): void {
  response.writeHead(303, { Location: to, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  response.end();
}

function cookieOf({ headers }: IncomingMessage): string {
  const found = (headers.cookie ?? '').split(/;\s*/).find((part) => part.startsWith(`${COOKIE}=`));
  return found?.slice(COOKIE.length + 1) ?? '';
}

/** Compared in the same time whatever differs. */
function same(given: string, token: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(given)), Buffer.from(sha256(token)));
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MAX_BODY) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
