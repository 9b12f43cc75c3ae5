import type { AnyCheck } from '../checks/define-check.js';
import masksWithinLimit from '../checks/masks-within-limit.js';
import screenshotsPainted from '../checks/screenshots-painted.js';
import screenshotsPresent from '../checks/screenshots-present.js';
import screenshotsRightPage from '../checks/screenshots-right-page.js';
import screenshotsSteady from '../checks/screenshots-steady.js';
import type { Cell } from '../core/vocabulary/run.js';
import type { Project } from '../project/project.js';
import { expectedCell, type PlannedCell } from './planned-cell.js';

/** What a gate asks of a picture is asked of it before it may become a measure, too. */
const ASKED: readonly AnyCheck[] = [
  screenshotsPresent,
  screenshotsRightPage,
  screenshotsPainted,
  screenshotsSteady,
  masksWithinLimit,
];

/** Why a cell's picture may not be proposed; `undefined` when it may. `tree`: what its run was made from. */
export function whyNoBaseline(
  project: Project,
  planned: PlannedCell,
  cell: Cell | undefined,
  tree: string,
): string | undefined {
  if (!cell) return 'there is no picture of it in the run: verify first';
  if (cell.ad_hoc) return `it was photographed with other settings (${cell.ad_hoc_reasons.join(', ')})`;
  if (cell.stale) return `the code changed while it was photographed (${cell.stale.reason})`;
  if (cell.unbound) return `the app cannot be shown to run from this project (${cell.unbound.reason})`;
  if (cell.tree !== tree) return 'it belongs to another state of the code';
  const { design } = project.config;
  const evidence = {
    // The run is of this very configuration: the address that was asked for is the configured one, whatever port the app had.
    expected: [{ ...expectedCell(planned), url: cell.screenshot?.requested_url ?? planned.url }],
    cells: [cell],
    design: {
      threshold: design.match_threshold,
      blockOnSeverity: design.block_on_severity,
      maxMaskedRatio: design.max_masked_ratio,
    },
  };
  for (const check of ASKED) {
    const { status, problems } = check.run(evidence);
    if (status !== 'pass') return problems[0]?.title ?? check.failureTitle;
  }
  return undefined;
}
