import { IDLE_ENOUGH } from '../core/machine-load.js';

/** A stretch in which a page's scripts stood still, with what tells whose doing that was. Times in ms. */
export interface Standstill {
  fromMs: number;
  toMs: number;
  /** By the page's own clock. */
  ms: number;
  /** Processor time that the page's main thread used meanwhile; `undefined`: it could not be asked. */
  ownMs: number | undefined;
  /** How long the recording process itself stood still meanwhile. */
  heldMs: number;
  /** Share of the machine's processor time that nobody wanted, 0-1. */
  idle: number;
  /** The document was still being loaded. */
  loading: boolean;
}

/** From here on a page that does not answer is one that is stuck, ms. */
const FROZEN_MS = 3000;
/** The same on a machine without processor time to spare, where less than the page's own work could last as long, ms. */
const CROWDED_MS = 8000;
/** Work of a page's own in one go that no healthy page does, ms of processor time; what a crowded machine makes of less is not the page's doing. */
const OWN_MS = 500;
/** A thread that wants to work is given more than this share of the time on any machine; one that used less waited for something else. */
const WAITING = 0.02;

/**
 * Whether a standstill is the page's own doing, told by what it did itself and not by how busy the machine was: with processor time to
 * spare nobody had to wait for any, so the page paused by itself. Without, its main thread has to have worked that long, or so long at a
 * stretch that a person saw nothing else for 8 s, or not at all (it waited, for an answer say, while a thread that wants to work gets its
 * share). What this process lived through as well, a machine that slept, is nobody's. Pure.
 */
export function isFrozen({ ms, ownMs, heldMs, idle, loading }: Standstill): boolean {
  const stood = ms - heldMs;
  if (stood < FROZEN_MS) return false;
  if (idle >= IDLE_ENOUGH) return true;
  if (ownMs === undefined) return stood >= CROWDED_MS;
  if (ownMs >= FROZEN_MS) return true;
  return stood >= CROWDED_MS && !loading && (ownMs >= OWN_MS || ownMs < ms * WAITING);
}
