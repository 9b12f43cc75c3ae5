import { bundleProduct, CAMERA, loadBundle } from '../load-product.mjs';

/** The parts of the product that see and judge a layout, as `verify` uses them. */
const ENTRY = `${CAMERA}
export { createBrowserDriver } from './src/browser/browser-driver.ts';
export { unpackLayout } from './src/core/vocabulary/laid-out-page.ts';
export { sweepWidths } from './src/verify/layouts/sweep-widths.ts';
export { layOutUnderConditions } from './src/verify/layouts/under-conditions.ts';
export { judgeLayouts } from './src/verify/layouts/judge-layouts.ts';
`;

/** The product as it is in src at this moment. */
export async function loadProduct() {
  return loadBundle(await bundleProduct(ENTRY));
}
