import { join } from 'node:path';
import { cellOf } from '../checks/evidence.js';
import { sha256 } from '../core/digest.js';
import { CodeloopError } from '../core/errors.js';
import { mapConcurrent } from '../core/lanes.js';
import type { BaselinePair, DesignCompare, Pair } from '../core/vocabulary/pair.js';
import type { Cell } from '../core/vocabulary/run.js';
import type { Artifact } from '../core/vocabulary/screenshot.js';
import { comparePair, type PairSettings, worstFirst } from '../design/compare-pair.js';
import { type BoxesReader, boxesReader } from '../design/element-tree.js';
import { explainFrame } from '../design/figma/explain-frame.js';
import type { Reference } from '../design/reference.js';
import { referenceScale } from '../design/reference.js';
import { readEncoded } from '../image/read-source.js';
import type { AcceptedCell, AcceptedPictures } from './baselines/compare-baseline.js';
import { compareBaseline } from './baselines/compare-baseline.js';
import type { Photographed } from './verification.js';

interface ComparePhaseRequest extends Photographed {
  /** Accepted pictures; without them cells are held against their design alone. */
  accepted?: AcceptedPictures | undefined;
  /** Overrides the configured thresholds and makes the pairs ad hoc. */
  threshold?: number | undefined;
  adHoc?: boolean | undefined;
  /** A cell was compared with its design, or with what was accepted of it. */
  onPair?: ((pair: Pair, done: number, total: number) => void) | undefined;
}

/** Comparisons of the cells with their designs and with the accepted pictures. */
interface Comparisons {
  compare: DesignCompare;
  baselinePairs: BaselinePair[];
}

/** Cells compared at once: decoding runs in native threads, the rest in this one. */
const CONCURRENCY = 2;
/** Pictures of more pixels are compared one cell at a time: decoded, two of 1280 x 20,000 take 200 MB. */
const HUGE_PIXELS = 10_000_000;

/** A screen at a viewport with what it is to look like. */
interface Held {
  screen: string;
  viewport: string;
  cell: Cell | undefined;
  reference?: Reference;
  accepted?: AcceptedCell;
}

/**
 * Compares each cell's picture with its reference and with what was accepted of it, one cell after another, so that its page is read
 * once. What has no counterpart is reported, never skipped. Pairs are worst first.
 */
export async function comparePhase(request: ComparePhaseRequest): Promise<Comparisons> {
  const { signal } = request;
  let done = 0;
  const compareAll = (chosen: readonly Held[], concurrency: number) =>
    mapConcurrent(
      chosen,
      concurrency,
      (held) =>
        compareCell(request, held, (pair) => {
          done += 1;
          request.onPair?.(pair, done, total);
        }),
      signal,
    );
  const held = heldCells(request);
  const total = held.reduce((sum, { reference, accepted }) => sum + (reference ? 1 : 0) + (accepted ? 1 : 0), 0);
  const huge = ({ reference }: Held) => (reference?.size?.width ?? 0) * (reference?.size?.height ?? 0) > HUGE_PIXELS;
  const compared = [
    ...(await compareAll(
      held.filter((one) => !huge(one)),
      CONCURRENCY,
    )),
    ...(await compareAll(held.filter(huge), 1)),
  ];
  return {
    compare: designCompare(
      request,
      compared.flatMap(({ design }) => design ?? []),
    ),
    baselinePairs: worstFirst(compared.flatMap(({ accepted }) => accepted ?? [])),
  };
}

/** Every screen and viewport that has a reference or an accepted picture. */
function heldCells({ references, accepted, cells }: ComparePhaseRequest): Held[] {
  const held = new Map<string, Held>();
  const of = ({ screen, viewport }: Pick<Held, 'screen' | 'viewport'>): Held => {
    const key = JSON.stringify([screen, viewport]);
    const known = held.get(key) ?? { screen, viewport, cell: cellOf(cells, { screen, viewport }) };
    held.set(key, known);
    return known;
  };
  for (const reference of references.references) of(reference).reference = reference;
  for (const one of accepted?.cells ?? []) if (one.candidates.length > 0) of(one).accepted = one;
  return [...held.values()];
}

