import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitFlow } from '../../../src/replay/expected-flow/flow-words.js';
import { verifies } from '../../requirements.js';

test.each<[string, string, string[]]>([
  ['arrows', 'open shop → add mug->see bag => pay', ['open shop', 'add mug', 'see bag', 'pay']],
  ['numbers in a line', '1. open shop 2. add mug 3) pay', ['open shop', 'add mug', 'pay']],
  ['numbered lines', '1. open shop\n2. add mug\n\n10. pay', ['open shop', 'add mug', 'pay']],
  ['bullets', '- open shop\n* add mug\n• pay', ['open shop', 'add mug', 'pay']],
  ['lines', 'open shop\r\n  add   mug  \npay', ['open shop', 'add mug', 'pay']],
  ['quoted arrows', 'press "A -> B" -> see “1. x 2. y”', ['press "A -> B"', 'see “1. x 2. y”']],
  ['numbers that are none', 'wait 2. seconds then 7) go', ['wait 2. seconds then 7) go']],
  ['a price', 'see $12.50 -> see 3.5 stars', ['see $12.50', 'see 3.5 stars']],
  ['nothing', ' -> \n - \n → ', []],
])('%s', (_name, text, steps) => {
  verifies('replay.flow-split');
  expect(splitFlow(text)).toEqual(steps);
});

test('what was split stays split, and is bounded', () => {
  verifies('replay.flow-split');
  const word = fc.stringMatching(/^[a-z]{2,8}$/);
  fc.assert(
    fc.property(fc.array(fc.array(word, { minLength: 1, maxLength: 4 }), { maxLength: 60 }), (parts) => {
      const steps = parts.map((words) => words.join(' '));
      expect(splitFlow(steps.join(' -> '))).toEqual(steps.slice(0, 50));
      expect(splitFlow(steps.map((step, index) => `${index + 1}. ${step}`).join('\n'))).toEqual(steps.slice(0, 50));
    }),
  );
  expect(splitFlow('x'.repeat(5000))).toEqual(['x'.repeat(300)]);
});
