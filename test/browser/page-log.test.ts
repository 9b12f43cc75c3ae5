import { describe, expect, test } from 'vitest';
import { PageLog } from '../../src/browser/page-log.js';
import { verifies } from '../requirements.js';

const log = () =>
  new PageLog(
    (text) => text.replaceAll('hunter2', '***'),
    () => 0,
  );
const failed = (url: string) => ({ kind: 'failed_request', level: 'error', text: `GET ${url}`, url }) as const;
const said = (text: string, location?: string) =>
  ({ kind: 'console', level: 'error', text, ...(location ? { location } : {}) }) as const;

describe('the page log', () => {
  test('folds what the browser prints for a request into the entry of the request', () => {
    verifies('capture.logs', 'capture.blocked-not-blamed');
    const pageLog = log();
    pageLog.add(said('Failed to load resource: net::ERR_X', 'http://a.test/x.png:0:0'));
    pageLog.add(said("WebSocket connection to 'ws://a.test/s' failed: Error", 'http://a.test/:1:2'));
    pageLog.add(said('Failed to load resource: net::ERR_X', 'http://a.test/other.png:0:0'));
    pageLog.add(failed('http://a.test/x.png'));
    pageLog.add(failed('ws://a.test/s'));
    expect(pageLog.drain().map(({ text, location }) => location ?? text)).toEqual([
      'http://a.test/other.png:0:0',
      'GET http://a.test/x.png',
      'GET ws://a.test/s',
    ]);
  });

  test('counts what is said again, and begins anew after a drain', () => {
    verifies('capture.logs');
    const pageLog = log();
    for (let i = 0; i < 3; i++) pageLog.add(said('again'));
    expect(pageLog.drain().map(({ text }) => text)).toEqual(['again (3 times)']);
    pageLog.add(said('again'));
    expect(pageLog.drain().map(({ text }) => text)).toEqual(['again']);
    expect(pageLog.drain()).toEqual([]);
  });

  test('masks secrets in text, address and place', () => {
    verifies('capture.logs');
    const pageLog = log();
    pageLog.add({ ...failed('http://a.test/?p=hunter2'), location: 'http://a.test/hunter2.js:1:1' });
    expect(JSON.stringify(pageLog.drain())).not.toContain('hunter2');
  });

  test('keeps errors in the place of chatter, and counts what was dropped', () => {
    verifies('capture.logs');
    const pageLog = log();
    for (let i = 0; i < 600; i++) pageLog.add({ kind: 'console', level: 'info', text: `line ${i}` });
    pageLog.add({ kind: 'console', level: 'warning', text: 'a warning' });
    for (let i = 0; i < 499; i++) pageLog.add(said(`error ${i}`));
    const kept = pageLog.drain();
    expect(kept.filter(({ level }) => level === 'error')).toHaveLength(499);
    expect(kept.slice(0, 1).map(({ text }) => text)).toEqual(['a warning']);
    expect(kept.at(-1)?.text).toBe(
      '600 more entries were dropped: only 500 different ones are kept between two pictures.',
    );
    // Warnings give way to errors, errors to nothing.
    for (let i = 0; i < 500; i++) pageLog.add({ kind: 'console', level: 'warning', text: `warning ${i}` });
    pageLog.add(said('the last error'));
    for (let i = 0; i < 500; i++) pageLog.add(said(`error ${i}`));
    pageLog.add(said('too late'));
    const texts = pageLog.drain().map(({ text }) => text);
    expect([texts[0], texts.includes('error 498'), texts.includes('error 499'), texts.includes('too late')]).toEqual([
      'the last error',
      true,
      false,
      false,
    ]);
  });

  test('never cuts a character in two', () => {
    verifies('capture.logs');
    const pageLog = log();
    pageLog.add(said(`${'x'.repeat(1998)}\u{1f600}${'y'.repeat(100)}`));
    expect(pageLog.drain()[0]?.text).toBe(`${'x'.repeat(1998)}…`);
  });
});
