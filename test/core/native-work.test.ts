import { expect, test } from 'vitest';
import { nativeWork } from '../../src/core/native-work.js';
import { verifies } from '../requirements.js';

test('work that hangs is given up, no third piece is begun beside two that hang, and all is well when they end', async () => {
  verifies('doors.hung-decoder');
  expect(await nativeWork('a decoder', async () => 7)).toBe(7);
  await expect(nativeWork('a decoder', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  const ends: (() => void)[] = [];
  const hang = () => nativeWork('a decoder', () => new Promise<void>((resolve) => void ends.push(resolve)), 1);
  for (const _ of [1, 2]) await expect(hang()).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  let begun = false;
  const third = async () => {
    begun = true;
  };
  await expect(nativeWork('a decoder', third)).rejects.toThrow(/two hang already/);
  expect(begun).toBe(false);
  for (const end of ends) end();
  await new Promise((resolve) => setImmediate(resolve));
  await nativeWork('a decoder', third);
  expect(begun).toBe(true);
});
