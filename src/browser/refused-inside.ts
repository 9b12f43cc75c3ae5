import type { Request, Response } from 'playwright';
import type { LogEntry } from '../core/vocabulary/screenshot.js';

/**
 * What an answer says that may be wrong or not; how the page stands when its picture is taken decides. `guest`: who asks who is signed in is told
 * that nobody is; `part`: some of what was asked for came, with these words in it; `nothing`: an answer without content, or one that refuses;
 * `socket`: one that never opened, or broke off.
 */
export type Doubt = { of: 'guest' } | { of: 'part'; words: string[] } | { of: 'nothing' } | { of: 'socket' };

/** How a page stands in its picture. */
export interface Standing {
  url: string;
  /** A text that says that something failed, one that shows a list with nothing in it, and one that shows that it waits or is cut off. */
  failed?: string | undefined;
  empty?: string | undefined;
  waits?: string | undefined;
  asksPassword: boolean;
  /** A link or a button leads to where one signs in, shown or in a menu. */
  signsIn: boolean;
  /** Letters of what it says, and those of the words looked for that are among it. */
  letters: number;
  shown: string[];
}

/** Where a page is for those who are signed in, and where it asks who somebody is. */
const PRIVATE =
  /(?:^|[/#-])(?:dashboard|account|admin|settings|profile|orders|inbox|billing|my-?\w+|users?)(?:[/.?#-]|$)/i;
const SIGNING_IN =
  /(?:log-?in|sign-?in|sign-?on|sign-?up|auth|register|registration|join|password|session|forgot|reset|welcome|anmelde|connexion|acceder|entrar)/i;
/** Fewest letters of a page that shows something. */
const SOME_LETTERS = 12;

/** An entry that is in doubt, judged: one with an excuse is told as it is, another one is an error. Without a page, or a doubt, as it is. */
export function judgedBy(entry: LogEntry, doubt: Doubt | undefined, page: Standing | undefined): LogEntry {
  if (!doubt || !page) return entry;
  const excuse = excuseOf(doubt, page);
  return excuse === undefined ? { ...entry, level: 'error' } : { ...entry, level: 'info', excuse };
}

/** Why a doubt is none on a page that stands so, in words; undefined: it is a fault. */
export function excuseOf(doubt: Doubt, page: Standing): string | undefined {
  const wrong = page.failed ?? page.empty ?? page.waits;
  if (wrong !== undefined || page.letters < SOME_LETTERS) return undefined;
  switch (doubt.of) {
    case 'guest': {
      const path = URL.canParse(page.url) ? new URL(page.url).pathname + new URL(page.url).hash : page.url;
      const known = SIGNING_IN.test(path);
      if (PRIVATE.test(path) || (!known && (page.asksPassword || !page.signsIn))) return undefined;
      return 'nobody is signed in, and the page offers to sign in';
    }
    case 'part': {
      const some = page.shown.length > 0 && page.shown.length * 2 >= doubt.words.length;
      return some ? 'the page shows what came' : undefined;
    }
    case 'nothing':
      return 'the page shows no list without content, and nothing that failed';
    case 'socket':
      return 'the page shows nothing that waits for it';
  }
}

/** Addresses that tell who is signed in; the last part of a path, or of a procedure's name. */
export const WHO =
  /(?:^|[/.])(?:me|who-?am-?i|whoami|self|viewer|identity|sessions?(?:[/.](?:current|me|restore))?|current[-_]?(?:user|session|account|member)|get[-_]?(?:me|session|current[-_]?user|user)|user|user[-_]?info|profile|account|auth|(?:auth|users?|accounts?)[/.](?:current|check|status|verify|me|self|session|state|info|restore)|check[-_]?(?:auth|session)|is[-_]?(?:authenticated|logged[-_]?in)|logged[-_]?in)(?:\.json)?\/?$/i;

/** Longest answer and question that are looked into, and longest that may be a server's own error in place of an answer, bytes. */
const MAX_ANSWER = 1_000_000;
const MAX_ERROR = 4096;
/** Types of answers that come line by line. */
const STREAMED = /ndjson|json-?seq|jsonl|subscriptionspec/;

/**
 * What is wrong with an answer to a script or for a style sheet that came with success: a page in the place of what was asked for, an error inside
 * an answer of GraphQL, JSON-RPC, tRPC, JSON:API, gRPC-Web or Connect, or a server's own error with its status. `undefined` at once where nothing can be; else
 * the words, with what may make them none, or undefined, when the answer was read. Never rejects.
 */
export function refusedInside(response: Response): Promise<Inside | undefined> | undefined {
  const request = response.request();
  const kind = request.resourceType();
  const headers = response.headers();
  const type = (headers['content-type'] ?? '').toLowerCase();
  const isPage = /^\s*(?:text\/html|application\/xhtml\+xml)\b/.test(type) && response.status() < 204;
  if (kind === 'stylesheet')
    return isPage ? Promise.resolve({ said: 'a page (text/html) came where a style sheet was asked for' }) : undefined;
  const length = Number(headers['content-length'] ?? Number.NaN);
  if (!/^(?:fetch|xhr)$/.test(kind) || request.method() === 'HEAD' || length > MAX_ANSWER) return undefined;
  if (isPage) return wantsJson(request) ? read(response, pageInside) : undefined;
  if (/^application\/(?:grpc-web|connect\+json)/.test(type)) return endOfCall(response, type);
  const asked = { url: response.url(), sent: (request.postData() ?? '').slice(0, MAX_ANSWER), type };
  const judge = (text: string) => errorInside(asked, text);
  if (mayRefuse(asked)) return read(response, judge);
  if (!/json/.test(type) || STREAMED.test(type) || length > MAX_ERROR) return undefined;
  if (!Number.isNaN(length)) return read(response, judge);
  // Without its length an answer may be of any: what came is asked before it is read.
  const came = request.sizes().then(
    ({ responseBodySize: size }) => size <= MAX_ERROR,
    () => false,
  );
  return came.then((small) => (small ? read(response, judge) : undefined));
}

/** The text of an answer, judged; undefined where it is gone. */
async function read(response: Response, judge: (text: string) => Inside | undefined): Promise<Inside | undefined> {
  let text: string;
  try {
    text = await response.text();
  } catch {
    // A page that was left before it had read it.
    return undefined;
  }
  const wrong = judge(text);
  return wrong && { ...wrong, said: `answered with HTTP ${response.status()} and ${wrong.said}` };
}

/** How a call of gRPC-Web or of Connect ended: in the headers where nothing else came, else at the end of what came. */
async function endOfCall(response: Response, type: string): Promise<Inside | undefined> {
  const headers = response.headers();
  try {
    const wrong = errorAtEnd(type, headers['grpc-status'] === undefined ? await response.body() : headers);
    return wrong === undefined ? undefined : { said: `answered with HTTP ${response.status()} and ${wrong}` };
  } catch {
    // A page that was left before it had read it.
    return undefined;
  }
}

/** Bits of the first byte of a message by which it is the last one. */
const LAST = { grpc: 0x80, connect: 0x02 };

/** The error that a call of gRPC-Web or of Connect ended with, by its headers or by all that came; undefined where it ended well. */
export function errorAtEnd(type: string, end: Readonly<Record<string, string>> | Buffer): string | undefined {
  const isConnect = type.startsWith('application/connect');
  if (Buffer.isBuffer(end)) {
    const last = lastMessage(
      type.includes('grpc-web-text') ? fromBase64(end) : end,
      isConnect ? LAST.connect : LAST.grpc,
    );
    if (last === undefined) return undefined;
    return errorAtEnd(type, isConnect ? connectEnd(last) : Object.fromEntries(trailers(last)));
  }
  const { 'grpc-status': status = '0', 'grpc-message': message = '' } = end;
  const who = isConnect ? 'Connect' : 'gRPC';
  const words = message === '' ? '' : `: ${decoded(message).slice(0, 300)}`;
  return status === '0' ? undefined : `the status ${status} of ${who}${words}`;
}

/** The text of the message with this bit: each has five bytes before it, of which four are its length. */
function lastMessage(bytes: Buffer, bit: number): string | undefined {
  for (let at = 0; at + 5 <= bytes.length; at += 5 + bytes.readUInt32BE(at + 1))
    if ((bytes[at] ?? 0) & bit)
      return bytes.toString('utf8', at + 5, at + 5 + Math.min(bytes.readUInt32BE(at + 1), MAX_ERROR));
  return undefined;
}

/** Each part of a stream is filled up by itself. */
function fromBase64(bytes: Buffer): Buffer {
  const parts = bytes.toString('latin1').match(/[^=]+=*/g) ?? [];
  return Buffer.concat(parts.map((part) => Buffer.from(part, 'base64')));
}

function trailers(text: string): [name: string, value: string][] {
  return text.split(/\r?\n/).map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, Math.max(0, colon)).trim().toLowerCase(), line.slice(colon + 1).trim()];
  });
}

