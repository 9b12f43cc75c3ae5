import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fullOnly } from './architecture/full-only.js';
import { listSources, readSource } from './architecture/read-source.js';
import { requirements, verifies } from './requirements.js';

const folder = import.meta.dirname;

/** The ids that the tests of `npm test` cite, with where; what only the full run does is left out. */
function citations(): Map<string, string[]> {
  const cited = new Map<string, string[]>();
  for (const file of listSources(folder).filter((name) => /\.(test|spec)\.tsx?$/.test(name))) {
    const text = readFileSync(path.join(folder, file), 'utf8');
    const left = fullOnly(file, text);
    const runs = (line: number) => !left.some(([first, last]) => line >= first && line <= last);
    const calls = readSource(file, text).literalCalls.filter(({ callee, line }) => callee === 'verifies' && runs(line));
    for (const call of calls) {
      for (const id of call.values) cited.set(id, [...(cited.get(id) ?? []), `${file}:${call.line}`]);
    }
  }
  return cited;
}

test('every promise is cited by a test of npm test', () => {
  verifies('house.promises-tested');
  const cited = citations();
  expect(Object.keys(requirements).filter((id) => !cited.has(id))).toEqual([]);
});

test('every citation names a promise', () => {
  const unknown = [...citations()].filter(([id]) => !Object.hasOwn(requirements, id));
  expect(unknown).toEqual([]);
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
