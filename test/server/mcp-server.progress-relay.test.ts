import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HEARTBEAT_MS, type ProgressParams, ProgressRelay } from '../../src/server/mcp-server.js';
import { verifies } from '../requirements.js';

describe('progress', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('is passed on, repeated while nothing new is said, and always increases', () => {
    verifies('doors.progress');
    expect(HEARTBEAT_MS).toBeLessThan(5000);
    const sent: ProgressParams[] = [];
    const relay = new ProgressRelay('codeloop_verify is running', (params) => sent.push(params));
    vi.advanceTimersByTime(HEARTBEAT_MS);
    relay.report({ done: 1, total: 3, message: 'home@mobile' });
    vi.advanceTimersByTime(2 * HEARTBEAT_MS);
    relay.report({ done: 2, total: 3, message: 'home@tablet' });
    relay.report({ done: 1, message: 'starting again' });
    relay.stop();
    vi.advanceTimersByTime(10 * HEARTBEAT_MS);
    expect(sent.map(({ message }) => message)).toEqual([
      'codeloop_verify is running',
      'home@mobile',
      'home@mobile',
      'home@mobile',
      'home@tablet',
      'starting again',
    ]);
    expect(sent.map(({ total }) => total)).toEqual([undefined, 3, 3, 3, 3, undefined]);
    expect(sent.every(({ progress }, index) => index === 0 || progress > (sent[index - 1]?.progress ?? 0))).toBe(true);
  });
});
