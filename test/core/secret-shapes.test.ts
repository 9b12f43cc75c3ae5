import { describe, expect, test } from 'vitest';
import { MARKED } from '../../scripts/stress/secret-kinds.mjs';
import { createRedactor, learnSecret, redactShapes, redactValue } from '../../src/core/redact.js';
import { verifies } from '../requirements.js';

/** A secret by what stands around it: the text, and what of it has to go. */
const NAMED: [text: string, secret: string, left: string][] = [
  ['PIN: 4938', '4938', 'PIN: [redacted]'],
  ['Your PIN is 4938.', '4938', 'Your PIN is [redacted].'],
  ['{"otp":482913,"n":1}', '482913', '{"otp":[redacted],"n":1}'],
  ['"verificationCode": "482 913"', '482 913', '"verificationCode": "[redacted]"'],
  [
    'Your one-time code is: 482913, good for a minute',
    '482913',
    'Your one-time code is: [redacted], good for a minute',
  ],
  ['Security code 482-913', '482-913', 'Security code [redacted]'],
  ['sms_code=482913&n=1', '482913', 'sms_code=[redacted]&n=1'],
  ['OTP 482913', '482913', 'OTP [redacted]'],
  ['/verify?pin=4938', '4938', '/verify?pin=[redacted]'],
  ['password: hunter2', 'hunter2', 'password: [redacted]'],
  ['{password: hunter2, user: ada}', 'hunter2', '{password: [redacted], user: ada}'],
  ["{ user: 'ada', dbPassword: 'hunter 2' }", 'hunter 2', "{ user: 'ada', dbPassword: '[redacted]' }"],
  ['password => "hunter2"', 'hunter2', 'password => "[redacted]"'],
  ['sent {\\"password\\":\\"hunter2\\",\\"n\\":1}', 'hunter2', 'sent {\\"password\\":\\"[redacted]\\",\\"n\\":1}'],
  ['PGPASSWORD=hunter2 psql', 'hunter2', 'PGPASSWORD=[redacted] psql'],
  ['passphrase = hunter2;', 'hunter2', 'passphrase = [redacted];'],
  ['x-auth-token: abcdef', 'abcdef', 'x-auth-token: [redacted]'],
  ['"X-Vault-Token": "abcdef"', 'abcdef', '"X-Vault-Token": "[redacted]"'],
  ['PRIVATE-TOKEN: abcdef', 'abcdef', 'PRIVATE-TOKEN: [redacted]'],
  ['Proxy-Authorization: Basic YTpi', 'YTpi', 'Proxy-Authorization: [redacted]'],
  ['got access_token=abcdef from it', 'abcdef', 'got access_token=[redacted] from it'],
  ['accessToken: abcdef', 'abcdef', 'accessToken: [redacted]'],
  ['token: 8f14e45fceea', '8f14e45fceea', 'token: [redacted]'],
  ['AccountName=a;AccountKey=Zm9v+/==;End=1', 'Zm9v+/==', 'AccountName=a;AccountKey=[redacted];End=1'],
  ['Endpoint=sb://x/;SharedAccessKey=Zm9vYmFy', 'Zm9vYmFy', 'Endpoint=sb://x/;SharedAccessKey=[redacted]'],
  ['document.cookie is theme=dark; sessionid=abc123', 'abc123', 'document.cookie is theme=dark; sessionid=[redacted]'],
  ['connect.sid=s%3Aabc; a=1', 's%3Aabc', 'connect.sid=[redacted]; a=1'],
  ['PHPSESSID=abc123', 'abc123', 'PHPSESSID=[redacted]'],
  ['cookies: a=b; c=d', 'a=b', 'cookies: [redacted]'],
  ['https://hooks.slack.com/services/T0/B0/xyz', 'T0/B0/xyz', 'https://hooks.slack.com/services/[redacted]'],
  ['https://discord.com/api/webhooks/1/abc-d', '1/abc-d', 'https://discord.com/api/webhooks/[redacted]'],
  ['postgres://ada:hunter2@db.test/x', 'hunter2', 'postgres://[redacted]@db.test/x'],
  ['<input value="hunter2" type="password">', 'hunter2', '<input value="[redacted]" type="password">'],
  ["<input type='password' id=p value='hunter2'>", 'hunter2', "<input type='password' id=p value='[redacted]'>"],
  // As other texts carry it: addresses in addresses, JSON in markup and in JSON, fields by name, label and kind, command lines.
  ['/login?next=%2Fcb%3Faccess_token%3Dabcdef', 'abcdef', '/login?next=%2Fcb%3Faccess_token%3D[redacted]'],
  [
    '<p data-props="{&quot;apiKey&quot;:&quot;abcdef&quot;,&quot;n&quot;:1}">',
    'abcdef',
    '<p data-props="{&quot;apiKey&quot;:&quot;[redacted]&quot;,&quot;n&quot;:1}">',
  ],
  ['{&#34;password&#34;: &#34;hunter2&#34;}', 'hunter2', '{&#34;password&#34;: &#34;[redacted]&#34;}'],
  ['{\\u0022password\\u0022:\\u0022hunter2\\u0022}', 'hunter2', '{\\u0022password\\u0022:\\u0022[redacted]\\u0022}'],
  ['{\\\\\\"password\\\\\\":\\\\\\"hunter2\\\\\\"}', 'hunter2', '{\\\\\\"password\\\\\\":\\\\\\"[redacted]\\\\\\"}'],
  ['["clientSecret","abc12345"]', 'abc12345', '["clientSecret","[redacted]"]'],
  ['Passwort: sesam123', 'sesam123', 'Passwort: [redacted]'],
  ['Mot de passe : sesame12', 'sesame12', 'Mot de passe : [redacted]'],
  [
    '<input autocomplete="one-time-code" value="493820">',
    '493820',
    '<input autocomplete="one-time-code" value="[redacted]">',
  ],
  [
    '<input value="abcdef" type="hidden" name="api_key">',
    'abcdef',
    '<input value="[redacted]" type="hidden" name="api_key">',
  ],
  ['<input aria-label="Password" value="abcdef">', 'abcdef', '<input aria-label="Password" value="[redacted]">'],
  ['<meta name="csrf-token" content="abcdef">', 'abcdef', '<meta name="csrf-token" content="[redacted]">'],
  ['<password>hunter2</password>', 'hunter2', '<password>[redacted]</password>'],
  ['<add key="ApiKey" value="abcdef"/>', 'abcdef', '<add key="ApiKey" value="[redacted]"/>'],
  ['run --db-password hunter2 now', 'hunter2', 'run --db-password [redacted] now'],
  ['curl -u admin:hunter2 https://x.test', 'hunter2', 'curl -u admin:[redacted] https://x.test'],
  ['machine x.test login ada password hunter2', 'hunter2', 'machine x.test login ada password [redacted]'],
  ['GET / session=D7E83E28A0x3; a=1', 'D7E83E28A0x3', 'GET / session=[redacted]; a=1'],
  [`a ${'kB3+'.repeat(16)} b`, 'kB3+kB3+', 'a [redacted] b'],
  ['?SAMLResponse=PHNhbWw&a=1', 'PHNhbWw', '?SAMLResponse=[redacted]&a=1'],
  ['?ticket=ST-1856339-aA5Yuvrxzpv8', 'ST-1856339-aA5Yuvrxzpv8', '?ticket=[redacted]'],
  ['/bot123456789:AAabcdefghijklmnopqrstuvwxyz0123456/send', ':AAabc', '/bot[redacted]/send'],
  [
    'Public-Lines: 1\nAAA\nPrivate-Lines: 2\nkB3aa\nd==\nPrivate-MAC: 0a1b2c3d4e\nb',
    'kB3aa',
    'Public-Lines: 1\nAAA\nPrivate-Lines: 2 [redacted]\nb',
  ],
  ['"Private-Lines: 1\\r\\nkB3aa=\\r\\nPrivate-Hash: 0a1b2c3d4e"', 'kB3aa', '"Private-Lines: 1 [redacted]"'],
  [
    '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nabc\n---- END SSH2 ENCRYPTED PRIVATE KEY ---- b',
    'abc',
    '[redacted] b',
  ],
  [
    `{"kty":"EC","x":"${'a'.repeat(43)}","d":"${'kB3_'.repeat(11)}"}`,
    'kB3_',
    `{"kty":"EC","x":"${'a'.repeat(43)}","d":"[redacted]"}`,
  ],
  ['-----BEGIN PGP PRIVATE KEY BLOCK-----\nabc\n-----END PGP PRIVATE KEY BLOCK----- b', 'abc', '[redacted] b'],
];

