import type { OpenPair } from '../compare/compare.js';
import { comparePictures, openPair } from '../compare/compare-images.js';
import type { ArtifactSink } from '../core/artifact-sink.js';
import { slug } from '../core/ids.js';
import type { DomBoxes } from '../core/vocabulary/dom-boxes.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { Pair, Region, Severity, Shift } from '../core/vocabulary/pair.js';
import type { Artifact } from '../core/vocabulary/screenshot.js';
import { readSize } from '../image/picture-header.js';
import { resizeTo } from '../image/resize.js';
import { type BoxesReader, neighbourBoxes } from './page-boxes.js';
import { type ExplainedRegion, type ExplainRequest, explainRegions } from './region-element.js';

/** Settings of one pair's comparison. */
export interface PairSettings {
  threshold: number;
  pixelThreshold: number;
  antialiasing: 'ignored' | 'counted';
  odiffAbovePixels: number;
  blockOnSeverity: Severity;
  allowSizeDifference: boolean;
}

/** Everything one comparison needs to know; files are absolute, artefacts name them in results. */
interface PairRequest {
  screen: string;
  viewport: string;
  /** Part of the names of its files, where a cell has more than one pair. */
  label?: string;
  reference: { file: string; artifact: Artifact; scale: number };
  /** `boxes`: those of its page; without them nothing can be named. */
  actual: { file: string; artifact: Artifact; scale: number; boxes?: BoxesReader };
  /** Device pixels of the actual picture. */
  masks: readonly Rect[];
  settings: PairSettings;
  adHoc: boolean;
  note?: string;
  signal: AbortSignal;
}

/** Worst regions of a pair that get tiles. */
const TILES = 3;

/**
 * Compares one pair, names what differs, and stores its diff picture and tiles; each picture is decoded once. A picture that cannot be
 * read gives outcome `unreadable`, never an exception; what cannot be stored throws.
 */
export async function comparePair(request: PairRequest, sink: ArtifactSink): Promise<Pair> {
  const { screen, viewport, settings } = request;
  const scale = { reference: request.reference.scale, actual: request.actual.scale };
  const pictures = await openPair({ path: request.reference.file }, { path: request.actual.file }, scale);
  const { masks, signal } = request;
  const result = await comparePictures(pictures, { ...settings, masks, scale, tiles: TILES, signal });
  const common = {
    screen,
    viewport,
    threshold: settings.threshold,
    reference: request.reference.artifact,
    actual: request.actual.artifact,
    ...(request.adHoc ? { ad_hoc: true } : {}),
  };
  if (result.outcome === 'unreadable') {
    const { side, error } = result;
    return { ...common, outcome: 'unreadable', size: {}, shifts: [], regions: [], note: `${side}: ${error.message}` };
  }
  const { diff, tiles, note, ...compared } = result;
  const base = [slug(screen), slug(viewport), ...(request.label === undefined ? [] : [request.label])].join('.');
  const explained = await explainPair({ ...request, pictures, regions: result.regions, shifts: result.shifts });
  const regions: Region[] = explained.map(({ region }) => region);
  for (const { index, png, size } of tiles) {
    const region = regions[index];
    if (region)
      regions[index] = {
        ...region,
        tile: await sink.put({ kind: 'tile', name: `${base}.region${index + 1}.png`, data: png, size }),
      };
  }
  const stored =
    diff === undefined
      ? undefined
      : await sink.put({
          kind: 'diff',
          name: `${base}.diff.png`,
          data: diff,
          size: await readSize({ bytes: diff, name: 'diff' }),
        });
  const notes = [request.note, note].filter((text) => text !== undefined).join('; ');
  return {
    ...common,
    ...compared,
    regions,
    ...(stored ? { diff: stored } : {}),
    ...(notes === '' ? {} : { note: notes }),
  };
}

/** A compared pair that is to be explained. Regions and shifts are device px of the actual picture. */
interface ExplainPairRequest {
  regions: readonly Region[];
  shifts: readonly Shift[];
  /** The pictures as they were opened to be compared. */
  pictures: OpenPair;
  /** `scale`: device px per CSS px. */
  reference: { file: string; scale: number };
  actual: { scale: number; boxes?: BoxesReader };
}

/** Pixels of a picture above which nothing is measured in it. */
const MOST_PIXELS = 12_000_000;

/**
 * The regions of a pair with the elements and properties behind them. A reference `<name>.png` with a neighbour `<name>.dom.json` (an
 * accepted screenshot) is compared with it element by element; a neighbour that is no such file is ignored. Without one,
 * colours, sizes and type are measured in both pictures.
 */
export async function explainPair(request: ExplainPairRequest): Promise<ExplainedRegion[]> {
  const { regions, shifts, reference, actual } = request;
  if (!actual.boxes || regions.length === 0) return regions.map((region) => ({ region, alternatives: [] }));
  const actualDom = await actual.boxes();
  const referenceDom = await neighbourBoxes(reference.file);
  const pictures = referenceDom ? undefined : await picturesOf(request, actualDom);
  return explainRegions({ regions, shifts, actualDom, referenceDom, pictures });
}

/** Both pictures at the scale of the actual one. */
async function picturesOf(
  { pictures, reference, actual }: ExplainPairRequest,
  { size }: DomBoxes,
): Promise<ExplainRequest['pictures']> {
  if (!('kind' in pictures) || pictures.kind !== 'decoded') return undefined;
  if (size.width * size.height * actual.scale ** 2 > MOST_PIXELS) return undefined;
  const { reference: compared, taken } = pictures;
  if (pictures.actualFactor === 1) return { reference: compared, actual: taken };
  const factor = actual.scale / reference.scale;
  const [width, height] = [Math.round(compared.width * factor), Math.round(compared.height * factor)];
  return { reference: await resizeTo(compared, { width, height }), actual: taken };
}
