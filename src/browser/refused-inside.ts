import type { Request, Response } from 'playwright';

/** Longest answer and question that are looked into, and longest that may be a server's own error in place of an answer, bytes. */
const MAX_ANSWER = 1_000_000;
const MAX_ERROR = 4096;

/**
 * What is wrong with an answer to a script or for a style sheet that came with success: a page in the place of what was asked for, an error inside
 * an answer of GraphQL, JSON-RPC, tRPC, JSON:API, gRPC-Web or Connect, or a server's own error with its status. `undefined` at once where nothing can be; else
 * the words, or undefined, when the answer was read. Never rejects.
 */
export function refusedInside(response: Response): Promise<string | undefined> | undefined {
  const request = response.request();
  const kind = request.resourceType();
  const headers = response.headers();
  const type = (headers['content-type'] ?? '').toLowerCase();
  const isPage = /^\s*(?:text\/html|application\/xhtml\+xml)\b/.test(type) && response.status() < 204;
  if (kind === 'stylesheet')
    return isPage ? Promise.resolve('a page (text/html) came where a style sheet was asked for') : undefined;
  const length = Number(headers['content-length'] ?? Number.NaN);
  if (!/^(?:fetch|xhr)$/.test(kind) || request.method() === 'HEAD' || length > MAX_ANSWER) return undefined;
  if (isPage) return wantsJson(request) ? read(response, pageInside) : undefined;
  if (/^application\/(?:grpc-web|connect\+json)/.test(type)) return endOfCall(response, type);
  const asked = { url: response.url(), sent: (request.postData() ?? '').slice(0, MAX_ANSWER), type };
  if (!mayRefuse(asked) && !(/json/.test(type) && length <= MAX_ERROR)) return undefined;
  return read(response, (text) => errorInside(asked, text));
}

/** The text of an answer, judged; undefined where it is gone. */
async function read(response: Response, judge: (text: string) => string | undefined): Promise<string | undefined> {
  let text: string;
  try {
    text = await response.text();
  } catch {
    // A page that was left before it had read it.
    return undefined;
  }
  const wrong = judge(text);
  return wrong === undefined ? undefined : `answered with HTTP ${response.status()} and ${wrong}`;
}

/** How a call of gRPC-Web or of Connect ended: in the headers where nothing else came, else at the end of what came. */
async function endOfCall(response: Response, type: string): Promise<string | undefined> {
  const headers = response.headers();
  try {
    const wrong = errorAtEnd(type, headers['grpc-status'] === undefined ? await response.body() : headers);
    return wrong && `answered with HTTP ${response.status()} and ${wrong}`;
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
function pageInside(text: string): string | undefined {
  return /^\uFEFF?\s*<(?:!doctype\s+html|!--|html|head|body)/i.test(text)
    ? 'a page (text/html), where JSON was asked for'
    : undefined;
}

/** Asked for JSON and nothing else, or for a file of it. */
function wantsJson(request: Request): boolean {
  const { accept = '' } = request.headers();
  if (/json/i.test(accept) && !/html|\*\/\*|text\/\*/i.test(accept)) return true;
  return /^[^?#]*\.(?:geo)?json(?:[?#]|$)/i.test(request.url());
}

/** What was asked: address, what was sent with it, and the type of what came, in small letters. */
export interface AskedInside {
  url: string;
  sent: string;
  type: string;
}

/** Whether whoever asked, or whoever answered, speaks a way whose answers say inside whether they are errors. */
function mayRefuse(asked: AskedInside): boolean {
  if (/ndjson|json-?seq|jsonl|subscriptionspec/.test(asked.type)) return false;
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
export function errorInside(asked: AskedInside, text: string): string | undefined {
  const graphql = isGraphql(asked);
  for (const one of partsOf(asked.type, text)) {
    const part = Object(one) as Record<string, unknown>;
    const { errors, error, data, jsonrpc } = part;
    const wrong = Array.isArray(errors) ? errors : [];
    if (wrong.length > 0 && graphql)
      return `${data === undefined || data === null ? 'no data' : 'only a part of the data'}: ${messageOf(wrong[0])}`;
    if (wrong.length > 0 && asked.type.startsWith('application/vnd.api+json'))
      return `an error: ${messageOf(wrong[0])}`;
    if (jsonrpc !== undefined && error !== undefined && error !== null) return `an error: ${messageOf(error)}`;
    const ofTrpc = trpcError(error);
    if (ofTrpc) return `an error: ${messageOf(ofTrpc)}`;
    const status = ownStatus(part, asked.type);
    if (status) return status;
  }
  return undefined;
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
  const { message, detail, title } = Object(error) as Record<string, unknown>;
  return String(message ?? detail ?? title ?? JSON.stringify(error)).slice(0, 300);
}
