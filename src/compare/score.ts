/**
 * `1 - diffPixels / totalPixels`, rounded down to four decimals: exactly 1 only when no pixel differs (at most 0.9999 else).
 * With nothing to compare (everything masked) it is 0: no evidence is never good evidence.
 */
export function scoreOf(diffPixels: number, totalPixels: number): number {
  if (totalPixels <= 0) return 0;
  // Whole numbers until the last division: 1 - 1/3 in binary could round up.
  return Math.floor(((totalPixels - diffPixels) * 10_000) / totalPixels) / 10_000;
}
