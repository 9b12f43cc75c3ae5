// Written by `npm run gen`; do not edit.
import type { Tool } from './define-tool.js';

/** Every tool, by file name. */
export const tools: readonly Tool[] = [];
