import { expect, test } from 'vitest';
import { Config } from '../../../src/config/schema.js';
import type { BaselineRecord } from '../../../src/core/vocabulary/baseline.js';
import type { BaselineOnDisk } from '../../../src/store/baseline-files.js';
import { unusedBaselines } from '../../../src/verify/baselines/baseline-standing.js';
import { verifies } from '../../requirements.js';

test('what a person accepted of a test is no leftover, though no configured screen asks for it', () => {
  verifies('matchers.propose');
  const config = Config.parse({
    screens: [{ name: 'home', path: '/' }],
    viewports: { small: { width: 400, height: 300 } },
  });
  const place = (screen: string, more: Partial<NonNullable<BaselineRecord['from']>> = {}): BaselineOnDisk => ({
    ...{
      environment: 'here',
      screen,
      viewport: 'small',
      path: `${screen}/small.png`,
      sha256: 'a'.repeat(64),
      damaged: false,
    },
    history: [
      {
        ...{ schema_version: 1, event: 'accepted', at: '2026-01-01T00:00:00.000Z', by: 'Ada', reason: 'first' },
        from: { run_id: 'run-1', tree: 't', ...more },
      },
    ],
  });
  const places = [place('home'), place('gone'), place('paid', { test: 'e2e/shop.spec.ts:3 pays' })];
  const project = { dir: '/', name: 'shop', config, configured: true };
  expect(unusedBaselines(project, config.screens ?? [], places).map(({ screen, reason }) => [screen, reason])).toEqual([
    ['gone', 'no screen "gone" is configured'],
  ]);
});
