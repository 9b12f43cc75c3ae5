import { CodeloopError } from '../core/errors.js';
import { DESKTOP_ACTIONS, type Step } from '../core/vocabulary/step.js';
import type { Point } from './window-system.js';

/** A step of a desktop app with everything it needs, checked. Points are px of the window's picture. */
export type DesktopStep =
  | { action: 'click' | 'double_click' | 'right_click' | 'hover'; at: Point }
  | { action: 'drag'; at: Point; to: Point }
  | { action: 'type'; at: Point | undefined; text: string }
  | { action: 'hotkey'; chord: string }
  | { action: 'scroll'; at: Point | undefined; clicks: Point }
  | { action: 'focus_app' | 'bring_to_front'; window: string | undefined }
  | { action: 'wait'; ms: number }
  | { action: 'wait'; window: string }
  | { action: 'screenshot' };

/** CSS px that one click of a wheel stands for: about three lines of text, as browsers scroll. */
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
