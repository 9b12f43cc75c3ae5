import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fullOnly, type Lines, siblingsIn } from './architecture/full-only.js';
import { listSources, readSource } from './architecture/read-source.js';
import { requirements, verifies } from './requirements.js';

const folder = import.meta.dirname;

/** The ids that the tests of one file cite at every seed; what only the full run does is left out. */
function citedIn(file: string, text: string): string[] {
  const within = (line: number) => (lines: Lines) => line >= lines[0] && line <= lines[1];
  const left = fullOnly(file, text);
  const samples = siblingsIn(file, text);
  const cited = readSource(file, text)
    .literalCalls.filter(({ callee, line }) => callee === 'verifies' && !left.some(within(line)))
    .flatMap(({ values, line }) => values.map((id) => ({ id, line })));
  return cited.flatMap(({ id, line }) => {
    const sample = samples.find(({ tests }) => tests.some(within(line)));
    if (!sample) return [id];
    // Which of the choices of siblings hold one that cites it.
    const chosen = sample.tests.map((lines, at) =>
      cited.some((one) => one.id === id && within(one.line)(lines)) ? at % sample.oneIn : undefined,
    );
    return new Set(chosen.filter((at) => at !== undefined)).size === sample.oneIn ? [id] : [];
  });
}

/** The ids that the tests of `npm test` cite at every seed. */
const citations = new Set(
  listSources(folder)
    .filter((name) => /\.(test|spec)\.tsx?$/.test(name))
    .flatMap((file) => citedIn(file, readFileSync(path.join(folder, file), 'utf8'))),
);

test('every promise is cited by a test of npm test', () => {
  verifies('house.promises-tested');
  expect(Object.keys(requirements).filter((id) => !citations.has(id))).toEqual([]);
});

test('every file of tests has one at every seed', () => {
  const empty = listSources(folder).filter((file) => {
    if (!/\.(test|spec)\.tsx?$/.test(file)) return false;
    const text = readFileSync(path.join(folder, file), 'utf8');
    const samples = siblingsIn(file, text);
    if (samples.length === 0 || samples.some(({ tests, oneIn }) => tests.length >= oneIn)) return false;
    return !/^\s*(?:test|it)(?:\.each\b.*)?\(/m.test(text);
  });
  expect(empty).toEqual([]);
});

test('every citation names a promise', () => {
  expect([...citations].filter((id) => !Object.hasOwn(requirements, id))).toEqual([]);
});

test('an id that is no promise is refused at run time too', () => {
  // Typed as the callers see it that the compiler does not check (plain JavaScript, a cast).
  const unchecked: (id: string) => void = verifies as (id: string) => void;
  expect(() => unchecked('house.nothing')).toThrow('lists no promise "house.nothing"');
});

test('what runs in the full run only proves nothing here', () => {
  const text = [
    'if (FULL)',
    "  test('a', () => {",
    "    verifies('x');",
    '  });',
    "test('b', () => {",
    "  verifies('y');",
    '  if (!FULL) return;',
    "  verifies('z');",
    '});',
    "if (OTHER) verifies('w');",
  ].join('\n');
  expect(fullOnly('a.test.ts', text)).toEqual([
    [2, 4],
    [7, 9],
  ]);
});

test('of siblings a promise is proven that one of them cites at every seed', () => {
  const text = [
    'const sibling = sampled(test, 2);',
    "sibling('a', () => verifies('both', 'first'));",
    "sibling('b', () => verifies('both'));",
    "sibling('c', () => verifies('first'));",
    "test('d', () => verifies('always'));",
  ].join('\n');
  expect(siblingsIn('a.test.ts', text)).toEqual([
    {
      oneIn: 2,
      tests: [
        [2, 2],
        [3, 3],
        [4, 4],
      ],
    },
  ]);
  expect([...new Set(citedIn('a.test.ts', text))]).toEqual(['both', 'always']);
});
