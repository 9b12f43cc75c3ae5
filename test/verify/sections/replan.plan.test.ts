import { expect, test } from 'vitest';
import { parseSpec } from '../../../src/config/parse-spec.js';
import { compareSpecs, planOrder } from '../../../src/verify/sections/replan.js';
import { section } from '../../project/sections/samples.js';
import { verifies } from '../../requirements.js';

const read = (text: string) => parseSpec(text, 'spec.md').sections;

test('what is new, changed, renamed and gone', () => {
  verifies('replan.changes');
  const before = read('## A\n- one\n## B\n- two\n- three\n## C\n- four\n## D\n- five\n');
  const after = read('## A\n- one\n## B\n- two\n- six\n## Cart\n- four\n## E\n- seven\n');
  expect(compareSpecs(before, after)).toEqual({
    added: ['e'],
    changed: [
      { id: 'b', items_added: ['six'], items_removed: ['three'] },
      { id: 'cart', was: 'c', items_added: [], items_removed: [] },
    ],
    removed: ['d'],
  });
  expect(compareSpecs(before, before)).toEqual({ added: [], changed: [], removed: [] });
});

test('trouble first, never before what it waits for, and a circle is told', () => {
  verifies('replan.changes');
  const of = (id: string, state: Parameters<typeof section>[0] & object, after: string[] = []) =>
    section({ id, after, ...state });
  const ids = (list: Parameters<typeof planOrder>[0]) => {
    const { order, circular } = planOrder(list);
    return [order.map(({ id }) => id).join(' '), circular.join(' ')];
  };
  expect(
    ids([
      of('done', { state: 'done' }),
      of('late', { state: 'planned' }, ['early', 'done']),
      of('early', { state: 'planned' }),
      of('broken', { state: 'integration_regression' }),
      of('busy', { state: 'building' }),
    ]),
  ).toEqual(['broken busy early late done', '']);
  expect(ids([of('a', { state: 'planned' }, ['b']), of('b', { state: 'planned' }, ['a'])])).toEqual(['a b', 'a']);
});
