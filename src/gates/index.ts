// Written by `npm run gen`; do not edit.
import acceptanceCriteriaMetGate from './acceptance-criteria-met.js';
import accessibilityGate from './accessibility.js';
import buildPassesGate from './build-passes.js';
import decisionsSettledGate from './decisions-settled.js';
import type { Gate } from './define-gate.js';
import designCompareEvidenceGate from './design-compare-evidence.js';
import evidenceIntegrityGate from './evidence-integrity.js';
import requiredTestsPassGate from './required-tests-pass.js';
import runtimeCleanGate from './runtime-clean.js';
import screenshotEvidenceGate from './screenshot-evidence.js';
import sectionsCompleteGate from './sections-complete.js';
import staticChecksPassGate from './static-checks-pass.js';
import visualRegressionGate from './visual-regression.js';
import workflowEvidenceGate from './workflow-evidence.js';
import zeroCriticalIssuesGate from './zero-critical-issues.js';

/** Every gate, by file name. */
export const gates: readonly Gate[] = [
  acceptanceCriteriaMetGate,
  accessibilityGate,
  buildPassesGate,
  decisionsSettledGate,
  designCompareEvidenceGate,
  evidenceIntegrityGate,
  requiredTestsPassGate,
  runtimeCleanGate,
  screenshotEvidenceGate,
  sectionsCompleteGate,
  staticChecksPassGate,
  visualRegressionGate,
  workflowEvidenceGate,
  zeroCriticalIssuesGate,
];
