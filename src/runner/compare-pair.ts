import { compareImages } from '../compare/compare-images.js';
import type { ArtifactSink } from '../core/artifact-sink.js';
import { slug } from '../core/ids.js';
import type { Artifact } from '../core/vocabulary/artifact.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { Pair, Region, Severity } from '../core/vocabulary/pair.js';
import { explainPair } from '../design/explain-pair.js';
import { readSize } from '../image/picture-header.js';

/** How strictly one pair is judged. */
export interface PairSettings {
  threshold: number;
  pixelThreshold: number;
  antialiasing: 'ignored' | 'counted';
  odiffAbovePixels: number;
  blockOnSeverity: Severity;
  allowSizeDifference: boolean;
}

/** Everything one comparison needs to know; files are absolute, artefacts name them in results. */
export interface PairRequest {
  screen: string;
  viewport: string;
  /** Part of the names of its files, where a cell has more than one pair. */
  label?: string;
  reference: { file: string; artifact: Artifact; scale: number };
  actual: { file: string; artifact: Artifact; scale: number; dom?: string };
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
 * Compares one pair and stores its diff picture and tiles. A picture that cannot be read gives outcome `unreadable`, never
 * an exception; what cannot be stored throws.
 */
export async function comparePair(request: PairRequest, sink: ArtifactSink): Promise<Pair> {
  const { screen, viewport, settings } = request;
  const result = await compareImages(
    { path: request.reference.file },
    { path: request.actual.file },
    {
      ...settings,
      masks: request.masks,
      scale: { reference: request.reference.scale, actual: request.actual.scale },
      tiles: TILES,
      signal: request.signal,
    },
  );
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
  const explained = await explainPair({ ...request, regions: result.regions, shifts: result.shifts });
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
