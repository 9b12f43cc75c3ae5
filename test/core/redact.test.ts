import { describe, expect, it } from 'vitest';
import { filler } from '../../scripts/stress/secret-kinds.mjs';
import { linearPattern } from '../../src/core/linear-pattern.js';
import { createRedactor } from '../../src/core/redact.js';

const redact = createRedactor(['hunter2 x', 'abc'], [linearPattern('SSN \\d+')]);

describe('createRedactor', () => {
  it.each([
    ['pass hunter2 x end', 'pass [redacted] end'],
    ['?q=hunter2%20x', '?q=[redacted]'],
    ['abc stays', 'abc stays'],
    ['SSN 123 and SSN 456', '[redacted] and [redacted]'],
    ['Authorization: Bearer abcdefgh12345', 'Authorization: [redacted]'],
    ['got Bearer abcdefgh12345 here', 'got Bearer [redacted] here'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N', '[redacted]'],
    ['GET http://x.test/a?token=s3cret&page=2', 'GET http://x.test/a?token=[redacted]&page=2'],
    ['http://user:pw@x.test/', 'http://[redacted]@x.test/'],
    ['ghp_0123456789012345678901234567', '[redacted]'],
    ['{"password":"pw1"}', '{"password":"[redacted]"}'],
    ['Set-Cookie: sid=1; Path=/', 'Set-Cookie: [redacted]'],
    ['redis://:pw@x.test', 'redis://[redacted]@x.test'],
    ['http://user:p@ss@x.test/', 'http://[redacted]@x.test/'],
    ['https://0123456789abcdef@x.test/', 'https://[redacted]@x.test/'],
    ['ssh://git@x.test:22/a', 'ssh://git@x.test:22/a'],
    ['https://x.test:8080/a@b?mail=a:b@c', 'https://x.test:8080/a@b?mail=a:b@c'],
    ['https://x.test/#access_token=abcdef&a=1', 'https://x.test/#access_token=[redacted]&a=1'],
    // Letters that are escaped though nothing asks for it.
    ...['sk%5Flive%5F', 'sk%255Flive_', 'sk\\u005flive_', '\\x73k_live_', 'sk&#95;live&#x5f;', '%73%6B_live_'].map(
      (mark) => [`https://x.test/a#${mark}${filler(24)}&b=%2Fc`, 'https://x.test/a#[redacted]&b=%2Fc'],
    ),
    [`https://x.test/?api%2Dkey=${filler(20)}&a=1`, 'https://x.test/?api-key=[redacted]&a=1'],
    ['https://x.test/%41da%5Flamp?a=%5F%20%zz%', 'https://x.test/%41da%5Flamp?a=%5F%20%zz%'],
    ['?X-Amz-Signature=abcdef', '?X-Amz-Signature=[redacted]'],
    ['{"session_token":"abc d"}', '{"session_token":"[redacted]"}'],
    ['DB_PASSWORD=pw1 --token=pw2', 'DB_PASSWORD=[redacted] --token=[redacted]'],
    ['a -----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- b', 'a [redacted] b'],
    ['Unexpected token = in JSON', 'Unexpected token = in JSON'],
    ['nothing secret: keyboard, tokens, codes', 'nothing secret: keyboard, tokens, codes'],
  ])('%s', (text, masked) => {
    expect(redact(text)).toBe(masked);
  });

  // Would take minutes, and end by the runner's limit, if a pattern cost the square of the length.
  it.each([
    'eyJ-',
    'eyJaaaaaaaa.',
    '//a:',
    '://aaaaaaaa',
    'a:',
    'a-',
    '%5F',
    '&#95',
    'Basic ',
    '"password" ',
    '-----BEGIN PRIVATE KEY-----',
  ])('costs no more than the length of a text: %s', (part) => {
    expect(redact(`//${part.repeat(400_000 / part.length)}`)).toMatch(/^\/\//);
  });
});
