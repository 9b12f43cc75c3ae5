import { expect, test } from 'vitest';
import { ScreenConfig } from '../../src/config/schema.js';
import { Viewport } from '../../src/core/vocabulary/geometry.js';
import type { PlannedCell } from '../../src/live/planned-cell.js';
import { chosenForOthers } from '../../src/verify/cell-parts.js';
import { verifies } from '../requirements.js';

const cell = (name: string, viewportName: string, more: object = {}): PlannedCell => ({
  screen: ScreenConfig.parse({ name, path: `/${name}`, ...more }),
  viewportName,
  viewport: Viewport.parse({ width: 320, height: 240 }),
  url: `http://127.0.0.1/${name}`,
  name: `${name}.${viewportName}`,
});

test('one screen of a run is looked at again, three in CI, each at one viewport; which ones, the name of the run says', () => {
  verifies('integrity.second-look');
  const cells = ['a', 'b', 'c', 'd', 'e'].flatMap((name) => [cell(name, 'phone'), cell(name, 'desktop')]);
  const names = (run: string, ci: boolean) => [...chosenForOthers(cells, run, ci)].map(({ screen }) => screen.name);
  expect([names('run-1', false).length, new Set(names('run-1', true)).size]).toEqual([1, 3]);
  expect(names('run-1', true).slice(0, 1)).toEqual(names('run-1', false));
  const chosen = Array.from({ length: 60 }, (_, at) => names(`run-${at}`, false)[0] ?? '');
  expect([...new Set(chosen)].sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  const steps = [{ action: 'click', selector: '#in' }];
  expect(chosenForOthers([cell('a', 'phone', { steps })], 'run-1', true).size).toBe(0);
});
