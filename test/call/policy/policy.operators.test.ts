import fc from 'fast-check';
import { RE2JS } from 're2js';
import { expect, test } from 'vitest';
import { holds, MAX_REGEX_INPUT, type Operator, valueAt } from '../../../src/call/policy/policy.js';
import { verifies } from '../../requirements.js';

const MISSING = undefined;

test.each<[Operator, unknown, unknown, boolean]>([
  ['eq', 'main', 'main', true],
  ['eq', 'main', 'Main', false],
  ['eq', 5, 5, true],
  ['eq', 5, 5.0, true],
  ['eq', '5', 5, true],
  ['eq', true, 'true', true],
  ['eq', null, null, true],
  ['eq', [1, { b: 2, a: 1 }], [1, { a: 1, b: 2 }], true],
  ['eq', Number.NaN, Number.NaN, false],
  ['eq', MISSING, 'x', false],
  ['neq', 'a', 'b', true],
  ['neq', 'a', 'a', false],
  ['neq', 4, 5, true],
  ['neq', MISSING, 'x', false],
  ['in', 'eur', ['usd', 'eur'], true],
  ['in', 'gbp', ['usd', 'eur'], false],
  ['in', 2, ['2'], true],
  ['in', 'a', [], false],
  ['in', MISSING, ['a'], false],
  ['not_in', 'gbp', ['usd', 'eur'], true],
  ['not_in', 'eur', ['usd', 'eur'], false],
  ['not_in', 'a', [], true],
  ['not_in', MISSING, ['a'], false],
  ['lt', 99, 100, true],
  ['lt', 100, 100, false],
  ['lt', '5', 100, false],
  ['lt', MISSING, 100, false],
  ['lte', 100, 100, true],
  ['lte', 100.001, 100, false],
  ['lte', null, 100, false],
  ['gt', 101, 100, true],
  ['gt', 100, 100, false],
  ['gt', '101', 100, false],
  ['gte', 100, 100, true],
  ['gte', 99.999, 100, false],
  ['gte', true, 0, false],
  ['contains', 'a test b', 'test', true],
  ['contains', 'a b', 'test', false],
  ['contains', ['a', 'test'], 'test', true],
  ['contains', [1, 2], '2', true],
  ['contains', ['a tests'], 'test', false],
  ['contains', 'a5', 5, false],
  ['contains', 5, 5, false],
  ['contains', MISSING, 'test', false],
  ['exists', 'x', true, true],
  ['exists', '', true, true],
  ['exists', 0, true, true],
  ['exists', null, true, false],
  ['exists', MISSING, true, false],
  ['exists', MISSING, false, true],
  ['exists', null, false, true],
  ['exists', 'x', false, false],
])('%s: %j against %j is %s', (op, actual, value, expected) => {
  verifies('policy.operators');
  expect(holds(op, actual, value)).toBe(expected);
});

test.each<[string, unknown, boolean]>([
  ['^feat/', 'feat/login', true],
  ['^feat/', 'fix/feat/', false],
  ['login', 'the login page', true],
  ['(?i)LOGIN', 'login', true],
  ['\\d{3}', 'ab123', true],
  ['^$', '', true],
  ['x', 5, false],
  ['x', ['x'], false],
  ['x', MISSING, false],
])('regex %s on %j is %s: anywhere in the text unless anchored', (pattern, actual, expected) => {
  verifies('policy.operators');
  expect(holds('regex', actual, pattern, RE2JS.compile(pattern))).toBe(expected);
});

test('regex does not look at a text that is too long, and never hangs on a hostile one', () => {
  const anything = RE2JS.compile('a');
  expect(holds('regex', 'a'.repeat(MAX_REGEX_INPUT), 'a', anything)).toBe(true);
  expect(holds('regex', 'a'.repeat(MAX_REGEX_INPUT + 1), 'a', anything)).toBe(false);
  // Exponential for a backtracking engine: 2^65535 ways.
  expect(holds('regex', `${'a'.repeat(MAX_REGEX_INPUT - 1)}!`, '^(a+)+$', RE2JS.compile('^(a+)+$'))).toBe(false);
});

test('neq and not_in are the opposites of eq and in for every value that is there', () => {
  verifies('policy.operators');
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (actual, value) => {
      expect(holds('neq', actual, value)).toBe(!holds('eq', actual, value));
      expect(holds('not_in', actual, [value])).toBe(!holds('in', actual, [value]));
      expect(holds('in', actual, [value])).toBe(holds('eq', actual, value));
    }),
  );
});

test.each<[string, unknown]>([
  ['url', 'http://x'],
  ['metadata.key', 'val'],
  ['metadata.none', MISSING],
  ['metadata.key.length', MISSING],
  ['list.0', MISSING],
  ['nothing', null],
  ['nothing.at.all', MISSING],
  ['__proto__', MISSING],
  ['constructor.name', MISSING],
  ['metadata.toString', MISSING],
])('the path %s leads to %j', (path, expected) => {
  const args = { url: 'http://x', metadata: { key: 'val' }, list: ['a'], nothing: null };
  expect(valueAt(args, path.split('.'))).toEqual(expected);
});
