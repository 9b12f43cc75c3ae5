import type { AccessibilityEvidence, ExaminedCell } from '../../src/checks/evidence.js';
import type { AccessibilityViolation } from '../../src/core/vocabulary/accessibility.js';
import type { ExpectedCell } from '../../src/core/vocabulary/run.js';

/** `#buy` without a name, which is critical. */
export const violation = (extra: Partial<AccessibilityViolation> = {}, selector = '#buy'): AccessibilityViolation => ({
  rule: 'button-name',
  impact: 'critical',
  help: 'Buttons must have discernible text',
  help_url: 'https://example.org/button-name',
  node_count: 1,
  nodes: [{ selector, html: '<button id="buy"></button>', summary: 'Fix any of the following:\n  no text' }],
  ...extra,
});

/** `home` at `mobile`, examined. */
export const examined = (
  violations: AccessibilityViolation[] = [],
  extra: Partial<ExaminedCell> = {},
): ExaminedCell => ({
  screen: 'home',
  viewport: 'mobile',
  artifact: 'home.mobile.axe.json',
  result: {
    schema_version: 1,
    engine: 'axe-core 4',
    url: 'http://127.0.0.1/',
    frames: 1,
    rules_applied: 20,
    undecided: [],
    violations,
  },
  ...extra,
});

/** What was found on these cells, with nothing accepted. */
export const found = (
  cells: ExaminedCell[],
  baseline: Partial<AccessibilityEvidence['baseline']> = {},
  failOn: AccessibilityEvidence['failOn'] = 'serious',
): AccessibilityEvidence => ({
  enabled: true,
  failOn,
  cells,
  baseline: { file: '.codeloop/accessibility.json', accepted: [], committed: true, ...baseline },
});

export const expectedAt = (screen: string, viewport: string): ExpectedCell => ({
  screen,
  viewport,
  url: 'http://127.0.0.1/',
  width: 375,
});
