import { expect, test } from 'vitest';
import type { RefMemory } from '../../src/browser/boxes/element-selectors.js';
import { candidates } from '../../src/browser/find-target.js';
import { verifies } from '../requirements.js';

const one = (ref: string, role: string, name: string): RefMemory => ({
  ref,
  inner: ref,
  role,
  name,
  nth: 1,
  total: 1,
});

test('names that nearly match come before others, those of the same role first', () => {
  verifies('steps.targets');
  const others = Array.from({ length: 9 }, (_, n) => one(`o${n}`, 'button', `Other ${n}`));
  const present = [...others, one('link', 'link', 'Same'), one('a', 'button', 'Same'), one('b', 'button', 'Same')];
  const near = candidates({ role: 'button', name: 'Smae' }, present, false);
  expect(near.map(({ ref }) => ref)).toEqual(['a', 'b', 'link']);
});
