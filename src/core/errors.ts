import { CATALOGUE, type ErrorCode } from './error-catalogue.js';
import type { ErrorClass, ErrorValues, SuggestedCall } from './work-errors.js';

export type { ErrorCode } from './error-catalogue.js';
export type { ErrorClass, ErrorValues, SuggestedCall } from './work-errors.js';

/** The wire form of an error: what failed, what is allowed, how to fix it, and the call that helps (docs/errors.md). */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  allowed?: string[];
  fix: string;
  next?: SuggestedCall[];
  retry_after_ms?: number;
  /** The values of the message, as fields: `rule`, `reason`, `limit`, `used` of a policy's answer. */
  details?: Record<string, unknown>;
}

/**
 * The one error class that crosses layers. Its text comes from the catalogue, so that every code always says
 * what failed, what is allowed and what to do next.
 */
export class CodeloopError extends Error {
  readonly code: ErrorCode;
  readonly values: ErrorValues;

  constructor(code: ErrorCode, values: ErrorValues = {}, options?: { cause?: unknown }) {
    super(CATALOGUE[code].message(values), options);
    this.name = 'CodeloopError';
    this.code = code;
    this.values = values;
  }

  get class(): ErrorClass {
    return CATALOGUE[this.code].class;
  }

  /** The wire form: `{code, message, allowed?, fix, next?, retry_after_ms?, details?}`. */
  toBody(): ErrorBody {
    const entry = CATALOGUE[this.code];
    const body: ErrorBody = { code: this.code, message: this.message, fix: entry.fix(this.values) };
    const allowed = this.values.allowed;
    if (Array.isArray(allowed)) body.allowed = allowed.map(String);
    const next = entry.next?.(this.values);
    if (next && next.length > 0) body.next = next;
    const retry = this.values.retry_after_ms;
    if (typeof retry === 'number') body.retry_after_ms = retry;
    const details = this.values.details;
    if (details !== null && typeof details === 'object') body.details = { ...details };
    return body;
  }
}

/** Any thrown value as a CodeloopError: ours as it is, an abort as CANCELLED, the rest as INTERNAL with its cause. */
export function toCodeloopError(thrown: unknown): CodeloopError {
  if (thrown instanceof CodeloopError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError')
    return new CodeloopError('CANCELLED', {}, { cause: thrown });
  if (isErrno(thrown) && thrown.code === 'ENOSPC')
    return new CodeloopError('DISK_FULL', { path: thrown.path ?? '' }, { cause: thrown });
  const unreadable = isErrno(thrown) && thrown.path !== undefined ? UNREADABLE[thrown.code ?? ''] : undefined;
  if (isErrno(thrown) && unreadable !== undefined)
    return new CodeloopError('FILE_UNREADABLE', { path: thrown.path, reason: unreadable }, { cause: thrown });
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new CodeloopError('INTERNAL', { reason }, { cause: thrown });
}

/** What lies in the place of a file that codeloop reads, by the system's code. */
const UNREADABLE: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder',
  ENXIO: 'it is a pipe or a device, not a file',
  EFBIG: 'it is too large',
  ELOOP: 'its links lead round in a circle',
};

/** True for errors of the operating system and of Node (`code`, maybe `path`); codes of our own errors are none of theirs. */
export function isErrno(thrown: unknown): thrown is NodeJS.ErrnoException {
  return (
    thrown instanceof Error && !(thrown instanceof CodeloopError) && 'code' in thrown && typeof thrown.code === 'string'
  );
}