/** What pages and tools say every day, and what has to stay as it is. */
const HONEST = [
  'status code: 4040, error code: 50012, exit code 1270, zip code: 90210, country code: 0049, QR code: 482913',
  'pin: 13, PIN: 2026-11-30, PIN: 1234px, pins: 4938, mapping: 4938, pin 4938, spin: 4938, otp_timeout: 30000',
  'The verification code has 6 digits. Access code 404. PIN code: required. passcode: 12.5000',
  'Password: must be at least 8 characters',
  'Password: required',
  'Your password is too short',
  'Forgot password? Reset it',
  'password: string; token: string; secret: keyboard',
  'The token: a key to the door',
  'Sign in with a passkey',
  'inside=5 outside=6',
  'Private-Lines: 3 of them are drawn',
  `<path d="M10 10H90V90H10Z">, {"d":"M10-10-20-30-40-50-60-70-80-90-100-110"}, {"k":"${'a-long-name-of-a-thing-'.repeat(3)}"}`,
  'main > section:nth-of-type(2) > button.primary-action-with-a-long-name',
  'artifacts/runs/20261129-1730-0001/screenshots/home.mobile.png',
  'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'GET /assets/index-BkQ1aD2x.js: HTTP 404 Not Found',
  'at render (http://localhost:5173/src/App.tsx?t=1712345678901:12:7)',
  '2026-11-29T17:30:00.000Z 10.0.0.1:8080',
  'skip-navigation-link_container__content',
  'a Basic understanding and a Token of thanks',
  '--color-primary-token: #112233',
  '{"tokens":{"color":{"primary":"#112233"}}}',
  '["password","email","repeat the password"]',
  'Mot de passe : oublié ?',
  `sha256 ${'0a1b2c3d'.repeat(8)} sha512-${'aB3+'.repeat(22)}`,
  'session=guest auth=basic',
  'Passwort: vergessen',
  '?reset=true&ticket=42&invite=ada',
  'codeloop policy --token flag of the HTTP door',
  '<input name="search" value="lamps 2026"><input id="token-count" value="12">',
  '<meta name="description" content="The password of the day"><p>Password</p>',
  'task-list-component-item-of-the-page my-re_rendered-component-name',
  'test_re_match_object_groups_of_words pre_hf_layer_name_of_model',
  'price%3D20 and 50%25%20off, colour \\u001b[33mnpm_lifecycle\\u001b[39m',
];

