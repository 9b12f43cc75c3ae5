import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { defineCheck } from '../../src/checks/define-check.js';
import { checks } from '../../src/checks/index.js';

const fields = {
  id: 'page-errors',
  title: 'Holds',
  failureTitle: 'Fails',
  description: 'About.',
  requires: ['cells'],
  repair: { category: 'runtime', severity: 'critical', cause: 'It.', task: 'Do.', verify: 'screen' },
  run: () => ({ status: 'pass' as const, problems: [], examined: 1 }),
} as const;

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

test('a field that a check cannot have does not compile', () => {
  const { repair } = fields;
  const follows = [{ checks: ['build-succeeds'], when: 'always' }] as const;
  const right = defineCheck({ ...fields, repair: { ...repair, follows } });
  // The type check fails where one of these is no error.
  const wrong = [
    // @ts-expect-error: no file of this name is a check
    defineCheck({ ...fields, id: 'page-error' }),
    // @ts-expect-error: no such evidence
    defineCheck({ ...fields, requires: ['cell'] }),
    // @ts-expect-error: evidence that it did not ask for
    defineCheck({ ...fields, run: ({ pairs }) => ({ status: 'pass' as const, problems: [], examined: pairs.length }) }),
    // @ts-expect-error: no such category
    defineCheck({ ...fields, repair: { ...repair, category: 'page' } }),
    // @ts-expect-error: no such call
    defineCheck({ ...fields, repair: { ...repair, verify: 'page' } }),
    // @ts-expect-error: no such check
    defineCheck({ ...fields, repair: { ...repair, follows: [{ checks: ['page-error'], when: 'always' }] } }),
    // @ts-expect-error: no word of what its problems mean
    defineCheck({ ...fields, repair: undefined }),
  ];
  expect([right, ...wrong].every(({ run }) => run({}).status === 'could_not_run')).toBe(true);
});
