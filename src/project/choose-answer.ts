import type { HttpAnswer } from './http-answer.js';

/**
 * Who listens at an address: what was started; another process of this project; one of elsewhere (`stranger`: it was there before the
 * start, `newcomer`: it came after it, as a container does that the command asks for); one that cannot be seen; nobody.
 */
export type Owner = 'own' | 'sibling' | 'stranger' | 'newcomer' | 'unseen' | 'nobody';

/** An address that a starting app may have come up at. */
export interface Candidate {
  url: string;
  /** It is `server.url`. */
  configured: boolean;
  owner: Owner;
  /** What it said, and for how many milliseconds it has been answering; absent while nothing came. */
  answered?: HttpAnswer & { forMs: number };
  /** Somebody was asked there and has not answered yet. */
  pending: boolean;
}

/** How far the start has come. */
interface Start {
  /** The command has ended. */
  ended: boolean;
  /** It said that its port is taken, and nothing more for so many milliseconds. */
  takenForMs?: number;
}

/** Where a started app answers, and who answers there. `unknown`: it came up after the start, and cannot be shown to be the project's. */
export interface ReadyApp {
  url: string;
  by: 'own' | 'sibling' | 'unknown';
}

/** Milliseconds for an answer that is no page to be followed by one: an API may be up before its pages. */
const SETTLE_MS = 2000;
/** Milliseconds for `server.url` to come up after another address of the app has. */
const MOVED_MS = 1500;
/** Milliseconds a server that says its port is taken has to come up elsewhere, after its last words. */
const TAKEN_MS = 700;

/**
 * Chooses among addresses, the likeliest first. What the start itself listens on comes first, of it `server.url`, then what answers
 * with a page; another process of this project only at `server.url`, or where the command found its port taken. `refused`: the
 * address at which only a stranger answers, as soon as nothing better can come. Undefined: wait.
 */
export function chooseAnswer(
  candidates: readonly Candidate[],
  { ended, takenForMs }: Start,
): { ready: ReadyApp } | { refused: string } | undefined {
  const answered = candidates.filter(({ answered }) => answered !== undefined && !answered.starting);
  const by = (...owners: Owner[]) => answered.filter(({ owner }) => owners.includes(owner));
  const since = (least: number) => (one: Candidate) => ended || (one.answered?.forMs ?? 0) >= least;
  const ready = (one: Candidate | undefined, by: ReadyApp['by']) => (one ? { ready: { url: one.url, by } } : undefined);

  const configured = candidates.find((one) => one.configured);
  const own = by('own');
  // What outlives its command cannot be stopped with it: it is there, like a server that was there.
  if (ended && own.length > 0) return ready(own.find(isPage) ?? own[0], 'sibling');
  const atUrl = own.find((one) => one.configured);
  if (atUrl) return ready(atUrl, 'own');
  const sibling = by('sibling').find((one) => one.configured || ended || takenForMs !== undefined);
  if (sibling) return ready(sibling, 'sibling');

  const moved = configured === undefined || !['own', 'nobody'].includes(configured.owner);
  const page = own.filter(isPage).find(since(moved ? 0 : MOVED_MS));
  if (page) return ready(page, 'own');
  const awaited = candidates.some((one) => one.owner === 'own' && one.pending && one.answered === undefined);
  const other = awaited ? undefined : own.find(since(moved ? SETTLE_MS : MOVED_MS));
  if (other) return ready(other, 'own');

  if (candidates.some(({ owner }) => owner === 'own')) return undefined;
  const unknown = by('unseen', 'newcomer').find(since(SETTLE_MS));
  if (unknown) return ready(unknown, 'unknown');
  const stranger = by('stranger')[0];
  return stranger && (ended || (takenForMs ?? 0) >= TAKEN_MS) ? { refused: stranger.url } : undefined;
}

function isPage({ answered }: Candidate): boolean {
  return answered?.page === true;
}
