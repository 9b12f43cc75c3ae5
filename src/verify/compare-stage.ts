import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScreenConfig } from '../config/schema.js';
import type { ArtifactSink } from '../core/artifact-sink.js';
import { mapConcurrent } from '../core/lanes.js';
import { DomBoxes } from '../core/vocabulary/dom-boxes.js';
import type { DesignCompare, Pair } from '../core/vocabulary/pair.js';
import type { Cell } from '../core/vocabulary/run.js';
import { comparePair, type PairSettings } from '../design/compare-pair.js';
import { explainFrame } from '../design/figma/explain-frame.js';
import { worstFirst } from '../design/pair-summary.js';
import type { Reference } from '../design/reference.js';
import { referenceScale } from '../design/reference.js';
import type { ReferenceSet } from '../design/references.js';
import type { Project } from '../project/project.js';

interface CompareStageRequest {
  project: Project;
  screens: readonly ScreenConfig[];
  references: ReferenceSet;
  /** The newest cell of each screen and viewport. */
  cells: readonly Cell[];
  sink: ArtifactSink;
  signal: AbortSignal;
  /** Overrides the configured thresholds and makes the pairs ad hoc. */
  threshold?: number | undefined;
  adHoc?: boolean | undefined;
  onPair?: (pair: Pair, done: number, total: number) => void;
}

/** Pairs compared at once: decoding runs in native threads, the rest in this one. */
const CONCURRENCY = 2;
/** Pictures of more pixels are compared one pair at a time: decoded, two of 1280 x 20,000 take 200 MB. */
const HUGE_PIXELS = 10_000_000;

/** Compares every reference with its cell's picture. What has no counterpart is reported, never skipped. Pairs are worst first. */
export async function compareStage(request: CompareStageRequest): Promise<DesignCompare> {
  const { project, references, cells } = request;
  let done = 0;
  const compareAll = (chosen: readonly Reference[], concurrency: number) =>
    mapConcurrent(
      chosen,
      concurrency,
      async (reference) => {
        const cell = cells.find((one) => one.screen === reference.screen && one.viewport === reference.viewport);
        const pair = await pairOf(request, reference, cell);
        done += 1;
        request.onPair?.(pair, done, references.references.length);
        return pair;
      },
      request.signal,
    );
  const huge = (reference: Reference) => (reference.size?.width ?? 0) * (reference.size?.height ?? 0) > HUGE_PIXELS;
  const pairs = [
    ...(await compareAll(
      references.references.filter((reference) => !huge(reference)),
      CONCURRENCY,
    )),
    ...(await compareAll(references.references.filter(huge), 1)),
  ];
  const sorted = worstFirst(pairs);
  const scores = sorted.map((pair) => pair.score).filter((score) => score !== undefined);
  const worst = sorted[0];
  return {
    pairs: sorted,
    ...(scores.length > 0 ? { min_score: Math.min(...scores) } : {}),
    design_match_threshold: request.threshold ?? project.config.design.match_threshold,
    ...(worst ? { worst: { screen: worst.screen, viewport: worst.viewport } } : {}),
    ...(references.figma ? { figma: references.figma } : {}),
    unmatched: {
      references: references.unmatched,
      screenshots: cells
        .filter(
          (cell) =>
            cell.screenshot &&
            !references.references.some(
              (reference) => reference.screen === cell.screen && reference.viewport === cell.viewport,
            ),
        )
        .map(({ screen, viewport }) => ({ screen, viewport })),
    },
  };
}

async function pairOf(request: CompareStageRequest, reference: Reference, cell: Cell | undefined): Promise<Pair> {
  const { project } = request;
  const { screen, viewport } = reference;
  const artifact = { path: reference.path, ...reference.size };
  const settings = pairSettings(request, screen);
  const shot = cell?.screenshot;
  if (!shot) {
    const size = reference.size ? { reference: reference.size } : {};
    return {
      screen,
      viewport,
      outcome: 'missing-actual',
      threshold: settings.threshold,
      size,
      shifts: [],
      regions: [],
      reference: artifact,
      ...(cell?.failure ? { note: cell.failure.message } : {}),
    };
  }
  // The size of a desktop app's window has nothing to do with the viewport's.
  const isApp = request.screens.some((one) => one.name === screen && one.app !== undefined);
  const viewportSize = isApp ? undefined : project.config.viewports[viewport];
  const { scale, inferred } = viewportSize
    ? referenceScale(reference, viewportSize)
    : { scale: reference.scale ?? 1, inferred: false };
  const inferredNote = inferred
    ? `The reference is ${scale} times as wide as the viewport, so it was read as @${scale}x.`
    : undefined;
  const note = [reference.note, inferredNote].filter((text) => text !== undefined).join(' ');
  const dom = shot.dom ? join(project.dir, shot.dom.path) : undefined;
  const pair = await comparePair(
    {
      screen,
      viewport,
      reference: { file: reference.file, artifact, scale },
      actual: {
        file: join(project.dir, shot.image.path),
        artifact: shot.image,
        scale: shot.device_scale_factor,
        ...(dom === undefined ? {} : { dom }),
      },
      masks: shot.masks,
      settings,
      adHoc: (request.adHoc ?? false) || cell.ad_hoc,
      ...(note === '' ? {} : { note }),
      signal: request.signal,
    },
    request.sink,
  );
  if (!reference.figma || dom === undefined || pair.outcome === 'unreadable') return pair;
  const boxes = DomBoxes.parse(JSON.parse(await readFile(dom, 'utf8')));
  const { regions, findings } = explainFrame(reference.figma, boxes, pair.regions);
  return { ...pair, regions, figma: findings };
}

function pairSettings(request: CompareStageRequest, screenName: string): PairSettings {
  const { design } = request.project.config;
  const screen = request.screens.find((one) => one.name === screenName);
  return {
    threshold: request.threshold ?? screen?.threshold ?? design.match_threshold,
    pixelThreshold: design.pixel_threshold,
    antialiasing: design.antialiasing,
    odiffAbovePixels: design.odiff_above_pixels,
    blockOnSeverity: design.block_on_severity,
    allowSizeDifference: screen?.allow_size_difference ?? false,
  };
}

/** The newest cell of each screen and viewport that counts (or, with `adHoc`, of any kind), in the order they were planned. */
export function newestCells(cells: readonly Cell[], options: { adHoc?: boolean } = {}): Cell[] {
  const newest = new Map<string, Cell>();
  for (const cell of cells) {
    if (cell.ad_hoc && !options.adHoc) continue;
    newest.set(`${cell.screen}\n${cell.viewport}`, cell);
  }
  return [...newest.values()];
}
