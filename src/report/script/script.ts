import { cardScript } from './card-script.js';
import { filterScript } from './filter-script.js';
import { keyScript } from './key-script.js';
import { stageScript } from './stage-script.js';

/**
 * The script of the report; constant, because the page's policy names its hash. Plain text and not a compiled module: it
 * runs in the reader's browser, where no bundler of ours has been. Without it the page still shows everything.
 */
export const script: string = `(() => {
'use strict';
const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
const still = matchMedia('(prefers-reduced-motion: reduce)');
${stageScript}
${cardScript}
${filterScript}
${keyScript}
start();
})();`;