describe('secrets by their shape', () => {
  test.each(Object.entries(MARKED))('%s', (_kind, [mark, rest]) => {
    verifies('secrets.shapes');
    const secret = mark + rest;
    for (const text of [
      `a ${secret} b`,
      `"${secret}"`,
      `key=${secret}&b`,
      `(${secret})`,
      `log:\n${secret}\nend`,
      `next=%2Fcb%3Fk%3D${secret}`,
      `\\n${secret}`,
      `\u001b[33m${secret}\u001b[39m`,
      `\\u003d${secret}`,
      `%c${secret}`,
    ])
      expect(redactShapes(text)).not.toContain(rest.slice(-8));
    expect(redactShapes(`before ${secret} after`)).toBe('before [redacted] after');
  });

  test.each(NAMED)('%s', (text, secret, left) => {
    verifies('secrets.shapes');
    expect(redactShapes(text)).toBe(left);
    expect(redactShapes(text)).not.toContain(secret);
    // What was masked once stays as it is.
    expect(redactShapes(left)).toBe(left);
  });

  test.each(HONEST)('leaves alone: %s', (text) => {
    expect(redactShapes(text)).toBe(text);
  });

  test.each([
    'password: ',
    'x-token: ',
    'sk_live_',
    'sid=',
    '<input type="password" ',
    'token:',
    'AIza-',
    'a.sessionid',
    'hooks.slack.com/services/',
    '"password","',
    '&quot;token&quot;:&quot;',
    '<input name="otp" ',
    '<api-key>',
    '%253D',
    '--secret ',
    ' -u a:',
    'a.eyJ-',
  ])('costs no more than the length of a text: %s', (part) => {
    expect(redactShapes(`// ${part.repeat(200_000 / part.length)}`)).toMatch(/^\/\//);
  });
});

test('a redactor learns what was typed into a password field, in all its spellings', () => {
  verifies('secrets.typed');
  const [redact, other] = [createRedactor([]), createRedactor([])];
  learnSecret(redact, 'open & sesame');
  learnSecret(redact, 'abc');
  for (const text of ['said open & sesame', 'q=open%20%26%20sesame', 'open &amp; sesame', 'q=open+%26+sesame'])
    expect(redact(text)).toBe(text.replace(/open.*sesame/, '[redacted]'));
  expect(redact('abc')).toBe('abc');
  expect(other('said open & sesame')).toBe('said open & sesame');
});

test('a value is masked text by text, and keeps its form', () => {
  verifies('secrets.shapes');
  const value = {
    password: 'kept: a name of ours',
    n: 1,
    none: null,
    list: ['password: hunter2', { deep: 'x\npassword=hunter2' }],
  };
  expect(redactValue(value)).toEqual({
    ...{ password: 'kept: a name of ours', n: 1, none: null },
    list: ['password: [redacted]', { deep: 'x\npassword=[redacted]' }],
  });
});
