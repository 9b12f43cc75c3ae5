import { CodeloopError } from '../core/errors.js';
import {
  askPage,
  type Candidate,
  chooseAnswer,
  type HttpAnswer,
  mayPass,
  type Owner,
  type ReadyApp,
} from './http-answer.js';
import type { Listener, Listening } from './listeners.js';
import { addressOfOwn, reachedBy } from './ports.js';
import { plainOutput, portOf, printedAddresses, saysPortTaken } from './printed-addresses.js';

/** An app that is starting. */
interface ReadyOptions {
  /** Resolves when the started process has ended. */
  ended: Promise<number | null>;
  /** `server.url`; without it, or where the app goes elsewhere, an address that it prints or listens on. */
  configured: string | undefined;
  /** Returns its output so far. */
  output: () => string;
  timeoutMs: number;
  signal: AbortSignal;
  /** Who listens on this machine now; undefined where that cannot be shown. */
  listening: () => Promise<Listening | undefined>;
  /** Which of these processes `server.command` started, directly or not. */
  ownAmong: (listeners: readonly Listener[]) => Promise<ReadonlySet<number>>;
  /** Returns true when something that the command started still lives, although the command has ended. */
  outlived: () => Promise<boolean>;
  /** Returns true when a process that the command did not start runs from this project: another codeloop may have started the app. */
  isSibling: (listener: Listener) => boolean;
}

const POLL_MS = 100;
/** Milliseconds between two looks at who listens while nothing new has answered. */
const LOOK_MS = 500;
/** Milliseconds that what a command leaves behind, unseen by its mark, has to begin to listen (`docker compose up --detach`). */
const DETACHED_MS = 3000;

/**
 * Waits until a started app answers, and says where. Of all addresses that it prints or listens on, those count whose listener it
 * started (see `chooseAnswer`); what another process says at a printed address is nobody's answer. Throws APP_NOT_OURS as soon as it
 * is clear that only a stranger answers, APP_NOT_READY with the tail of its output, CANCELLED.
 */
