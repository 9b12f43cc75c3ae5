import type { Cell } from '../core/vocabulary/run.js';

/** Cells of which two counting versions on one code state show different pixels. */
export function flakyCells(cells: readonly Cell[]): { screen: string; viewport: string; reason: string }[] {
  const seen = new Map<string, { cell: Cell; digests: Map<string, number> }>();
  for (const cell of cells) {
    const shot = cell.screenshot;
    if (cell.ad_hoc || cell.stale || !shot) continue;
    const key = `${cell.screen}\n${cell.viewport}`;
    const known = seen.get(key) ?? { cell, digests: new Map<string, number>() };
    known.digests.set(shot.image.sha256, cell.version);
    seen.set(key, known);
  }
  return [...seen.values()]
    .filter(({ digests }) => digests.size > 1)
    .map(({ cell, digests }) => ({
      screen: cell.screen,
      viewport: cell.viewport,
      reason: `versions ${[...digests.values()].join(' and ')} differ`,
    }));
}
