import { describe, expect, test } from 'vitest';
import { filler } from '../../scripts/stress/secret-kinds.mjs';
import { linearPattern } from '../../src/core/linear-pattern.js';
import { coverPieces, createRedactor } from '../../src/core/redact.js';
import { verifies } from '../requirements.js';

const KEY = filler(24);
const MARK = 'sk_live_';
/** Pieces by what is between them: `|` on in the same line, `#` apart. */
const pieces = (text: string) =>
  text
    .split(/(?=[|#])/)
    .map((one, at) => ({ text: at === 0 ? one : one.slice(1), apart: at === 0 || one.startsWith('#') }));
const covered = (text: string, redact = createRedactor(['hunter2 x'], [linearPattern('SSN \\d+')])) =>
  coverPieces(pieces(text), redact).join('|');
const dots = (length: number) => '•'.repeat(length);

describe('a secret of which no single text shows the whole', () => {
  test.each([
    ['halves in one line', `a ${MARK}|${KEY} b`, `a ${dots(8)}|${dots(24)} b`],
    ['a letter in each', `${MARK}${KEY}`.split('').join('|'), Array.from({ length: 32 }, () => '•').join('|')],
    ['letters apart', `Verification code#4#8#2#9#1#3`, `Verification code|•|•|•|•|•|•`],
    ['a code beside its name', 'PIN: #482913#Next', 'PIN: |••••••|Next'],
    ['halves in two cells', `x ${MARK}#${KEY} y#z`, `x ${dots(8)}|${dots(24)} y|z`],
    ['broken by what nobody sees', `sk_\u00adlive_\u200b${KEY}`, `•••\u00ad•••••\u200b${dots(24)}`],
    ['a value beside its name', `Client secret#${KEY}`, `Client secret|${dots(24)}`],
    ['all of it', 'Password:#Tr0ub4dor&3', `Password:|${dots(11)}`],
    ['behind a name that is set apart', 'Password:| Tr0ub4dor', `Password:| ${dots(9)}`],
    ['a value that is known', 'has hunt|er2 x in it', 'has ••••|••••• in it'],
    ['what a pattern means', 'SSN| 12|34', '•••|•••|••'],
    // The end of one token reads as a part of the one before.
    ['a token behind another', `${MARK}${KEY}#123456789:AA${filler(33)}`, `${dots(32)}|${dots(45)}`],
    ['a password behind a token', `x ${MARK}${KEY}#password:${KEY}`, `x ${dots(32)}|${dots(8)}:${dots(24)}`],
    ['a token behind a password', `password:${KEY}#${MARK}${KEY}`, `password:${dots(24)}|${dots(32)}`],
    ['a signed token in its parts', `eyJ${KEY}|.|eyJ${KEY}|.|${KEY}`, `${dots(27)}|•|${dots(27)}|•|${dots(24)}`],
  ])('%s', (_name, text, shown) => {
    verifies('secrets.split');
    expect(covered(text)).toBe(shown);
  });

  test.each([
    'Password:#Continue',
    'Password#At least 8 characters#Show',
    'Password#Forgot your password?',
    'API key#Create#Revoke',
    'Access token#Expires 2026-11-30',
    'Order#12345678#Status#delivered1',
    'Total:#1 234 567,00',
    'Status code#404',
    'task-#2026-11-30T12:00',
    'A|B|C#1#2#3#4#5#6',
    'Sign in#with e-mail#user-1234@example.org',
    'zip code#123456',
    'Version|v2.0.1-beta.12345',
  ])('leaves alone: %s', (text) => {
    verifies('secrets.split');
    expect(covered(text)).toBe(
      pieces(text)
        .map((one) => one.text)
        .join('|'),
    );
  });

  test('is masked wherever it comes up from then on, and a text of many places costs no more than its length', () => {
    verifies('secrets.split');
    const redact = createRedactor([]);
    expect(redact(`in a log: ${KEY}`)).toBe(`in a log: ${KEY}`);
    covered(`${MARK}|${KEY}`, redact);
    expect(redact(`in a log: ${KEY}`)).toBe('in a log: [redacted]');
    expect(redact(`${MARK}${KEY.replace('a', 'b')} and ${MARK}docs`)).toBe(`[redacted] and ${MARK}docs`);
    const many = Array.from({ length: 20_000 }, (_, at) => ({ text: `word ${at}`, apart: at % 3 === 0 }));
    expect(coverPieces(many, redact)).toEqual(many.map(({ text }) => text));
  });
});
