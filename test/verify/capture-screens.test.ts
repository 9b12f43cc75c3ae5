import { expect, test } from 'vitest';
import { Config } from '../../src/config/schema.js';
import { planCells } from '../../src/live/planned-cell.js';
import type { Project } from '../../src/project/project.js';
import { whatOverrides } from '../../src/verify/capture-screens.js';
import { verifies } from '../requirements.js';

const config = Config.parse({
  viewports: { desktop: { width: 1000, height: 700 }, night: { width: 1000, height: 700, color_scheme: 'dark' } },
  screens: [{ name: 'home', path: '/', mask: ['.ad'] }],
});
const project = { dir: '/p', name: 'p', config } as Project;
const screens = (of: Project) => of.config.screens ?? [];
const [home] = screens(project);
const base = 'http://127.0.0.1:4000/';

function overridden(given: Partial<Parameters<typeof whatOverrides>[0]>, viewport = 'desktop', of: Project = project) {
  const cells = planCells(of, screens(of), base, { viewports: [viewport] });
  const facts = { configured: screens(of)[0], base, cells, references: { references: [], unmatched: [] } };
  return whatOverrides({ project: of, overrides: {}, ...given } as Parameters<typeof whatOverrides>[0], facts);
}

const screen = (more: object): Project => ({
  ...project,
  config: Config.parse({ ...config, screens: [{ ...home, ...more }] }),
});

test('what says the same as the configuration overrides nothing', () => {
  verifies('verify.configured-is-no-override');
  const none = { reasons: [], overrides: {} };
  // `auto` takes the whole page where there is no design.
  expect(overridden({ overrides: { fullPage: true } })).toEqual(none);
  expect(overridden({ overrides: { mask: ['.ad'] } })).toEqual(none);
  expect(overridden({ url: 'http://127.0.0.1:4000' })).toEqual(none);
  expect(overridden({ colorScheme: 'light' })).toEqual(none);
  expect(overridden({ colorScheme: 'dark' }, 'night')).toEqual(none);
  expect(overridden({ overrides: { fullPage: false } }, 'desktop', screen({ full_page: false }))).toEqual(none);
});

test('what says something else is an override, by its name', () => {
  expect(overridden({ overrides: { fullPage: false } })).toEqual({
    reasons: ['full_page'],
    overrides: { fullPage: false },
  });
  expect(overridden({ overrides: { mask: ['.ad', '.price'] } })).toEqual({
    reasons: ['mask'],
    overrides: { mask: ['.price'] },
  });
  expect(overridden({ url: 'http://127.0.0.1:4000/other' }).reasons).toEqual(['url']);
  expect(overridden({ colorScheme: 'dark' }).reasons).toEqual(['color_scheme']);
  expect(overridden({ overrides: { selector: '#buy' } }).reasons).toEqual(['selector']);
});
