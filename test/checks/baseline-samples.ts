import type { BaselineFindings } from '../../src/checks/evidence.js';
import type { BaselineStanding } from '../../src/core/vocabulary/baseline.js';
import type { BaselinePair } from '../../src/core/vocabulary/pair.js';
import { pair } from './samples.js';

export const HERE = 'linux-x64-chromium156-1x-0a1b2c3d';
const SHA = '1'.repeat(64);

/** A pair with an accepted picture of this environment that is still so. */
export const baselinePair = (extra: Partial<BaselinePair> = {}): BaselinePair => ({
  ...pair({ actual: { path: 'shots/home.mobile.png', sha256: SHA } }),
  environment: HERE,
  same_environment: true,
  ...extra,
});

/** An accepted, committed picture of `home` at `mobile`. */
export const standing = (extra: Partial<BaselineStanding> = {}): BaselineStanding => ({
  environment: HERE,
  screen: 'home',
  viewport: 'mobile',
  path: `.codeloop/baselines/${HERE}/home/mobile.png`,
  sha256: SHA,
  standing: 'counts',
  ...extra,
});

/** Baselines of which all are as they should be. */
export const findings = (extra: Partial<BaselineFindings> = {}): BaselineFindings => ({
  files: [standing()],
  removed: [],
  tests: [],
  unused: [],
  proposals: [],
  changes: [],
  vanished: false,
  ...extra,
});

/** The picture of `baselinePair()` as it waits for a person. */
export const proposal = { environment: HERE, screen: 'home', viewport: 'mobile', sha256: SHA };
