import { rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runDemo } from '../../src/verify/demo/demo.js';
import { WarmSession } from '../live/warm-session.js';
import { verifies } from '../requirements.js';
import { FULL, SEED } from '../sample.js';

const VIEWPORTS = ['mobile', 'tablet', 'desktop'];

test('the healthy example passes its gate, and each of its planted defects is found, with nothing else', async () => {
  verifies('example.demo');
  const session = new WarmSession();
  onTestFinished(() => session.dispose());
  const viewports = VIEWPORTS.filter((_, at) => FULL || at === SEED % VIEWPORTS.length);
  const { signal } = new AbortController();
  const demo = await runDemo({ session, signal, progress: () => undefined, viewports });
  onTestFinished(() => rm(path.dirname(demo.folder), { recursive: true, force: true }));
  expect(demo.healthy).toEqual({ passed: true, reason: '' });
  expect(demo.findings.length).toBeGreaterThanOrEqual(5 * viewports.length);
  expect(demo.findings.filter(({ ok }) => !ok)).toEqual([]);
  expect([...new Set(demo.findings.map(({ viewport }) => viewport))].sort()).toEqual(viewports.sort());
});
