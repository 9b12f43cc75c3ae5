import { expect, test } from 'vitest';
import { fitsWildcards, linearPattern, patternProblem } from '../../src/core/linear-pattern.js';
import { verifies } from '../requirements.js';

test('a pattern is found anywhere, and every place of it is replaced', () => {
  verifies('settings.linear');
  expect(linearPattern('^known: ').test('known: quota')).toBe(true);
  expect(linearPattern('^known: ').test('not known: x')).toBe(false);
  expect(linearPattern('b+').test('abbc')).toBe(true);
  expect(linearPattern('b+').replaceAll('abbcb', '[x]')).toBe('a[x]c[x]');
  expect(linearPattern('b*').replaceAll('abbc', '[x]')).toBe('a[x]c');
  expect(linearPattern('(?i)KEY-\\d+').replaceAll('key-12 Key-3 $1', '$&')).toBe('$& $& $1');
});

// The first would take longer than the age of the universe by backtracking; the runner would end it.
test.each(['(a+)+$', '(a|aa)+$', '(.*a){20}$', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
  '%s costs time linear in the text',
  (source) => {
    verifies('settings.linear');
    expect(linearPattern(source).test(`${'a'.repeat(40)}!`)).toBe(false);
    expect(linearPattern(source).test(`${'a'.repeat(5000)}!`)).toBe(false);
  },
);

test.each(['[', '(', '(?=x)', '(?<!x)y', '(a)\\1', 'a{2000}'])('%s is refused with the engine’s words', (source) => {
  verifies('settings.linear');
  expect(patternProblem(source)).toMatch(/^error parsing regexp/);
  expect(patternProblem('a{2,20}[^x]\\d')).toBeUndefined();
});

test.each([
  ['packages', 'packages', true],
  ['packages', 'package', false],
  ['ui-kit', 'ui-*', true],
  ['my-ui-kit', 'ui-*', false],
  ['ui-kit', '*', true],
  ['', '*', true],
  ['abab', '*ab', true],
  ['aba', 'ab*ba', false],
  ['abba', 'ab*ba', true],
  ['a.b', 'a.*', true],
  ['axb', 'a.*', false],
  ['one-two-three', '*two**three', true],
  ['one-three-two', '*two*three', false],
])('%j is what %j says: %s', (text, pattern, fits) => {
  verifies('settings.linear');
  expect(fitsWildcards(text, pattern)).toBe(fits);
});

test('a pattern with many stars costs time linear in the text, and may be looked for inside', () => {
  verifies('settings.linear');
  const many = `${'a*'.repeat(40)}b`;
  expect(fitsWildcards('a'.repeat(100_000), many)).toBe(false);
  expect(fitsWildcards(`${'a'.repeat(100_000)}b`, many)).toBe(true);
  expect([fitsWildcards('https://a.test/b/1', '/b/*', true), fitsWildcards('https://a.test/c', '/b/*', true)]).toEqual([
    true,
    false,
  ]);
  expect([fitsWildcards('/a/b', '/b', true), fitsWildcards('/b/a', '/b', true)]).toEqual([true, false]);
});
