// One comparison in a process of its own; prints its peak memory as JSON.
import { loadCompare } from './load-compare.mjs';

const [a, b, engine] = process.argv.slice(2);
const { compareImages, disposeComparators } = await loadCompare();
const start = performance.now();
const result = await compareImages(
  { path: a },
  { path: b },
  { threshold: 0.95, tiles: 3, odiffAbovePixels: engine === 'odiff' ? 0 : Infinity },
);
const ms = Math.round(performance.now() - start);
await disposeComparators();
console.log(
  JSON.stringify({
    comparator: result.comparator,
    score: result.score,
    ms,
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
