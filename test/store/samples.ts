import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { GateVerdict } from '../../src/core/vocabulary/gate.js';
import type { Cell, CodeState } from '../../src/core/vocabulary/run.js';

/** A temporary folder (real path) that is removed when the test has ended. */
export function temporaryFolder(name = 'codeloop-test-'): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), name)));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A project and a state folder of its own, so that no test touches the user's ledger. */
export function project(): { projectDir: string; stateDir: string } {
  const folder = temporaryFolder();
  return { projectDir: folder, stateDir: temporaryFolder('codeloop-state-') };
}

export const codeState = (tree = 'a'.repeat(64), extra: Partial<CodeState> = {}): CodeState => ({
  tree,
  method: 'files',
  dirty: false,
  bars: { config: 'c', policy: 'p', designs: 'd', baselines: 'b', acceptance: 'a' },
  ...extra,
});

export const cell = (screen: string, viewport = 'mobile', extra: Partial<Cell> = {}): Omit<Cell, 'version'> => ({
  screen,
  viewport,
  captured_at: '2026-11-21T00:00:00.000Z',
  ad_hoc: false,
  ad_hoc_reasons: [],
  tree: 'a'.repeat(64),
  ...extra,
});

export const verdict = (passed: boolean): GateVerdict => ({
  stage: 'section',
  passed,
  recommendation: passed ? 'ready_for_review' : 'continue_fixing',
  confidence_score: passed ? 100 : 40,
  threshold: 94,
  failing_gates: [],
  passing_gates: [],
  not_applicable: [],
  checks: [],
});

/** A clock that starts at 2026-11-21T23:40:00Z and moves only when told. */
export function handClock(): { now(): number; tick(ms: number): void } {
  let now = Date.UTC(2026, 10, 21, 23, 40, 0);
  return {
    now: () => now,
    tick: (ms) => {
      now += ms;
    },
  };
}