export async function waitUntilReady(options: ReadyOptions): Promise<ReadyApp> {
  const { signal, listening, output, timeoutMs } = options;
  const startMs = Date.now();
  const endMs = startMs + timeoutMs;
  let exit: { code: number | null; atMs: number } | undefined;
  const over = new AbortController();
  void options.ended.then((code) => {
    exit = { code, atMs: Date.now() };
    // Nobody will answer any more: questions that wait for a late answer end.
    if (code !== 0) over.abort();
  });
  // A dev server that builds on demand takes its first request at once and answers it late: it is ready when it has answered.
  const until = AbortSignal.any([signal, over.signal, AbortSignal.timeout(timeoutMs)]);
  const questions = new Questions();
  let looked = { atMs: 0, answers: -1 };
  let seen: Listening | undefined;
  let own: ReadonlySet<number> = new Set();
  let spoken = { length: 0, atMs: startMs };
  // A command that ends well may have left a server behind, which comes up a moment later.
  const mayFollow = async (of: { code: number | null; atMs: number }, urls: readonly string[]) => {
    if (of.code !== 0) return false;
    if ((await options.outlived()) || (Date.now() - of.atMs < DETACHED_MS && !saysPortTaken(output()))) return true;
    const owners = urls.map((url) => ownerOf(url, seen, own, options, startMs).owner);
    return owners.some((owner) => owner === 'newcomer' || owner === 'sibling' || owner === 'own');
  };
  try {
    while (Date.now() < endMs) {
      signal.throwIfAborted();
      const ended = exit;
      const text = output();
      if (text.length !== spoken.length) spoken = { length: text.length, atMs: Date.now() };
      const addresses = addressesToTry(options.configured, text, seen, own);
      // Once it has ended, each address is asked a last time: another one may have the port.
      const last = ended !== undefined && !(await mayFollow(ended, addresses));
      await questions.ask(addresses, last ? AbortSignal.any([signal, AbortSignal.timeout(5000)]) : until, last);
      if (ended || looked.answers !== questions.answers || Date.now() - looked.atMs >= LOOK_MS) {
        looked = { atMs: Date.now(), answers: questions.answers };
        seen = await listening();
        own = seen ? await options.ownAmong(seen.listeners) : new Set();
      }
      const candidates = addresses.map((url): Candidate => {
        const { owner, at } = ownerOf(url, seen, own, options, startMs);
        const { secure, ...state } = questions.at(url);
        return {
          url: secure ? at.replace(/^http:/, 'https:') : at,
          configured: url === options.configured,
          owner: seen || !ended ? owner : 'stranger',
          ...state,
        };
      });
      const taken = saysPortTaken(text) ? { takenForMs: Date.now() - spoken.atMs } : {};
      const choice = chooseAnswer(candidates, { ended: ended !== undefined, ...taken });
      if (choice && 'ready' in choice) return choice.ready;
      if (choice && (last || !ended))
        throw notOurs(choice.refused, seen, text, 'and server.command found its port taken');
      if (ended && last)
        throw notReady(
          options.configured ?? addresses[0],
          `server.command ended with exit code ${ended.code ?? 'by a signal'} before it answered`,
          text,
        );
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    over.abort();
  }
  const text = output();
  const addresses = addressesToTry(options.configured, text, seen, own);
  const refused = addresses.find(
    (url) => questions.at(url).answered && ownerOf(url, seen, own, options, startMs).owner === 'stranger',
  );
  if (refused !== undefined)
    throw notOurs(refused, seen, text, `and server.command came up nowhere else within ${timeoutMs} ms`);
  const passing = (url: string) => {
    const { answered } = questions.at(url);
    return answered && mayPass(answered) ? answered : undefined;
  };
  const busy = addresses.find(passing);
  const { status, starting } = (busy !== undefined && passing(busy)) || {};
  const reason = busy === undefined ? 'no answer' : `nothing but ${status}${starting ? ' with Retry-After' : ''}`;
  throw notReady(busy ?? options.configured ?? addresses[0], `${reason} within ${timeoutMs} ms`, text);
}

/** `server.url`, then what the app prints, then ports that it listens on without a word. */
function addressesToTry(
  configured: string | undefined,
  output: string,
  seen: Listening | undefined,
  own: ReadonlySet<number>,
): string[] {
  const said = [...new Set([...(configured === undefined ? [] : [configured]), ...printedAddresses(output)])];
  const ports = new Set(said.map(portOf));
  const silent = (seen?.listeners ?? []).filter(({ pid, port }) => own.has(pid) && !ports.has(port));
  return [...said, ...new Set(silent.map(({ port }) => `http://localhost:${port}/`))];
}

/** Returns who answers at an address, and the spelling that leads only to what was started. */
function ownerOf(
  url: string,
  seen: Listening | undefined,
  own: ReadonlySet<number>,
  { isSibling }: Pick<ReadyOptions, 'isSibling'>,
  startMs: number,
): { owner: Owner; at: string } {
  // Where nobody can be seen, whoever answers at the address of a living command is taken for it.
  if (!seen) return { owner: 'own', at: url };
  const at = addressOfOwn(url, seen, ({ pid }) => own.has(pid));
  if (at !== undefined) return { owner: 'own', at };
  const listeners = reachedBy(url, seen.listeners);
  const first = listeners.find((one) => !isSibling(one)) ?? listeners[0];
  if (!first) return { owner: reachedBy(url, seen.unseen).length > 0 ? 'unseen' : 'nobody', at: url };
  if (isSibling(first)) return { owner: 'sibling', at: url };
  return { owner: (first.startedMs ?? 0) > startMs ? 'newcomer' : 'stranger', at: url };
}

/** Questions to addresses: each is asked until it has answered as one that is ready, one question at a time. */
class Questions {
  readonly #asking = new Map<string, Promise<void>>();
  readonly #answers = new Map<string, { answer: HttpAnswer; sinceMs: number; secure: boolean }>();
  /** How many answers have come; another number means that something is new. */
  answers = 0;

  /** Asks every address that has not answered and is not being asked; with `wait` until all of them are through. */
  async ask(addresses: readonly string[], until: AbortSignal, wait: boolean): Promise<void> {
    for (const url of addresses) {
      const known = this.#answers.get(url)?.answer;
      if (this.#asking.has(url) || (known && !mayPass(known) && !wait)) continue;
      if (wait) this.#answers.delete(url);
      const question = askEither(url, until).then((said) => {
        this.#asking.delete(url);
        if (!said) return;
        this.answers += 1;
        this.#answers.set(url, { ...said, sinceMs: this.#answers.get(url)?.sinceMs ?? Date.now() });
      });
      this.#asking.set(url, question);
    }
    if (wait) await Promise.all(this.#asking.values());
  }

  /** Returns the known answers of an address. */
  at(url: string): Pick<Candidate, 'answered' | 'pending'> & { secure: boolean } {
    const known = this.#answers.get(url);
    return {
      pending: this.#asking.has(url),
      secure: known?.secure ?? false,
      ...(known ? { answered: { ...known.answer, forMs: Date.now() - known.sinceMs } } : {}),
    };
  }
}

const NEVER = new AbortController().signal;

/**
 * Asks an address in its own scheme, and one of `http:` in TLS where that breaks off or is a bad request: text that names only a port does not say
 * which of the two is spoken there.
 */
async function askEither(
  url: string,
  until: AbortSignal,
): Promise<{ answer: HttpAnswer; secure: boolean } | undefined> {
  const answer = await askPage(url, until, NEVER);
  if (!url.startsWith('http:') || until.aborted || (answer && answer.status !== 400))
    return answer && { answer, secure: false };
  const inTls = await askPage(url.replace(/^http:/, 'https:'), until, NEVER);
  if (inTls) return { answer: inTls, secure: true };
  return answer && { answer, secure: false };
}

function notOurs(url: string, seen: Listening | undefined, output: string, more: string): CodeloopError {
  const folder = reachedBy(url, seen?.listeners ?? [])[0]?.folder;
  const port = portOf(url);
  const reason =
    folder === undefined ? `port ${port} is taken` : `the process that listens on port ${port} runs in ${folder}`;
  return new CodeloopError('APP_NOT_OURS', {
    url: shown(url),
    reason: `${reason}, ${more}`,
    taken: true,
    ...tail(output),
  });
}

function notReady(url: string | undefined, reason: string, output: string): CodeloopError {
  const where = url === undefined ? 'any address it printed' : shown(url);
  // The name of a Unix socket, as servers print it.
  const socket = url === undefined ? /(?:\bunix:|\/)\S*\.sock\b/.exec(plainOutput(output))?.[0] : undefined;
  const more = socket === undefined ? '' : `; it listens on ${socket}, and a browser needs a port`;
  return new CodeloopError('APP_NOT_READY', {
    url: where,
    reason: `${reason}${more}`,
    taken: saysPortTaken(output),
    ...tail(output),
  });
}

function tail(output: string): { output_tail: string } {
  return { output_tail: plainOutput(output).trim().split('\n').slice(-5).join('\n').slice(-1000) };
}

/** An address without user and password, for a message. */
export function shown(url: string): string {
  const { username, password } = new URL(url);
  if (username === '' && password === '') return url;
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare.href;
}

/** True when an HTTP server is there, whatever it says, and also when it has not answered within five seconds: it is busy, but there. */
export async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  const patience = AbortSignal.timeout(5000);
  return (await askPage(url, AbortSignal.any([signal, patience]), signal)) !== undefined || patience.aborted;
}
