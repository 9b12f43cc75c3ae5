import { describe, expect, test } from 'vitest';
import { type Durations, timeLeft, WorkLog } from '../../src/live/work-log.js';
import { verifies } from '../requirements.js';

const known: Durations = {
  commands: new Map([['build', 8000]]),
  cells: new Map([
    ['a', 1000],
    ['b', 2000],
    ['c', 3000],
  ]),
  rest: 500,
};
const nothing = { commands: new Map(), cells: new Map() };

describe('the time that is left', () => {
  test.each<[string, Parameters<typeof timeLeft>[0], Partial<Parameters<typeof timeLeft>[1]>, number | undefined]>([
    ['before anything: commands, cells two at once, the rest', { now: [], ended: [] }, {}, 8000 + 3000 + 500],
    ['the longest cell bounds what many at once can do', { now: [], ended: [] }, { atOnce: 9 }, 8000 + 3000 + 500],
    ['what ended takes no time', { now: [], ended: [{ name: 'build', ms: 8000 }] }, {}, 3000 + 500],
    [
      'what is in hand takes what is left of it',
      { now: [{ name: 'c', since: 99_000 }], ended: [{ name: 'build', ms: 8000 }] },
      {},
      2500 + 500,
    ],
    [
      'what takes longer than ever is about to end',
      { now: [{ name: 'c', since: 0 }], ended: [{ name: 'build', ms: 8000 }] },
      {},
      2000 + 500,
    ],
    ['a machine twice as slow', { now: [], ended: [{ name: 'build', ms: 16_000 }] }, {}, 6000 + 1000],
    [
      'a cell never measured counts as the middle one',
      { now: [], ended: [] },
      { planned: { commands: [], cells: ['new', 'other'] } },
      2000 + 500,
    ],
    ['nothing was measured', { now: [], ended: [] }, { known: nothing }, undefined],
  ])('%s', (_what, work, given, left) => {
    verifies('doors.live-list');
    expect(timeLeft(work, { planned: {}, known, atOnce: 2, now: 100_000, ...given })).toBe(left);
  });
});

test('a log keeps what was begun and what ended, and the worst of what was found', () => {
  let now = 0;
  const log = new WorkLog(known, () => now);
  log.plan({ commands: ['build'] });
  log.begin('build');
  now = 8000;
  log.end('build');
  log.plan({ cells: ['a', 'c'] }, 2);
  log.begin('a');
  log.begin('c');
  log.found({ place: 'c', words: 'minor', rank: 12 });
  log.found({ place: 'a', words: 'critical', rank: 0 });
  log.found({ place: 'b', words: 'major', rank: 6 });
  log.found(undefined);
  now = 9000;
  log.end('a', 'blank');
  expect(log.look()).toEqual({
    since: 0,
    now: [{ name: 'c', since: 8000 }],
    ended: [
      { name: 'build', ms: 8000 },
      { name: 'a', ms: 1000, bad: 'blank' },
    ],
    worst: { place: 'a', words: 'critical', rank: 0 },
    left: 2500,
  });
  now = 11_000;
  log.end('c');
  log.finish();
  now = 11_200;
  expect(log.look()).toMatchObject({ now: [], left: 300 });
  now = 20_000;
  expect(log.look().left).toBe(0);
});
