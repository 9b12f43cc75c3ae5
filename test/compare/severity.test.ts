import { expect, test } from 'vitest';
import { atLeast, type Rated, severityOf } from '../../src/compare/severity.js';
import { verifies } from '../requirements.js';

const region = (width: number, height: number, fill = 1): Pick<Rated, 'rect' | 'area'> => ({
  rect: { x: 0, y: 0, width, height },
  area: Math.round(width * height * fill),
});

test.each<{ what: string; rated: Omit<Rated, 'deviceScale'>; severity: string }>([
  { what: 'a missing filled button', rated: { kind: 'missing', ...region(80, 32), deltaE: 45 }, severity: 'critical' },
  {
    what: 'a missing outlined button',
    rated: { kind: 'missing', ...region(80, 32, 0.18), deltaE: 40 },
    severity: 'critical',
  },
  { what: 'a missing pale button', rated: { kind: 'missing', ...region(80, 32), deltaE: 6 }, severity: 'critical' },
  { what: 'a missing icon', rated: { kind: 'missing', ...region(16, 16, 0.5), deltaE: 40 }, severity: 'critical' },
  { what: 'a missing dot', rated: { kind: 'missing', ...region(6, 6), deltaE: 40 }, severity: 'critical' },
  { what: 'a missing speck', rated: { kind: 'missing', ...region(1, 3), deltaE: 40 }, severity: 'minor' },
  { what: 'an added banner', rated: { kind: 'added', ...region(1280, 40), deltaE: 20 }, severity: 'critical' },
  { what: 'a changed word', rated: { kind: 'unknown', ...region(60, 12, 0.3), deltaE: 45 }, severity: 'major' },
  {
    what: 'a changed picture',
    rated: { kind: 'unknown', ...region(200, 150, 0.9), deltaE: 30 },
    severity: 'critical',
  },
  {
    what: 'a large, clear recolouring',
    rated: { kind: 'recolored', ...region(220, 800), deltaE: 50 },
    severity: 'critical',
  },
  {
    what: 'a large, faint recolouring',
    rated: { kind: 'recolored', ...region(220, 800), deltaE: 4 },
    severity: 'major',
  },
  {
    what: 'one that is hardly seen',
    rated: { kind: 'recolored', ...region(1280, 800), deltaE: 1.9 },
    severity: 'minor',
  },
  {
    what: 'a small recoloured label',
    rated: { kind: 'recolored', ...region(40, 14, 0.3), deltaE: 30 },
    severity: 'major',
  },
  {
    what: 'a card moved by 1 px',
    rated: { kind: 'moved', ...region(200, 100, 0.1), deltaE: 40, moved: 1 },
    severity: 'minor',
  },
  {
    what: 'a card moved by 4 px',
    rated: { kind: 'moved', ...region(200, 100, 0.1), deltaE: 40, moved: 4 },
    severity: 'major',
  },
  {
    what: 'a card moved by 30 px',
    rated: { kind: 'moved', ...region(200, 100, 0.1), deltaE: 40, moved: 30 },
    severity: 'critical',
  },
  { what: 'an empty strip', rated: { kind: 'resized', ...region(1280, 400), deltaE: 100 }, severity: 'major' },
  { what: 'noise over the whole page', rated: { kind: 'noise', ...region(1280, 800), deltaE: 20 }, severity: 'minor' },
])('$what is $severity', ({ rated, severity }) => {
  verifies('compare.severity');
  expect(severityOf({ ...rated, deviceScale: 1 })).toBe(severity);
});

test('severity is measured in CSS pixels: the same move at twice the ratio', () => {
  verifies('compare.severity');
  const card = { kind: 'moved' as const, deltaE: 40, moved: 30 };
  expect(severityOf({ ...card, ...region(60, 60, 0.5), deviceScale: 2 })).toBe('major');
  expect(severityOf({ ...card, ...region(60, 60, 0.5), deviceScale: 1 })).toBe('critical');
});

test('severities are ordered', () => {
  expect([atLeast('critical', 'major'), atLeast('major', 'major'), atLeast('minor', 'major')]).toEqual([
    true,
    true,
    false,
  ]);
});
