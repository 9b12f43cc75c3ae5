import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { compareImages } from '../../src/compare/compare-images.js';
import { DEFAULT_VIEWPORTS } from '../../src/config/schema.js';
import { runDemo } from '../../src/verify/demo.js';
import { WarmSession } from '../live/warm-session.js';
import { verifies } from '../requirements.js';
import { FULL, SEED } from '../sample.js';

const VIEWPORTS = Object.keys(DEFAULT_VIEWPORTS);
const SHOP = path.join(import.meta.dirname, '../../fixtures/apps/shop');
const read = (file: string) => JSON.parse(readFileSync(path.join(SHOP, file), 'utf8'));
const screens: string[] = read('.codeloop/config.json').screens.map(({ name }: { name: string }) => name);

// As a sample one screen in three is looked at, each in one viewport of its own. The next seed takes others, at other widths.
const viewportsOf = (screen: string) => {
  const at = screens.indexOf(screen);
  if (FULL) return VIEWPORTS;
  return (at + SEED) % 3 === 0
    ? VIEWPORTS.filter((_, one) => one === (Math.floor(at / 3) + SEED + Math.floor(SEED / 3)) % VIEWPORTS.length)
    : [];
};

test('the healthy example passes its gate, and each of its planted defects is found, with nothing else', async () => {
  verifies('example.demo');
  const session = new WarmSession({ ci: false });
  onTestFinished(() => session.dispose());
  const { signal } = new AbortController();
  const demo = await runDemo({ session, signal, progress: () => undefined, viewportsOf });
  onTestFinished(() => rm(path.dirname(demo.folder), { recursive: true, force: true }));
  expect(demo.healthy).toEqual({ passed: true, reason: '' });
  expect(demo.findings.filter(({ ok }) => !ok)).toEqual([]);
  const planted = read('defects.json').defects.flatMap(
    ({ id, screen, viewports }: { id: string; screen: string; viewports: string[] }) =>
      viewports.filter((viewport) => viewportsOf(screen).includes(viewport)).map((viewport) => `${id}@${viewport}`),
  );
  expect(planted.length).toBeGreaterThanOrEqual(FULL ? 20 : 2);
  const found = demo.findings.map(({ defect, viewport }) => `${defect}@${viewport}`);
  expect([...new Set(found)].sort()).toEqual(planted.sort());
  expect(new Set(screens.flatMap(viewportsOf)).size).toBe(FULL ? VIEWPORTS.length : 2);

  // The designs that the demo draws are those that another program drew from the same app, by the bar that designs are held to.
  for (const screen of screens)
    for (const viewport of viewportsOf(screen)) {
      const [before, drawn] = [path.join(SHOP, '../../designs'), path.join(demo.folder, 'designs')].map((from) => {
        const name = path.join(from, viewport, `${screen}.png`);
        return { name, bytes: readFileSync(name) };
      });
      if (!before || !drawn) throw new Error(screen);
      const { outcome } = await compareImages(before, drawn, { threshold: 0.95, blockOnSeverity: 'major' });
      expect([screen, viewport, outcome]).toEqual([screen, viewport, 'match']);
    }
});
