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

  test('counts the errors among what was dropped: they may be those that matter', () => {
    verifies('capture.logs');
    const pageLog = log();
    for (let i = 0; i < 700; i++) pageLog.add({ kind: 'console', level: 'info', text: `line ${i}` });
    expect(pageLog.drain().at(-1)).not.toHaveProperty('lost_errors');
    for (let i = 0; i < 503; i++) pageLog.add(said(`known and allowed ${i}`));
    pageLog.add({ kind: 'page_error', level: 'error', text: 'the real one' });
    expect(pageLog.drain().at(-1)).toMatchObject({ lost_errors: 4, level: 'warning' });
    expect(pageLog.drain()).toEqual([]);
  });

  test('leaves out the browser’s own question for an icon, and nothing else that has its address', () => {
    verifies('capture.logs');
    const icon = 'http://a.test/favicon.ico';
    const echo = said('Failed to load resource: the server responded with a status of 404 (Not Found)', `${icon}:0:0`);
    const thrown = said('from a script of that name', `${icon}:1:7`);
    const drained = (icons: { declared: boolean; asked: string[] }) => {
      const pageLog = log();
      pageLog.add({ kind: 'navigation', level: 'info', text: 'navigated', url: 'http://a.test/' });
      pageLog.setIcons(icons);
      for (const entry of [
        echo,
        thrown,
        { kind: 'page_error', level: 'error', text: 'x', location: `${icon}:1:9` } as const,
      ])
        pageLog.add(entry);
      return pageLog.drain().slice(1);
    };
    expect(drained({ declared: false, asked: [] }).map(({ text }) => text)).toEqual([thrown.text, 'x']);
    expect(drained({ declared: true, asked: [] }).map(({ text }) => text)).toEqual([echo.text, thrown.text, 'x']);
    // Asked for by the page itself it is a request like any other, which Playwright does not tell of.
    expect(drained({ declared: false, asked: [icon] })[0]).toMatchObject({
      ...{ kind: 'http_error', status: 404, url: icon, same_origin: true, text: `GET ${icon}: ${echo.text}` },
    });
    const other = log();
    other.setIcons({ declared: false, asked: ['http://b.test/x/favicon.ico'] });
    other.add(said('Failed to load resource: net::ERR_NAME_NOT_RESOLVED', 'http://b.test/x/favicon.ico:0:0'));
    expect(other.drain()).toMatchObject([{ kind: 'failed_request', same_origin: false }]);
  });

  test('never cuts a character in two', () => {
    verifies('capture.logs');
    const pageLog = log();
    pageLog.add(said(`${'x'.repeat(1998)}\u{1f600}${'y'.repeat(100)}`));
    expect(pageLog.drain()[0]?.text).toBe(`${'x'.repeat(1998)}…`);
  });
});
