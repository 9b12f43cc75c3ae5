import { CodeloopError } from '../core/errors.js';
import type { Rect, Size } from '../core/vocabulary/geometry.js';
import type { Region } from '../core/vocabulary/pair.js';
import { encode } from '../image/encode.js';
import type { RawImage } from '../image/pixels.js';
import { clipRect, growRect, type Point, viewOf, windowOf } from '../image/pixels.js';
import { cutOut, fitWithin, resizeTo, tile } from '../image/resize.js';
import type { Compared, CompareOptions, DecodedPair } from './compare.js';
import { compareAligned, visibleRegions } from './compare-aligned.js';
import { drawDiff } from './diff-picture.js';
import { odiffComparator } from './odiff-comparator.js';
import {
  type Comparator,
  countDifferences,
  coveredArea,
  coverOf,
  type DiffSettings,
  differingColumns,
  eraseCovered,
  type Overlap,
  type PixelDiff,
  scoreOf,
} from './pixel-diff.js';
import { pixelmatchComparator } from './pixelmatch-comparator.js';
import { type Finding, scaleRect, worstFirst } from './regions.js';
import { atLeast } from './severity.js';
import {
  besideLines,
  boundingBox,
  type ExtraStrip,
  extraStrips,
  ROUNDING_PIXELS,
  stripFindings,
} from './strip-regions.js';

/** A diff and the engine it is from. */
export interface EngineDiff {
  diff: PixelDiff;
  comparator: Comparator['id'];
  /** Why another engine was used than the rule asks for. */
  note?: string;
}

const ENGINES = { pixelmatch: pixelmatchComparator, odiff: odiffComparator };

/** Least distance between odiff's score and the threshold at which odiff decides; nearer than that, pixelmatch decides. */
const CLOSE_CALL = 0.001;

/**
 * The engines agree on which pixels differ, but not on all that are anti-aliasing: of the differing pixels of real pages up to 3 %
 * are counted by one of them only, of pages full of changed text 12 % (measured with odiff 4.5.0 and pixelmatch 7.2.0).
 */
const ENGINES_APART = 0.15;

/** Returns true when a score by odiff leaves it open on which side of the threshold pixelmatch's would be. */
export function isCloseCall(score: number, threshold: number): boolean {
  return Math.abs(score - threshold) <= Math.max(CLOSE_CALL, ENGINES_APART * (1 - score));
}

/**
 * Compares the pixels with the engine for their size: odiff above `odiffAbovePixels` pixels of the bounding box, else
 * pixelmatch. pixelmatch takes over, with a note, when odiff fails, and when `closeCall` says that the verdict depends on the engine.
 */
export async function diffPixels(
  overlap: Overlap,
  settings: DiffSettings,
  choice: { pixels: number; odiffAbovePixels: number; closeCall: (diff: PixelDiff) => boolean },
  engines: Readonly<Record<Comparator['id'], Comparator>> = ENGINES,
): Promise<EngineDiff> {
  const byPixelmatch = async (note?: string): Promise<EngineDiff> => {
    const diff = await engines.pixelmatch.compare(overlap, settings);
    return { diff, comparator: 'pixelmatch', ...(note === undefined ? {} : { note }) };
  };
  if (choice.pixels <= choice.odiffAbovePixels) return byPixelmatch();
  try {
    const diff = await engines.odiff.compare(overlap, settings);
    if (!choice.closeCall(diff)) return { diff, comparator: 'odiff' };
    return byPixelmatch('The score by odiff was close to the threshold, so pixelmatch decided.');
  } catch (error) {
    if (error instanceof CodeloopError && error.code === 'CANCELLED') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return byPixelmatch(`odiff could not compare (${reason}), so pixelmatch did.`);
  }
}

/**
 * `size-mismatch` when the sizes (at one device pixel ratio) differ by more than a pixel and no difference is allowed; else `match`
 * when the score reaches the threshold and no region is at or above the blocking severity; else `mismatch`.
 */
export function outcomeOf(
  found: { score: number; sizes: readonly [Size, Size]; regions: readonly Region[] },
  options: Pick<CompareOptions, 'threshold' | 'blockOnSeverity' | 'allowSizeDifference'>,
): Compared['outcome'] {
  const [a, b] = found.sizes;
  const apart = Math.max(Math.abs(a.width - b.width), Math.abs(a.height - b.height));
  if (apart > ROUNDING_PIXELS && !options.allowSizeDifference) return 'size-mismatch';
  const limit = options.blockOnSeverity ?? 'critical';
  const blocked = found.regions.some((region) => atLeast(region.severity, limit));
  return found.score >= options.threshold && !blocked ? 'match' : 'mismatch';
}

