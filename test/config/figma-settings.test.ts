import { expect, test } from 'vitest';
import { parseFigmaSettings } from '../../src/config/figma-settings.js';
import { verifies } from '../requirements.js';

test('figma.json may hold comments and node ids as addresses have them', () => {
  verifies('figma.references');
  const text = `{
    // the shop
    "file_key": "aBcDeF123", "scale": 2,
    "frames": { "home": { "phone": "12-345", "wide": "I5:1;3:4" }, },
  }`;
  expect(parseFigmaSettings(text)).toEqual({
    file_key: 'aBcDeF123',
    scale: 2,
    frames: { home: { phone: '12:345', wide: 'I5:1;3:4' } },
  });
});

test.each([
  ['{"file_key":"aBcDeF123","frame":{}}', 'unknown key "frame" at the top level, did you mean "frames"?'],
  [
    '{"file_key":"aBcDeF123","token":"x"}',
    'unknown key "token" at the top level (known: $schema, file_key, scale, frames)',
  ],
  ['{"file_key":"../../etc"}', 'file_key: a file key is letters and digits'],
  ['{"file_key":"aBcDeF123","scale":9}', 'scale: '],
  ['{"file_key":"aBcDeF123","frames":{"home":{"phone":"home"}}}', 'frames.home.phone: a node id is like 12:345'],
  ['{"file_key":', 'line 1, column 13'],
  ['{}', 'file_key: '],
])('%s is refused', (text, problem) => {
  verifies('figma.references');
  expect(() => parseFigmaSettings(text)).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`.codeloop/figma.json: ${problem}`),
    }),
  );
});
