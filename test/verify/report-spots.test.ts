import { expect, test } from 'vitest';
import { onPicture } from '../../src/verify/report-spots.js';
import { verifies } from '../requirements.js';

const rect = { x: 40, y: 900, width: 90, height: 30 };
const page = { x: 0, y: 500, width: 400, height: 1600 };
const whole = { full_page: true, size: { width: 800, height: 3200 }, device_scale_factor: 2 };

test('an element stands on the picture where it stood on the page, or nowhere', () => {
  verifies('report.spots');
  const twice = { x: 80, y: 1800, width: 180, height: 60 };
  expect(onPicture(rect, page, whole)).toEqual(twice);
  // Of a page that is larger than its picture, what the picture shows.
  expect(onPicture(rect, page, { ...whole, size: { width: 800, height: 2000 }, cut_from: whole.size })).toEqual(twice);
  expect(onPicture(rect, page, { ...whole, size: { width: 800, height: 900 }, cut_from: whole.size })).toBeUndefined();
  // A window as it was scrolled.
  const window = { full_page: false, size: { width: 400, height: 700 }, device_scale_factor: 1 };
  expect(onPicture(rect, page, window)).toEqual({ ...rect, y: 400 });
  expect(onPicture({ ...rect, y: 100 }, page, window)).toBeUndefined();
  // A picture that shows more than the page had when it was examined has its parts elsewhere.
  expect(onPicture(rect, { ...page, height: 700 }, whole)).toBeUndefined();
  expect(onPicture(rect, undefined, whole)).toBeUndefined();
  expect(onPicture({ ...rect, width: 0 }, page, whole)).toBeUndefined();
  expect(onPicture({ ...rect, x: 1e308 }, page, whole)).toBeUndefined();
});
