import { expect, test } from 'vitest';
import { linearPattern, patternProblem } from '../../src/core/linear-pattern.js';
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
