import type { CheckResult, GateVerdict } from '../../../src/core/vocabulary/gate.js';
import type { StoredVerdict } from '../../../src/core/vocabulary/run.js';
import type { Section } from '../../../src/core/vocabulary/section.js';
import { codeState, verdict } from '../../store/samples.js';

/** A section with the screen `home`. */
export const section = (extra: Partial<Section> = {}): Section => ({
  id: 'home',
  title: 'Home',
  state: 'planned',
  screens: ['home'],
  flows: [],
  after: [],
  from_spec: false,
  history: [],
  ...extra,
});

/** A blocking check that fails on the screen `home`. */
export const failed = (extra: Partial<CheckResult> = {}): CheckResult => ({
  id: 'page-errors',
  title: 'A page throws',
  status: 'fail',
  severity: 'block',
  gate: 'runtime_clean',
  problems: [{ screen: 'home', viewport: 'phone', title: 'It throws.' }],
  problem_count: 1,
  examined: 1,
  ...extra,
});

/** A stored verdict; passed, unless checks fail. */
export const stored = (
  stage: GateVerdict['stage'] = 'section',
  checks: readonly CheckResult[] = [],
): StoredVerdict => ({
  schema_version: 1,
  n: 1,
  run_id: 'run-1',
  at: '2026-11-21T00:00:00.000Z',
  manifest_sha256: 'm',
  code_state: codeState(),
  verdict: { ...verdict(checks.length === 0), stage, checks: [...checks] },
});
