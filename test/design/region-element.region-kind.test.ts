import { expect, test } from 'vitest';
import type { RegionKind } from '../../src/core/vocabulary/pair.js';
import { kindOf } from '../../src/design/region-element.js';
import { verifies } from '../requirements.js';

const cases: [RegionKind, string, RegionKind][] = [
  ['unknown', 'text', 'text'],
  ['added', 'text', 'text'],
  ['unknown', 'font-weight', 'text'],
  ['unknown', 'padding-left', 'resized'],
  ['unknown', 'width', 'resized'],
  ['added', 'width', 'added'],
  ['unknown', 'margin', 'moved'],
  ['unknown', 'background-color', 'recolored'],
  ['unknown', 'box-shadow', 'unknown'],
  ['noise', 'text', 'noise'],
  ['recolored', 'text', 'recolored'],
];

test.each(cases)('%s with %s is %s', (kind, property, expected) => {
  verifies('design.element-cause');
  expect(kindOf(kind, 'self', [{ property, expected: 'a', actual: 'b' }])).toBe(expected);
});

test('what only one side has, what was moved by something else, and what nothing is known of', () => {
  verifies('design.element-cause');
  const presence = { property: 'presence', expected: 'present', actual: 'missing' };
  expect(kindOf('unknown', 'self', [presence])).toBe('missing');
  expect(kindOf('unknown', 'self', [{ ...presence, expected: 'missing', actual: 'present' }])).toBe('added');
  expect(kindOf('unknown', 'cause', [presence])).toBe('moved');
  expect(kindOf('unknown', 'self', [])).toBe('unknown');
});
