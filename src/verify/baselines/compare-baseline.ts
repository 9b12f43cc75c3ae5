import { join } from 'node:path';
import { cellOf } from '../../checks/evidence.js';
import { compareImages } from '../../compare/compare-images.js';
import { slug } from '../../core/ids.js';
import type { BaselinePair, Pair, VisualRegression } from '../../core/vocabulary/pair.js';
import type { ArtifactSink, Cell } from '../../core/vocabulary/run.js';
import { comparePair, type PairSettings } from '../../design/compare-pair.js';
import type { BoxesReader } from '../../design/element-tree.js';
import { cellEnvironment, planCells } from '../../live/planned-cell.js';
import type { Project } from '../../project/project.js';
import { type BaselineOnDisk, baselineEnvironment, readBaselines } from '../../store/baseline-files.js';
import type { Photographed } from '../verification.js';

/** A configured screen at a viewport, with the pictures that were accepted of it. */
export interface AcceptedCell {
  screen: string;
  viewport: string;
  /** Folder name of this environment. */
  here: string;
  /** That of this environment alone, else those of all others; none: nothing was accepted. */
  candidates: readonly BaselineOnDisk[];
}

/** The accepted pictures of every configured cell, and the digest of all of them as they were before they were read. */
export interface AcceptedPictures {
  cells: readonly AcceptedCell[];
  digest: string;
}

/** Returns the accepted picture of each configured screen x viewport. */
export async function acceptedPictures(work: Photographed): Promise<AcceptedPictures> {
  const { project, screens, run, watch, cells } = work;
  // Taken before they are read: a baseline that changes meanwhile makes the comparison stale.
  const { baselines: digest } = (await watch.now()).bars;
  const places = readBaselines(project.dir).filter((place) => place.sha256 !== undefined);
  const { manifest } = run;
  const asked = planCells(project, screens, 'http://127.0.0.1/').map((planned): AcceptedCell => {
    const { screen, viewportName: viewport } = planned;
    const environment = cellEnvironment(manifest, screen);
    const shot = cellOf(cells, { screen: screen.name, viewport })?.screenshot;
    const ratio = shot?.device_scale_factor ?? planned.viewport.device_scale_factor;
    // Without an environment nothing was photographed; no accepted picture is of that place.
    const here = environment ? baselineEnvironment(environment, ratio) : '';
    return { screen: screen.name, viewport, here, candidates: candidatesFor(places, screen.name, viewport, here) };
  });
  return { cells: asked, digest };
}

/** Returns the content of `visual_regression.json`. */
export function visualRegression(
  { project, cells }: Photographed,
  accepted: AcceptedPictures,
  pairs: BaselinePair[],
): VisualRegression {
  return {
    pairs,
    max_diff_ratio: project.config.visual.max_diff_ratio,
    new: accepted.cells
      .filter((one) => one.candidates.length === 0 && cellOf(cells, one)?.screenshot)
      .map(({ screen, viewport }) => ({ screen, viewport })),
    baselines: accepted.digest,
  };
}

/** The accepted pictures of a cell: that of this environment alone, else those of all others. */
export function candidatesFor(
  places: readonly BaselineOnDisk[],
  screen: string,
  viewport: string,
  here: string,
): BaselineOnDisk[] {
  const all = places.filter((place) => place.screen === slug(screen) && place.viewport === slug(viewport));
  const own = all.find((place) => place.environment === here);
  return own ? [own] : all;
}

interface BaselineRequest {
  project: Project;
  screen: string;
  viewport: string;
  cell: Cell | undefined;
  /** Of the cell's page. */
  boxes?: BoxesReader | undefined;
  /** Accepted pictures of this screen and viewport: one of this environment, or one and more of others. */
  candidates: readonly BaselineOnDisk[];
  /** Folder name of this environment. */
  here: string;
  sink: ArtifactSink;
  signal: AbortSignal;
}

/**
 * Colour threshold at most: pictures of one environment come out the same to the byte, so that differences are looked for
 * far below what a design reference, made by another program, may be held to. 0.01 lets 2 of 255 grey levels pass.
 */
const PIXEL_THRESHOLD = 0.01;

/** Compares one cell with its accepted picture. What cannot be read or is not there is an outcome, never an exception. */
export async function compareBaseline(request: BaselineRequest): Promise<BaselinePair> {
  const [own] = request.candidates;
  return own?.environment === request.here ? sameEnvironment(request, own) : elsewhere(request);
}

