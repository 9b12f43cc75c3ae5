import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../core/clock.js';
import { CodeloopError } from '../../core/errors.js';
import { createRedactor } from '../../core/redact.js';
import { VERSION } from '../../core/version.js';
import { mayFetchPicture } from './figma-address.js';

/** Characters of a foreign text that are repeated. */
const MAX_FOREIGN = 120;

/** An answer that is no success: its status, headers and the beginning of its text. */
export interface FailedAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/** What kind of retry may help: `again`, the same request later; `smaller`, one that asks for less at once. */
interface Remedy {
  again?: boolean;
  smaller?: boolean;
  cause?: unknown;
}

/** An answer that cannot be used: no network, a timeout, a server's failure, an answer that is broken or too large. */
export class FigmaTrouble extends Error {
  readonly remedy: Remedy;

  constructor(reason: string, remedy: Remedy = {}) {
    super(reason, remedy.cause === undefined ? undefined : { cause: remedy.cause });
    this.name = 'FigmaTrouble';
    this.remedy = remedy;
  }
}

/** A foreign text fit for a message: one line, without control characters, cut. */
export function foreignText(text: string): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > MAX_FOREIGN ? `${line.slice(0, MAX_FOREIGN - 1)}…` : line;
}

/** Returns Figma's own reason: `err` or `message` of its JSON, else nothing. */
function spokenReason(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    const said =
      body !== null && typeof body === 'object' ? (Reflect.get(body, 'err') ?? Reflect.get(body, 'message')) : '';
    return typeof said === 'string' ? foreignText(said) : '';
  } catch {
    return ''; // a page of a proxy: its status says enough
  }
}

/** The error that a final answer means for a file; statuses that only mean "not now" are FigmaTrouble. */
export function failureOf(answer: FailedAnswer, fileKey: string): Error {
  const said = spokenReason(answer.text);
  if (answer.status === 401 || answer.status === 403)
    return new CodeloopError('FIGMA_UNAUTHORIZED', {
      file_key: fileKey,
      reason: said === '' ? `status ${answer.status}` : said,
    });
  if (answer.status === 404) return new CodeloopError('FIGMA_FILE_NOT_FOUND', { file_key: fileKey });
  const words = said === '' ? '' : ` (${said})`;
  // Exports that are too large come back as 400, or as 500 after a while.
  return new FigmaTrouble(`it answers ${answer.status}${words}`, {
    again: answer.status >= 500,
    smaller: answer.status >= 500 || answer.status === 400,
  });
}

/** Milliseconds that a Retry-After header asks for (seconds or a date); a minute where it does not say, as Figma's manual has it. */
export function retryAfterMs(headers: Headers, now: number): number {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? 60_000 : Math.max(0, date - now);
}

/** The client's limits. Times in milliseconds. */
export interface FigmaLimits {
  /** For one whole piece of work: version, nodes, exports and pictures together. */
  totalMs: number;
  /** For one answer, from the request to the last byte. */
  answerMs: number;
  /** Longest wait that an answer's Retry-After is honoured for; a longer one is FIGMA_RATE_LIMITED. */
  retryAfterMs: number;
  /** First pause after an answer 5xx or none; it doubles each time. */
  backoffMs: number;
  /** Tries of one request. */
  tries: number;
  jsonBytes: number;
  pictureBytes: number;
}

/** As used outside tests. Figma renders up to 32 megapixels a picture; a node tree of a large page is some 20 MB. */
export const FIGMA_LIMITS: FigmaLimits = {
  totalMs: 120_000,
  answerMs: 60_000,
  retryAfterMs: 15_000,
  backoffMs: 500,
  tries: 4,
  jsonBytes: 64 * 1024 * 1024,
  pictureBytes: 96 * 1024 * 1024,
};

/** Redirects of a picture's address that are followed. */
const REDIRECTS = 3;
/** Bytes of a failed answer that are looked at. */
const FAILURE_BYTES = 16_384;

