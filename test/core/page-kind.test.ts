import { expect, test } from 'vitest';
import { errorPageText } from '../../src/core/page-kind.js';
import { verifies } from '../requirements.js';

test.each([
  'Page not found',
  'Page Not Found | My shop',
  '404 - Page not found',
  '404: This page could not be found.',
  'Error 404',
  '404',
  'Not Found',
  'Oops! That page can’t be found.',
  "This page doesn't exist",
  "The page you are looking for doesn't exist.",
  'The page you requested could not be found',
  'The requested URL was not found on the server',
  "Sorry, we can't find that page",
  'We couldn’t find this page',
  'Something went wrong',
  'Oops, something went wrong',
  'Unexpected Application Error!',
  '500 | Internal Server Error',
])('"%s" is what an error page says of itself', (text) => {
  verifies('steps.remarks');
  expect(errorPageText([], [text])).toBe(text);
  expect(errorPageText([], ['Orders', text])).toBe(text);
});

test.each([
  'Order not found',
  'Nothing found for mug',
  '404 results',
  'Notes',
  'Page 2 of 4',
  'Pages not found in the index',
  'Not found in stock',
  'How to design a page not found',
  'Landing page',
  'Errors',
  '500 miles',
  '503 Second Street',
])('"%s" is not', (text) => {
  verifies('steps.remarks');
  expect(errorPageText([text], [text])).toBeUndefined();
});
