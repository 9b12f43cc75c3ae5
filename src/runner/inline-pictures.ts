import { basename, join } from 'node:path';
import type { Artifact } from '../core/vocabulary/artifact.js';
import type { Pair } from '../core/vocabulary/pair.js';
import type { Cell } from '../core/vocabulary/run.js';
import { boundedCopy } from '../image/resize.js';

/** A picture made small enough to travel in a reply; `scale` maps its pixels back to the file's. */
export interface InlinePicture {
  data: Buffer;
  mime: 'image/png' | 'image/jpeg' | 'image/webp';
  label: string;
  width: number;
  height: number;
  scale: number;
  path: string;
}

/** Longest side of the three pictures of a pair (contract section 2: at most 640 px wide). */
const PAIR_WIDTH = 640;
/** Tall pages are cut to this many pixels after scaling, so that three of them stay within 3,000 tokens. */
const PAIR_PIXELS = 640 * 1000;
const THUMB_WIDTH = 400;

/** Reference, actual and diff of a pair, side by side in meaning, at most 640 px wide each. */
export async function pairPictures(projectDir: string, pair: Pair): Promise<InlinePicture[]> {
  const shown: [string, Artifact | undefined][] = [
    ['reference', pair.reference],
    ['actual', pair.actual],
    ['diff', pair.diff],
  ];
  const pictures: InlinePicture[] = [];
  for (const [side, artifact] of shown) {
    if (artifact)
      pictures.push(
        await inlinePicture(join(projectDir, artifact.path), artifact.path, `${pair.screen}@${pair.viewport} ${side}`, {
          maxWidth: PAIR_WIDTH,
          maxPixels: PAIR_PIXELS,
        }),
      );
  }
  return pictures;
}

/** The picture of a cell: a small copy (`thumb`), or the largest that a reply may hold (`image`). */
export async function cellPicture(
  projectDir: string,
  cell: Cell,
  size: 'thumb' | 'image',
): Promise<InlinePicture | undefined> {
  const image = cell.screenshot?.image;
  if (!image) return undefined;
  const bounds = size === 'thumb' ? { maxWidth: THUMB_WIDTH, maxPixels: THUMB_WIDTH * 1000 } : {};
  return inlinePicture(join(projectDir, image.path), image.path, `${cell.screen}@${cell.viewport}`, bounds);
}

async function inlinePicture(
  file: string,
  path: string,
  label: string,
  bounds: { maxWidth?: number; maxPixels?: number },
): Promise<InlinePicture> {
  const copy = await boundedCopy({ path: file }, bounds);
  return {
    data: copy.bytes,
    mime: copy.mimeType,
    label: `${label} (${basename(path)})`,
    width: copy.size.width,
    height: copy.size.height,
    scale: copy.scale,
    path,
  };
}

/** A small picture of the whole page and the tiles of its three worst regions (contract section 5). */
export async function pairTiles(projectDir: string, pair: Pair): Promise<InlinePicture[]> {
  const pictures: InlinePicture[] = [];
  const where = `${pair.screen}@${pair.viewport}`;
  const locator = pair.diff ?? pair.actual;
  if (locator)
    pictures.push(
      await inlinePicture(join(projectDir, locator.path), locator.path, `${where} locator`, {
        maxWidth: THUMB_WIDTH,
        maxPixels: THUMB_WIDTH * 1000,
      }),
    );
  for (const [index, region] of pair.regions.entries()) {
    if (region.tile && pictures.length < 4)
      pictures.push(
        await inlinePicture(join(projectDir, region.tile.path), region.tile.path, `${where} region ${index + 1}`, {
          maxWidth: PAIR_WIDTH,
          maxPixels: PAIR_WIDTH * 600,
        }),
      );
  }
  return pictures;
}
