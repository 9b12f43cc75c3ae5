import { CodeloopError } from '../core/errors.js';
import type { Rect, Size } from '../core/vocabulary/geometry.js';
import type { Region, Shift } from '../core/vocabulary/pair.js';
import { decodeRows } from '../image/decode.js';
import type { RawImage } from '../image/pixels.js';
import { viewOf } from '../image/pixels.js';
import { joinRows } from '../image/png-stack.js';
import type { Compared, CompareOptions, Encoded, TallPair } from './compare.js';
import { compareDecoded, exactly, MOST_REGIONS, outcomeOf } from './compare-decoded.js';
import { drawDiff } from './diff-picture.js';
import { coveredArea, coverOf, type MaskCover, type RowBand, scoreOf } from './pixel-diff.js';
import { scaleRect } from './regions.js';
import { bySeverity } from './severity.js';
import { boundingBox, stripFindings } from './strip-regions.js';

/** Pixels of a band. */
const TALL_BAND = 16_000_000;

/** A region within this many rows of a band's end may go on in the next band. */
const MARGIN = 40;

/** What a band of rows came to; all in rows of the whole pictures. */
interface BandResult {
  reference: RowBand;
  actual: RowBand;
  compared: Compared;
}

/**
 * Compares two pictures of which one is too large to be decoded as a whole, a band of rows after the other, so that memory stays flat:
 * everything `compareImages` promises. A band ends where nothing differs, and where rows were inserted or removed in it the next one
 * begins as much further down in one of the pictures. A shift by more rows than half a band is not undone.
 */
export async function compareTall(pair: TallPair, options: CompareOptions, bandPixels = TALL_BAND): Promise<Compared> {
  const { reference, actual, actualFactor } = pair;
  const size = boundingBox(reference.size, actual.size);
  const masks = (options.masks ?? []).map((mask) => scaleRect(mask, actualFactor));
  const cover = coverOf(masks, size);
  const work = new TallCompare(pair, options, masks, Math.max(2 * MARGIN, Math.floor(bandPixels / size.width)));
  await work.walk();
  const masked = coveredArea(cover, { x: 0, y: 0, ...size });
  const total = size.width * size.height - masked;
  const differing = await work.plainDifferences(cover);
  const score = scoreOf(differing, total);
  const all = work.regions.toSorted(
    (a, b) => bySeverity(a.region.severity, b.region.severity) || b.region.area - a.region.area,
  );
  const worst = all.slice(0, MOST_REGIONS);
  const notes = [
    pair.note,
    `Compared in ${work.bands} bands of rows.`,
    all.length > worst.length
      ? `${worst.length} regions are listed, the worst; ${all.length - worst.length} smaller differences are not.`
      : undefined,
    total === 0 ? 'Everything is masked: nothing was compared.' : undefined,
    work.shifts.length > 0 ? 'Regions and diff picture are after the shifts were undone; the score is not.' : undefined,
  ];
  const held = options.allowSizeDifference ? all.filter(({ strip }) => !strip) : all;
  const differs = differing > 0 || all.length > 0;
  return {
    outcome: exactly(
      options.exact === true && (differs || work.faint),
      outcomeOf({ score, sizes: [reference.size, actual.size], regions: held.map(({ region }) => region) }, options),
    ),
    comparator: differs ? work.comparator : 'identical',
    score,
    ...(work.shifts.length > 0 ? { aligned_score: work.alignedScore() } : {}),
    diff_pixels: differing,
    total_pixels: total,
    masked_ratio: masked / (size.width * size.height),
    size: pair.size,
    shifts: work.shifts,
    regions: worst.map(({ region }) => ({ ...region, rect: scaleRect(region.rect, 1 / actualFactor) })),
    note: notes.filter((line) => line !== undefined).join(' '),
    tiles: worst.slice(0, options.tiles ?? 0).flatMap(({ tile }, index) => (tile ? [{ ...tile, index }] : [])),
    ...((differs || work.faint) && (options.diffPicture ?? true) ? { diff: await joinRows(work.drawn) } : {}),
  };
}

/** A region of the whole picture. `strip`: it lies where only one of the pictures has rows. */
interface TallRegion {
  region: Region;
  strip: boolean;
  tile?: { png: Buffer; size: Size };
}

