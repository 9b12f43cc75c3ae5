import type { Rect } from '../core/vocabulary/geometry.js';
import type { RegionKind, Shift } from '../core/vocabulary/pair.js';
import type { RawImage } from '../image/pixels.js';
import { type Point, pictureStatistics, windowOf } from '../image/pixels.js';
import { crop } from '../image/resize.js';
import type { Alignment } from './align-lines.js';
import { type AlignmentRequest, type FoundAlignment, findAlignments } from './find-alignments.js';
import { type LineRun, type Lines, linesRect, type Span } from './match-profiles.js';
import {
  countDifferences,
  coveredArea,
  type DiffSettings,
  eraseCovered,
  joinBands,
  type MaskCover,
  moveCover,
  type Overlap,
  type PixelDiff,
  scoreOf,
} from './pixel-diff.js';
import { pixelmatchComparator } from './pixelmatch-comparator.js';
import { type Finding, findRegions, worstFirst } from './regions.js';
import { severityOf, weightOf } from './severity.js';
import { contentOf, isContinued } from './strip-regions.js';
import { visibleDiff } from './visible-diff.js';

/** Contrast of a band: there is no other side to compare it with, so what it shows counts in full. */
const FULL_DELTA_E = 100;

/**
 * The findings of inserted and removed bands: `added` or `missing` when there is something to see in them, `resized` when they are
 * empty space. A region is as wide (or high) as what is in the band. A removed band is marked by the line of the actual picture before which it is missing; its area is what it had.
 */
function bandFindings(
  alignment: Alignment,
  images: { reference: RawImage; actual: RawImage },
  lines: Lines,
  cover: MaskCover,
  deviceScale: number,
): Finding[] {
  const down = lines.axis === 'y';
  const last = (down ? images.actual.height : images.actual.width) - 1;
  const inserted = alignment.inserted.flatMap(({ from, to }) => {
    const { rect, kind } = look(images.actual, linesRect(lines, from, to - from), lines, 'added');
    const area = rect.width * rect.height - coveredArea(cover, rect);
    return area === 0 ? [] : finding(kind, rect, rect, area, deviceScale, { x: 0, y: 0 });
  });
  const removed = alignment.removed.flatMap(({ band, at }) => {
    const { rect: was, kind } = look(
      images.reference,
      linesRect(lines, band.from, band.to - band.from),
      lines,
      'missing',
    );
    const place = Math.min(at, last);
    const rect = down ? { ...was, y: place, height: 1 } : { ...was, x: place, width: 1 };
    const referenceBy = { x: was.x - rect.x, y: was.y - rect.y };
    return finding(kind, rect, was, was.width * was.height, deviceScale, referenceBy);
  });
  return [...inserted, ...removed];
}

/** Empty space, and lines that only go on with what is beside them, are another size; else what is in the band and where. */
function look(image: RawImage, rect: Rect, lines: Lines, whenSeen: RegionKind): { rect: Rect; kind: RegionKind } {
  return pictureStatistics(crop(image, rect)).blank || isContinued(image, rect, lines)
    ? { rect, kind: 'resized' }
    : { rect: contentOf(image, rect, lines), kind: whenSeen };
}

function finding(
  kind: RegionKind,
  rect: Rect,
  extent: Rect,
  area: number,
  deviceScale: number,
  referenceBy: Point,
): Finding {
  const rated = { kind, rect: extent, area, deltaE: FULL_DELTA_E, deviceScale };
  return { region: { rect, area, kind, severity: severityOf(rated) }, weight: weightOf(rated), referenceBy };
}

/** The differences that remain after shifts are undone. */
interface AlignedResult {
  /** The aligned lines. */
  lines: Lines;
  /** Pixels of the actual picture that differ from their counterpart in the reference; inserted bands are left out. */
  diff: PixelDiff;
  findings: Finding[];
  unclassified: number;
  shifts: Shift[];
  /** Inserted bands, in the actual picture. */
  inserted: Rect[];
  score: number;
}

/** A comparison: pictures and settings. */
interface AlignRequest extends AlignmentRequest {
  cover: MaskCover;
  settings: DiffSettings;
  deviceScale: number;
  /** True when one picture was scaled down to the other's device pixel ratio. */
  scaled: boolean;
  /** Pixels that differ in the part that both pictures have, without any alignment. */
  plainDifferences: number;
}

/** Share of the plain differences that may be left in lines that belong together; more is no shift but another page. */
const MOST_LEFT = 0.5;

/** Share of the lines that may be inserted or removed. */
const MOST_BANDS = 0.5;

/**
 * Compares what belongs together when bands of rows or columns were inserted or removed. Undefined when nothing was, or when undoing it
 * does not explain most of the differences. Masks (of the actual picture) do not count here either.
 */
export async function compareAligned(request: AlignRequest): Promise<AlignedResult | undefined> {
  for (const found of findAlignments(request)) {
    const result = await compareAlong(request, found);
    if (result) return result;
  }
  return undefined;
}

