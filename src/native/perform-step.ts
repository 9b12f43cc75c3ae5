import { setTimeout as sleep } from 'node:timers/promises';
import { CodeloopError } from '../core/errors.js';
import type { StoredArtifact } from '../core/vocabulary/artifact.js';
import type { Step } from '../core/vocabulary/step.js';
import type { AppSession } from './app-session.js';
import { type DesktopStep, readDesktopStep } from './desktop-step.js';
import { matching } from './find-window.js';
import type { DesktopInput, DesktopWindow, Point } from './window-system.js';

/** What a step did, in our words; the session adds what the app said. */
export interface StepOutcome {
  detail: string;
  waitedFor: string;
  screenshot?: StoredArtifact;
}

/** Longest wait for a window that a step names, ms, unless the step says otherwise. */
const DEFAULT_WAIT_MS = 10_000;
const LOOK_MS = 50;

/** Takes one step in an app's window. Throws as `Interactive.perform`. */
export async function performStep(
  session: AppSession,
  input: DesktopInput,
  step: Step,
  photograph: () => Promise<StoredArtifact>,
  signal: AbortSignal,
): Promise<StepOutcome> {
  const wanted = readDesktopStep(step);
  if (signal.aborted) throw new CodeloopError('CANCELLED', { what: step.action });
  switch (wanted.action) {
    case 'wait':
      return wait(session, wanted, step.timeout_ms ?? DEFAULT_WAIT_MS, signal);
    case 'screenshot':
      return { detail: 'photographed the window', waitedFor: 'two equal pictures', screenshot: await photograph() };
    case 'focus_app':
    case 'bring_to_front': {
      const window = wanted.window === undefined ? await session.window() : await session.switchTo(wanted.window);
      await session.focus.take(window);
      return { detail: 'brought the window to the front', waitedFor: UP };
    }
    default: {
      const window = await session.window();
      await session.focus.take(window);
      return { detail: await act(input, wanted, window, session.name), waitedFor: UP };
    }
  }
}

const UP = 'the window to be in front';

async function act(
  input: DesktopInput,
  step: Exclude<DesktopStep, { action: 'wait' | 'screenshot' | 'focus_app' | 'bring_to_front' }>,
  window: DesktopWindow,
  app: string,
): Promise<string> {
  const place = (at: Point) => within(window, at, app);
  switch (step.action) {
    case 'click':
    case 'double_click':
    case 'right_click': {
      const times = step.action === 'double_click' ? 2 : 1;
      await input.click(window, place(step.at), step.action === 'right_click' ? 'right' : 'left', times);
      return `${step.action.replace('_', '-')} at ${step.at.x},${step.at.y}`;
    }
    case 'hover':
      await input.move(window, place(step.at));
      return `pointer at ${step.at.x},${step.at.y}`;
    case 'drag':
      await input.drag(window, place(step.at), place(step.to));
      return `dragged from ${step.at.x},${step.at.y} to ${step.to.x},${step.to.y}`;
    case 'type':
      if (step.at) await input.click(window, place(step.at), 'left', 1);
      await input.type(step.text);
      return `typed ${[...step.text].length} characters`;
    case 'hotkey':
      await input.hotkey(step.chord);
      return `pressed ${step.chord}`;
    case 'scroll': {
      const center = { x: Math.floor(window.width / 2), y: Math.floor(window.height / 2) };
      await input.wheel(window, place(step.at ?? center), step.clicks);
      return `turned the wheel by ${step.clicks.y} down and ${step.clicks.x} right`;
    }
  }
}

async function wait(
  session: AppSession,
  step: Extract<DesktopStep, { action: 'wait' }>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<StepOutcome> {
  if ('ms' in step) {
    await pause(step.ms, signal);
    return { detail: `waited ${step.ms} ms`, waitedFor: `${step.ms} ms` };
  }
  const until = Date.now() + timeoutMs;
  while (matching(await session.ownWindows(), step.window).length === 0) {
    if (Date.now() > until)
      throw new CodeloopError('STEP_TIMEOUT', {
        action: 'wait',
        ms: timeoutMs,
        waited_for: `a window ${JSON.stringify(step.window.slice(0, 80))}`,
      });
    await pause(LOOK_MS, signal);
  }
  return { detail: 'the window is open', waitedFor: 'a window to open' };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    throw new CodeloopError('CANCELLED', { what: 'wait' }, { cause: error });
  }
}

function within(window: DesktopWindow, at: Point, app: string): Point {
  if (at.x >= 0 && at.y >= 0 && at.x < window.width && at.y < window.height) return at;
  throw new CodeloopError('TARGET_NOT_FOUND', {
    target: `the point ${at.x},${at.y}`,
    url: `app:${app}`,
    candidates: [`points from 0,0 to ${window.width - 1},${window.height - 1}`],
  });
}
