import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { compareImages } from '../../src/compare/compare-images.js';
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

  // The designs that the demo draws are those that another program drew from the same app, by the bar that designs are held to.
  const kept = path.join(import.meta.dirname, '../../fixtures/designs');
  for (const viewport of viewports)
    for (const file of readdirSync(path.join(kept, viewport))) {
      const [before, drawn] = [kept, path.join(demo.folder, 'designs')].map((from) => {
        const name = path.join(from, viewport, file);
        return { name, bytes: readFileSync(name) };
      });
      if (!before || !drawn) throw new Error(file);
      const { outcome } = await compareImages(before, drawn, { threshold: 0.95, blockOnSeverity: 'major' });
      expect([viewport, file, outcome]).toEqual([viewport, file, 'match']);
    }
});
