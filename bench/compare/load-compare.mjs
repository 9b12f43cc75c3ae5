import { bundleProduct, loadBundle } from '../load-product.mjs';

/** The compare core as it is in src. */
export async function loadCompare() {
  return loadBundle(await bundleProduct("export * from './src/compare/compare-images.ts';"));
}