async function sameEnvironment(request: BaselineRequest, own: BaselineOnDisk): Promise<BaselinePair> {
  const { project, screen, viewport, cell, sink, signal } = request;
  const shot = cell?.screenshot;
  const marks = { environment: own.environment, same_environment: true };
  if (!shot) return { ...missingActual(request, own), ...marks };
  const { max_diff_ratio: tolerance } = project.config.visual;
  const pair = await comparePair(
    {
      screen,
      viewport,
      label: 'baseline',
      reference: {
        file: join(project.dir, own.path),
        artifact: artifactOf(own),
        scale: shot.device_scale_factor,
      },
      actual: {
        file: join(project.dir, shot.image.path),
        artifact: shot.image,
        scale: shot.device_scale_factor,
        ...(request.boxes ? { boxes: request.boxes } : {}),
      },
      masks: shot.masks,
      settings: baselineSettings(project),
      adHoc: cell.ad_hoc,
      signal,
    },
    sink,
  );
  const beyond = pair.outcome === 'match' && isBeyond(pair, tolerance);
  return { ...pair, ...(beyond ? { outcome: 'mismatch' as const } : {}), ...marks };
}

/** Of pictures made elsewhere the first that is equal counts; a difference says nothing about the app. */
async function elsewhere(request: BaselineRequest): Promise<BaselinePair> {
  const { project, screen, viewport, cell, candidates, signal } = request;
  const [first] = candidates;
  if (!first) throw new Error('compareBaseline was called without a baseline'); // the caller's contract
  const shot = cell?.screenshot;
  if (!shot) return { ...missingActual(request, first), environment: first.environment, same_environment: false };
  for (const candidate of candidates) {
    const { outcome, ...compared } = await compareImages(
      { path: join(project.dir, candidate.path) },
      { path: join(project.dir, shot.image.path) },
      { ...baselineSettings(project), threshold: 1, masks: shot.masks, diffPicture: false, signal },
    );
    if (outcome !== 'match' || !('score' in compared)) continue;
    const { tiles: _tiles, diff: _diff, ...numbers } = compared;
    return {
      screen,
      viewport,
      outcome,
      ...numbers,
      threshold: 1,
      reference: artifactOf(candidate),
      actual: shot.image,
      environment: candidate.environment,
      same_environment: false,
    };
  }
  return {
    screen,
    viewport,
    outcome: 'missing-reference',
    size: { actual: shot.size },
    shifts: [],
    regions: [],
    reference: artifactOf(first),
    actual: shot.image,
    note: `No picture of this environment (${request.here}) was accepted, and the pixels are not those of ${candidates.map((one) => one.environment).join(', ')}.`,
    environment: first.environment,
    same_environment: false,
  };
}

/** Whether more pixels differ than may, `tolerance` being their share, 0-1: the score is rounded, this is not. */
export function isBeyond({ diff_pixels: differing = 0, total_pixels: all = 0 }: Differing, tolerance: number): boolean {
  return differing > tolerance * all;
}

type Differing = Partial<Pick<Pair, 'diff_pixels' | 'total_pixels'>>;

/** Returns the settings for baselines, of which a share of `tolerance` may differ: every anti-aliased pixel counts. */
export function baselineSettings(
  project: Project,
  tolerance: number = project.config.visual.max_diff_ratio,
): PairSettings {
  const { design } = project.config;
  return {
    // Scores are rounded down to four decimals, and so is what they are held against.
    threshold: Math.floor((1 - tolerance) * 10_000) / 10_000,
    pixelThreshold: Math.min(design.pixel_threshold, PIXEL_THRESHOLD),
    antialiasing: 'counted',
    odiffAbovePixels: design.odiff_above_pixels,
    blockOnSeverity: design.block_on_severity,
    allowSizeDifference: false,
  };
}

function missingActual({ screen, viewport, cell }: BaselineRequest, baseline: BaselineOnDisk) {
  return {
    screen,
    viewport,
    outcome: 'missing-actual' as const,
    size: {},
    shifts: [],
    regions: [],
    reference: artifactOf(baseline),
    ...(cell?.failure ? { note: cell.failure.message } : {}),
  };
}

function artifactOf({ path, sha256 }: BaselineOnDisk) {
  return { path, ...(sha256 === undefined ? {} : { sha256 }) };
}
