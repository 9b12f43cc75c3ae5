import { expect, test } from 'vitest';
import { parseAcceptance } from '../../src/config/acceptance.js';
import { verifies } from '../requirements.js';

const item = { id: 'pay', text: 'One can pay', proof: { flow: 'checkout' } };

test.each([
  ['a list', 'a.yaml', '- {id: pay, text: One can pay, proof: {flow: checkout}}', [item]],
  [
    'a list below criteria',
    'a.yml',
    'criteria:\n  - id: pay\n    text: One can pay\n',
    [{ id: 'pay', text: 'One can pay' }],
  ],
  ['nothing but a comment', 'a.yaml', '# to do', []],
  [
    'a check list',
    'a.md',
    '# Pay\n\ntext\n- [x] One can pay [proof: flow checkout]\n* [ ] It is nice\n1. [ ] All of it [Proof: check: page-errors]\n- no item',
    [
      { id: '1', text: 'One can pay', proof: { flow: 'checkout' } },
      { id: '2', text: 'It is nice' },
      { id: '3', text: 'All of it', proof: { check: 'page-errors' } },
    ],
  ],
])('%s is read', (_what, file, text, criteria) => {
  verifies('acceptance.files');
  expect(parseAcceptance(text, file)).toEqual(criteria);
});

test.each([
  ['broken YAML', 'a.yaml', '- {id: pay'],
  ['an alias of nothing', 'a.yaml', '- {id: pay, text: *nope }'],
  ['an item without a text', 'a.yaml', '- {id: pay}'],
  ['an unknown key', 'a.yaml', '- {id: pay, text: a, prove: {flow: b}}'],
  ['two proofs in one', 'a.yaml', '- {id: pay, text: a, proof: {flow: b, screen: c}}'],
  ['an empty proof', 'a.yaml', '- {id: pay, text: a, proof: {}}'],
  ['something else than a list', 'a.yaml', 'done: true'],
  ['a proof of an unknown kind', 'a.md', '- [ ] a [proof: word of honour]'],
  ['a proof without a name', 'a.md', '- [ ] a [proof: flow]'],
])('%s is refused', (_what, file, text) => {
  verifies('acceptance.files');
  expect(() => parseAcceptance(text, file)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
