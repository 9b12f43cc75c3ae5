import { expect, test } from 'vitest';
import { type ReviewItem, reviewQuestions } from '../../src/verify/visual-review.js';
import { baselinePair } from '../checks/baseline-samples.js';
import { cell, entry, region } from '../checks/samples.js';
import { verifies } from '../requirements.js';

const changed = (extra: Parameters<typeof baselinePair>[0] = {}, viewport = 'mobile'): ReviewItem => ({
  screen: 'home',
  viewport,
  state: 'changed',
  pair: baselinePair({ outcome: 'mismatch', viewport, ...extra }),
});
const questions = (...items: ReviewItem[]) => reviewQuestions(items).map(({ question }) => question);

test('a region is asked about as what it is, with what was measured quoted apart', () => {
  verifies('review.questions');
  const properties = [{ property: 'background-color', expected: 'rgb(6, 69, 173)', actual: 'rgb(173, 6, 6)' }];
  const found = region('major', { kind: 'recolored', element: { selector: '#buy', name: 'Buy' }, properties });
  expect(reviewQuestions([changed({ regions: [found] })])).toEqual([
    {
      screen: 'home',
      viewport: 'mobile',
      region: 1,
      question:
        'Region 1 (x 5, y 6, 10 x 20 px): colours changed. Is it the colour that was asked for, and can the text on it be read? Measured: background-color.',
      text: '#buy | Buy | background-color: rgb(6, 69, 173) → rgb(173, 6, 6)',
    },
  ]);
});

test('shifts, growth and further regions are asked about', () => {
  const size = { reference: { width: 375, height: 812 }, actual: { width: 375, height: 900 } };
  const four = [1, 2, 3, 4].map(() => region('minor'));
  expect(questions(changed({ shifts: [{ axis: 'y', at: 40, by: 88 }], size }))).toEqual([
    'From y = 40 on everything moved by 88 px. Is what was put in there meant, and does the rest still fit?',
  ]);
  expect(questions(changed({ size }))).toEqual([
    'The page is 88 px taller than accepted. What at its end explains that?',
  ]);
  expect(questions(changed({ regions: four })).at(-1)).toBe(
    '1 more regions differ. Do they all follow from the same change?',
  );
});

test('viewports that disagree are asked about once', () => {
  verifies('review.questions');
  const same = (viewport: string): ReviewItem => ({ screen: 'home', viewport, state: 'unchanged' });
  expect(questions(changed(), changed({}, 'tablet'), same('desktop'))).toEqual([
    'It changed at mobile, tablet and not at desktop. Is the change meant for those widths alone?',
  ]);
});

test('a new screen is asked about by what its picture and log say', () => {
  const fresh: ReviewItem = {
    screen: 'home',
    viewport: 'mobile',
    state: 'new',
    cell: cell({ logs: [entry('console')], title: 'Lamps' }),
  };
  expect(reviewQuestions([fresh])).toEqual([
    {
      screen: 'home',
      viewport: 'mobile',
      question:
        'This screen has no accepted picture yet. Is this 375 x 812 px picture the state it should be kept in, with its real content?',
      text: 'Lamps',
    },
    {
      screen: 'home',
      viewport: 'mobile',
      question: '1 error(s) were logged while it loaded. Does the picture show what they broke?',
    },
  ]);
});

test('nothing that changed asks nothing, and there are never more than twelve', () => {
  expect(questions({ screen: 'home', viewport: 'mobile', state: 'unchanged' })).toEqual([]);
  const many = Array.from({ length: 9 }, (_, at) => changed({ regions: [region('minor'), region('minor')] }, `v${at}`));
  expect(questions(...many)).toHaveLength(12);
});

test('faults of the layout are asked about: whether they are meant so, or what has to give way', () => {
  verifies('layout.review');
  const fault = {
    ...{ screen: 'home', kind: 'covered' as const, from_width: 375, to_width: 375, width: 375 },
    ...{ element: { selector: '#buy' }, rect: { x: 24.4, y: 144, width: 99, height: 39 }, what: 'is covered' },
    ...{ repair: '', siblings: [], new: true },
  };
  const item: ReviewItem = {
    ...{ screen: 'home', viewport: 'mobile', state: 'unchanged' },
    faults: [
      { ...fault, certainty: 'certain' },
      { ...fault, certainty: 'likely', condition: 'rtl' },
    ],
  };
  expect(reviewQuestions([item])).toEqual([
    {
      ...{ screen: 'home', viewport: 'mobile', text: '#buy is covered' },
      question:
        'Layout, covered at x 24, y 144 of a window 375 px wide: it is a fault by measure. Do you see it, and what has to give way?',
    },
    {
      ...{ screen: 'home', viewport: 'mobile', text: '#buy is covered' },
      question: 'Layout, covered at x 24, y 144 of a window 375 px wide written from right to left: is it meant so?',
    },
  ]);
});
