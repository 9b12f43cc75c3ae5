import { setTimeout as sleep } from 'node:timers/promises';
import { CodeloopError } from '../core/errors.js';
import type { StoredArtifact } from '../core/vocabulary/screenshot.js';
import { DESKTOP_ACTIONS, type Step } from '../core/vocabulary/step.js';
import type { AppSession } from './app-session.js';
import { type DesktopInput, type DesktopWindow, matching, type Point } from './window-system.js';

/** A step of a desktop app with everything it needs, checked. Points are px of the window's picture. */
type DesktopStep =
  | { action: 'click' | 'double_click' | 'right_click' | 'hover'; at: Point }
  | { action: 'drag'; at: Point; to: Point }
  | { action: 'type'; at: Point | undefined; text: string }
  | { action: 'hotkey'; chord: string }
  | { action: 'scroll'; at: Point | undefined; clicks: Point }
  | { action: 'focus_app' | 'bring_to_front'; window: string | undefined }
  | { action: 'wait'; ms: number }
  | { action: 'wait'; window: string }
  | { action: 'screenshot' };

/** CSS px of one click of a wheel: about three lines of text, as browsers scroll. */
const PX_PER_CLICK = 50;
/** Wheel clicks of one step at most. */
const MAX_CLICKS = 100;
const MAX_WAIT_MS = 120_000;

/** Reads a step of the common form as one of a desktop app. Throws STEP_INVALID, saying what it lacks. */
export function readDesktopStep(step: Step): DesktopStep {
  const { action, target, value } = step;
  const invalid = (problem: string, wanted: string) => new CodeloopError('STEP_INVALID', { action, problem, wanted });
  if (target !== undefined && !('x' in target))
    throw invalid(
      'a desktop app has no elements to find',
      'a point of the window as target {x, y}, in px of its picture',
    );
  const at = target;
  const needAt = () => {
    if (at === undefined)
      throw invalid('it has no target', 'a point of the window as target {x, y}, in px of its picture');
    return at;
  };
  switch (action) {
    case 'click':
    case 'double_click':
    case 'right_click':
    case 'hover':
      return { action, at: needAt() };
    case 'drag': {
      const to = numbers(value, 'x', 'y');
      if (to === undefined) throw invalid('it has no end', 'the point {x, y} where it ends as value');
      return { action, at: needAt(), to: { x: to[0], y: to[1] } };
    }
    case 'type':
      if (typeof value === 'object' && 'secret' in value)
        throw invalid('secrets are typed into pages of their origins only', 'plain text as value');
      if (typeof value !== 'string' || value === '') throw invalid('it has no text', 'the text as value');
      return { action, at, text: value };
    case 'hotkey':
      if (typeof value !== 'string' || value === '') throw invalid('it has no keys', 'keys such as "Ctrl+S" as value');
      return { action, chord: value };
    case 'scroll': {
      const [dx, dy] = typeof value === 'number' ? [0, value] : (numbers(value, 'dx', 'dy') ?? [0, 0]);
      if (dx === 0 && dy === 0) throw invalid('it has no way to go', 'px to scroll down as value, or {dx, dy}');
      return { action, at, clicks: { x: wheelClicks(dx), y: wheelClicks(dy) } };
    }
    case 'focus_app':
    case 'bring_to_front':
      return { action, window: typeof value === 'string' && value !== '' ? value : undefined };
    case 'wait':
      if (typeof value === 'number' && value >= 0 && value <= MAX_WAIT_MS) return { action, ms: value };
      if (typeof value === 'string' && value !== '') return { action, window: value };
      throw invalid('it waits for nothing', `ms (at most ${MAX_WAIT_MS}) or the title of a window as value`);
    case 'screenshot':
      return { action };
    default:
      throw new CodeloopError('STEP_INVALID', {
        action,
        problem: 'it is for pages, and this is a desktop app',
        allowed: [...DESKTOP_ACTIONS],
      });
  }
}

function numbers(value: Step['value'], first: string, second: string): [number, number] | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const [a, b] = [value[first] ?? 0, value[second] ?? 0];
  return (first in value || second in value) && typeof a === 'number' && typeof b === 'number' ? [a, b] : undefined;
}

function wheelClicks(px: number): number {
  const clicks = Math.sign(px) * Math.max(1, Math.round(Math.abs(px) / PX_PER_CLICK));
  return px === 0 ? 0 : Math.max(-MAX_CLICKS, Math.min(MAX_CLICKS, clicks));
}

/** Outcome of a step, in codeloop's words; the session adds the app's messages. */
interface StepOutcome {
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
