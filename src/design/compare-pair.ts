import type { Compared, OpenPair } from '../compare/compare.js';
import { comparePictures, openPair } from '../compare/compare-images.js';
import { scaleRect } from '../compare/regions.js';
import { slug } from '../core/ids.js';
import type { DomBoxes } from '../core/vocabulary/dom-boxes.js';
import type { Status } from '../core/vocabulary/gate.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { Pair, Region, Severity, Shift } from '../core/vocabulary/pair.js';
import type { ArtifactSink } from '../core/vocabulary/run.js';
import type { Artifact } from '../core/vocabulary/screenshot.js';
import { readSize } from '../image/picture-header.js';
import { type BoxesReader, neighbourBoxes } from './element-tree.js';
import { atActualScale, readOpenPair, readPair, unreadRegions } from './reading/read-pair.js';
import type { Reading } from './reading/read-reference.js';
import { type ExplainRequest, explainRegions } from './region-element.js';

/** Outcomes from worst to best, for pairs without a score. */
const RANK: readonly Pair['outcome'][] = [
  'unreadable',
  'missing-actual',
  'size-mismatch',
  'mismatch',
  'missing-reference',
  'match',
];

/** Worst first: outcome, then score, then name, so that the order never depends on timing. */
export function worstFirst<Compared extends Pair>(pairs: readonly Compared[]): Compared[] {
  return [...pairs].sort(
    (a, b) =>
      RANK.indexOf(a.outcome) - RANK.indexOf(b.outcome) ||
      (a.score ?? 0) - (b.score ?? 0) ||
      (`${a.screen}@${a.viewport}` < `${b.screen}@${b.viewport}` ? -1 : 1),
  );
}

/** The pair to look at first. */
export function worstPair(pairs: readonly Pair[]): Pair | undefined {
  return worstFirst(pairs)[0];
}

/** `pass` when everything that has a reference matches; a reference that cannot be read is `could_not_run`. */
export function pairsStatus(pairs: readonly Pair[]): Status {
  const judged = pairs.filter((pair) => pair.outcome !== 'missing-reference');
  if (
    judged.some(
      (pair) => pair.outcome === 'mismatch' || pair.outcome === 'size-mismatch' || pair.outcome === 'missing-actual',
    )
  )
    return 'fail';
  if (judged.length === 0 || judged.some((pair) => pair.outcome === 'unreadable')) return 'could_not_run';
  return 'pass';
}

/** Returns one line in codeloop's words: `home@mobile: 0.9120 < 0.95, 3 regions (1 critical)`. */
export function pairLine(pair: Pair): string {
  const where = pair.viewport === '' ? pair.screen : `${pair.screen}@${pair.viewport}`;
  if (pair.score === undefined) return `${where}: ${pair.outcome}`;
  const { reference, actual } = pair.size;
  const size =
    pair.outcome === 'size-mismatch'
      ? `, size ${reference?.width}x${reference?.height} against ${actual?.width}x${actual?.height}`
      : '';
  const critical = pair.regions.filter((region) => region.severity === 'critical').length;
  const regions =
    pair.regions.length === 0
      ? ''
      : `, ${pair.regions.length} region${pair.regions.length === 1 ? '' : 's'}${critical > 0 ? ` (${critical} critical)` : ''}`;
  const against =
    pair.threshold === undefined ? '' : pair.score >= pair.threshold ? ` >= ${pair.threshold}` : ` < ${pair.threshold}`;
  return `${where}: ${pair.outcome}, ${pair.score.toFixed(4)}${against}${size}${regions}`;
}

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
  /** `bytes`: its own, where they were read already. */
  reference: { file: string; artifact: Artifact; scale: number; bytes?: Buffer };
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
  const { file, bytes } = request.reference;
  const pictures = await openPair(bytes ? { bytes, name: file } : { path: file }, { path: request.actual.file }, scale);
  const { masks, signal } = request;
  const beside = boxesBeside(request.reference.file);
  const reading = await readPicture(request, pictures, beside);
  const result = await comparePictures(pictures, {
    ...settings,
    masks,
    scale,
    tiles: reading ? 0 : TILES,
    signal,
  });
  const common = {
    screen,
    viewport,
    threshold: settings.threshold,
    reference: request.reference.artifact,
    actual: request.actual.artifact,
    ...(request.adHoc ? { ad_hoc: true } : {}),
    ...(scale.reference === scale.actual ? {} : { reference_factor: scale.actual / scale.reference }),
  };
  if (result.outcome === 'unreadable') {
    const { side, error } = result;
    return { ...common, outcome: 'unreadable', size: {}, shifts: [], regions: [], note: `${side}: ${error.message}` };
  }
  const { diff, tiles, note, ...compared } = result;
  const base = [slug(screen), slug(viewport), ...(request.label === undefined ? [] : [request.label])].join('.');
  const left = reading ? unreadRegions(result.regions, reading) : result.regions;
  const unread = await explainPair({ ...request, beside, pictures, regions: left, shifts: result.shifts });
  const told = reading && readPair(reading, unread, compared, { ...settings, scale });
  const regions = told?.regions ?? unread;
  for (const { index, png, size } of reading ? await tilesOf(pictures, regions) : tiles) {
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
    ...told,
    regions,
    ...(stored ? { diff: stored } : {}),
    ...(notes === '' ? {} : { note: notes }),
  };
}

