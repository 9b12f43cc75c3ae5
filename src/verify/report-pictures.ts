import { posix } from 'node:path';
import { scaleRect } from '../compare/regions.js';
import { sha256 } from '../core/digest.js';
import { CodeloopError } from '../core/errors.js';
import { slug } from '../core/ids.js';
import { readStored } from '../core/path-walls.js';
import type { Rect, Size } from '../core/vocabulary/geometry.js';
import type { Pair, Region } from '../core/vocabulary/pair.js';
import type { ReportModel, ReportPicture, ReportStrip, ReportThumb } from '../core/vocabulary/report-model.js';
import type { Artifact } from '../core/vocabulary/screenshot.js';
import { worstFirst } from '../design/compare-pair.js';
import { decode } from '../image/decode.js';
import { readSize } from '../image/picture-header.js';
import { boundedCopy, cutOut, resizeTo } from '../image/resize.js';

/** Pictures that are embedded; beyond, the report shows the files beside it when they come into view. */
export const MAX_EMBEDDED = 240;
/** Bytes of whole pictures inside one report; beyond, copies stand in for them. A browser holds a page of this size without trouble. */
const MAX_WHOLE_BYTES = 64 * 1024 * 1024;
/** A copy smaller than this cannot be read: bands of the picture are embedded as well. */
const READABLE_SCALE = 0.4;
/** Rows of a band as a multiple of its width, and how many of them a picture has. */
const BAND_SHAPE = 1.5;
const MOST_BANDS = 8;
/** Thumbnails of a report, their width in pixels, and their height as a share of it. */
export const MAX_THUMBS = 400;
const THUMB = { width: 240, shape: 0.75 };
/** Key frames of all recordings, and the width of one in pixels. */
const MAX_KEY_FRAMES = 160;
const KEY_FRAME_WIDTH = 240;

/** Pairs whose worst place is shown beside a report. */
const MAX_STRIPS = 6;

/**
 * How a report holds its pictures. `copies`: bounded ones inside, the files stay where they are. `file`: every pixel inside, so that the
 * report is whole wherever it is taken. `folder`: the files are copied beside it.
 */
export type PicturesAs = 'copies' | 'file' | 'folder';

/** Name of a copy: the same picture is kept once. */
function nameOf(bytes: Buffer, path: string): string {
  return `${sha256(bytes).slice(0, 20)}${posix.extname(path).toLowerCase() || '.png'}`;
}

/** The pictures of a run for a report in the folder `from` (relative to the project): what it leads to is found from there. */
export class ReportPictures {
  readonly #projectDir: string;
  readonly #from: string;
  readonly #as: PicturesAs;
  readonly #keep: ((name: string, bytes: Buffer) => Promise<string>) | undefined;
  #embedded = MAX_EMBEDDED;
  #whole = MAX_WHOLE_BYTES;
  #thumbs = MAX_THUMBS;
  #keyFrames = MAX_KEY_FRAMES;
  #left = 0;

  /** `keep`: writes a file of the folder beside the report and answers its path from there; for `folder`. */
  constructor(
    projectDir: string,
    from: string,
    as: PicturesAs,
    keep?: (name: string, bytes: Buffer) => Promise<string>,
  ) {
    this.#projectDir = projectDir;
    this.#from = from;
    this.#as = as;
    this.#keep = keep;
  }

  /** Pictures of which there was no room for every pixel. */
  get left(): number {
    return this.#left;
  }

