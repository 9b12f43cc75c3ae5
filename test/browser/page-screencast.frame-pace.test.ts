import { cpus } from 'node:os';
import { expect, test } from 'vitest';
import { FramePace } from '../../src/browser/page-screencast.js';
import { verifies } from '../requirements.js';

/** A pace of 25 frames a second on a machine whose free share is set, looked at every half second; answers the spacing after each look. */
function machine() {
  let [idleMs, nowMs] = [0, 0];
  const pace = new FramePace(25, () => ({ idleMs, lowMs: 0, atMs: nowMs }));
  pace.spacingMs(nowMs);
  return (free: number, looks: number) => {
    const spacings = [];
    for (let look = 0; look < looks; look++) {
      nowMs += 500;
      idleMs += 500 * cpus().length * free;
      spacings.push(Math.round(pace.spacingMs(nowMs)));
    }
    return spacings;
  };
}

test('frames become fewer while the machine is busy, down to five a second, and as many again', () => {
  verifies('record.leaves-time');
  const at = machine();
  expect(at(0.5, 2)).toEqual([40, 40]);
  expect(at(0.05, 6)).toEqual([60, 90, 135, 200, 200, 200]);
  // Neither busy nor free: it stays.
  expect(at(0.2, 2)).toEqual([200, 200]);
  expect(at(0.6, 6)).toEqual([133, 89, 59, 40, 40, 40]);
});

test('nothing changes before there is something to compare, nor between two looks', () => {
  let atMs = 0;
  const pace = new FramePace(10, () => ({ idleMs: 0, lowMs: 0, atMs }));
  expect(pace.spacingMs(0)).toBe(100);
  atMs = 500;
  expect(pace.spacingMs(499)).toBe(100);
  expect(pace.spacingMs(500)).toBeCloseTo(150);
  // A clock that stands still says nothing.
  expect(pace.spacingMs(1000)).toBeCloseTo(150);
});

test('a slower pace than five frames a second is kept as it was asked for', () => {
  let atMs = 0;
  const pace = new FramePace(2, () => ({ idleMs: 0, lowMs: 0, atMs }));
  pace.spacingMs(0);
  atMs = 500;
  expect(pace.spacingMs(500)).toBe(500);
});

test('what runs at low priority gives way, and is no reason for fewer frames', () => {
  let [lowMs, atMs] = [0, 0];
  const pace = new FramePace(25, () => ({ idleMs: 0, lowMs, atMs }));
  pace.spacingMs(0);
  [lowMs, atMs] = [450 * cpus().length, 500];
  expect(pace.spacingMs(500)).toBe(40);
});
