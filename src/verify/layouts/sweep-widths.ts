import type { CaptureDriver } from '../../capture/capture.js';
import { toCodeloopError } from '../../core/errors.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { LaidOutPage } from '../../core/vocabulary/laid-out-page.js';
import { packLayout } from '../../core/vocabulary/laid-out-page.js';
import type { ArtifactSink, Cell } from '../../core/vocabulary/run.js';
import { bottom, right } from '../../layout/boxes.js';
import { type Examined, examinePage, keyOf } from '../../layout/examine.js';
import { type Found, runs } from '../../layout/found.js';
import { leftEdge } from '../../layout/page-model.js';

/** Narrowest window that a page is to work in without scrolling sideways: WCAG 1.4.10, CSS px. */
const NARROWEST = 320;
/** Widths between two samples at most, CSS px, and samples at most before any is halved. */
const GAP = 120;
const MOST = 24;
/** Breakpoints so close, CSS px, may have been meant to be one: what lies between them is looked at. */
const CLOSE = 10;

/** Layouts that are spent on finding where a fault begins and ends, and pictures of widths that no photograph shows. */
const MAX_HALVINGS = 10;
const MAX_PICTURES = 4;
/** Highest picture of a part of a page, and what is shown around the faults, CSS px. */
export const MAX_HEIGHT = 4000;
const MARGIN = 60;
/** Longest that all widths of a screen may take, ms; what is not reached by then is told. */
const SWEEP_MS = 45_000;

type Capture = ReturnType<CaptureDriver['create']>;

/** What is swept: the page of a capture that was just photographed. */
export interface SweepRequest {
  capture: Capture;
  run: ArtifactSink;
  /** Base name of its files. */
  name: string;
  /** What is covered in every picture of the screen. */
  masks: readonly (string | Rect)[];
  /** Widths that are photographed anyway, CSS px. */
  viewports: readonly number[];
  /** Device px per CSS px of the page's pictures. */
  scale: number;
  signal: AbortSignal;
}

/**
 * Lays the page out in windows of many widths, without pictures: 320 px, the viewports, both sides of each breakpoint and between, more
 * closely where faults come and go; then photographs the faults that no viewport shows, each once. Stores it with the run. That a page
 * cannot be laid out becomes a failure of the cell. Throws DISK_FULL, CANCELLED.
 */
export async function sweepWidths(request: SweepRequest): Promise<Cell['widths']> {
  const { capture, signal } = request;
  if (!capture.layOut || !capture.breakpoints) return undefined;
  try {
    const pages = new Map<number, LaidOutPage>();
    const limits = await layOutAll(request, pages);
    const pictures = await photographFaults(request, pages);
    const data = await packLayout([...pages.values()].sort((a, b) => a.window.width - b.window.width));
    const evidence = await request.run.put({ kind: 'layout', name: `${request.name}.widths.layout.json.gz`, data });
    return { evidence, pictures, limits };
  } catch (thrown) {
    signal.throwIfAborted();
    const error = toCodeloopError(thrown);
    if (['CANCELLED', 'DISK_FULL'].includes(error.code)) throw error;
    return { pictures: [], limits: [], failure: { code: error.code, message: error.message } };
  }
}

/** Lays the page out from wide to narrow; answers what it did not come to. */
async function layOutAll({ capture, viewports, signal }: SweepRequest, pages: Map<number, LaidOutPage>) {
  const ends = performance.now() + SWEEP_MS;
  const examined = new Map<number, Examined>();
  const at = async (width: number) => {
    const page = await capture.layOut?.(width, false, signal);
    if (!page) return;
    pages.set(width, page);
    examined.set(width, examinePage(page));
  };
  const widths = chooseWidths((await capture.breakpoints?.(signal)) ?? [], viewports).reverse();
  for (const [done, width] of widths.entries()) {
    if (performance.now() > ends)
      return [`${widths.length - done} of ${widths.length} widths were not laid out in time`];
    await at(width);
  }
  for (let halved = 0; halved < MAX_HALVINGS && performance.now() < ends; halved++) {
    const samples = [...examined].map(([width, { found }]) => ({
      width,
      keys: new Set(found.filter(isWorthIt).map(keyOf)),
    }));
    const next = nextToHalve(samples.sort((a, b) => a.width - b.width));
    if (next === undefined) break;
    await at(next);
  }
  return [];
}

/** Small targets and dots change with every width and are told by the viewports. */
const isWorthIt = ({ kind, certainty, asked }: Found): boolean =>
  !asked && kind !== 'target_size' && kind !== 'uneven' && certainty !== 'listed';

/** Pictures of the fewest widths that show every fault which no photographed viewport shows; the page is brought to rest for each. */
async function photographFaults(request: SweepRequest, pages: Map<number, LaidOutPage>) {
  const { capture, viewports, run, signal, scale } = request;
  const open = new Set(certainRuns(pages).filter((widths) => !widths.some((width) => viewports.includes(width))));
  const pictures: NonNullable<Cell['widths']>['pictures'] = [];
  while (open.size > 0 && pictures.length < MAX_PICTURES) {
    const shows = (width: number) => [...open].filter((widths) => widths.includes(width)).length;
    const width = [...pages.keys()].reduce((best, one) => (shows(one) > shows(best) ? one : best));
    if (shows(width) === 0) break;
    for (const widths of open) if (widths.includes(width)) open.delete(widths);
    const page = await capture.layOut?.(width, true, signal);
    if (!page) break;
    pages.set(width, page);
    const clip = clipOf(page);
    const part = clip && (await capture.part?.(inPicture(clip, page), request.masks, signal));
    if (!clip || !part) continue;
    const size = { width: Math.round(clip.width * scale), height: Math.round(clip.height * scale) };
    const name = `${request.name}.w${width}.png`;
    const picture = await run.put({ kind: 'tile', name, data: part.picture, size });
    pictures.push({ width, origin: { x: clip.x, y: clip.y }, scale, picture, ...coveredIn(part.covered) });
  }
  return pictures;
}

