import type { PressEvents } from '../capture/press-outcome.js';
import { IDLE_ENOUGH } from '../core/machine-load.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { RecordingEvent } from '../core/vocabulary/recording.js';
import type { LogEntry } from '../core/vocabulary/screenshot.js';
import type { InteractionLine } from '../core/vocabulary/step.js';

/** A stretch in which a page's scripts stood still, with what tells whose doing that was. Times in ms. */
interface Standstill {
  fromMs: number;
  toMs: number;
  /** By the page's own clock. */
  ms: number;
  /** Processor time that the page's main thread used meanwhile; `undefined`: it could not be asked. */
  ownMs: number | undefined;
  /** Time that the recording process itself stood still, ms. */
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
 * Returns true when a standstill is the page's own doing, told by what it did itself and not by how busy the machine was: with processor time to
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

/** A step that was taken, on the recording's time line. */
export interface TimedStep {
  /** From 1. */
  number: number;
  atMs: number;
  endMs: number;
  line: InteractionLine;
}

/** A recording without its pictures. Times are ms since its first picture, all lists by time. */
export interface RecordingTimeline extends PressEvents {
  durationMs: number;
  steps: TimedStep[];
  /** Lines that came up, and those that were gone then. */
  texts: {
    atMs: number;
    texts: string[];
    gone?: string[] | undefined;
    /** Parts of the page (menus, dialogs) that opened and closed, by role and name. */
    opened?: string[] | undefined;
    closed?: string[] | undefined;
  }[];
  /** Times at which its scripts stood still, and what shows the cause. */
  stuck: Standstill[];
  /** True when the page itself told what changed on it, so that silence means something. */
  watched: boolean;
}

/** By how much the report that a page was navigated may come later than what the new document tells itself, ms. */
const REPORTED_LATE_MS = 2000;
/** The browser's own report of a request that has an entry of its own. */
const NETWORK_ECHO = /^(?:Failed to load resource:|WebSocket connection to ')/;

/** Puts a recording's log on its time line. `startMs`: time of the first picture, ms since the epoch. */
export function recordingTimeline(
  events: readonly RecordingEvent[],
  startMs: number,
  durationMs: number,
): RecordingTimeline {
  const timed = events
    .map((event) => ({ event, atMs: Math.max(0, Date.parse(event.at) - startMs) }))
    .toSorted((a, b) => a.atMs - b.atMs);
  const of = <Kind extends RecordingEvent['kind']>(kind: Kind) =>
    timed.flatMap(({ event, atMs }) =>
      event.kind === kind ? [{ atMs, event: event as Extract<RecordingEvent, { kind: Kind }> }] : [],
    );
  const steps = of('step').map(({ atMs, event }, index) => ({
    number: index + 1,
    atMs,
    endMs: atMs + event.line.duration_ms,
    line: event.line,
  }));
  return {
    durationMs,
    steps,
    presses: of('press').map(({ atMs, event }) => ({ atMs, ...event, inPlayer: event.in_player, box: event.box })),
    activity: of('activity').map(({ atMs }) => atMs),
    asides: of('aside').map(({ atMs, event }) => ({ ...event, atMs })),
    logs: withoutEchoes(navigatedInTime(of('log'), of('texts'))),
    texts: of('texts').map(({ atMs, event }) => ({ ...event, atMs })),
    stuck: of('stuck').map(({ atMs, event }) => ({
      fromMs: Math.max(0, atMs - event.ms),
      toMs: atMs,
      ms: event.ms,
      ownMs: event.own_ms,
      heldMs: event.held_ms ?? 0,
      idle: event.idle ?? 1,
      loading: event.loading ?? false,
    })),
    watched: timed.some(({ event }) => event.kind === 'texts' || event.kind === 'activity' || event.kind === 'press'),
  };
}

/** A document tells its first texts after it was navigated to, also where that was reported only then, as on a busy machine. */
function navigatedInTime(
  logs: readonly { atMs: number; event: { entry: LogEntry } }[],
  texts: readonly { atMs: number; event: { url?: string | undefined } }[],
): RecordingTimeline['logs'] {
  return logs
    .map(({ atMs, event: { entry } }, at) => {
      if (entry.kind !== 'navigation') return { atMs, entry };
      const before = logs.slice(0, at).findLast(({ event }) => event.entry.kind === 'navigation')?.atMs ?? -1;
      const first = texts.find(
        (one) => one.event.url === entry.url && one.atMs > Math.max(before, atMs - REPORTED_LATE_MS) && one.atMs < atMs,
      );
      return { atMs: first?.atMs ?? atMs, entry };
    })
    .toSorted((a, b) => a.atMs - b.atMs);
}

/** Leaves out what the browser prints for requests that have entries of their own, and its own question for an icon. */
function withoutEchoes(logs: RecordingTimeline['logs']): RecordingTimeline['logs'] {
  const requests = new Set(logs.flatMap(({ entry }) => (entry.kind === 'console' ? [] : (entry.url ?? []))));
  return logs.filter(({ entry }) => {
    const address = entry.url ?? entry.location?.replace(/(?::\d+){1,2}$/, '');
    const isEcho = entry.kind === 'console' && NETWORK_ECHO.test(entry.text);
    const isRequest = isEcho || entry.kind === 'http_error' || entry.kind === 'failed_request';
    if (address === undefined || !isRequest) return true;
    // What a script of that name says is no question for an icon.
    if (URL.canParse(address) && new URL(address).pathname === '/favicon.ico') return false;
    return !isEcho || !requests.has(address);
  });
}

/** The pictures of a recording, as far as findings need them. Times are ms since the first picture. */
export interface SeenPictures {
  /**
   * Largest share of pixels by which a picture within (fromMs, toMs] differs from that at `fromMs`, leaving out boxes (CSS px) and what
   * moved by itself before.
   */
  changedShare(fromMs: number, toMs: number, except: readonly Rect[]): number;
  /** True when what is shown in a box (CSS px) moved again and again before a time, ms. */
  moved(untilMs: number, box: Rect): boolean;
  /** Stretches in which the picture shows one colour. */
  blank: readonly { fromMs: number; toMs: number }[];
  /** Stretches between two movements in which nothing moves at all, and before the first and after the last one. */
  still: readonly { fromMs: number; toMs: number }[];
}
