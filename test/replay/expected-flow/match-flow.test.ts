import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stem } from '../../../src/replay/expected-flow/flow-acts.js';
import { type FlowEvidence, matchFlow } from '../../../src/replay/expected-flow/match-flow.js';
import { verifies } from '../../requirements.js';

const piece = (
  atMs: number,
  kind: FlowEvidence['kind'],
  text: string,
  more: Partial<FlowEvidence> = {},
): FlowEvidence => ({
  atMs,
  kind,
  text,
  ok: true,
  by: `${kind}@${atMs}`,
  ...more,
});

/** A visit to a shop, as its recording tells it. */
const VISIT: FlowEvidence[] = [
  piece(0, 'navigation', 'home start shop front'),
  piece(10, 'text', 'Shop all'),
  piece(20, 'text', 'Add to bag'),
  piece(1000, 'action', 'click click on link "Ripple Mug"', { context: 'home /shop' }),
  piece(1100, 'navigation', 'product ripple mug /product/ripple-mug'),
  piece(1200, 'text', 'Ripple Mug'),
  piece(2000, 'action', 'click click on button "Add to bag"', { context: 'product ripple mug' }),
  piece(2100, 'text', 'Ripple Mug is in your bag.'),
  piece(3000, 'action', 'fill filled label "E-mail" ada@example.com', { context: 'checkout' }),
  piece(4000, 'action', 'click STEP_TIMEOUT: the step waited for button "Pay now"', { ok: false }),
  piece(4500, 'text', '1 item in your bag'),
];

const outcome = (flow: string[], evidence: FlowEvidence[] = VISIT) =>
  matchFlow(flow, evidence).map(({ status, matched_by }) => `${status} ${matched_by ?? ''}`.trim());

describe('a flow', () => {
  test.each<[string, string[], string[]]>([
    [
      'that was taken',
      ['open the shop', 'click Ripple Mug', 'add to bag', 'enter the e-mail'],
      ['matched navigation@0', 'matched action@1000', 'matched action@2000', 'matched action@3000'],
    ],
    ['of texts', ['see "ripple mug is in your bag"'], ['matched text@2100']],
    ['of addresses', ['goes to the product page of the ripple mug'], ['matched navigation@1100']],
    ['with the page as context', ['add the ripple mug to the bag'], ['matched action@2000']],
    ['whose step failed', ['click Pay now'], ['contradicted action@4000']],
    ['with another number', ['bag shows 2 items'], ['contradicted text@4500']],
    ['with the right number', ['bag shows 1 item'], ['matched text@4500']],
    ['out of order', ['click add to bag', 'click Ripple Mug'], ['contradicted action@2000', 'matched action@1000']],
    ['that goes on elsewhere', ['click Ripple Mug', 'delete the account'], ['matched action@1000', 'not_seen']],
    ['whose quote is not there', ['see "Order complete"'], ['not_seen']],
    [
      'with words for parts of pages',
      ['click the Ripple Mug tile', 'open the menu'],
      ['matched action@1000', 'not_seen'],
    ],
    [
      'told of a user',
      ['the user clicks Ripple Mug', 'the user adds it to the bag'],
      ['matched action@1000', 'matched action@2000'],
    ],
    ['without an error', ['no error appears'], ['matched absence']],
    ['one press cannot show two', ['add to bag', 'add to bag'], ['matched action@2000', 'not_seen']],
    ['in another language', ['öffne den Warenkorb'], ['not_seen']],
    ['of nothing', [], []],
  ])('%s', (_name, flow, expected) => {
    verifies('replay.flow');
    expect(outcome(flow)).toEqual(expected);
  });

  test('that must not happen, and did, is contradicted', () => {
    verifies('replay.flow');
    const failed = [...VISIT, piece(5000, 'error', 'error Uncaught TypeError: x is undefined')];
    expect(matchFlow(['no error appears'], failed)).toEqual([
      {
        expected: 'no error appears',
        status: 'contradicted',
        matched_by: 'error@5000',
        at_ms: 5000,
        why: 'it was not to happen, and did',
      },
    ]);
  });

  test('is not seen in a video without a log', () => {
    verifies('replay.flow');
    expect(outcome(['open the shop', 'no error'], [])).toEqual(['not_seen', 'not_seen']);
  });

  test('made of what happened, in order, is matched in order', () => {
    verifies('replay.flow');
    const words = fc.uniqueArray(fc.stringMatching(/^[bcdfghklmnprtvwz][aeiou][bcdfghklmnprtvwz]{2}[aiou]x$/), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(words, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (names, taken) => {
        const evidence = names.map((name, index) => piece(index * 100, 'action', `click on button "${name}"`));
        const chosen = names.filter((_, index) => taken[index]);
        const matches = matchFlow(
          chosen.map((name) => `click ${name}`),
          evidence,
        );
        expect(matches.map(({ status }) => status)).toEqual(chosen.map(() => 'matched'));
        expect(matches.map(({ at_ms }) => at_ms)).toEqual(chosen.map((name) => names.indexOf(name) * 100));
      }),
    );
  });

  test('never goes back in time, whatever happened', () => {
    verifies('replay.flow');
    const kinds = fc.constantFrom<FlowEvidence['kind']>('action', 'navigation', 'text', 'error');
    const text = fc.array(fc.constantFrom('bag', 'mug', 'pay', 'shop', '1', '2', 'open', 'see'), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(kinds, text), { maxLength: 20 }),
        fc.array(text, { maxLength: 8 }),
        (happened, flow) => {
          const evidence = happened.map(([kind, words], index) => piece(index * 10, kind, words.join(' ')));
          const matches = matchFlow(
            flow.map((words) => words.join(' ')),
            evidence,
          );
          expect(matches).toHaveLength(flow.length);
          const times = matches.flatMap(({ status, at_ms }) =>
            status === 'matched' && at_ms !== undefined ? [at_ms] : [],
          );
          expect(times).toEqual([...times].sort((a, b) => a - b));
        },
      ),
    );
  });
});

test.each([
  ['items', 'item'],
  ['item', 'item'],
  ['added', 'add'],
  ['adding', 'add'],
  ['stopped', 'stop'],
  ['checkout', 'checkout'],
  ['categories', 'category'],
  ['42', '42'],
  ['bag', 'bag'],
])('stem of %s is %s', (word, expected) => {
  verifies('replay.flow');
  expect(stem(word)).toBe(stem(expected));
});