/** One walk down two pictures. */
class TallCompare {
  readonly regions: TallRegion[] = [];
  readonly shifts: Shift[] = [];
  /** The diff picture's rows, in bands of the actual picture. */
  readonly drawn: { png: Buffer; rows: number }[] = [];
  bands = 0;
  /** Something differs that makes no region and no score. */
  faint = false;
  comparator: Compared['comparator'] = 'pixelmatch';
  /** Differences of the rows of both pictures that lie at one height, and up to which row they are counted. */
  #plain = 0;
  #plainTo = 0;
  #aligned = { differing: 0, pixels: 0 };

  constructor(
    readonly pair: TallPair,
    readonly options: CompareOptions,
    readonly masks: readonly Rect[],
    readonly rows: number,
  ) {}

  async walk(): Promise<void> {
    const { reference, actual } = this.pair;
    let [r, a] = [0, 0];
    while (r < reference.size.height && a < actual.size.height) {
      const band = await this.#band(r, a);
      this.#take(band);
      [r, a] = [band.reference.to, band.actual.to];
    }
    await this.#rest('reference', r);
    await this.#rest('actual', a);
  }

  /** Pixels that differ at one height, with those that only one picture has; the rest of the rows is compared for it. */
  async plainDifferences(cover: MaskCover): Promise<number> {
    const { reference, actual } = this.pair;
    const [common, all] = [
      Math.min(reference.size.height, actual.size.height),
      boundingBox(reference.size, actual.size),
    ];
    while (this.#plainTo < common) {
      const rows = { from: this.#plainTo, to: Math.min(common, this.#plainTo + this.rows) };
      this.#plain += (await this.#compare(rows, rows, { tiles: 0, diffPicture: false })).diff_pixels;
      this.#plainTo = rows.to;
    }
    if (this.#plainTo >= all.height) return this.#plain;
    const wide = (reference.size.height > actual.size.height ? reference : actual).size.width;
    const below = { x: 0, y: this.#plainTo, width: wide, height: all.height - this.#plainTo };
    return this.#plain + below.width * below.height - coveredArea(cover, below);
  }

  alignedScore(): number {
    return scoreOf(Math.round(this.#aligned.differing), this.#aligned.pixels);
  }

  /** The next band, from these rows on: shorter where something would be cut at its end, uneven where rows came or went. */
  async #band(r: number, a: number): Promise<BandResult> {
    const [leftR, leftA] = [this.pair.reference.size.height - r, this.pair.actual.size.height - a];
    const last = Math.max(leftR, leftA) <= 1.5 * this.rows;
    const rows = Math.min(this.rows, leftR, leftA);
    const whole = {
      reference: { from: r, to: r + (last ? leftR : rows) },
      actual: { from: a, to: a + (last ? leftA : rows) },
    };
    const first = { ...whole, compared: await this.#compare(whole.reference, whole.actual) };
    if (last) return first;
    const cut = cutBefore(first.compared.regions, rows);
    const by = netShift(first.compared.shifts, rows);
    const to = { reference: r + cut - by, actual: a + cut };
    if ((cut === rows && by === 0) || to.reference <= r || to.reference > this.pair.reference.size.height) return first;
    const shorter = { reference: { from: r, to: to.reference }, actual: { from: a, to: to.actual } };
    return { ...shorter, compared: await this.#compare(shorter.reference, shorter.actual) };
  }

  async #compare(reference: RowBand, actual: RowBand, more: Partial<CompareOptions> = {}): Promise<Compared> {
    const { options, pair } = this;
    if (options.signal?.aborted) throw new CodeloopError('CANCELLED', { what: 'compare' });
    const [one, other] = await Promise.all([rowsOf(pair.reference, reference), rowsOf(pair.actual, actual)]);
    const scale = Math.min(options.scale?.reference ?? 1, options.scale?.actual ?? 1);
    const masks = this.#masksFrom(actual.from);
    const wanted = { ...options, scale: { reference: scale, actual: scale }, masks, ...more };
    const compared = await compareDecoded(
      {
        kind: 'decoded',
        reference: one,
        actual: other,
        taken: other,
        size: { reference: one, actual: other },
        actualFactor: 1,
      },
      wanted,
    );
    if (compared.diff || !(wanted.diffPicture ?? true)) return compared;
    // Rows without a difference are part of the picture too.
    return { ...compared, diff: await drawPlain(other, boundingBox(one, other), masks) };
  }

  #masksFrom(top: number): Rect[] {
    return this.masks.map((mask) => ({ ...mask, y: mask.y - top }));
  }

  #take({ reference, actual, compared }: BandResult): void {
    this.bands += 1;
    if (this.options.exact && compared.outcome !== 'match') this.faint = true;
    const rows = actual.to - actual.from;
    const common = Math.min(this.pair.reference.size.height, this.pair.actual.size.height);
    for (const [index, region] of compared.regions.entries()) {
      const rect = { ...region.rect, y: region.rect.y + actual.from };
      const tile = compared.tiles.find((one) => one.index === index);
      this.regions.push({ region: { ...region, rect }, strip: rect.y >= common, ...(tile ? { tile } : {}) });
    }
    for (const shift of compared.shifts)
      this.shifts.push(shift.axis === 'y' ? { ...shift, at: shift.at + reference.from } : shift);
    if (compared.comparator === 'odiff') this.comparator = 'odiff';
    const part = compared.aligned_score ?? compared.score;
    this.#aligned.differing += (1 - part) * compared.total_pixels;
    this.#aligned.pixels += compared.total_pixels;
    const atOneHeight = reference.from === actual.from && this.#plainTo === actual.from;
    const ends = reference.to === this.pair.reference.size.height && actual.to === this.pair.actual.size.height;
    if (atOneHeight && (reference.to === actual.to || ends)) {
      this.#plain += compared.diff_pixels;
      this.#plainTo = Math.max(reference.to, actual.to);
    }
    if (compared.diff)
      this.drawn.push({ png: compared.diff, rows: ends ? Math.max(rows, reference.to - reference.from) : rows });
  }

  /** The rows that are left of one picture when the other has ended. */
  async #rest(side: 'reference' | 'actual', from: number): Promise<void> {
    const { size } = this.pair[side];
    if (from >= size.height) return;
    const top = side === 'actual' ? from : this.pair.actual.size.height;
    const part = await rowsOf(this.pair[side], { from, to: Math.min(size.height, from + this.rows) });
    const none: RawImage = { data: new Uint8Array(0), width: part.width, height: 0 };
    const rect = { x: 0, y: 0, width: part.width, height: part.height };
    const cover = coverOf(this.#masksFrom(top), part);
    const images = side === 'actual' ? { reference: none, actual: part } : { reference: part, actual: none };
    const [found] = stripFindings([{ rect, side }], images, cover, 1);
    const height = size.height - from;
    if (found)
      this.regions.push({
        region: { ...found.region, rect: { ...rect, y: top, height }, area: size.width * height },
        strip: true,
      });
    if (side === 'actual' && (this.options.diffPicture ?? true)) await this.#drawRest(from);
  }

  async #drawRest(from: number): Promise<void> {
    const { actual, reference } = this.pair;
    const { width } = boundingBox(actual.size, reference.size);
    for (let top = from; top < actual.size.height; top += this.rows) {
      const part = await rowsOf(actual, { from: top, to: Math.min(actual.size.height, top + this.rows) });
      const size = { width, height: part.height };
      this.drawn.push({
        png: await drawPlain(part, size, this.#masksFrom(top), [{ x: 0, y: 0, ...size }]),
        rows: part.height,
      });
    }
  }
}

function rowsOf({ bytes, name, size }: Encoded, { from, to }: RowBand): Promise<RawImage> {
  return decodeRows(bytes, name, { width: size.width, from, to });
}

/** Rows of the diff picture in which nothing differs, or that are `extras` as a whole. */
function drawPlain(
  actual: RawImage,
  size: Size,
  masks: readonly Rect[],
  extras: readonly Rect[] = [],
): Promise<Buffer> {
  const diff = { ...size, mask: new Uint8Array(0), bands: [] };
  return drawDiff({ size, actual: viewOf(actual), diff, extras, cover: coverOf(masks, size), regions: [] });
}

/** Rows of a band before what may go on in the next one; all of them when that is more than half. */
function cutBefore(regions: readonly Region[], rows: number): number {
  let cut = rows;
  for (let found = true; found; ) {
    const over = regions.find(({ rect }) => rect.y < cut && rect.y + rect.height > cut - MARGIN);
    found = over !== undefined;
    if (over) cut = over.rect.y - MARGIN;
  }
  return cut < rows / 2 ? rows : cut;
}

/** Rows that the actual picture has more than the reference by the end of a band; what came or went at the very end says nothing. */
function netShift(shifts: readonly Shift[], rows: number): number {
  return shifts
    .filter(({ axis, across, at, by }) => axis === 'y' && !across && at + Math.max(0, -by) < rows - MARGIN)
    .reduce((sum, { by }) => sum + by, 0);
}
