import { CodeloopError } from '../../core/errors.js';

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
