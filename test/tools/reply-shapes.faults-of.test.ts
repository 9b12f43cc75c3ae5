import { expect, test } from 'vitest';
import type { LogEntry } from '../../src/core/vocabulary/screenshot.js';
import { faultsOf, stepReply } from '../../src/tools/reply-shapes.js';
import { verifies } from '../requirements.js';

const said = (level: LogEntry['level'], text: string): LogEntry => ({
  ...{ at: '2026-01-01T00:00:00.000Z', kind: 'console', level, text },
});
const FLOOD = [
  said('info', 'hello'),
  ...Array.from({ length: 900 }, (_, n) => said('warning', `warning ${n}`)),
  said('error', 'the one error'),
  said('error', 'another'),
];

test('a flood of warnings pushes no error out of a reply', () => {
  verifies('capture.flood');
  expect(
    faultsOf(FLOOD)
      .slice(0, 3)
      .map(({ text }) => text),
  ).toEqual(['the one error', 'another', 'warning 0']);
  const result = { action: 'wait', ok: true, detail: '', waited_for: '', waited_ms: 0, logs: FLOOD } as const;
  const { errors, error_count } = stepReply(
    { step: { action: 'wait', value: 1 }, result: { ...result, logs: [...FLOOD] } },
    0,
  );
  expect([errors[0]?.text, errors[1]?.text, error_count]).toEqual(['the one error', 'another', 902]);
});
