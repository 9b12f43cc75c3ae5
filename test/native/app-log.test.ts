import { expect, test } from 'vitest';
import { AppLog } from '../../src/native/app-log.js';
import { verifies } from '../requirements.js';

test('that an app crashed is not displaced by what it printed', () => {
  verifies('capture.hidden-errors');
  const log = new AppLog((text) => text.replaceAll('hunter2', '***'));
  log.output('stdout', Buffer.from(`${Array.from({ length: 3000 }, (_, n) => `line ${n} hunter2`).join('\n')}\n`));
  log.crash('The app ended with signal SIGSEGV.');
  const entries = log.drain();
  expect(entries).toHaveLength(2001);
  expect(entries[0]?.text).toBe('line 1 ***');
  expect(entries.at(-2)).toMatchObject({ kind: 'crash', level: 'error', text: 'The app ended with signal SIGSEGV.' });
  expect(entries.at(-1)?.text).toBe('1001 more lines were left out');
  expect(log.drain()).toEqual([]);
});
