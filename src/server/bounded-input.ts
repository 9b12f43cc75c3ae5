import { Transform, type TransformCallback } from 'node:stream';

/** Longest message in bytes; the SDK's own buffer ends the connection at as many. */
export const MAX_MESSAGE = 10_000_000;
/** Deepest nesting of a message: calls of ours need ten levels, and a parser that calls itself for each ends at some thousands. */
const MAX_DEPTH = 200;
/** Bytes that are kept of a message that is too long, at either end: the id stands at one of them. */
const KEPT = 2048;

/** JSON-RPC 2.0, section 5.1. */
const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
const INVALID_PARAMS = -32_602;

const NEW_LINE = 0x0a;

/**
 * Passes a client's messages on, line by line, but for those that would end the connection or get no answer: too long, too deep, no JSON,
 * parameters that are no object. Each of them is answered with an error of the protocol through `answer`, one line of JSON, and the next
 * message is read as if nothing had been. Holds no more of a line than a message may have.
 */
export class BoundedInput extends Transform {
  readonly #answer: (line: string) => void;
  #parts: Buffer[] = [];
  #length = 0;
  #tail: Buffer = Buffer.alloc(0);

  constructor(answer: (line: string) => void) {
    super();
    this.#answer = answer;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let from = 0;
    for (let end = chunk.indexOf(NEW_LINE); end >= 0; end = chunk.indexOf(NEW_LINE, from)) {
      this.#take(chunk.subarray(from, end));
      this.#endLine();
      from = end + 1;
    }
    this.#take(chunk.subarray(from));
    done();
  }

  override _flush(done: TransformCallback): void {
    // What has no line end is no message.
    done();
  }

  #take(part: Buffer): void {
    if (part.length === 0) return;
    this.#length += part.length;
    if (this.#length <= MAX_MESSAGE) this.#parts.push(part);
    else {
      this.#tail = Buffer.from(Buffer.concat([this.#tail, part.subarray(-KEPT)]).subarray(-KEPT));
      // Of what came before only the beginning is still of use.
      this.#parts = [Buffer.from((this.#parts[0] ?? part).subarray(0, KEPT))];
    }
  }

  #endLine(): void {
    const [parts, length, tail] = [this.#parts, this.#length, this.#tail];
    this.#parts = [];
    this.#length = 0;
    this.#tail = Buffer.alloc(0);
    const line = Buffer.concat(parts);
    if (length > MAX_MESSAGE) {
      const id = idIn(line.subarray(0, KEPT).toString('utf8')) ?? idIn(tail.toString('utf8'));
      const message = `The message has ${length} bytes; at most ${MAX_MESSAGE} are read.`;
      this.#refuse({ id, code: INVALID_REQUEST, message });
      return;
    }
    const fault = faultOf(line);
    if (fault) this.#refuse(fault);
    else if (length > 0) this.push(Buffer.concat([line, Buffer.of(NEW_LINE)]));
  }

  #refuse({ id, code, message }: Fault): void {
    this.#answer(JSON.stringify({ jsonrpc: '2.0', id: id ?? null, error: { code, message } }));
  }
}

/** Why a message is not handed on, as JSON-RPC says it. */
export interface Fault {
  /** Absent where the message tells none. */
  id?: string | number | undefined;
  code: number;
  message: string;
}

/** What keeps a line from being handed on; blank lines have nothing. */
export function faultOf(line: Buffer): Fault | undefined {
  if (depthOf(line) > MAX_DEPTH) {
    const text = line.toString('utf8');
    const id = idIn(text.slice(0, KEPT)) ?? idIn(text.slice(-KEPT));
    return { id, code: INVALID_REQUEST, message: `The message is nested deeper than ${MAX_DEPTH} levels.` };
  }
  const text = line.toString('utf8').trim();
  if (text === '') return undefined;
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : '';
    return { code: PARSE_ERROR, message: `The message is no JSON: ${reason}` };
  }
  if (message === null || typeof message !== 'object' || Array.isArray(message))
    return { code: INVALID_REQUEST, message: 'The message is no object.' };
  const [id, params]: unknown[] = [Reflect.get(message, 'id'), Reflect.get(message, 'params')];
  const asked = typeof id === 'string' || typeof id === 'number';
  if (!asked || params === undefined || (params !== null && typeof params === 'object' && !Array.isArray(params)))
    return undefined;
  return { id, code: INVALID_PARAMS, message: 'The parameters of a request are an object with names.' };
}

/** Levels of brackets outside of texts, as far as a message may have any. */
function depthOf(line: Buffer): number {
  let [depth, deepest, inText] = [0, 0, false];
  for (let at = 0; at < line.length && deepest <= MAX_DEPTH; at += 1) {
    const byte = line[at];
    if (inText) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) inText = false;
    } else if (byte === 0x22) inText = true;
    else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (byte === 0x5d || byte === 0x7d) depth -= 1;
  }
  return deepest;
}

/** The id of a message that cannot be read whole, where clients write it: before the method or at the end. */
function idIn(text: string): string | number | undefined {
  const found =
    /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*("(?:[^"\\]|\\.){1,200}"|-?\d{1,15})\s*,/.exec(text)?.[1] ??
    /,\s*"id"\s*:\s*("(?:[^"\\]|\\.){1,200}"|-?\d{1,15})\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/.exec(text)?.[1];
  if (found === undefined) return undefined;
  const id: unknown = JSON.parse(found);
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}