/** Reads the boxes beside a reference when they are first asked for, and not again. */
function boxesBeside(file: string): () => Promise<DomBoxes | undefined> {
  let read: Promise<DomBoxes | undefined> | undefined;
  return () => {
    read ??= neighbourBoxes(file);
    return read;
  };
}

/** Names of pictures that may have been compressed with loss. */
const LOSSY = /\.(jpe?g|webp|avif)$/i;

/** What is read of a reference that is only a picture; nothing of one with boxes of its own. */
async function readPicture(
  { reference, actual, masks }: PairRequest,
  pictures: OpenPair,
  beside: () => Promise<DomBoxes | undefined>,
): Promise<Reading | undefined> {
  if (!actual.boxes || !('kind' in pictures) || pictures.kind !== 'decoded') return undefined;
  if (await beside()) return undefined;
  return readOpenPair(
    pictures,
    await actual.boxes(),
    { reference: reference.scale, actual: actual.scale },
    masks,
    LOSSY.test(reference.file),
  );
}

async function tilesOf(pictures: OpenPair, regions: readonly Region[]): Promise<Compared['tiles']> {
  if (!('kind' in pictures) || pictures.kind !== 'decoded') return [];
  const tiles: Compared['tiles'] = [];
  for (const [index, { rect }] of regions.slice(0, TILES).entries()) {
    const { drawTile } = await import('../compare/compare-decoded.js');
    const tile = await drawTile(pictures.reference, pictures.actual, scaleRect(rect, pictures.actualFactor));
    if (tile) tiles.push({ index, ...tile });
  }
  return tiles;
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
  /** Reads the boxes beside the reference, where they were asked for before. */
  beside?: () => Promise<DomBoxes | undefined>;
}

/** Pixels of a picture above which nothing is measured in it. */
const MOST_PIXELS = 12_000_000;

/**
 * The regions of a pair with the elements and properties behind them. A reference `<name>.png` with a neighbour `<name>.dom.json` (an
 * accepted screenshot) is compared with it element by element; a neighbour that is no such file is ignored. Without one,
 * colours, sizes and type are measured in both pictures.
 */
export async function explainPair(request: ExplainPairRequest): Promise<Region[]> {
  const { regions, shifts, reference, actual } = request;
  if (!actual.boxes || regions.length === 0) return [...regions];
  const actualDom = await actual.boxes();
  const referenceDom = await (request.beside ?? boxesBeside(reference.file))();
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
  return atActualScale(pictures, { reference: reference.scale, actual: actual.scale });
}