async function compareCell(
  request: ComparePhaseRequest,
  { screen, viewport, cell, reference, accepted }: Held,
  onPair: (pair: Pair) => void,
): Promise<{ design?: Pair; accepted?: BaselinePair }> {
  const { project, run, signal } = request;
  const dom = cell?.screenshot?.dom;
  const boxes = dom && boxesReader(project.dir, dom);
  const design = reference && (await designPair(request, reference, cell, boxes));
  if (design) onPair(design);
  const pair =
    accepted && (await compareBaseline({ ...accepted, project, screen, viewport, cell, boxes, sink: run, signal }));
  if (pair) onPair(pair);
  return { ...(design ? { design } : {}), ...(pair ? { accepted: pair } : {}) };
}

function designCompare(
  { project, references, cells, threshold }: ComparePhaseRequest,
  all: readonly Pair[],
): DesignCompare {
  const pairs = worstFirst(all);
  const scores = pairs.map((pair) => pair.score).filter((score) => score !== undefined);
  const worst = pairs[0];
  return {
    pairs,
    ...(scores.length > 0 ? { min_score: Math.min(...scores) } : {}),
    design_match_threshold: threshold ?? project.config.design.match_threshold,
    ...(worst ? { worst: { screen: worst.screen, viewport: worst.viewport } } : {}),
    ...(references.figma ? { figma: references.figma } : {}),
    unmatched: {
      references: references.unmatched,
      screenshots: cells
        .filter((cell) => cell.screenshot && !cellOf(references.references, cell))
        .map(({ screen, viewport }) => ({ screen, viewport })),
    },
  };
}

async function designPair(
  request: ComparePhaseRequest,
  reference: Reference,
  cell: Cell | undefined,
  boxes: BoxesReader | undefined,
): Promise<Pair> {
  const { project } = request;
  const { screen, viewport } = reference;
  const { artifact, bytes } = await readReference(reference);
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
    ? `The reference is ${scale === 1 ? '' : `${scale} times `}as wide as the viewport, so it was read as @${scale}x.`
    : undefined;
  const note = [reference.note, inferredNote].filter((text) => text !== undefined).join(' ');
  const pair = await comparePair(
    {
      screen,
      viewport,
      reference: { file: reference.file, artifact, scale, ...(bytes ? { bytes } : {}) },
      actual: {
        file: join(project.dir, shot.image.path),
        artifact: shot.image,
        scale: shot.device_scale_factor,
        ...(boxes ? { boxes } : {}),
      },
      masks: shot.masks,
      settings,
      adHoc: (request.adHoc ?? false) || cell.ad_hoc,
      ...(note === '' ? {} : { note }),
      signal: request.signal,
    },
    request.run,
  );
  if (!reference.figma || !boxes || pair.outcome === 'unreadable') return pair;
  const { regions, findings } = explainFrame(reference.figma, await boxes(), pair.regions);
  return { ...pair, regions, figma: findings };
}

/** The file of a reference with its digest: whoever shows it later can tell whether it is still what was compared. Read once. */
async function readReference({ path, file, size }: Reference): Promise<{ artifact: Artifact; bytes?: Buffer }> {
  const artifact = { path, ...size };
  try {
    const bytes = await readEncoded({ path: file });
    return { artifact: { ...artifact, sha256: sha256(bytes), bytes: bytes.length }, bytes };
  } catch (error) {
    // What cannot be read is an outcome, which the comparison gives.
    if (error instanceof CodeloopError) return { artifact };
    throw error;
  }
}

function pairSettings(request: ComparePhaseRequest, screenName: string): PairSettings {
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
