import { expect, test } from 'vitest';
import type { RecordingEvent } from '../../src/core/vocabulary/recording.js';
import { PressAnswer } from '../../src/live/live-recording.js';
import { verifies } from '../requirements.js';

const at = '2026-01-01T00:00:00.000Z';
const press: RecordingEvent = { kind: 'press', at };
const activity: RecordingEvent = { kind: 'activity', at, what: 'dom' };

test('a press that came to nothing is given time of its own, and no other', async () => {
  verifies('replay.findings');
  const order: string[] = [];
  const { signal } = new AbortController();
  const held = async (name: string, events: RecordingEvent[]) => {
    const answer = new PressAnswer();
    for (const event of events) answer.hear(event);
    await answer.wait(signal);
    order.push(name);
  };
  await Promise.all([held('dead', [press]), held('alive', [press, activity]), held('nothing pressed', [activity])]);
  expect(order).toEqual(['alive', 'nothing pressed', 'dead']);
});

test('an answer that comes late ends the wait, and so does a cancellation', async () => {
  verifies('replay.findings');
  const answer = new PressAnswer();
  answer.hear(press);
  const waiting = answer.wait(new AbortController().signal);
  answer.hear(activity);
  await waiting;
  answer.hear(press);
  await answer.wait(AbortSignal.abort());
});
