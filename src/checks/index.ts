// Written by `npm run gen`; do not edit.
import acceptanceCriteriaCheck from './acceptance-criteria.js';
import accessibilityAcceptedCheck from './accessibility-accepted.js';
import accessibilityViolationsCheck from './accessibility-violations.js';
import assetsLoadedCheck from './assets-loaded.js';
import barsAcceptedCheck from './bars-accepted.js';
import barsNotLoweredCheck from './bars-not-lowered.js';
import barsUnchangedCheck from './bars-unchanged.js';
import baselineChangesCheck from './baseline-changes.js';
import baselinesAcceptedCheck from './baselines-accepted.js';
import baselinesCurrentCheck from './baselines-current.js';
import baselinesMatchCheck from './baselines-match.js';
import blockedRequestsCheck from './blocked-requests.js';
import buildSucceedsCheck from './build-succeeds.js';
import cellsAgreeCheck from './cells-agree.js';
import cellsNotCarriedCheck from './cells-not-carried.js';
import consoleErrorsCheck from './console-errors.js';
import decisionsSettledCheck from './decisions-settled.js';
import type { AnyCheck } from './define-check.js';
import designRegionsCheck from './design-regions.js';
import designScoreCheck from './design-score.js';
import evidenceFreshCheck from './evidence-fresh.js';
import evidenceIntactCheck from './evidence-intact.js';
import failedRequestsCheck from './failed-requests.js';
import flowsReplayedCheck from './flows-replayed.js';
import masksWithinLimitCheck from './masks-within-limit.js';
import noCriticalIssuesCheck from './no-critical-issues.js';
import oneEnvironmentCheck from './one-environment.js';
import pageErrorsCheck from './page-errors.js';
import recordingsReplayedCheck from './recordings-replayed.js';
import referencesComparedCheck from './references-compared.js';
import screensCoveredCheck from './screens-covered.js';
import screensDifferCheck from './screens-differ.js';
import screenshotsPaintedCheck from './screenshots-painted.js';
import screenshotsPresentCheck from './screenshots-present.js';
import screenshotsRightPageCheck from './screenshots-right-page.js';
import screenshotsSteadyCheck from './screenshots-steady.js';
import sectionsFinishedCheck from './sections-finished.js';
import staticChecksSucceedCheck from './static-checks-succeed.js';
import testsExecutedCheck from './tests-executed.js';
import testsNotSkippedCheck from './tests-not-skipped.js';
import testsPassCheck from './tests-pass.js';
import testsWaiverCheck from './tests-waiver.js';

/** Every check, by file name. */
export const checks: readonly AnyCheck[] = [
  acceptanceCriteriaCheck,
  accessibilityAcceptedCheck,
  accessibilityViolationsCheck,
  assetsLoadedCheck,
  barsAcceptedCheck,
  barsNotLoweredCheck,
  barsUnchangedCheck,
  baselineChangesCheck,
  baselinesAcceptedCheck,
  baselinesCurrentCheck,
  baselinesMatchCheck,
  blockedRequestsCheck,
  buildSucceedsCheck,
  cellsAgreeCheck,
  cellsNotCarriedCheck,
  consoleErrorsCheck,
  decisionsSettledCheck,
  designRegionsCheck,
  designScoreCheck,
  evidenceFreshCheck,
  evidenceIntactCheck,
  failedRequestsCheck,
  flowsReplayedCheck,
  masksWithinLimitCheck,
  noCriticalIssuesCheck,
  oneEnvironmentCheck,
  pageErrorsCheck,
  recordingsReplayedCheck,
  referencesComparedCheck,
  screensCoveredCheck,
  screensDifferCheck,
  screenshotsPaintedCheck,
  screenshotsPresentCheck,
  screenshotsRightPageCheck,
  screenshotsSteadyCheck,
  sectionsFinishedCheck,
  staticChecksSucceedCheck,
  testsExecutedCheck,
  testsNotSkippedCheck,
  testsPassCheck,
  testsWaiverCheck,
];