/** The widths of each certain fault, in runs without a width between that does not show it. */
function certainRuns(pages: ReadonlyMap<number, LaidOutPage>): number[][] {
  const sampled = [...pages.keys()].sort((a, b) => a - b);
  const widths = new Map<string, number[]>();
  for (const width of sampled) {
    const page = pages.get(width);
    for (const found of page ? examinePage(page).found : [])
      if (found.certainty === 'certain' && !found.asked)
        widths.set(keyOf(found), [...(widths.get(keyOf(found)) ?? []), width]);
  }
  return [...widths.values()].flatMap((found) => runs(found, sampled));
}

/** The part of the page that holds its certain faults, as wide as the page. */
export function clipOf(page: LaidOutPage): Rect | undefined {
  const rects = examinePage(page).found.flatMap(({ claim, certainty, rect, asked }) =>
    certainty === 'certain' && !asked ? [claim?.rect ?? rect] : [],
  );
  if (rects.length === 0) return undefined;
  const y = Math.max(0, Math.floor(Math.min(...rects.map((rect) => rect.y)) - MARGIN));
  const end = Math.min(Math.max(...rects.map(bottom)) + MARGIN, page.content.height, y + MAX_HEIGHT);
  const width = Math.min(Math.max(page.window.width, ...rects.map(right)), page.content.width, page.window.width * 2);
  const x = Math.floor(Math.max(leftEdge(page), Math.min(0, ...rects.map((rect) => rect.x)), -page.window.width));
  return { x, y, width: Math.ceil(width) - x, height: Math.max(1, Math.ceil(end) - y) };
}

/** What is covered in a picture, where something is. */
export function coveredIn(covered: readonly Rect[]): { masks?: Rect[] } {
  return covered.length === 0 ? {} : { masks: [...covered] };
}

/** A part of the page where a picture of the whole page has it: that begins at the left edge of all that scrolling reaches. */
export function inPicture(clip: Rect, page: LaidOutPage): Rect {
  return { ...clip, x: clip.x - leftEdge(page) };
}

/**
 * Widths at which a page is laid out, ascending: 320, the viewports', both sides of each breakpoint, and between. `breakpoints` are the
 * widths from which on a style holds. Where there are too many, those near to each other stand for each other, but for those that lie so
 * close that a layout may hold between them by mistake.
 */
export function chooseWidths(breakpoints: readonly number[], viewports: readonly number[], most = MOST): number[] {
  const widest = Math.max(...viewports, NARROWEST);
  const given = [NARROWEST, ...viewports].filter((width) => width >= NARROWEST);
  const inside = [...new Set(breakpoints)].filter((at) => at > NARROWEST && at <= widest).sort((a, b) => a - b);
  const withSides = () => [...new Set([...given, ...inside.flatMap((at) => [at - 1, at])])];
  while (inside.length > 1 && withSides().length > most) inside.splice(closest(inside), 1);
  const widths = withSides().sort((a, b) => a - b);
  while (widths.length < most) {
    const at = widestGap(widths);
    if (at === undefined) break;
    widths.splice(at + 1, 0, Math.round(((widths[at] ?? 0) + (widths[at + 1] ?? 0)) / 2));
  }
  return widths;
}

/** The place of the one that lies nearest to the one before it. */
function closest(sorted: readonly number[]): number {
  const apart = (at: number) => {
    const gap = (sorted[at] ?? 0) - (sorted[at - 1] ?? 0);
    return gap <= CLOSE ? 2 * GAP + gap : gap;
  };
  let best = 1;
  for (let at = 1; at < sorted.length; at++) if (apart(at) < apart(best)) best = at;
  return best;
}

function widestGap(sorted: readonly number[]): number | undefined {
  let best: number | undefined;
  let most = GAP;
  for (let at = 0; at + 1 < sorted.length; at++) {
    const gap = (sorted[at + 1] ?? 0) - (sorted[at] ?? 0);
    if (gap > most) [best, most] = [at, gap];
  }
  return best;
}

/** The width between two neighbours that tells more than any other: where what was found differs and the gap is largest. */
export function nextToHalve(samples: readonly { width: number; keys: ReadonlySet<string> }[]): number | undefined {
  let best: number | undefined;
  let most = 1;
  for (let at = 0; at + 1 < samples.length; at++) {
    const [a, b] = [samples[at], samples[at + 1]];
    if (!a || !b || b.width - a.width <= most || same(a.keys, b.keys)) continue;
    [best, most] = [Math.floor((a.width + b.width) / 2), b.width - a.width];
  }
  return best;
}

function same(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((key) => b.has(key));
}
