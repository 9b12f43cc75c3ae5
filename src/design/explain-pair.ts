import { readFile } from 'node:fs/promises';
import { isErrno } from '../core/errors.js';
import { DomBoxes } from '../core/vocabulary/dom-boxes.js';
import type { Region, Shift } from '../core/vocabulary/pair.js';
import { decode } from '../image/decode.js';
import { resizeTo } from '../image/resize.js';
import { type ExplainedRegion, type ExplainRequest, explainRegions } from './region-element.js';

/** A compared pair as files. Regions and shifts are device px of the actual picture. */
export interface ExplainPairRequest {
  regions: readonly Region[];
  shifts: readonly Shift[];
  /** `scale`: device px per CSS px. */
  reference: { file: string; scale: number };
  /** `dom`: its boxes; without them nothing can be named. */
  actual: { file: string; scale: number; dom?: string };
}

/** Pixels of a picture above which nothing is measured in it: two such pictures are decoded once more, 4 bytes a pixel. */
const MOST_PIXELS = 12_000_000;

/**
 * The regions of a pair with the elements and properties behind them. A reference `<name>.png` with a neighbour `<name>.dom.json` (an
 * accepted screenshot) is compared with it element by element; a neighbour that is not such a file is as good as none. Without one,
 * colours, sizes and type are measured in both pictures. Throws IMAGE_UNREADABLE.
 */
export async function explainPair(request: ExplainPairRequest): Promise<ExplainedRegion[]> {
  const { regions, shifts, reference, actual } = request;
  if (actual.dom === undefined || regions.length === 0) return regions.map((region) => ({ region, alternatives: [] }));
  const actualDom = DomBoxes.parse(JSON.parse(await readFile(actual.dom, 'utf8')));
  const referenceDom = await readNeighbour(reference.file);
  const pictures = referenceDom ? undefined : await readPictures(request, actualDom);
  return explainRegions({ regions, shifts, actualDom, referenceDom, pictures });
}

/** Both pictures at the scale of the actual one. */
async function readPictures(
  { reference, actual }: ExplainPairRequest,
  { size }: DomBoxes,
): Promise<ExplainRequest['pictures']> {
  if (size.width * size.height * actual.scale ** 2 > MOST_PIXELS) return undefined;
  const [one, other] = await Promise.all([decode({ path: reference.file }), decode({ path: actual.file })]);
  if (reference.scale === actual.scale) return { reference: one, actual: other };
  const factor = actual.scale / reference.scale;
  const [width, height] = [Math.round(one.width * factor), Math.round(one.height * factor)];
  return { reference: await resizeTo(one, { width, height }), actual: other };
}

/** The boxes beside a reference picture. They may come from anywhere, so they are checked, and left aside when they are something else. */
async function readNeighbour(picture: string): Promise<DomBoxes | undefined> {
  const file = picture.replace(/\.[^./\\]+$/, '.dom.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    // Most references are pictures only.
    if (isErrno(error)) return undefined;
    throw error;
  }
  try {
    return DomBoxes.safeParse(JSON.parse(text)).data;
  } catch (error) {
    // Not JSON: no boxes.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
