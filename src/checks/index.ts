// Written by `npm run gen`; do not edit.
import assetsLoadedCheck from './assets-loaded.js';
import barsUnchangedCheck from './bars-unchanged.js';
import baselineChangesCheck from './baseline-changes.js';
import baselinesAcceptedCheck from './baselines-accepted.js';
import baselinesCurrentCheck from './baselines-current.js';
import baselinesMatchCheck from './baselines-match.js';
import blockedRequestsCheck from './blocked-requests.js';
import cellsAgreeCheck from './cells-agree.js';
import consoleErrorsCheck from './console-errors.js';
import type { AnyCheck } from './define-check.js';
import designRegionsCheck from './design-regions.js';
import designScoreCheck from './design-score.js';
import evidenceFreshCheck from './evidence-fresh.js';
import evidenceIntactCheck from './evidence-intact.js';
import failedRequestsCheck from './failed-requests.js';
import flowsReplayedCheck from './flows-replayed.js';
import masksWithinLimitCheck from './masks-within-limit.js';
import oneEnvironmentCheck from './one-environment.js';
import pageErrorsCheck from './page-errors.js';
import recordingsReplayedCheck from './recordings-replayed.js';
import referencesComparedCheck from './references-compared.js';
import screensCoveredCheck from './screens-covered.js';
import screenshotsPaintedCheck from './screenshots-painted.js';
import screenshotsPresentCheck from './screenshots-present.js';
import screenshotsRightPageCheck from './screenshots-right-page.js';
import screenshotsSteadyCheck from './screenshots-steady.js';

/** Every check, by file name. */
export const checks: readonly AnyCheck[] = [
  assetsLoadedCheck,
  barsUnchangedCheck,
  baselineChangesCheck,
  baselinesAcceptedCheck,
  baselinesCurrentCheck,
  baselinesMatchCheck,
  blockedRequestsCheck,
  cellsAgreeCheck,
  consoleErrorsCheck,
  designRegionsCheck,
  designScoreCheck,
  evidenceFreshCheck,
  evidenceIntactCheck,
  failedRequestsCheck,
  flowsReplayedCheck,
  masksWithinLimitCheck,
  oneEnvironmentCheck,
  pageErrorsCheck,
  recordingsReplayedCheck,
  referencesComparedCheck,
  screensCoveredCheck,
  screenshotsPaintedCheck,
  screenshotsPresentCheck,
  screenshotsRightPageCheck,
  screenshotsSteadyCheck,
];
