import { readFile } from 'node:fs/promises';
import { isErrno } from '../core/errors.js';
import { DomBoxes } from '../core/vocabulary/dom-boxes.js';
import type { Region, Shift } from '../core/vocabulary/pair.js';
import { type ExplainedRegion, explainRegions } from './region-element.js';

/** A compared pair as files. Regions and shifts are device px of the actual picture. */
export interface ExplainPairRequest {
  regions: readonly Region[];
  shifts: readonly Shift[];
  reference: { file: string };
  /** `dom`: its boxes; without them nothing can be named. */
  actual: { dom?: string };
}

/**
 * The regions of a pair with the elements and properties behind them. A reference `<name>.png` with a neighbour `<name>.dom.json` (an
 * accepted screenshot) is compared with it element by element; a neighbour that is not such a file is as good as none.
 */
export async function explainPair(request: ExplainPairRequest): Promise<ExplainedRegion[]> {
  const { regions, shifts, reference, actual } = request;
  if (actual.dom === undefined || regions.length === 0) return regions.map((region) => ({ region, alternatives: [] }));
  const actualDom = DomBoxes.parse(JSON.parse(await readFile(actual.dom, 'utf8')));
  return explainRegions({ regions, shifts, actualDom, referenceDom: await readNeighbour(reference.file) });
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
