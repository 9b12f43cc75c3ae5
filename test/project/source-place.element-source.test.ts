import { expect, test } from 'vitest';
import { ElementSources } from '../../src/project/source-place.js';
import { folderWith } from './sample-project.js';

const files = {
  'src/Cart.tsx':
    'export const Cart = () => (\n  <main>\n    <button data-testid="pay">Pay now</button>\n    <a id="back" href="/">Back</a>\n    <p>Twice</p>\n  </main>\n);',
  'src/Pictures.vue': '<a href="/twice.html">\n<img src="/lamp.svg" width="4">\n<a href="/twice.html"> src="a" 1234',
  'src/Other.tsx': '<p>Twice</p> // Pay now, or later',
  'src/Cart.test.tsx': 'getByTestId("pay"); <i data-testid="pay" />',
};

test.each([
  ['its test id', { selector: 'button', test_id: 'pay' }, { file: 'src/Cart.tsx', line: 3 }],
  ['its id', { selector: 'main > #back' }, { file: 'src/Cart.tsx', line: 4 }],
  ['its name, when that stands in one line', { selector: 'button', name: 'Back' }, { file: 'src/Cart.tsx', line: 4 }],
  [
    'an attribute of its tag that tells it',
    { selector: 'img', html: '<img src="/lamp.svg" width="4">' },
    { file: 'src/Pictures.vue', line: 2 },
  ],
  ['no attribute that stands twice', { selector: 'a', html: '<a href="/twice.html">' }, undefined],
  ['no attribute that tells nothing', { selector: 'img', html: '<img width="1234" src="a">' }, undefined],
  ['nothing that stands twice', { selector: 'p', name: 'Twice' }, undefined],
  ['no name that is too short', { selector: 'p', name: 'now' }, undefined],
  ['no pattern in its name', { selector: 'p', name: '(.*)+$' }, undefined],
])('an element is found by %s', async (_what, element, place) => {
  expect(await new ElementSources(folderWith(files)).find(element)).toEqual(place);
});
