import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { listSources, readSource } from './architecture/read-source.js';
import { requirements, verifies } from './requirements.js';

const folder = import.meta.dirname;

/** The ids that the tests under `test/` cite, with where. */
function citations(): Map<string, string[]> {
  const cited = new Map<string, string[]>();
  for (const file of listSources(folder).filter((name) => /\.(test|spec)\.tsx?$/.test(name))) {
    const facts = readSource(file, readFileSync(path.join(folder, file), 'utf8'));
    for (const call of facts.literalCalls.filter(({ callee }) => callee === 'verifies')) {
      for (const id of call.values) cited.set(id, [...(cited.get(id) ?? []), `${file}:${call.line}`]);
    }
  }
  return cited;
}

test('every promise is cited by a test', () => {
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
