import type { ScreenConfig } from '../../config/schema.js';
import { slug } from '../../core/ids.js';
import { mapConcurrent } from '../../core/lanes.js';
import type { BaselinePair, VisualRegression } from '../../core/vocabulary/pair.js';
import type { Cell } from '../../core/vocabulary/run.js';
import { worstFirst } from '../../design/pair-summary.js';
import { cellEnvironment, planCells } from '../../live/planned-cell.js';
import type { CodeWatch } from '../../project/code-state/code-watch.js';
import type { Project } from '../../project/project.js';
import { type BaselineOnDisk, readBaselines } from '../../store/baseline-files.js';
import { baselineEnvironment } from '../../store/baseline-paths.js';
import type { Run } from '../../store/run.js';
import { newestCells } from '../compare-stage.js';
import { compareBaseline } from './compare-baseline.js';

interface BaselineStageRequest {
  project: Project;
  screens: readonly ScreenConfig[];
  run: Run;
  watch: CodeWatch;
  signal: AbortSignal;
  onPair?: (pair: BaselinePair, done: number, total: number) => void;
}

/** Pairs compared at once, as in the comparison with designs. */
const CONCURRENCY = 2;

/**
 * Compares each configured screen x viewport with its accepted picture, where there is one, and keeps the result in the run
 * as `visual_regression.json`. A picture of this environment comes first; without one, those of others say whether the
 * pixels are equal, and no more.
 */
export async function baselineStage(request: BaselineStageRequest): Promise<VisualRegression> {
  const { project, screens, run, signal } = request;
  // Taken before they are read: a baseline that changes meanwhile makes the comparison stale.
  const { baselines } = (await request.watch.now()).bars;
  const places = readBaselines(project.dir).filter((place) => place.sha256 !== undefined);
  const cells = newestCells(run.manifest.cells);
  const asked = planCells(project, screens, 'http://127.0.0.1/').map((planned) => {
    const { screen, viewportName: viewport } = planned;
    const cell = cellOf(cells, screen.name, viewport);
    const environment = cellEnvironment(run.manifest, screen);
    const ratio = cell?.screenshot?.device_scale_factor ?? planned.viewport.device_scale_factor;
    // Without an environment nothing was photographed; no accepted picture is of that place.
    const here = environment ? baselineEnvironment(environment, ratio) : '';
    return {
      screen: screen.name,
      viewport,
      here,
      candidates: candidatesFor(places, screen.name, viewport, here),
      cell,
    };
  });
  const compared = asked.filter(({ candidates }) => candidates.length > 0);
  let done = 0;
  const pairs = await mapConcurrent(
    compared,
    CONCURRENCY,
    async (cell) => {
      const pair = await compareBaseline({ ...cell, project, sink: run, signal });
      done += 1;
      request.onPair?.(pair, done, compared.length);
      return pair;
    },
    signal,
  );
  const visual: VisualRegression = {
    pairs: worstFirst(pairs),
    max_diff_ratio: project.config.visual.max_diff_ratio,
    new: asked
      .filter(({ candidates, cell }) => candidates.length === 0 && cell?.screenshot)
      .map(({ screen, viewport }) => ({ screen, viewport })),
    baselines,
  };
  await run.writeJson('visual_regression', visual);
  return visual;
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

function cellOf(cells: readonly Cell[], screen: string, viewport: string): Cell | undefined {
  return cells.find((cell) => cell.screen === screen && cell.viewport === viewport);
}