/** Margin around a region in its tile, pixels, so that the place can be recognised. */
const MARGIN = 24;

/** A wide region's sides lie above each other, others beside each other: a tile stays roughly square. */
const WIDE = 2;

/**
 * Reference and actual of one rectangle in one PNG, with a margin: side by side, or reference above actual for wide ones. Where a
 * picture has no pixels the tile is white. `referenceBy`: how much further right and lower the same content lies in the reference. Scaled down to the inline bounds when larger.
 */
export async function drawTile(
  reference: RawImage,
  actual: RawImage,
  rect: Rect,
  referenceBy: Point = { x: 0, y: 0 },
): Promise<{ png: Buffer; size: Size } | undefined> {
  const bounds = {
    width: Math.max(reference.width, actual.width),
    height: Math.max(reference.height, actual.height),
  };
  const view = clipRect(growRect(rect, MARGIN), bounds);
  if (!view) return undefined;
  const whole = tile(
    [cutOut(reference, { ...view, x: view.x + referenceBy.x, y: view.y + referenceBy.y }), cutOut(actual, view)],
    view.width >= WIDE * view.height ? 'column' : 'row',
  );
  const image = await resizeTo(whole, fitWithin(whole, {}));
  return { png: await encode(image, 'png-fast'), size: { width: image.width, height: image.height } };
}

/** Regions that are reported; on a page with more differences the worst say enough. */
export const MOST_REGIONS = 50;

/** pixelmatch's own default: just above what sub-pixel rendering leaves. */
const PIXEL_THRESHOLD = 0.1;

/**
 * Pixels of the bounding box above which odiff compares. `bench/compare.mjs`: up to 1280x20000 (25.6 million) pixelmatch over the rows
 * that differ is faster in every case and needs no more memory; above, odiff keeps this process free for other work.
 */
const ODIFF_ABOVE_PIXELS = 32_000_000;

