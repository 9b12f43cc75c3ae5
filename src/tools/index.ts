// Written by `npm run gen`; do not edit.
import captureScreenshotTool from './capture-screenshot.js';
import compareTool from './compare.js';
import type { Tool } from './define-tool.js';
import demoTool from './demo.js';
import designCompareTool from './design-compare.js';
import doctorTool from './doctor.js';
import gateCheckTool from './gate-check.js';
import initProjectTool from './init-project.js';
import runHistoryTool from './run-history.js';
import verifyTool from './verify.js';

/** Every tool, by file name. */
export const tools: readonly Tool[] = [
  captureScreenshotTool,
  compareTool,
  demoTool,
  designCompareTool,
  doctorTool,
  gateCheckTool,
  initProjectTool,
  runHistoryTool,
  verifyTool,
];
