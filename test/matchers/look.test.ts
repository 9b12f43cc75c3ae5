import { expect, test } from 'vitest';
import { Config } from '../../src/config/schema.js';
import { Viewport } from '../../src/core/vocabulary/geometry.js';
import { viewportNamed } from '../../src/matchers/look.js';
import { verifies } from '../requirements.js';

const config = Config.parse({
  viewports: {
    phone: { width: 375, height: 812, device_scale_factor: 2, is_mobile: true, has_touch: true },
    plain: { width: 375, height: 812 },
    night: { width: 1440, height: 900, color_scheme: 'dark' },
    desktop: { width: 1440, height: 900 },
  },
});
const named = (window: object) => viewportNamed({ config }, Viewport.parse(window));

test('a page is looked at as the viewport of its size, by its pixel ratio, touch and colours where there are several', () => {
  verifies('matchers.same');
  expect(named({ width: 375, height: 812, device_scale_factor: 2, has_touch: true })).toBe('phone');
  expect(named({ width: 375, height: 812, device_scale_factor: 3, has_touch: true })).toBe('phone');
  expect(named({ width: 375, height: 812 })).toBe('plain');
  expect(named({ width: 1440, height: 900 })).toBe('desktop');
  expect(named({ width: 1440, height: 900, color_scheme: 'dark' })).toBe('night');
  expect(named({ width: 1440, height: 900, device_scale_factor: 2 })).toBe('desktop');
});

test('a size that no viewport has is an error that names those there are', () => {
  expect(() => named({ width: 1280, height: 720 })).toThrow(
    expect.objectContaining({
      code: 'VIEWPORT_NOT_FOUND',
      values: {
        viewport: "of 1280 x 720 px, which is the size of the test's page",
        allowed: ['phone (375 x 812)', 'plain (375 x 812)', 'night (1440 x 900)', 'desktop (1440 x 900)'],
      },
    }),
  );
});
