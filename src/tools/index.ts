// Written by `npm run gen`; do not edit.

import type { Tool } from '../call/define-tool.js';
import captureScreenshotTool from './capture-screenshot.js';
import checkWorkflowTool from './check-workflow.js';
import designCompareTool from './design-compare.js';
import diagnoseTool from './diagnose.js';
import discoverScreensTool from './discover-screens.js';
import gateCheckTool from './gate-check.js';
import generateDevReportTool from './generate-dev-report.js';
import generateSpecTool from './generate-spec.js';
import getPromptTool from './get-prompt.js';
import initProjectTool from './init-project.js';
import integrationCheckTool from './integration-check.js';
import interactTool from './interact.js';
import interactionReplayTool from './interaction-replay.js';
import listPromptsTool from './list-prompts.js';
import pageSnapshotTool from './page-snapshot.js';
import recommendActionTool from './recommend-action.js';
import recommendToolTool from './recommend-tool.js';
import recordInteractionTool from './record-interaction.js';
import releaseReadinessTool from './release-readiness.js';
import replanTool from './replan.js';
import runFilesTool from './run-files.js';
import runFlowTool from './run-flow.js';
import runHistoryTool from './run-history.js';
import sectionStatusTool from './section-status.js';
import startRecordingTool from './start-recording.js';
import stopRecordingTool from './stop-recording.js';
import attestTool from './terminal/attest.js';
import attestVerifyTool from './terminal/attest-verify.js';
import auditShowTool from './terminal/audit-show.js';
import auditVerifyTool from './terminal/audit-verify.js';
import barsAcceptTool from './terminal/bars-accept.js';
import baselineAcceptTool from './terminal/baseline-accept.js';
import baselineListTool from './terminal/baseline-list.js';
import baselinePullTool from './terminal/baseline-pull.js';
import baselinePushTool from './terminal/baseline-push.js';
import baselineRemoveTool from './terminal/baseline-remove.js';
import baselineStaleTool from './terminal/baseline-stale.js';
import changesTool from './terminal/changes.js';
import ciInitTool from './terminal/ci-init.js';
import compareTool from './terminal/compare.js';
import demoTool from './terminal/demo.js';
import doctorTool from './terminal/doctor.js';
import findingsAcceptTool from './terminal/findings-accept.js';
import mergeTool from './terminal/merge.js';
import policyCheckTool from './terminal/policy-check.js';
import policyExplainTool from './terminal/policy-explain.js';
import policyInitTool from './terminal/policy-init.js';
import recordTool from './terminal/record.js';
import reportTool from './terminal/report.js';
import reviewDecideTool from './terminal/review-decide.js';
import reviewShowTool from './terminal/review-show.js';
import reviewUndoTool from './terminal/review-undo.js';
import reviewWatchTool from './terminal/review-watch.js';
import startTool from './terminal/start.js';
import updateBaselineTool from './update-baseline.js';
import verifyTool from './verify.js';
import visualAttributionTool from './visual-attribution.js';
import visualReviewTool from './visual-review.js';

/** Every tool, by file name. */
export const tools: readonly Tool[] = [
  attestTool,
  attestVerifyTool,
  auditShowTool,
  auditVerifyTool,
  barsAcceptTool,
  baselineAcceptTool,
  baselineListTool,
  baselinePullTool,
  baselinePushTool,
  baselineRemoveTool,
  baselineStaleTool,
  captureScreenshotTool,
  changesTool,
  checkWorkflowTool,
  ciInitTool,
  compareTool,
  demoTool,
  designCompareTool,
  diagnoseTool,
  discoverScreensTool,
  doctorTool,
  findingsAcceptTool,
  gateCheckTool,
  generateDevReportTool,
  generateSpecTool,
  getPromptTool,
  initProjectTool,
  integrationCheckTool,
  interactTool,
  interactionReplayTool,
  listPromptsTool,
  mergeTool,
  pageSnapshotTool,
  policyCheckTool,
  policyExplainTool,
  policyInitTool,
  recommendActionTool,
  recommendToolTool,
  recordInteractionTool,
  recordTool,
  releaseReadinessTool,
  replanTool,
  reportTool,
  reviewDecideTool,
  reviewShowTool,
  reviewUndoTool,
  reviewWatchTool,
  runFilesTool,
  runFlowTool,
  runHistoryTool,
  sectionStatusTool,
  startRecordingTool,
  startTool,
  stopRecordingTool,
  updateBaselineTool,
  verifyTool,
  visualAttributionTool,
  visualReviewTool,
];