/** In the words of gRPC. */
function connectEnd(text: string): Record<string, string> {
  const { error } = Object(partsOf('', text)[0]) as Record<string, unknown>;
  const { code, message } = Object(error) as Record<string, unknown>;
  return code === undefined ? {} : { 'grpc-status': String(code), 'grpc-message': String(message ?? '') };
}

/** gRPC writes what is no ASCII as addresses do. */
function decoded(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message; // it is no such text
  }
}

/** Many servers call JSON a page: what begins like one is. */
function pageInside(text: string): Inside | undefined {
  return /^\uFEFF?\s*<(?:!doctype\s+html|!--|html|head|body)/i.test(text)
    ? { said: 'a page (text/html), where JSON was asked for' }
    : undefined;
}

/** Asked for JSON and nothing else, or for a file of it. */
function wantsJson(request: Request): boolean {
  const { accept = '' } = request.headers();
  if (/json/i.test(accept) && !/html|\*\/\*|text\/\*/i.test(accept)) return true;
  return /^[^?#]*\.(?:geo)?json(?:[?#]|$)/i.test(request.url());
}

/** What is wrong inside an answer, in words; `doubt`: how the page stands decides whether it is. */
export interface Inside {
  said: string;
  doubt?: Doubt;
}

/** What was asked: address, what was sent with it, and the type of what came, in small letters. */
export interface AskedInside {
  url: string;
  sent: string;
  type: string;
}

/** Whether whoever asked, or whoever answered, speaks a way whose answers say inside whether they are errors. */
function mayRefuse(asked: AskedInside): boolean {
  if (STREAMED.test(asked.type)) return false;
  if (/^application\/(?:problem|vnd\.api|graphql-response)\+json/.test(asked.type)) return true;
  const isText = /json|^text\/plain|^multipart\/mixed/.test(asked.type);
  return isText && (isGraphql(asked) || /"jsonrpc"\s*:\s*"2/.test(asked.sent) || /\btrpc\b/i.test(asked.url));
}

/** A question of GraphQL, by its words, or by its address and the names of what it sends. */
function isGraphql({ url, sent, type }: AskedInside): boolean {
  if (type.startsWith('application/graphql-response+json')) return true;
  const { pathname, searchParams } = new URL(url);
  const written = /"query"\s*:\s*"((?:[^"\\]|\\.){0,500})/.exec(sent)?.[1]?.replaceAll('\\n', '\n');
  const query = searchParams.get('query') ?? written ?? '';
  if (/^(?:\s|#.*\n)*(?:(?:query|mutation|fragment)\b|\{)/.test(query)) return true;
  const names = sent + [...searchParams.keys()].map((name) => `"${name}"`).join();
  return /(?:^|\/)(?:graphql|gql)(?:\/|$)/i.test(pathname) && /"(?:query|operationName|extensions)"/.test(names);
}

/** Names of which an error of a server or a framework consists, whatever it is of. */
const ERROR_NAMES = new Set(
  'code detail details error errors exception instance message ok path reason request_id requestId stack status statusCode statusMessage success timestamp title trace traceId type'.split(
    ' ',
  ),
);

/** What is wrong inside an answer that came with success, in words; undefined where nothing is, or it is none of those ways. */
export function errorInside(asked: AskedInside, text: string): Inside | undefined {
  const graphql = isGraphql(asked);
  for (const one of partsOf(asked.type, text)) {
    const part = Object(one) as Record<string, unknown>;
    const { errors, error, data, jsonrpc } = part;
    const wrong = Array.isArray(errors) ? errors : [];
    if (wrong.length > 0 && graphql) {
      const some = data !== undefined && data !== null;
      const said = `${some ? 'only a part of the data' : 'no data'}: ${messageOf(wrong[0])}`;
      if (wrong.every(isOfGuest)) return { said, doubt: { of: 'guest' } };
      return some ? { said, doubt: { of: 'part', words: wordsIn(data) } } : { said };
    }
    if (wrong.length > 0 && asked.type.startsWith('application/vnd.api+json'))
      return { said: `an error: ${messageOf(wrong[0])}` };
    if (jsonrpc !== undefined && error !== undefined && error !== null)
      return { said: `an error: ${messageOf(error)}` };
    const ofTrpc = trpcError(error);
    if (ofTrpc) return { said: `an error: ${messageOf(ofTrpc)}` };
    const status = ownStatus(part, asked.type);
    if (status) return { said: status };
    if (refuses(part)) return { said: `a refusal: ${messageOf(part)}`, doubt: { of: 'nothing' } };
  }
  return undefined;
}

/** A question that only somebody who is signed in may ask, asked by nobody. */
function isOfGuest(error: unknown): boolean {
  const { extensions, path } = Object(error) as Record<string, unknown>;
  const { code } = Object(extensions) as Record<string, unknown>;
  return /^(?:UNAUTHENTICATED|UNAUTHORIZED)$/.test(String(code)) && (!Array.isArray(path) || WHO.test(`/${path[0]}`));
}

/** Most words that are looked for in a page, and most values that are read for them. */
const MOST_WORDS = 20;
const MOST_VALUES = 2000;

/** Words and figures in what was answered that a page may show: no names of types, addresses or marks. */
function wordsIn(data: unknown): string[] {
  const [found, left] = [new Set<string>(), [data]];
  for (let looked = 0; left.length > 0 && looked < MOST_VALUES && found.size < MOST_WORDS; looked++) {
    const value = left.shift();
    if (value !== null && typeof value === 'object')
      left.push(...Object.entries(value).flatMap(([name, one]): unknown[] => (/^__|id$/i.test(name) ? [] : [one])));
    const text = String(value).replace(/\s+/g, ' ').trim();
    const isWord = typeof value === 'string' && /\p{L}{2}/u.test(text) && !/[:/_@]|^[A-Z0-9_-]+$|\d{4}-\d\d/.test(text);
    if (isWord && text.length <= 80) found.add(text);
  }
  return [...found];
}

/** An answer that says itself that it is none, and holds nothing else. */
function refuses(part: Record<string, unknown>): boolean {
  const { ok, success, status, data, result, errorCode, error_code: code = errorCode, ...more } = part;
  const none = ['data', 'result'].some((name) => name in part) && data == null && result == null;
  const says =
    ok === false ||
    success === false ||
    /^(?:error|fail|failed|failure)$/i.test(String(status)) ||
    (none && (code ?? more.error ?? null) !== null);
  const isEmpty = (value: unknown) => value === undefined || value === null || Object.keys(Object(value)).length === 0;
  return says && isEmpty(data) && isEmpty(result) && Object.keys(more).every((name) => ERROR_NAMES.has(name));
}

/** What was answered: one, many at once, or one after the other in parts of their own. */
function partsOf(type: string, text: string): unknown[] {
  const texts = type.startsWith('multipart/')
    ? text.split(/\r?\n?--[^\r\n]*\r?\n(?:[\w-]+:[^\r\n]*\r?\n)*\r?\n/)
    : [text];
  const parts = texts.slice(0, 100).flatMap((one): unknown[] => {
    try {
      // The last part ends with the mark that closes them all.
      const answer: unknown = JSON.parse(one.replace(/\r?\n--[^\r\n]*--\s*$/, ''));
      return Array.isArray(answer) ? answer.slice(0, 100) : [answer];
    } catch {
      // No JSON after all.
      return [];
    }
  });
  return parts.flatMap((one) => {
    const { incremental } = Object(one) as Record<string, unknown>;
    return Array.isArray(incremental) ? [one, ...incremental.slice(0, 100)] : [one];
  });
}

/** tRPC's error: a number of JSON-RPC, a word and a status of HTTP. Transformers wrap it into `json`. */
function trpcError(error: unknown): Record<string, unknown> | undefined {
  const outer = Object(error) as Record<string, unknown>;
  const plain = Object(outer.json ?? outer) as Record<string, unknown>;
  const { code, httpStatus } = Object(plain.data) as Record<string, unknown>;
  const known = Number.isInteger(plain.code) && /^[A-Z_]+$/.test(String(code ?? '')) && Number(httpStatus) >= 400;
  return known ? plain : undefined;
}

/** A server's own error that went out with another status than its own: it consists of nothing else than what errors consist of. */
function ownStatus(part: Record<string, unknown>, type: string): string | undefined {
  const { status, statusCode = status, title, detail, message = detail ?? title ?? part.error } = part;
  const code = Number(statusCode);
  if (typeof message !== 'string') return undefined;
  const isProblem = type.startsWith('application/problem+json');
  if (!isProblem && !Object.entries(part).every(([name, value]) => value === null || ERROR_NAMES.has(name)))
    return undefined;
  if (Number.isInteger(code) && code >= 400 && code < 600)
    return `a status of its own, ${code}: ${message.slice(0, 300)}`;
  return isProblem ? `a problem: ${message.slice(0, 300)}` : undefined;
}

function messageOf(error: unknown): string {
  const { message, detail, title, error: named } = Object(error) as Record<string, unknown>;
  const said = message ?? detail ?? title ?? (typeof named === 'string' ? named : undefined);
  return String(said ?? JSON.stringify(error)).slice(0, 300);
}
