import type { Evidence } from '../../checks/evidence.js';
import { cellOf } from '../../checks/evidence.js';
import type { GateVerdict } from '../../core/vocabulary/gate.js';

/** How one screen stands at one viewport. */
export interface ReleaseCell {
  screen: string;
  viewport: string;
  /** No blocking check has anything against it. */
  ready: boolean;
  /** `none`: it was not photographed. */
  picture: 'fresh' | 'carried' | 'stale' | 'flaky' | 'unsteady' | 'blank' | 'none';
  /** Outcome of the comparison with the design and with the accepted picture; `none`: there is no such reference. */
  design: string;
  baseline: string;
  /** Checks that found something here. */
  failing: string[];
}

/** Every configured screen at each of its viewports, with what the verdict found there. Pure. */
export function releaseMatrix(evidence: Partial<Evidence>, verdict: GateVerdict): ReleaseCell[] {
  const found = verdict.checks
    .filter(({ severity, status }) => severity === 'block' && status !== 'pass')
    .flatMap(({ id, problems }) => problems.map(({ screen, viewport }) => ({ id, screen, viewport })));
  return (evidence.expected ?? []).map((want) => {
    const here = (one: { screen?: string | undefined; viewport?: string | undefined }) =>
      one.screen === want.screen && (one.viewport === undefined || one.viewport === want.viewport);
    const failing = [...new Set(found.filter(here).map(({ id }) => id))];
    return {
      screen: want.screen,
      viewport: want.viewport,
      ready: failing.length === 0,
      picture: pictureOf(evidence, want),
      design: evidence.pairs?.find(here)?.outcome ?? 'none',
      baseline: evidence.baselinePairs?.find(here)?.outcome ?? 'none',
      failing,
    };
  });
}

function pictureOf(
  { cells = [], flaky = [] }: Partial<Evidence>,
  want: { screen: string; viewport: string },
): ReleaseCell['picture'] {
  const cell = cellOf(cells, want);
  const shot = cell?.screenshot;
  if (!cell || !shot) return 'none';
  if (shot.blank) return 'blank';
  if (cell.stale) return 'stale';
  if (cell.carried) return 'carried';
  if (!shot.steady.settled) return 'unsteady';
  return flaky.some((one) => one.screen === want.screen && one.viewport === want.viewport) ? 'flaky' : 'fresh';
}
