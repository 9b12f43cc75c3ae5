import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-settings.js';

describe('parseConfig', () => {
  it('fills every default of the contract', () => {
    const config = parseConfig('{}');
    expect(config.design).toEqual({
      dir: 'designs',
      match_threshold: 0.95,
      block_on_severity: 'major',
      pixel_threshold: 0.1,
      antialiasing: 'ignored',
      odiff_above_pixels: 32_000_000,
      max_masked_ratio: 0.2,
    });
    expect(config.viewports.mobile).toEqual({
      width: 375,
      height: 812,
      device_scale_factor: 1,
      is_mobile: true,
      has_touch: true,
      color_scheme: 'light',
      reduced_motion: 'reduce',
      locale: 'en-US',
      timezone: 'UTC',
    });
    expect(Object.keys(config.viewports)).toEqual(['mobile', 'tablet', 'desktop']);
    expect(config.gates).toEqual({ threshold: 94, max_iterations: 15, history: 'compared' });
    expect(config.retention).toEqual({ runs: 20, megabytes: 2000 });
    expect(config.recording).toEqual({ fps: 25, max_seconds: 600, max_megabytes: 200 });
    expect(config.capture).toEqual({ full_page: 'auto', settle_timeout_ms: 10_000 });
  });

  it('allows comments, trailing commas and a byte order mark', () => {
    expect(parseConfig('\uFEFF{ // why\n "gates": {"threshold": 90,}, }').gates.threshold).toBe(90);
  });

  it.each([
    ['{', 'line 1, column 2: CloseBraceExpected'],
    [
      '{"runtime": {"allowed_console_errors": ["["]}}',
      'runtime.allowed_console_errors.0: is no regular expression of RE2: error parsing regexp: missing closing ]: `[`',
    ],
    ['{"gates": {"treshold": 90}}', 'unknown key "treshold" at gates, did you mean "threshold"?'],
    ['{"desgin": {}}', 'unknown key "desgin" at the top level, did you mean "design"?'],
    [
      '{"layout": {"enabled": true},\n "layout": {"enabled": false}}',
      'line 2, column 2: the key "layout" is there twice',
    ],
    ['{"layout": {"__proto__": {"enabled": false}}}', 'line 1, column 13: the key "__proto__" is no setting'],
    [`{"x": ${'['.repeat(20_000)}`, 'nested more than 100 levels deep'],
    [`${'['.repeat(9000)}${']'.repeat(9000)}`, 'line 1, column 101: nested more than 100 levels deep'],
    [
      '{"screens": [{"name": "a", "path": "/", "masks": []}]}',
      'unknown key "masks" at screens.0, did you mean "mask"?',
    ],
    ['{"viewports": {"m": {"width": 10, "height": 10, "dpr": 2}}}', 'unknown key "dpr" at viewports.m'],
    ['{"gates": {"threshold": 900}}', 'gates.threshold: Too big: expected number to be <=100'],
    ['{"screens": [{"name": "a", "app": "b", "wait_for": "#c"}]}', 'screens.0: the screen of an app has no wait_for'],
    ['{"screens": [{"name": "a"}]}', 'screens.0: a screen needs exactly one of path, url and app'],
    ['{"viewports": {}}', 'viewports: name at least one viewport, or leave the key out for the usual ones'],
    ['{"screens": [{"name": "A", "path": "/", "viewports": []}]}', 'screens.0.viewports: Too small'],
    ['{"screens": {"storybook": "out", "viewports": []}}', 'stories.viewports: Too small'],
    ['{"screens": [{"name": "A", "path": "/"}, {"name": "a", "path": "/a"}]}', 'screens has "a" twice'],
    ['{"screens": [{"name": "a", "path": "/", "viewports": ["watch"]}]}', 'names the viewport "watch"'],
    ['[]', 'the top level: Invalid input: expected object'],
  ])('refuses %s', (text, part) => {
    expect(() => parseConfig(text)).toThrow(part);
  });
});
