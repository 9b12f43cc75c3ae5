import { cellOf } from '../../checks/evidence.js';
import { slug } from '../../core/ids.js';
import type { BaselinePair, VisualRegression } from '../../core/vocabulary/pair.js';
import { cellEnvironment, planCells } from '../../live/planned-cell.js';
import { type BaselineOnDisk, readBaselines } from '../../store/baseline-files.js';
import { baselineEnvironment } from '../../store/baseline-paths.js';
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
function candidatesFor(
  places: readonly BaselineOnDisk[],
  screen: string,
  viewport: string,
  here: string,
): BaselineOnDisk[] {
  const all = places.filter((place) => place.screen === slug(screen) && place.viewport === slug(viewport));
  const own = all.find((place) => place.environment === here);
  return own ? [own] : all;
}
