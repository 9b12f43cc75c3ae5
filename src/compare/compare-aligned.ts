import type { Rect } from '../core/vocabulary/geometry.js';
import type { Shift } from '../core/vocabulary/pair.js';
import type { RawImage } from '../image/raw-image.js';
import { rowSignatures } from '../image/row-signatures.js';
import { type Alignment, alignRows, type Stretch } from './align-rows.js';
import { bandFindings } from './band-findings.js';
import { coveredArea, eraseCovered, type MaskCover, moveCover } from './mask-cover.js';
import { countDifferences, type DiffSettings, type PixelDiff, type RowBand } from './pixel-diff.js';
import { viewOf, windowOf } from './pixel-view.js';
import { pixelmatchComparator } from './pixelmatch-comparator.js';
import { type Finding, findRegions, worstFirst } from './regions.js';
import { scoreOf } from './score.js';
import { visibleDiff } from './visible-diff.js';

/** What is left to find once shifts are undone. */
export interface AlignedResult {
  /** The columns that were aligned. */
  columns: Columns;
  /** Pixels of the actual picture that differ from those of the reference that they come from; inserted bands are not in it. */
  diff: PixelDiff;
  findings: Finding[];
  unclassified: number;
  shifts: Shift[];
  /** Inserted bands, in the actual picture. */
  inserted: Rect[];
  score: number;
}

/** Columns `from` <= x < `to`. */
export interface Columns {
  from: number;
  to: number;
}

/** What is compared, and how. */
export interface AlignRequest {
  reference: RawImage;
  actual: RawImage;
  /** Columns in which anything differs; what stands still beside them (a fixed sidebar) is equal. */
  columns: Columns;
  cover: MaskCover;
  settings: DiffSettings;
  deviceScale: number;
  /** Whether one picture was scaled down to the other's device pixel ratio. */
  scaled: boolean;
  /** Pixels that differ in the part that both pictures have, without any alignment. */
  plainDifferences: number;
}

/** Share of the plain differences that may be left in rows that belong together; more is no shift but another page. */
const MOST_LEFT = 0.5;

/** Share of the rows that may be inserted or removed. */
const MOST_BANDS = 0.5;

/**
 * Compares what belongs together when bands of rows were inserted or removed. Undefined when nothing was, or when undoing it does
 * not explain most of the differences. Masks (of the actual picture) do not count here either.
 */
export async function compareAligned(request: AlignRequest): Promise<AlignedResult | undefined> {
  const { reference, actual, cover, deviceScale } = request;
  const found = alignColumns(request);
  if (!found || bandRows(found.alignment) > MOST_BANDS * Math.min(reference.height, actual.height)) return undefined;
  const { alignment, columns } = found;
  const { width, height } = actual;
  const diff = { width, height, mask: new Uint8Array(width * height), bands: [] as RowBand[] };
  const findings: Finding[] = [];
  let [unclassified, pixels] = [0, 0];
  for (const stretch of alignment.stretches) {
    const place: Rect = { x: columns.from, y: stretch.actual, width: columns.to - columns.from, height: stretch.rows };
    const part = await compareStretch(request, stretch, place);
    copyInto(diff, part.diff, place);
    findings.push(...part.findings);
    unclassified += part.unclassified;
    pixels += place.width * place.height - coveredArea(cover, place);
  }
  const differences = countDifferences(diff);
  if (differences > MOST_LEFT * request.plainDifferences) return undefined;
  const bands = bandFindings(alignment, request, columns, cover, deviceScale);
  const ofBands = bands.reduce((sum, { region }) => sum + region.area, 0);
  return {
    diff,
    columns,
    findings: worstFirst([...findings, ...bands]),
    unclassified,
    shifts: alignment.shifts,
    inserted: alignment.inserted.map(({ from, to }) => ({
      x: columns.from,
      y: from,
      width: columns.to - columns.from,
      height: to - from,
    })),
    // Columns that stand still are equal, and count as such.
    score: scoreOf(differences + ofBands, pixels + ofBands + stillPixels(request, columns)),
  };
}

/** Share of the rows that match beside what stands still that must match across the whole width for the whole width to be aligned. */
const WHOLE_WIDTH = 0.9;

/** Aligns whole rows, or only the columns in which anything differs when something beside them stood still. */
function alignColumns({
  reference,
  actual,
  columns,
}: AlignRequest): { alignment: Alignment; columns: Columns } | undefined {
  const whole = { from: 0, to: actual.width };
  const [byWhole, byColumns] = [whole, columns].map((range) =>
    alignRows(rowSignatures(reference, range), rowSignatures(actual, range)),
  );
  if (byWhole && byWhole.equal >= WHOLE_WIDTH * (byColumns?.equal ?? 0)) return { alignment: byWhole, columns: whole };
  return byColumns ? { alignment: byColumns, columns } : undefined;
}

async function compareStretch(request: AlignRequest, stretch: Stretch, place: Rect) {
  const views = {
    reference: windowOf(viewOf(request.reference), { ...place, y: stretch.reference }),
    actual: windowOf(viewOf(request.actual), place),
  };
  const diff = await pixelmatchComparator.compare(views, request.settings);
  const cover = moveCover(request.cover, -place.x, -place.y, place);
  eraseCovered(diff, cover);
  const visible = await visibleDiff(views, diff, { scaled: request.scaled, signal: request.settings.signal });
  eraseCovered(visible.diff, cover);
  const { findings, unclassified } = findRegions({
    ...views,
    ...visible,
    counted: diff,
    deviceScale: request.deviceScale,
  });
  const referenceDy = stretch.reference - stretch.actual;
  return { diff, unclassified, findings: findings.map((finding) => moveFinding(finding, place, referenceDy)) };
}

/** A finding of a window in coordinates of the whole actual picture. */
function moveFinding({ region, weight }: Finding, place: Rect, referenceDy: number): Finding {
  const rect = { ...region.rect, x: region.rect.x + place.x, y: region.rect.y + place.y };
  return { region: { ...region, rect }, weight, referenceDy };
}

function copyInto(whole: PixelDiff & { bands: RowBand[] }, part: PixelDiff, place: Rect): void {
  for (const { from, to } of part.bands) {
    for (let y = from; y < to; y++)
      whole.mask.set(part.mask.subarray(y * part.width, (y + 1) * part.width), (place.y + y) * whole.width + place.x);
    whole.bands.push({ from: from + place.y, to: to + place.y });
  }
}

function bandRows({ inserted, removed }: Alignment): number {
  return [...inserted, ...removed.map(({ band }) => band)].reduce((sum, { from, to }) => sum + to - from, 0);
}

function stillPixels({ reference, actual, cover }: AlignRequest, columns: Columns): number {
  const height = Math.min(reference.height, actual.height);
  const sides: Rect[] = [
    { x: 0, y: 0, width: columns.from, height },
    { x: columns.to, y: 0, width: actual.width - columns.to, height },
  ];
  return sides.reduce((sum, side) => sum + side.width * side.height - coveredArea(cover, side), 0);
}