/** Compares two decoded pictures as `compareImages` does when their bytes are not equal. */
export async function compareDecoded(pair: DecodedPair, options: CompareOptions): Promise<Compared> {
  const { reference, actual, actualFactor } = pair;
  const size = boundingBox(reference, actual);
  const whole: Rect = { x: 0, y: 0, ...size };
  const cover = coverOf(
    (options.masks ?? []).map((mask) => scaleRect(mask, actualFactor)),
    size,
  );
  const masked = coveredArea(cover, whole);
  const strips = extraStrips(reference, actual);
  const common: Rect = {
    x: 0,
    y: 0,
    width: Math.min(reference.width, actual.width),
    height: Math.min(reference.height, actual.height),
  };
  const views = { reference: viewOf(reference), actual: viewOf(actual) };
  const overlap = { reference: windowOf(views.reference, common), actual: windowOf(views.actual, common) };
  const extra = strips.reduce((sum, { rect }) => sum + rect.width * rect.height - coveredArea(cover, rect), 0);
  const totalPixels = size.width * size.height - masked;
  const counted = (candidate: PixelDiff) => {
    eraseCovered(candidate, cover);
    return countDifferences(candidate) + extra;
  };
  const settings = {
    pixelThreshold: options.pixelThreshold ?? PIXEL_THRESHOLD,
    antialiasing: options.antialiasing ?? 'ignored',
    signal: options.signal,
  };
  const engine = await diffPixels(overlap, settings, {
    pixels: size.width * size.height,
    odiffAbovePixels: options.odiffAbovePixels ?? ODIFF_ABOVE_PIXELS,
    closeCall: (candidate) => isCloseCall(scoreOf(counted(candidate), totalPixels), options.threshold),
  });
  const differing = counted(engine.diff);
  const deviceScale = Math.min(options.scale?.reference ?? 1, options.scale?.actual ?? 1);
  const scaled = (options.scale?.reference ?? 1) !== (options.scale?.actual ?? 1);
  const aligned =
    !options.scoreOnly && mayBeShifted(engine.diff, strips)
      ? await compareAligned({
          ...{ reference, actual, views, cover, settings, deviceScale, scaled },
          columns: differingColumns(engine.diff),
          rows: { from: engine.diff.bands[0]?.from ?? 0, to: engine.diff.bands.at(-1)?.to ?? 0 },
          plainDifferences: differing - extra,
        })
      : undefined;
  const unaligned = () =>
    options.scoreOnly
      ? { findings: [], unclassified: 0, diff: engine.diff }
      : visibleRegions(overlap, engine.diff, { cover, deviceScale, scaled, signal: options.signal });
  const { findings, unclassified, diff: shown } = aligned ?? (await unaligned());
  // What the alignment explains is in its findings; a strip beside the aligned lines is not.
  const left = options.scoreOnly ? [] : aligned ? strips.flatMap((strip) => besideLines(strip, aligned.lines)) : strips;
  const stripped = stripFindings(left, pair, cover, deviceScale);
  const all = worstFirst([...findings, ...stripped]);
  const worst = all.slice(0, MOST_REGIONS);
  const score = scoreOf(differing, totalPixels);
  // Colours hardly apart make no region and no score.
  const faint = options.exact && all.length === 0 && differing === 0 ? countDifferences(shown) : 0;
  const differs = differing > 0 || all.length > 0 || faint > 0;
  const notes = [
    pair.note,
    engine.note,
    noteOnCount(all.length + unclassified, worst.length),
    noteOnMask(totalPixels),
    faint > 0 ? `${faint} pixels differ in colour by little: CIEDE2000 2 or more.` : undefined,
    aligned ? 'Regions and diff picture are after the shifts were undone; the score is not.' : undefined,
  ];
  const note = notes.filter((line) => line !== undefined).join(' ');
  const regions = worst.map(({ region }) => region);
  if (options.signal?.aborted) throw new CodeloopError('CANCELLED', { what: 'compare' });
  const extras = [...left.map(({ rect }) => rect), ...(aligned?.inserted ?? [])];
  return {
    outcome: exactly(
      options.exact === true && differs,
      outcomeOf({ score, sizes: [reference, actual], regions: blocking(all, stripped, options) }, options),
    ),
    comparator: engine.diff.bands.length === 0 && strips.length === 0 ? 'identical' : engine.comparator,
    score,
    ...(aligned ? { aligned_score: aligned.score } : {}),
    diff_pixels: differing,
    total_pixels: totalPixels,
    masked_ratio: masked / (size.width * size.height),
    size: pair.size,
    shifts: aligned?.shifts ?? [],
    regions: regions.map((region) => ({ ...region, rect: scaleRect(region.rect, 1 / actualFactor) })),
    ...(note === '' ? {} : { note }),
    tiles: differs ? await drawTiles(pair, worst, options.tiles ?? 0) : [],
    ...(differs && (options.diffPicture ?? true)
      ? { diff: await drawDiff({ size, actual: views.actual, diff: shown, extras, cover, regions }) }
      : {}),
  };
}

/** Returns what an exact comparison comes to where anything differs. */
export function exactly(differs: boolean, outcome: Compared['outcome']): Compared['outcome'] {
  return differs && outcome === 'match' ? 'mismatch' : outcome;
}

/** Share of differing rows from which a shift is looked for: what is pushed down differs on most rows below. */
const SHIFTED_ROWS = 0.2;

function mayBeShifted(diff: PixelDiff, strips: readonly ExtraStrip[]): boolean {
  const rows = diff.bands.reduce((sum, band) => sum + band.to - band.from, 0);
  return rows > SHIFTED_ROWS * diff.height || (rows > 0 && strips.length > 0);
}

/** Returns the findings that may block: where another size is allowed, the strips that come with it do not count. */
function blocking(all: readonly Finding[], strips: readonly Finding[], options: CompareOptions): Region[] {
  const held = options.allowSizeDifference ? all.filter((finding) => !strips.includes(finding)) : all;
  return held.map(({ region }) => region);
}

async function drawTiles(pair: DecodedPair, findings: readonly Finding[], most: number): Promise<Compared['tiles']> {
  const tiles: { index: number; png: Buffer; size: Size }[] = [];
  for (const [index, { region, referenceBy }] of findings.slice(0, most).entries()) {
    const tile = await drawTile(pair.reference, pair.actual, region.rect, referenceBy);
    if (tile) tiles.push({ index, ...tile });
  }
  return tiles;
}

function noteOnCount(found: number, reported: number): string | undefined {
  return found > reported
    ? `${reported} regions are listed, the worst; ${found - reported} smaller differences are not.`
    : undefined;
}

function noteOnMask(totalPixels: number): string | undefined {
  return totalPixels === 0 ? 'Everything is masked: nothing was compared.' : undefined;
}
