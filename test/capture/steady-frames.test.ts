import { describe, expect, test } from 'vitest';
import { type Rest, type Subject, steadyFrames } from '../../src/capture/steady-frames.js';
import { verifies } from '../requirements.js';

/** A subject in a time of its own: what it shows and whether it is busy follow from the clock. */
function play(show: (now: number) => string, rest: (now: number) => Rest = () => ({ busy: false, periodMs: 0 })) {
  let now = 0;
  const shots: number[] = [];
  const subject: Subject = {
    async rest(waitMs) {
      now += 30;
      if (rest(now).busy) now += Math.min(waitMs, 100);
      return rest(now);
    },
    async shoot() {
      now += 20;
      shots.push(now);
      return Buffer.from(show(now));
    },
  };
  const pace = {
    now: () => now,
    async sleep(ms: number) {
      now += ms;
    },
  };
  return { subject, pace, shots, at: () => now };
}

describe('steady frames', () => {
  test('two equal frames are enough for what stands still', async () => {
    verifies('capture.steady');
    const { subject, pace } = play(() => 'still');
    expect(await steadyFrames(subject, 5000, undefined, pace)).toEqual({
      settled: true,
      frame: Buffer.from('still'),
      frames: 2,
      waitedMs: 100,
    });
  });

  test('nothing is photographed while something that ends is under way', async () => {
    verifies('capture.steady');
    const { subject, pace, shots } = play(
      (now) => (now < 900 ? 'half' : 'whole'),
      (now) => ({ busy: now < 1000, periodMs: 0 }),
    );
    const taken = await steadyFrames(subject, 5000, undefined, pace);
    expect(taken).toMatchObject({ settled: true, frame: Buffer.from('whole'), frames: 2 });
    expect(Math.min(...shots)).toBeGreaterThan(1000);
  });

  test('what shows that it waits is photographed when nearly all of the time is over', async () => {
    verifies('capture.open-requests');
    const rest = () => ({ busy: false, periodMs: 0, waits: true });
    const { subject, pace, shots } = play(() => 'still', rest);
    expect(await steadyFrames(subject, 10_000, undefined, pace)).toMatchObject({ settled: true, frames: 2 });
    expect(Math.min(...shots)).toBeGreaterThanOrEqual(9000);
  });

  test('what never ends its business is photographed after four seconds', async () => {
    verifies('capture.steady');
    const { subject, pace, shots } = play(
      () => 'still',
      () => ({ busy: true, periodMs: 0 }),
    );
    expect(await steadyFrames(subject, 10_000, undefined, pace)).toMatchObject({ settled: true, frames: 2 });
    expect(Math.min(...shots)).toBeGreaterThanOrEqual(4000);
  });

  test('what comes back has to stand still for a whole period', async () => {
    verifies('capture.unsteady');
    const { subject, pace } = play(
      (now) => String(Math.floor(now / 1000)),
      () => ({ busy: false, periodMs: 1000 }),
    );
    const taken = await steadyFrames(subject, 3500, undefined, pace);
    if (taken.settled) throw new Error('It settled.');
    expect(taken.before.equals(taken.frame)).toBe(false);
    expect(taken.waitedMs).toBeGreaterThanOrEqual(3500);
    expect(taken.waitedMs).toBeLessThan(4000);

    const timer = play(
      () => 'still',
      () => ({ busy: false, periodMs: 1000 }),
    );
    expect(await steadyFrames(timer.subject, 3500, undefined, timer.pace)).toMatchObject({ settled: true });
    expect(timer.at()).toBeGreaterThanOrEqual(1100);
  });

  test('what jumps about is not steady because it was twice at the same place', async () => {
    verifies('capture.unsteady');
    const places = [3, 7, 1, 9, 9, 2, 8, 8, 8, 4, 6, 5, 0, 7, 3];
    let shot = 0;
    const jumping = play(() => String(places[shot++]));
    expect(await steadyFrames(jumping.subject, 700, undefined, jumping.pace)).toMatchObject({ settled: false });

    const timed = [5, 5, 2, 4, 1, 3, 8, 2, 9, 6];
    let tick = 0;
    const byTimer = play(
      () => String(timed[tick++]),
      () => ({ busy: false, periodMs: 20 }),
    );
    expect(await steadyFrames(byTimer.subject, 400, undefined, byTimer.pace)).toMatchObject({ settled: false });
  });

  test('what moved and then came to rest is steady once it stood for longer', async () => {
    verifies('capture.steady');
    let shot = 0;
    const late = play(() => String(Math.min(shot++, 4)));
    expect(await steadyFrames(late.subject, 5000, undefined, late.pace)).toMatchObject({ settled: true, frames: 8 });
  });

  test('what always moves ends at the time allowed, with two frames that differ', async () => {
    verifies('capture.unsteady');
    const { subject, pace } = play((now) => String(now));
    const taken = await steadyFrames(subject, 500, undefined, pace);
    expect(taken).toMatchObject({ settled: false, frames: 10, waitedMs: 500 });
  });

  test('two frames are taken even when there is no time', async () => {
    verifies('capture.unsteady');
    const { subject, pace } = play((now) => String(now));
    expect(await steadyFrames(subject, 0, undefined, pace)).toMatchObject({ settled: false, frames: 2 });
  });

  test('is cancelled between two frames', async () => {
    verifies('capture.contract');
    const { subject, pace } = play((now) => String(now));
    const cancel = new AbortController();
    cancel.abort();
    await expect(steadyFrames(subject, 500, cancel.signal, pace)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
