import { expect, test } from 'vitest';
import { parseAccessibilityBaseline } from '../../src/config/acceptance.js';

const entry = { rule: 'label', selector: '#name', reason: 'a widget of others' };

test('accepted violations are read, comments and all', () => {
  expect(parseAccessibilityBaseline(`{ /* known */ "accepted": [${JSON.stringify(entry)}], }`)).toEqual([entry]);
});

test.each([
  ['not JSON', '{'],
  ['no list', '{}'],
  ['an entry without a reason', JSON.stringify({ accepted: [{ ...entry, reason: ' ' }] })],
  ['an entry without an element', JSON.stringify({ accepted: [{ rule: 'label', reason: 'all of them' }] })],
  ['an unknown key', JSON.stringify({ accepted: [{ ...entry, screen: 'home' }] })],
  ['no screens at all', JSON.stringify({ accepted: [{ ...entry, screens: [] }] })],
])('%s is refused', (_what, text) => {
  expect(() => parseAccessibilityBaseline(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
