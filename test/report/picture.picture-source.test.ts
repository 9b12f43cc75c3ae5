import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileAddress, pictureSource } from '../../src/report/picture.js';
import { verifies } from '../requirements.js';

test.each([
  ['screenshots/home.mobile.png', './screenshots/home.mobile.png'],
  ['../../../designs/mobile/a b#c?.png', '../../../designs/mobile/a%20b%23c%3F.png'],
  ['/etc/passwd', './etc/passwd'],
  ['//evil.example/x.png', './evil.example/x.png'],
  ['javascript:alert(1)', './javascript%3Aalert(1)'],
  ['..\\..\\x.png', './..%5C..%5Cx.png'],
  ['a\ud800.png', './a%EF%BF%BD.png'],
])('%s becomes %s', (path, address) => {
  verifies('report.untrusted');
  expect(fileAddress(path)).toBe(address);
});

test('no path leads anywhere but to a file', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (path) => {
      const url = new URL(fileAddress(path), 'file:///project/artifacts/runs/r1/report.html');
      expect([url.protocol, url.host, url.search, url.hash]).toEqual(['file:', '', '', '']);
    }),
  );
});

const size = { width: 1, height: 1 };
test.each([
  [
    'an embedded raster',
    { data_uri: 'data:image/webp;base64,AAAA', path: 'a.png', size },
    'data:image/webp;base64,AAAA',
  ],
  ['no SVG, which can carry a script', { data_uri: 'data:image/svg+xml;base64,AAAA', path: 'a.png', size }, './a.png'],
  ['no address from outside', { data_uri: 'https://evil.example/x.png', size }, undefined],
  ['the file where nothing is embedded', { path: 'a.png', size }, './a.png'],
])('the source of a picture is %s', (_name, picture, source) => {
  verifies('report.self-contained');
  expect(pictureSource(picture)).toBe(source);
});
