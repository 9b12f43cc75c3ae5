// Written by `npm run gen`; do not edit.

import accessibilityAcceptedCheck from './accessibility/accessibility-accepted.js';
import accessibilityViolationsCheck from './accessibility/accessibility-violations.js';
import baselineChangesCheck from './baselines/baseline-changes.js';
import baselinesAcceptedCheck from './baselines/baselines-accepted.js';
import baselinesCurrentCheck from './baselines/baselines-current.js';
import baselinesMatchCheck from './baselines/baselines-match.js';
import flowsReplayedCheck from './behaviour/flows-replayed.js';
import recordingsReplayedCheck from './behaviour/recordings-replayed.js';
import screensCoveredCheck from './behaviour/screens-covered.js';
import buildSucceedsCheck from './commands/build-succeeds.js';
import staticChecksSucceedCheck from './commands/static-checks-succeed.js';
import testsExecutedCheck from './commands/tests-executed.js';
import testsNotSkippedCheck from './commands/tests-not-skipped.js';
import testsPassCheck from './commands/tests-pass.js';
import testsWaiverCheck from './commands/tests-waiver.js';
import acceptanceCriteriaCheck from './decisions/acceptance-criteria.js';
import decisionsSettledCheck from './decisions/decisions-settled.js';
import noCriticalIssuesCheck from './decisions/no-critical-issues.js';
import sectionsFinishedCheck from './decisions/sections-finished.js';
import type { AnyCheck } from './define-check.js';
import designRegionsCheck from './designs/design-regions.js';
import designScoreCheck from './designs/design-score.js';
import masksWithinLimitCheck from './designs/masks-within-limit.js';
import referencesComparedCheck from './designs/references-compared.js';
import barsAcceptedCheck from './integrity/bars-accepted.js';
import barsNotLoweredCheck from './integrity/bars-not-lowered.js';
import barsUnchangedCheck from './integrity/bars-unchanged.js';
import cellsAgreeCheck from './integrity/cells-agree.js';
import cellsNotCarriedCheck from './integrity/cells-not-carried.js';
import evidenceFreshCheck from './integrity/evidence-fresh.js';
import evidenceIntactCheck from './integrity/evidence-intact.js';
import oneEnvironmentCheck from './integrity/one-environment.js';
import layoutAcceptedCheck from './layout/layout-accepted.js';
import layoutConditionsCheck from './layout/layout-conditions.js';
import layoutLikelyCheck from './layout/layout-likely.js';
import layoutSoundCheck from './layout/layout-sound.js';
import assetsLoadedCheck from './runtime/assets-loaded.js';
import blockedRequestsCheck from './runtime/blocked-requests.js';
import consoleErrorsCheck from './runtime/console-errors.js';
import failedRequestsCheck from './runtime/failed-requests.js';
import pageErrorsCheck from './runtime/page-errors.js';
import masksMatchCheck from './screens/masks-match.js';
import screensDifferCheck from './screens/screens-differ.js';
import screenshotsPaintedCheck from './screens/screenshots-painted.js';
import screenshotsPresentCheck from './screens/screenshots-present.js';
import screenshotsRightPageCheck from './screens/screenshots-right-page.js';
import screenshotsSteadyCheck from './screens/screenshots-steady.js';
import screenshotsWholeCheck from './screens/screenshots-whole.js';
import scrollersSeenCheck from './screens/scrollers-seen.js';
import seenByOthersCheck from './screens/seen-by-others.js';
import writingIsTextCheck from './screens/writing-is-text.js';

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
  layoutAcceptedCheck,
  layoutConditionsCheck,
  layoutLikelyCheck,
  layoutSoundCheck,
  masksMatchCheck,
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
  screenshotsWholeCheck,
  scrollersSeenCheck,
  sectionsFinishedCheck,
  seenByOthersCheck,
  staticChecksSucceedCheck,
  testsExecutedCheck,
  testsNotSkippedCheck,
  testsPassCheck,
  testsWaiverCheck,
  writingIsTextCheck,
];
