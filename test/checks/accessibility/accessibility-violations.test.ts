import { expect, test } from 'vitest';
import check from '../../../src/checks/accessibility/accessibility-violations.js';
import { verifies } from '../../requirements.js';
import { examined, expectedAt, found, violation } from '../accessibility-samples.js';
import { checkTable } from '../tables.js';

const home = [expectedAt('home', 'mobile')];
const accepted = { rule: 'button-name', selector: '#buy', reason: 'third-party widget' };
const one = [examined([violation()])];
const TITLE = 'Buttons must have discernible text (button-name, critical).';
const WAITS = '.codeloop/accessibility.json accepts violations and is not committed: it does not count yet.';
const MISSING = 'The accessibility of this screen could not be examined.';

checkTable(check, [
  ['nothing is broken', { accessibility: found([examined()]), expected: home }, 'pass', 1],
  [
    'an element breaks a rule',
    { accessibility: found(one), expected: home },
    'fail',
    1,
    { title: TITLE, screen: 'home', viewport: 'mobile', artifact: 'home.mobile.axe.json' },
  ],
  [
    'its impact is just at the bar',
    { accessibility: found([examined([violation({ impact: 'serious' })])]), expected: home },
    'fail',
    1,
    'Buttons must have discernible text (button-name, serious).',
  ],
  [
    'its impact is below the bar',
    { accessibility: found([examined([violation({ impact: 'moderate' })])]), expected: home },
    'pass',
    1,
  ],
  [
    'the bar is lower',
    { accessibility: found([examined([violation({ impact: 'minor' })])], {}, 'minor'), expected: home },
    'fail',
    1,
    'Buttons must have discernible text (button-name, minor).',
  ],
  ['it is accepted', { accessibility: found(one, { accepted: [accepted] }), expected: home }, 'pass', 1],
  [
    'it is accepted on this screen',
    { accessibility: found(one, { accepted: [{ ...accepted, screens: ['home'] }] }), expected: home },
    'pass',
    1,
  ],
  [
    'it is accepted on another screen',
    { accessibility: found(one, { accepted: [{ ...accepted, screens: ['cart'] }] }), expected: home },
    'fail',
    1,
    TITLE,
  ],
  [
    'another rule is accepted for it',
    { accessibility: found(one, { accepted: [{ ...accepted, rule: 'label' }] }), expected: home },
    'fail',
    1,
    TITLE,
  ],
  [
    'another element is accepted',
    { accessibility: found(one, { accepted: [{ ...accepted, selector: '#sell' }] }), expected: home },
    'fail',
    1,
    TITLE,
  ],
  [
    'it is accepted, and that is not committed',
    { accessibility: found(one, { accepted: [accepted], committed: false }), expected: home },
    'needs_human',
    1,
    WAITS,
  ],
  [
    'what is not committed accepts nothing that is there',
    { accessibility: found([examined()], { accepted: [accepted], committed: false }), expected: home },
    'pass',
    1,
  ],
  [
    'the accepted ones cannot be read',
    { accessibility: found([examined()], { problem: 'not JSON' }), expected: home },
    'fail',
    1,
    { title: '.codeloop/accessibility.json cannot be read, so that it accepts nothing.', text: 'not JSON' },
  ],
  [
    'more elements break the rule than are listed, and the listed one is accepted',
    { accessibility: found([examined([violation({ node_count: 3 })])], { accepted: [accepted] }), expected: home },
    'fail',
    1,
    `${TITLE} 2 more elements than can be listed.`,
  ],
  [
    'a page was not examined',
    {
      accessibility: found([examined(), { screen: 'home', viewport: 'desktop', missing: 'it took too long' }]),
      expected: [...home, expectedAt('home', 'desktop'), expectedAt('home', 'tablet')],
    },
    'could_not_run',
    1,
    { title: MISSING, viewport: 'desktop', text: 'it took too long' },
    { title: MISSING, viewport: 'tablet', text: 'it was not photographed' },
  ],
  [
    'two viewports were not examined for the same reason',
    {
      accessibility: found([]),
      expected: [...home, expectedAt('home', 'desktop')],
    },
    'could_not_run',
    0,
    { title: MISSING, viewport: 'mobile, desktop' },
  ],
  [
    'there is nothing to examine',
    { accessibility: found([]), expected: [] },
    'could_not_run',
    0,
    'No page was examined.',
  ],
]);

test('the same element on several screens and viewports is one problem, the worst come first, and the page writes no sentence of ours', () => {
  verifies('accessibility.gate', 'accessibility.untrusted', 'accessibility.missing');
  const mild = violation({ rule: 'label', impact: 'serious', help: 'Fields must have labels' }, '#name');
  const { problems } = check.run({
    expected: home,
    accessibility: found([
      examined([mild, violation()]),
      examined([violation()], { viewport: 'desktop' }),
      examined([violation()], { screen: 'cart' }),
    ]),
  });
  expect(problems).toEqual([
    {
      screen: 'home',
      viewport: 'mobile, desktop',
      also: { cart: 'mobile' },
      title: TITLE,
      rule: 'button-name',
      text: '#buy\n<button id="buy"></button>\nFix any of the following: no text\nto accept it: {"rule":"button-name","selector":"#buy","screens":["home","cart"],"reason":"…"}',
      artifact: 'home.mobile.axe.json',
      element: '#buy',
      fix: 'Fix the element. https://example.org/button-name Where it has to stay, a person writes the quoted entry, with a reason, into "accepted" of .codeloop/accessibility.json and commits it.',
    },
    expect.objectContaining({ title: 'Fields must have labels (label, serious).', viewport: 'mobile' }),
  ]);
});
