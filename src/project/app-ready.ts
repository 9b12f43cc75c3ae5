import { CodeloopError, isErrno } from '../core/errors.js';
import type { RunningProcess } from '../core/run-command.js';

/** What is known of an app that is starting. */
interface ReadyOptions {
  /** `server.url`; without it the address that the app prints. */
  configured: string | undefined;
  /** What it printed so far. */
  output: () => string;
  timeoutMs: number;
  signal: AbortSignal;
  /** Whether who listens on a port runs from this project: an app that found its port taken by such a one has ended, and may. */
  isOurs: (port: number) => Promise<boolean>;
}

const LOOPBACK_ADDRESS = /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]):\d+(?:\/[^\s"'<>)]*)?/;
/** Colours and cursor moves in a dev server's output (ECMA-48 control sequences). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences begin with one
const CONTROL_SEQUENCE = /\u001b\[[0-9;?]*[A-Za-z]/g;
const POLL_MS = 100;

/** Waits until a started app answers, and returns its address. Throws APP_NOT_READY with the tail of its output, CANCELLED. */
export async function waitUntilReady(
  app: Pick<RunningProcess, 'ended'>,
  { configured, output, timeoutMs, signal, isOurs }: ReadyOptions,
): Promise<string> {
  let exit: { code: number | null } | undefined;
  void app.ended.then((code) => {
    exit = { code };
  });
  const end = Date.now() + timeoutMs;
  const goneBy = endOf(app);
  while (Date.now() < end) {
    signal.throwIfAborted();
    const ended = exit;
    const url = configured ?? printedAddress(output());
    // A dev server that builds on demand takes its first request at once and answers it late: it is ready when it has answered.
    const patience = AbortSignal.timeout(Math.max(0, end - Date.now()));
    const until = AbortSignal.any([signal, patience, ...(ended ? [] : [goneBy])]);
    if (url !== undefined && (await answered(url, until, signal)) && (!ended || (await isOurs(portOf(url)))))
      return url;
    if (ended)
      throw notReady(
        url,
        `server.command ended with exit code ${ended.code ?? 'by a signal'} before it answered`,
        output(),
      );
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw notReady(configured ?? printedAddress(output()), `no answer within ${timeoutMs} ms`, output());
}

function notReady(url: string | undefined, reason: string, output: string): CodeloopError {
  const tail = output.replace(CONTROL_SEQUENCE, '').trim().split('\n').slice(-5).join('\n').slice(-1000);
  return new CodeloopError('APP_NOT_READY', { url: url ?? 'any address it printed', reason, output_tail: tail });
}

function printedAddress(output: string): string | undefined {
  return LOOPBACK_ADDRESS.exec(output.replace(CONTROL_SEQUENCE, ''))?.[0]
    ?.replace('//0.0.0.0:', '//127.0.0.1:')
    .replace('//[::]:', '//[::1]:');
}

/** A signal that says when the process has ended: nobody will answer any more. */
function endOf(app: Pick<RunningProcess, 'ended'>): AbortSignal {
  const gone = new AbortController();
  void app.ended.then(() => gone.abort());
  return gone.signal;
}

/** True when an HTTP server is there, whatever it says, and also when it has not answered within five seconds: it is busy, but there. */
export async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  const patience = AbortSignal.timeout(5000);
  return (await answered(url, AbortSignal.any([signal, patience]), signal)) || patience.aborted;
}

/** True when an HTTP server has answered before `until`, whatever it said: an error page is an answer, and the checks will say so. */
async function answered(url: string, until: AbortSignal, cancel: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: until, redirect: 'manual' });
    await response.body?.cancel();
    return true;
  } catch (error) {
    cancel.throwIfAborted();
    // A certificate that is not trusted was sent by somebody: dev servers make their own.
    return isCertificateError(error);
  }
}

/** Codes of OpenSSL's verification (X509_V_ERR_*, as Node spells them in tls.md) and Node's own for a name that does not fit. */
const CERTIFICATE_ERROR = /SELF_SIGNED|CERT_|UNABLE_TO_(GET_ISSUER|VERIFY)|ERR_TLS_CERT_ALTNAME_INVALID/;

function isCertificateError(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return isErrno(cause) && CERTIFICATE_ERROR.test(cause.code ?? '');
}

/** The port of an address, its scheme's own when it names none. */
export function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

/** The address without query and hash, ending with `/`. */
export function withSlash(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.endsWith('/') ? pathname : `${pathname}/`}`;
}