/** Token, limits and signal of a request. */
export interface FigmaAccess {
  base: URL;
  token: string;
  limits: FigmaLimits;
  clock: Clock;
  signal: AbortSignal;
}

/**
 * The only place that speaks to Figma. The token goes to the API's own origin and nowhere else: redirects of the API are not
 * followed, pictures are fetched without it, and what is thrown never holds it.
 */
export class FigmaHttp {
  readonly #access: FigmaAccess;
  readonly #redact: (text: string) => string;
  readonly #until: number;

  constructor(access: FigmaAccess) {
    this.#access = access;
    this.#redact = createRedactor([access.token]);
    this.#until = access.clock.now() + access.limits.totalMs;
  }

  /**
   * The JSON that `GET <base>/<path>?<query>` answers. Throws FIGMA_UNAUTHORIZED, FIGMA_FILE_NOT_FOUND, FIGMA_RATE_LIMITED,
   * CANCELLED, and FigmaTrouble when there is no sound answer in time.
   */
  async json(fileKey: string, path: string, query: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const { base, token, limits } = this.#access;
    const url = new URL(`${base.pathname.replace(/\/+$/, '')}${path}`, base);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const bytes = await this.#persist(fileKey, async (signal) => {
      const answer = await this.#ask(url, signal, { 'x-figma-token': token, accept: 'application/json' });
      if (answer.status >= 300 && answer.status < 400) {
        await answer.body?.cancel();
        throw new FigmaTrouble(`the API at ${base.host} redirects, which is not followed`);
      }
      return answer.ok ? read(answer, limits.jsonBytes) : failed(answer);
    });
    try {
      return JSON.parse(bytes.toString('utf8'));
    } catch (error) {
      throw new FigmaTrouble('its answer is not JSON', { cause: error });
    }
  }

  /** The bytes of an exported picture; the address comes from Figma and is not trusted. Throws CANCELLED and FigmaTrouble. */
  async picture(fileKey: string, address: string): Promise<Buffer> {
    return this.#persist(fileKey, async (signal) => {
      let url = parse(address);
      for (let hop = 0; hop <= REDIRECTS; hop += 1) {
        if (!mayFetchPicture(url, this.#access.base))
          throw new FigmaTrouble(`it names a picture at ${foreignText(url.host)}, which is not fetched`);
        const answer = await this.#ask(url, signal, { accept: 'image/png' });
        const location = answer.status >= 300 && answer.status < 400 ? answer.headers.get('location') : null;
        if (location === null)
          return answer.ok ? read(answer, this.#access.limits.pictureBytes) : pictureFailed(answer);
        await answer.body?.cancel();
        url = parse(location, url);
      }
      throw new FigmaTrouble('a picture redirects too often');
    });
  }

  async #ask(url: URL, signal: AbortSignal, headers: Record<string, string>): Promise<Response> {
    const agent = { 'user-agent': `codeloop/${VERSION}` };
    return fetch(url, { redirect: 'manual', signal, headers: { ...agent, ...headers }, credentials: 'omit' });
  }

  /** Tries until there is an answer that can be used, a final failure, or no time left. */
  async #persist(fileKey: string, ask: (signal: AbortSignal) => Promise<Buffer | FailedAnswer>): Promise<Buffer> {
    const { limits, clock, signal } = this.#access;
    for (let attempt = 1; ; attempt += 1) {
      const left = this.#until - clock.now();
      if (left <= 0) throw new FigmaTrouble(`the work took longer than ${limits.totalMs} ms`);
      const outcome = await this.#once(ask, Math.min(left, limits.answerMs));
      if (Buffer.isBuffer(outcome)) return outcome;
      if (!(outcome instanceof Error) && outcome.status === 429) {
        const wait = retryAfterMs(outcome.headers, clock.now());
        if (attempt >= limits.tries || wait > Math.min(limits.retryAfterMs, this.#until - clock.now()))
          throw rateLimited(outcome, wait);
        await this.#wait(wait);
        continue;
      }
      const error = this.#masked(outcome instanceof Error ? outcome : failureOf(outcome, fileKey));
      const again = error instanceof FigmaTrouble && error.remedy.again === true;
      const wait = limits.backoffMs * 2 ** (attempt - 1);
      if (!again || attempt >= limits.tries || clock.now() + wait >= this.#until) throw error;
      signal.throwIfAborted();
      await this.#wait(wait);
    }
  }

  async #once(
    ask: (signal: AbortSignal) => Promise<Buffer | FailedAnswer>,
    ms: number,
  ): Promise<Buffer | FailedAnswer | FigmaTrouble> {
    const { signal } = this.#access;
    if (signal.aborted) throw new CodeloopError('CANCELLED');
    const late = AbortSignal.timeout(ms);
    try {
      return await ask(AbortSignal.any([signal, late]));
    } catch (error) {
      if (signal.aborted) throw new CodeloopError('CANCELLED', {}, { cause: error });
      if (error instanceof FigmaTrouble) return error;
      if (late.aborted) return new FigmaTrouble(`no whole answer within ${ms} ms`, { again: true });
      return new FigmaTrouble(`no answer (${networkReason(error)})`, { again: true });
    }
  }

  async #wait(ms: number): Promise<void> {
    try {
      await pause(ms, undefined, { signal: this.#access.signal });
    } catch (error) {
      throw new CodeloopError('CANCELLED', {}, { cause: error });
    }
  }

  /** Removes the token from a text, should Figma or a proxy repeat it. */
  #masked(error: Error): Error {
    if (error instanceof CodeloopError) {
      const values = Object.entries(error.values).map(([key, value]) => [
        key,
        typeof value === 'string' ? this.#redact(value) : value,
      ]);
      return new CodeloopError(error.code, Object.fromEntries(values));
    }
    return error instanceof FigmaTrouble ? new FigmaTrouble(this.#redact(error.message), error.remedy) : error;
  }
}

function rateLimited(answer: FailedAnswer, wait: number): CodeloopError {
  const limit = answer.headers.get('x-figma-rate-limit-type');
  return new CodeloopError('FIGMA_RATE_LIMITED', {
    retry_after_ms: wait,
    ...(limit === null ? {} : { limit: `limit type ${foreignText(limit)}` }),
  });
}

async function failed(answer: Response): Promise<FailedAnswer> {
  const text = await read(answer, FAILURE_BYTES).catch(() => Buffer.alloc(0)); // its status says enough
  return { status: answer.status, headers: answer.headers, text: text.toString('utf8') };
}

/** An address of a picture says nothing about token or file: whatever it answers is trouble with that picture. */
async function pictureFailed(answer: Response): Promise<never> {
  await answer.body?.cancel();
  throw new FigmaTrouble(`a picture answers ${answer.status}`, {
    again: answer.status >= 500 || answer.status === 429,
  });
}

async function read(answer: Response, limit: number): Promise<Buffer> {
  const announced = Number(answer.headers.get('content-length') ?? 0);
  const parts: Uint8Array[] = [];
  let size = 0;
  if (announced <= limit && answer.body) {
    // Web streams are iterable in Node; the types of the DOM do not say so.
    for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
      size += part.byteLength;
      if (size > limit) break;
      parts.push(part);
    }
  } else await answer.body?.cancel();
  if (announced > limit || size > limit) throw new FigmaTrouble(`its answer is larger than ${limit} bytes`);
  return Buffer.concat(parts);
}

function parse(address: string, base?: URL): URL {
  if (!URL.canParse(address, base)) throw new FigmaTrouble('it names a picture at no address');
  return new URL(address, base);
}

function networkReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause !== null && typeof cause === 'object' ? Reflect.get(cause, 'code') : undefined;
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown';
}
