import { CodeloopError } from '../core/errors.js';

const GONE = /Target crashed|Page crashed|has been closed|Target closed|browser has disconnected|Connection closed/i;
/** What was asked went away with the page that it was asked of. */
const LEFT = /context was destroyed|page is navigating|Frame was detached/i;

/** Turns an error of Playwright into codeloop's: a page or browser that went away is BROWSER_CRASHED, its own time-out DEADLINE_EXCEEDED, one that was left meanwhile NAVIGATION_FAILED, the rest INTERNAL. */
export function browserError(error: unknown, during: string): CodeloopError {
  if (error instanceof CodeloopError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const tab = /(?:Page|Target) crashed/i.test(message);
  if (GONE.test(message)) return new CodeloopError('BROWSER_CRASHED', { during, tab }, { cause: error });
  const late = /Timeout ([\d.]+)ms exceeded/.exec(message);
  if (late) return new CodeloopError('DEADLINE_EXCEEDED', { what: during, ms: Number(late[1]) }, { cause: error });
  if (LEFT.test(message)) {
    const reason = `it loads itself again and again, or went elsewhere (${during} was given up)`;
    return new CodeloopError('NAVIGATION_FAILED', { url: 'the page', reason }, { cause: error });
  }
  return new CodeloopError('INTERNAL', { reason: `${during}: ${firstLine(message)}` }, { cause: error });
}

/** True for an error that says so: what was asked of a page was lost, as another document came in its place. */
export function wasLeft(error: unknown): boolean {
  return error instanceof CodeloopError && error.cause instanceof Error && LEFT.test(error.cause.message);
}

/** The net error of a failed navigation in plain words, without Playwright's call log. */
export function navigationReason(error: unknown): string {
  const message = firstLine(error instanceof Error ? error.message : String(error));
  const code = /net::(ERR_[A-Z_]+)|(NS_ERROR_[A-Z_]+)/.exec(message);
  const known = code?.[1] === undefined ? undefined : WORDS[code[1]];
  if (known) return `${known} (${code?.[1]})`;
  return message.replace(/^page\.goto: /, '').replace(/ at https?:\S+$/, '');
}

const WORDS: Readonly<Record<string, string>> = {
  ERR_CONNECTION_REFUSED: 'nothing listens there',
  ERR_CONNECTION_RESET: 'the server cut the connection',
  ERR_EMPTY_RESPONSE: 'the server closed the connection without an answer',
  ERR_NAME_NOT_RESOLVED: 'the host name is not known',
  ERR_TOO_MANY_REDIRECTS: 'it redirects in a circle',
  ERR_CONTENT_LENGTH_MISMATCH: 'its answer broke off in the middle',
  ERR_INCOMPLETE_CHUNKED_ENCODING: 'its answer broke off in the middle',
  ERR_CONTENT_DECODING_FAILED: 'its answer is not packed as its header says',
  ERR_HTTP2_PROTOCOL_ERROR: 'the server broke the connection off',
  ERR_ABORTED: 'the answer is no page (a download, or an empty answer)',
  ERR_CERT_AUTHORITY_INVALID: 'its certificate is not trusted',
};

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? text).trim();
}
