import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { checks } from '../../src/checks/index.js';

const folder = new URL('../../src/checks/', import.meta.url);

test('every check has the id that its file says', () => {
  const declared = readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((file) => {
    const id = file.endsWith('.ts')
      ? /defineCheck\(\{\s+id: '(.+)'/.exec(readFileSync(new URL(file, folder), 'utf8'))
      : null;
    return id ? [[basename(file, '.ts'), id[1]]] : [];
  });
  expect(declared.filter(([file, id]) => file !== id)).toEqual([]);
  expect(declared.map(([, id]) => id).sort()).toEqual(checks.map(({ id }) => id).sort());
});

test('every check says what happened and what to do in whole sentences', () => {
  for (const { id, repair } of checks)
    expect([id, /^[A-Z].*\.$/.test(repair.cause), /^[A-Z].*[.;]?$/.test(repair.task)]).toEqual([id, true, true]);
});

test('no check follows itself, directly or through others', () => {
  const roots = (id: string) =>
    checks.find((check) => check.id === id)?.repair.follows?.flatMap((one) => one.checks) ?? [];
  const reach = (id: string, above: readonly string[] = []): string[] =>
    above.includes(id) ? [id] : [id, ...roots(id).flatMap((root) => reach(root, [...above, id]))];
  expect(checks.filter(({ id }) => reach(id).slice(1).includes(id)).map(({ id }) => id)).toEqual([]);
});