async function compareAlong(
  request: AlignRequest,
  { alignment, lines }: FoundAlignment,
): Promise<AlignedResult | undefined> {
  const { reference, actual, cover, deviceScale } = request;
  const { width, height } = actual;
  const { axis } = lines;
  const shortest = axis === 'y' ? Math.min(reference.height, height) : Math.min(reference.width, width);
  if (bandLines(alignment) > MOST_BANDS * shortest) return undefined;
  const parts: { place: Rect; diff: PixelDiff }[] = [];
  const findings: Finding[] = [];
  let [unclassified, pixels] = [0, 0];
  for (const stretch of alignment.stretches) {
    const part = await compareStretch(request, stretch, lines);
    const { place } = part;
    parts.push(part);
    findings.push(...part.findings);
    unclassified += part.unclassified;
    pixels += place.width * place.height - coveredArea(cover, place);
  }
  const diff = joinParts(width, height, parts);
  const differences = countDifferences(diff);
  if (differences > MOST_LEFT * request.plainDifferences) return undefined;
  const bands = bandFindings(alignment, request, lines, cover, deviceScale);
  const ofBands = bandPixels(alignment, lines, cover);
  return {
    diff,
    lines,
    findings: worstFirst([...findings, ...bands]),
    unclassified,
    shifts: alignment.shifts.map((shift) => ({ axis, ...shift, ...partOf(lines, actual) })),
    inserted: alignment.inserted.map(({ from, to }) => linesRect(lines, from, to - from)),
    // What stands still beside the lines is equal, and counts as such.
    score: scoreOf(differences + ofBands, pixels + ofBands + stillPixels(request, lines)),
  };
}

/** The part of the other axis that a shift is limited to. */
function partOf({ axis, across }: Lines, actual: { width: number; height: number }): Pick<Shift, 'across'> {
  return across.from === 0 && across.to === (axis === 'y' ? actual.width : actual.height) ? {} : { across };
}

async function compareStretch(request: AlignRequest, stretch: LineRun, lines: Lines) {
  const place = linesRect(lines, stretch.actual, stretch.count);
  const there = linesRect(lines, stretch.reference, stretch.count);
  const views = {
    reference: windowOf(request.views.reference, there),
    actual: windowOf(request.views.actual, place),
  };
  const diff = await pixelmatchComparator.compare(views, request.settings);
  const cover = moveCover(request.cover, -place.x, -place.y, place);
  eraseCovered(diff, cover);
  const own = { ...diff, mask: diff.mask.slice() };
  const { scaled, deviceScale } = request;
  const seen = { cover, scaled, deviceScale, signal: request.settings.signal };
  const { findings, unclassified } = await visibleRegions(views, own, seen);
  const referenceBy = { x: there.x - place.x, y: there.y - place.y };
  return { place, diff, unclassified, findings: findings.map((finding) => moveFinding(finding, place, referenceBy)) };
}

/** What the differing pixels of two pictures come to that can be seen, as regions; `diff`: the pixels in them. Throws CANCELLED. */
export async function visibleRegions(
  overlap: Overlap,
  diff: PixelDiff,
  {
    cover,
    deviceScale,
    scaled,
    signal,
  }: Pick<AlignRequest, 'cover' | 'deviceScale' | 'scaled'> & Pick<DiffSettings, 'signal'>,
): Promise<{ findings: Finding[]; unclassified: number; diff: PixelDiff }> {
  const visible = await visibleDiff(overlap, diff, { scaled, signal });
  eraseCovered(visible.diff, cover);
  return { ...findRegions({ ...overlap, ...visible, deviceScale }), diff: visible.diff };
}

/** A finding of a window in coordinates of the whole actual picture. */
function moveFinding({ region, weight }: Finding, place: Rect, referenceBy: Point): Finding {
  const rect = { ...region.rect, x: region.rect.x + place.x, y: region.rect.y + place.y };
  return { region: { ...region, rect }, weight, referenceBy };
}

/** Diffs of windows as one of the whole picture. */
function joinParts(width: number, height: number, parts: readonly { place: Rect; diff: PixelDiff }[]): PixelDiff {
  const mask = new Uint8Array(width * height);
  const bands: Span[] = [];
  for (const { place, diff } of parts)
    for (const { from, to } of diff.bands) {
      for (let y = from; y < to; y++)
        mask.set(diff.mask.subarray(y * diff.width, (y + 1) * diff.width), (place.y + y) * width + place.x);
      bands.push({ from: from + place.y, to: to + place.y });
    }
  return { width, height, mask, bands: joinBands(bands) };
}

function bandLines({ inserted, removed }: Alignment): number {
  return [...inserted, ...removed.map(({ band }) => band)].reduce((sum, { from, to }) => sum + to - from, 0);
}

/** Pixels of all bands; masks are of the actual picture, which does not have the removed ones. */
function bandPixels({ inserted, removed }: Alignment, lines: Lines, cover: MaskCover): number {
  const areaOf = ({ from, to }: Span) => (to - from) * (lines.across.to - lines.across.from);
  return (
    inserted.reduce(
      (sum, band) => sum + areaOf(band) - coveredArea(cover, linesRect(lines, band.from, band.to - band.from)),
      0,
    ) + removed.reduce((sum, { band }) => sum + areaOf(band), 0)
  );
}

function stillPixels({ reference, actual, cover }: AlignRequest, { axis, across }: Lines): number {
  const common = { width: Math.min(reference.width, actual.width), height: Math.min(reference.height, actual.height) };
  const sides: Rect[] =
    axis === 'y'
      ? [
          { x: 0, y: 0, width: across.from, height: common.height },
          { x: across.to, y: 0, width: common.width - across.to, height: common.height },
        ]
      : [
          { x: 0, y: 0, width: common.width, height: across.from },
          { x: 0, y: across.to, width: common.width, height: common.height - across.to },
        ];
  return sides.reduce((sum, side) => sum + side.width * side.height - coveredArea(cover, side), 0);
}
