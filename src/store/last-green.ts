import type { LastGreen, Ledger } from './ledger.js';

/** The newest green verdict of the branch; of any branch, where this one has none. */
export function lastGreen(ledger: Ledger, branch: string | undefined): LastGreen | undefined {
  const greens = ledger.greens();
  return greens[branch ?? ''] ?? Object.values(greens).sort((a, b) => (a.at < b.at ? 1 : -1))[0];
}
