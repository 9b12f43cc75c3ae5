import vm from 'node:vm';
import { describe, expect, test } from 'vitest';
import { script } from '../../../src/report/script/script.js';
import { palettes, styles } from '../../../src/report/style/style.js';
import { verifies } from '../../requirements.js';

describe.each(['light', 'dark'] as const)('contrast in the %s theme', (theme) => {
  const colors = palettes[theme];
  const onPaper = ['ink', 'soft', 'link', 'pass', 'fail', 'wait', 'warn', 'idle'].flatMap((text) =>
    ['paper', 'sheet', 'press', 'table'].map((ground) => [text, ground] as const),
  );
  const onOwn = ['pass', 'fail', 'wait', 'warn', 'idle'].flatMap((name) => [
    [name, `${name}-soft`] as const,
    ['on-status', name] as const,
  ]);
  test.each([...onPaper, ...onOwn, ['soft', 'idle-soft'] as const, ['ink', 'warn-soft'] as const])(
    '%s on %s',
    (text, ground) => {
      verifies('report.accessible');
      // The status colors are not used for text on the ground behind pictures.
      if (ground === 'table' && !['ink', 'soft', 'link'].includes(text)) return;
      expect(contrast(colors.get(text) ?? '', colors.get(ground) ?? '')).toBeGreaterThanOrEqual(4.5);
    },
  );
});

test('white numbers on the severity colors of pins', () => {
  for (const name of ['critical', 'major', 'minor']) {
    const color = new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(styles)?.[1] ?? '';
    expect(contrast('#ffffff', color)).toBeGreaterThanOrEqual(4.5);
  }
});

test('styles and script are whole, and ask for nothing', () => {
  verifies('report.self-contained');
  expect(() => new vm.Script(script)).not.toThrow();
  expect(styles.split('{').length).toBe(styles.split('}').length);
  // Neither may close its own element or reach out of the file.
  expect(`${styles}${script}`).not.toMatch(/<\/|<!--|url\(|@import|https?:|fetch\(|XMLHttpRequest|innerHTML|eval\(/);
});

/** Contrast of two `#rrggbb` colors (WCAG 2.2, relative luminance). */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
