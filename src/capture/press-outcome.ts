import type { Rect, Size } from '../core/vocabulary/geometry.js';
import type { LogEntry } from '../core/vocabulary/screenshot.js';
import { changedShareOutside, maskBoxes, maskChanges, SAMPLE_SIDE } from '../image/grey-changes.js';
import { greyThumbnail } from '../image/resize.js';

/** What was told around a press. Times are ms of one clock, all lists by time. */
export interface PressEvents {
  /**
   * `left`: box of the field that lost the focus by it. `players`: boxes of what may draw itself, `inPlayer` when the press was in one.
   * `name`: what the pressed element is called; untrusted.
   */
  presses: {
    atMs: number;
    box: Rect | undefined;
    left?: Rect | undefined;
    name?: string | undefined;
    players?: readonly Rect[] | undefined;
    inPlayer?: boolean | undefined;
  }[];
  /** Times of activity: the page changed, sent a request, opened something. */
  activity: readonly number[];
  /** Changes after a press that the press did not cause, and where. `heard`: a script listens to that press. */
  asides: readonly {
    atMs: number;
    boxes: readonly Rect[];
    scrolled?: boolean | undefined;
    heard?: boolean | undefined;
  }[];
  logs: readonly { atMs: number; entry: LogEntry }[];
}

/** A press and what it starts reach us by different ways: times may be off by this much, ms. */
export const SLACK_MS = 30;
/** Pixels around what was pressed that may change without meaning anything, CSS px: hover, focus and press styles, shadows. */
const MARGIN = 14;
/** A message that came this often before a press comes by itself. */
const OFTEN = 2;

/** True when a press can have caused something between two times: activity, or a message that the page does not send by itself. */
export function somethingCame(
  { activity, logs }: Pick<PressEvents, 'activity' | 'logs'>,
  fromMs: number,
  toMs: number,
): boolean {
  const within = (atMs: number) => atMs >= fromMs && atMs <= toMs;
  if (activity.some(within)) return true;
  const kinds = new Map<string, number>();
  let place: string | undefined;
  for (const { atMs, entry } of logs) {
    const kind = kindOf(entry);
    const moved = entry.kind !== 'navigation' || entry.url === undefined || bare(entry.url) !== place;
    if (entry.kind === 'navigation' && entry.url !== undefined) place = bare(entry.url);
    // A link to nowhere (`href="#"`) leads nowhere.
    if (within(atMs) && moved && (kinds.get(kind) ?? 0) < OFTEN) return true;
    if (atMs < fromMs) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return false;
}

/** Where pixels may change without meaning anything: what was pressed last and before, what was left, and what changes by itself. CSS px. */
export function boxesAside(
  { presses, asides }: Pick<PressEvents, 'presses' | 'asides'>,
  fromMs: number,
  toMs: number,
): Rect[] {
  const upTo = presses.filter(({ atMs }) => atMs <= fromMs + SLACK_MS).slice(-2);
  const boxes = upTo.flatMap(({ box, left }) => [box, left].flatMap((one) => (one ? [grown(one)] : [])));
  for (const aside of asides) if (aside.atMs >= fromMs && aside.atMs <= toMs) boxes.push(...aside.boxes.map(grown));
  return boxes;
}

/**
 * Where something draws itself that has moved before the press (`moved` tells by the pixels), CSS px; `undefined` when nobody can tell
 * whether the press had a part in it: it was pressed itself, or a script listens to presses.
 */
export function selfDrawn(
  { presses, asides }: Pick<PressEvents, 'presses' | 'asides'>,
  fromMs: number,
  toMs: number,
  moved: (box: Rect) => boolean,
): Rect[] | undefined {
  const press = presses.findLast(({ atMs }) => atMs <= fromMs + SLACK_MS);
  const drawn = (press?.players ?? []).filter((box) => box.width > 0 && box.height > 0 && moved(box));
  if (drawn.length === 0) return [];
  const heard = asides.some((aside) => aside.heard === true && aside.atMs >= fromMs - SLACK_MS && aside.atMs <= toMs);
  return heard || press?.inPlayer === true ? undefined : drawn;
}

function grown({ x, y, width, height }: Rect): Rect {
  return { x: x - MARGIN, y: y - MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN };
}

function kindOf({ kind, level, text }: LogEntry): string {
  return `${kind} ${level} ${text.replace(/\d+/g, '#')}`;
}

/** An address without an empty fragment. */
function bare(url: string): string {
  return url.replace(/#$/, '');
}

/** Share of pixels from which a picture has changed: a word of text. */
const CHANGED = 0.0002;

/** Pictures around a press, and what was told meanwhile. */
interface PressPictures {
  before: Buffer;
  /** One after the other; more than one show what moves by itself. */
  after: readonly Buffer[];
  told: PressEvents;
  /** Time of the press, ms. */
  fromMs: number;
  /** CSS px, the unit of boxes. */
  viewport: Size;
}

/**
 * True when the page looks as before, but for what was pressed, what changes without the press, and what goes on moving from one of the later
 * pictures to the next. False where that cannot be told: something draws itself, and the press may have a part in it. Throws IMAGE_UNREADABLE.
 */
export async function looksTheSame({ before, after, told, fromMs, viewport }: PressPictures): Promise<boolean> {
  const [base, ...later] = await Promise.all([before, ...after].map((one) => greyThumbnail(one, SAMPLE_SIDE)));
  const last = later.at(-1);
  if (!base || !last) return true;
  const toMs = Number.POSITIVE_INFINITY;
  const movedWithin = new Uint8Array(base.data.length);
  for (const [index, one] of later.entries()) {
    const former = later[index - 1];
    if (former) maskChanges(movedWithin, former, one);
  }
  const drawn = selfDrawn(told, fromMs, toMs, (box) => {
    const inside = new Uint8Array(base.data.length);
    maskBoxes(inside, base, [box], viewport);
    return inside.some((one, at) => one === 1 && movedWithin[at] === 1);
  });
  if (drawn === undefined) return false;
  const mask = movedWithin.slice();
  maskBoxes(mask, base, [...boxesAside(told, fromMs, toMs), ...drawn], viewport);
  return changedShareOutside(base, last, mask) <= CHANGED;
}