  /**
   * A picture, `width` pixels wide at most where it is a copy. One that is gone or cannot be read is none, and costs no other its place.
   * Of a page too tall to be read in one copy its first and last rows and those around its worst regions are embedded in bands. `factor`: px of
   * the comparison for one px of the file.
   */
  async show(
    artifact: Artifact | undefined,
    width: number,
    regions: readonly Region[] = [],
    factor = 1,
  ): Promise<ReportPicture | undefined> {
    if (factor === 1) return this.#show(artifact, width, regions);
    const there = regions.map((region) => ({ ...region, rect: scaleRect(region.rect, 1 / factor) }));
    const { size, bands, ...picture } = (await this.#show(artifact, width, there)) ?? {};
    if (!size) return undefined;
    return {
      ...picture,
      size: { width: Math.round(size.width * factor), height: Math.round(size.height * factor) },
      file_size: size,
      ...(bands ? { bands: bands.map((band) => ({ ...band, y: band.y * factor, height: band.height * factor })) } : {}),
    };
  }

  async #show(
    artifact: Artifact | undefined,
    width: number,
    regions: readonly Region[],
  ): Promise<ReportPicture | undefined> {
    return this.#readable(artifact, async (one) => {
      const bytes = await readStored(this.#projectDir, one);
      // Before anything is kept: what is no picture is none in a folder beside the report either.
      const size = await readSize({ bytes, name: one.path });
      if (this.#as === 'folder' && this.#keep) {
        return { path: await this.#keep(nameOf(bytes, one.path), bytes), size };
      }
      if (this.#as === 'file') {
        this.#whole -= bytes.length;
        const mime = mimeOf(bytes);
        if (this.#whole >= 0 && mime !== undefined)
          return { data_uri: `data:${mime};base64,${bytes.toString('base64')}`, size };
        this.#left += 1;
      }
      const own = posix.relative(this.#from, one.path);
      // What lies outside (a design, an accepted picture) is copied beside the report: a folder that is taken elsewhere holds all it shows.
      const path = own.startsWith('../') && this.#keep ? await this.#keep(nameOf(bytes, one.path), bytes) : own;
      this.#embedded -= 1;
      if (this.#embedded >= 0) return embedPicture(bytes, path, width, regions);
      return { path, size };
    });
  }

  /** A small picture of the part of a page where `focus` is, else of its top: for the grid of screens. */
  async thumb(artifact: Artifact | undefined, focus?: Rect): Promise<ReportThumb | undefined> {
    this.#thumbs -= 1;
    if (this.#thumbs < 0) return undefined;
    return this.#readable(artifact, async (one) => thumbOf(await readStored(this.#projectDir, one), one.path, focus));
  }

  /** A small picture of a moment of a recording. */
  async keyFrame(artifact: Artifact): Promise<string | undefined> {
    this.#keyFrames -= 1;
    if (this.#keyFrames < 0) return undefined;
    return this.#readable(artifact, async (one) =>
      dataUri(
        await boundedCopy(
          { bytes: await readStored(this.#projectDir, one), name: one.path },
          { maxWidth: KEY_FRAME_WIDTH },
        ),
      ),
    );
  }

  /**
   * Where a report finds a video: in the run, in the folder beside it, or in itself, as long as there is room. Nothing where there is none, or
   * where it is to be copied and is no MP4 file, as it was written.
   */
  async video(artifact: Artifact | undefined): Promise<string | undefined> {
    if (!artifact || this.#as === 'copies') return artifact && posix.relative(this.#from, artifact.path);
    return this.#readable(artifact, async (one) => {
      const bytes = await readStored(this.#projectDir, one);
      if (bytes.subarray(4, 8).toString('latin1') !== 'ftyp') return undefined;
      if (this.#as === 'folder') return this.#keep?.(nameOf(bytes, one.path), bytes);
      this.#whole -= bytes.length;
      if (this.#whole >= 0) return `data:video/mp4;base64,${bytes.toString('base64')}`;
      this.#left += 1;
      return posix.relative(this.#from, one.path);
    });
  }

  /** The pixels of `part` for a close-up. */
  async part(artifact: Artifact | undefined, part: Rect, factor: number): Promise<string | undefined> {
    return this.#readable(artifact, async (one) =>
      partOf(await readStored(this.#projectDir, one), one.path, part, { factor }),
    );
  }

  /**
   * Puts the worst place of each of the worst pairs beside the report: small pictures of what is wanted and what is there, for reports that
   * cannot hold pictures.
   */
  async strips(pairs: readonly Pair[]): Promise<ReportStrip[]> {
    const strips: ReportStrip[] = [];
    const tiled = worstFirst(pairs.filter(({ outcome }) => outcome === 'mismatch' || outcome === 'size-mismatch'));
    for (const { screen, viewport, regions } of tiled) {
      if (!this.#keep || strips.length >= MAX_STRIPS) break;
      const tile = regions.find((region) => region.tile)?.tile;
      const bytes = await this.#readable(tile, (one) => readStored(this.#projectDir, one));
      if (bytes === undefined) continue;
      const path = await this.#keep(`${strips.length + 1}-${slug(screen)}.${slug(viewport)}.png`, bytes);
      strips.push({ screen, viewport, path });
    }
    return strips;
  }

  async #readable<T>(artifact: Artifact | undefined, read: (artifact: Artifact) => Promise<T>): Promise<T | undefined> {
    if (!artifact) return undefined;
    try {
      return await read(artifact);
    } catch (error) {
      // What is wrong with the files of the run is the gate's to say.
      if (error instanceof CodeloopError && NO_PICTURE.test(error.code)) return undefined;
      throw error;
    }
  }
}

const NO_PICTURE = /^(?:IMAGE_|EVIDENCE_TAMPERED$|PATH_OUTSIDE_ROOTS$)/;

/** Kinds of pictures that a browser shows as they are, by their first bytes. */
function mimeOf(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 4).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47]))) return 'image/png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'image/jpeg';
  return bytes.subarray(8, 12).toString('latin1') === 'WEBP' ? 'image/webp' : undefined;
}

/** A picture as a report shows it, inside the report; rows of a tall one in bands. Throws IMAGE_UNREADABLE, IMAGE_TOO_LARGE. */
export async function embedPicture(
  bytes: Buffer,
  path: string,
  width: number,
  regions: readonly Region[],
): Promise<ReportPicture> {
  const copy = await boundedCopy(
    { bytes, name: path },
    { maxWidth: width, maxSide: 16_000, maxPixels: 4_000_000, format: 'webp' },
  );
  const bands: NonNullable<ReportPicture['bands']> = [];
  const size = copy.original;
  const height = Math.round(size.width * BAND_SHAPE);
  if (copy.scale < READABLE_SCALE && size.height > 2 * height)
    for (const y of bandTops(size, height, regions)) {
      const part = { x: 0, y, width: size.width, height };
      bands.push({ data_uri: dataUri(await boundedCopy({ bytes, name: path }, { maxWidth: width, part })), y, height });
    }
  return { path, size, data_uri: dataUri(copy), ...(bands.length > 0 ? { bands } : {}) };
}

/** A small picture of the part of a page where `focus` is, else of its top. Throws IMAGE_UNREADABLE, IMAGE_TOO_LARGE. */
export async function thumbOf(bytes: Buffer, name: string, focus: Rect | undefined): Promise<ReportThumb> {
  const size = await readSize({ bytes, name });
  const height = Math.min(size.height, Math.round(size.width * THUMB.shape));
  const middle = focus === undefined ? 0 : focus.y + Math.min(focus.height, height) / 2;
  const y = Math.round(Math.max(0, Math.min(middle - height / 2, size.height - height)));
  const part = { x: 0, y, width: size.width, height };
  return { data_uri: await partOf(bytes, name, part, { maxWidth: THUMB.width }), part };
}

/**
 * The pixels of `part` as a data address, at most `maxWidth` wide: true ones of a close-up. Where the picture has none it is white, so that what is
 * drawn over it stands in its place. `factor`: px of `part` for one px of the picture. Throws IMAGE_UNREADABLE, IMAGE_TOO_LARGE.
 */
export async function partOf(
  bytes: Buffer,
  name: string,
  part: Rect,
  { maxWidth = CLOSEUP.most, factor = 1 } = {},
): Promise<string> {
  const there = scaleRect(part, 1 / factor);
  // What a record says of a size is a claim: nothing is made as large as that.
  if (there.width * there.height > MOST_CUT || part.width * part.height > MOST_CUT)
    return dataUri(await boundedCopy({ bytes, name }, { maxWidth, part }));
  if (factor !== 1) {
    const cut = cutOut(await decode({ bytes, name }), there);
    const raw = await resizeTo(cut, { width: part.width, height: part.height });
    return dataUri(await boundedCopy({ raw, name }, { maxWidth }));
  }
  const size = await readSize({ bytes, name });
  const whole = part.x + part.width <= size.width && part.y + part.height <= size.height;
  if (whole) return dataUri(await boundedCopy({ bytes, name }, { maxWidth, part }));
  return dataUri(await boundedCopy({ raw: cutOut(await decode({ bytes, name }), part), name }, { maxWidth }));
}

/** Pixels of a part that is drawn anew. */
const MOST_CUT = 40_000_000;

/** Room around the worst finding in its close-up, and the least it shows, pixels of the picture; the widest copy. */
const AROUND = 90;
const CLOSEUP = { width: 640, height: 360, most: 960 };

/** What the first look at a report falls on: the worst finding, at true pixels, as it is to be and as it is. `read`: gives the pixels of a part, in px of the actual picture, `factor` of them for one of the file. */
export async function closeupOf(
  model: ReportModel,
  read: (artifact: Artifact | undefined, part: Rect, factor: number) => Promise<string | undefined>,
): Promise<ReportModel['closeup']> {
  const { buildEntries, worstFinding } = await import('../report/entries.js');
  const worst = worstFinding(buildEntries(model));
  if (!worst) return undefined;
  const { rect, entry } = worst;
  const { pair, cell } = entry;
  const actual = pair?.pair.actual ?? cell?.cell.screenshot?.image;
  const sides = [pair?.pair.size.actual, cell?.cell.screenshot?.size, pair?.actual?.size, pair?.reference?.size];
  const { width = 0, height = 0 } = sides.find((size) => size !== undefined) ?? {};
  // What has no place is looked for on the page as wide as it is; of one that is a mere strip in the first part.
  const wide = Math.min(width, Math.max(CLOSEUP.width, 3 * height));
  const least = rect ? CLOSEUP : { width: wide, height: Math.round(wide * THUMB.shape) };
  const shown = {
    width: Math.min(width, Math.max(least.width, (rect?.width ?? 0) + 2 * AROUND)),
    height: Math.min(height, Math.max(least.height, Math.min(rect?.height ?? 0, 480) + 2 * AROUND)),
  };
  const start = (at: number, long: number, room: number, all: number) =>
    Math.round(Math.max(0, Math.min(at + long / 2 - room / 2, all - room)));
  const part = {
    x: start(rect?.x ?? 0, rect?.width ?? 0, shown.width, width),
    y: start(rect?.y ?? 0, Math.min(rect?.height ?? 0, 480), shown.height, height),
    ...shown,
  };
  if (part.width < 1 || part.height < 1) return undefined;
  const { reference, reference_factor: factor = 1 } = pair?.pair ?? {};
  return { part, reference: await read(reference, part, factor), actual: await read(actual, part, 1) };
}

function dataUri({ bytes, mimeType }: { bytes: Buffer; mimeType: string }): string {
  return `data:${mimeType};base64,${bytes.toString('base64')}`;
}

/** Upper edges of the bands that are shown: the first and the last rows, and those around the worst regions that none shows yet. */
function bandTops(size: Size, height: number, regions: readonly Region[]): number[] {
  const last = size.height - height;
  const tops = [0, last];
  for (const { rect } of regions) {
    if (tops.length >= MOST_BANDS) break;
    const y = Math.round(Math.min(Math.max(0, rect.y + Math.min(rect.height, height) / 2 - height / 2), last));
    if (!tops.some((top) => Math.abs(top - y) < height)) tops.push(y);
  }
  return tops.toSorted((a, b) => a - b);
}
