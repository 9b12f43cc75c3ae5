import { describe, expect, test } from 'vitest';
import { allowedOrigins, configLine } from '../../src/browser/origin-proxy.js';
import { verifies } from '../requirements.js';

const list = allowedOrigins([
  'https://fonts.googleapis.com',
  'http://app.test:8080/ignored/path',
  'nonsense',
  'file:///etc',
]);

describe('the allow list', () => {
  const table: [string, boolean][] = [
    ['http://localhost:3000/a', true],
    ['https://127.0.0.1/', true],
    ['http://[::1]:80/', true],
    ['http://shop.localhost:3000/', true],
    ['ws://127.0.0.1:9/', true],
    ['data:text/plain,x', true],
    ['blob:http://localhost/1', true],
    ['about:blank', true],
    ['https://fonts.googleapis.com/css?family=A', true],
    ['https://FONTS.googleapis.com:443/', true],
    ['wss://fonts.googleapis.com/', true],
    ['http://app.test:8080/x', true],
    ['ws://app.test:8080/x', true],
    ['http://fonts.googleapis.com/', false],
    ['https://fonts.googleapis.com:444/', false],
    ['https://sub.fonts.googleapis.com/', false],
    ['https://fonts.googleapis.com.evil.test/', false],
    ['https://app.test:8080/', false],
    ['http://127.0.0.2/', false],
    ['http://0.0.0.0/', false],
    ['http://localhost.evil.test/', false],
    ['http://127.0.0.1.evil.test/', false],
    ['http://localhost@evil.test/', false],
    ['http://169.254.169.254/', false],
    ['http://10.0.0.1/', false],
    ['http://[fe80::1]/', false],
    ['file:///etc/passwd', false],
    ['chrome://version', false],
    ['ftp://localhost/', false],
    ['javascript:1', false],
    ['', false],
  ];
  for (const [url, permitted] of table) {
    test(`${permitted ? 'permits' : 'stops'} ${url || 'nothing'}`, () => {
      verifies('capture.allow-list');
      expect(list.permits(url)).toBe(permitted);
    });
  }

  test('opens a tunnel by host, port and scheme only', () => {
    verifies('capture.allow-list');
    expect(list.permitsTunnel('fonts.googleapis.com', 443, true)).toBe(true);
    expect(list.permitsTunnel('fonts.googleapis.com', 443, false)).toBe(false);
    expect(list.permitsTunnel('fonts.googleapis.com', 80, true)).toBe(false);
    expect(list.permitsTunnel('APP.test', 8080, false)).toBe(true);
    expect(list.permitsTunnel('127.0.0.1', 22, false)).toBe(false);
  });

  test('is what is listed, normalised, without loopback', () => {
    verifies('capture.allow-list');
    expect(list.listed).toEqual(['http://app.test:8080', 'https://fonts.googleapis.com']);
    expect(allowedOrigins(['http://localhost:3000']).listed).toEqual([]);
  });

  test('names the line that would let an address through', () => {
    verifies('capture.blocked-not-blamed');
    expect(configLine('wss://Example.com/socket?x')).toBe('network.allowed_origins: ["https://example.com"]');
    expect(configLine('data:,')).toBeUndefined();
  });
});
