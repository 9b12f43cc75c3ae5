import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { showLine, showText } from '../../src/report/untrusted.js';
import { verifies } from '../requirements.js';

describe('showText', () => {
  const cases: [name: string, text: string, shown: string][] = [
    ['plain text stays', 'Grüße, 世界 👩‍👩‍👧 😀', 'Grüße, 世界 👩‍👩‍👧 😀'],
    ['line ends are unified', 'a\r\nb\rc\td', 'a\nb\nc\td'],
    ['direction overrides are written out', 'a\u202egnp.b', 'a⟨U+202E⟩gnp.b'],
    ['isolates and marks too', '\u2066\u200f\u061c', '⟨U+2066⟩⟨U+200F⟩⟨U+061C⟩'],
    ['terminal colors too', '\u001b[31mred', '⟨U+001B⟩[31mred'],
    ['zero-width spaces and tags too', 'a\u200bb\ufeff\u{e0041}', 'a⟨U+200B⟩b⟨U+FEFF⟩⟨U+E0041⟩'],
    ['lone surrogates are replaced', 'x\ud800y\udc00z', 'x\ufffdy\ufffdz'],
  ];
  test.each(cases)('%s', (_name, text, shown) => {
    verifies('report.untrusted');
    expect(showText(text)).toBe(shown);
  });

  test('long text is cut at code points and says how much is left out', () => {
    verifies('report.nothing-hidden');
    expect(showText('😀'.repeat(5), 3)).toBe('😀😀😀… (4 more characters)');
    expect(showText('abc', 3)).toBe('abc');
    expect(showText('x'.repeat(12_345), 10)).toBe('xxxxxxxxxx… (12,335 more characters)');
  });

  test('any text becomes text that survives UTF-8 and holds nothing invisible', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const shown = showText(text);
        expect(Buffer.from(shown, 'utf8').toString('utf8')).toBe(shown);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what this is for
        expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });
});

test('showLine is one line', () => {
  expect(showLine('  a\n\n b\u2028c\t d ')).toBe('a b c d');
});
