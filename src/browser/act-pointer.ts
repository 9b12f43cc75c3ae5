import { CodeloopError } from '../core/errors.js';
import type { StepTarget } from '../core/vocabulary/step.js';
import { type Acted, type Acting, act, find, onElement, READY } from './acting.js';
import { describeTarget } from './target-candidates.js';
import type { WebStep } from './web-step.js';

type Pointer = Extract<WebStep, { action: 'click' | 'double_click' | 'right_click' | 'hover' }>;

/** Clicks or hovers. Throws as `findTarget` and `act`. */
export async function actPointer(acting: Acting, step: Pointer): Promise<Acted> {
  const { target, action } = step;
  const words = `${action.replace('_', '-')} on ${describeTarget(target)}`;
  if ('x' in target) {
    assertInside(acting, target);
    const { mouse } = acting.session.page;
    const work = async () => {
      if (action === 'hover') await mouse.move(target.x, target.y);
      else if (action === 'double_click') await mouse.dblclick(target.x, target.y);
      else await mouse.click(target.x, target.y, { button: action === 'right_click' ? 'right' : 'left' });
    };
    await act(acting, target, work, { delivers: true });
    return { detail: words };
  }
  const found = await onElement(acting, target, (element, options) => {
    if (action === 'hover') return element.hover(options);
    if (action === 'double_click') return element.dblclick(options);
    return element.click(action === 'right_click' ? { ...options, button: 'right' } : options);
  });
  return { detail: words, waitedFor: READY, found };
}

/** Drags from one element or point to another, in steps, as a hand does. */
export async function actDrag(acting: Acting, step: Extract<WebStep, { action: 'drag' }>): Promise<Acted> {
  const { page } = acting.session;
  const from = await pointOf(acting, step.target);
  const to = await pointOf(acting, step.to);
  await act(acting, step.target, async () => {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    try {
      await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 5 });
      await page.mouse.move(to.x, to.y, { steps: 5 });
    } finally {
      // A button that stays pressed would spoil every step after this one.
      await page.mouse.up();
    }
  });
  const detail = `dragged ${describeTarget(step.target)} to ${describeTarget(step.to)}`;
  // Nothing is waited for at a point.
  return 'x' in step.target && 'x' in step.to ? { detail } : { detail, waitedFor: READY };
}

/** Scrolls the page, or what the target lies in; to an end, or by px. */
export async function actScroll(acting: Acting, step: Extract<WebStep, { action: 'scroll' }>): Promise<Acted> {
  const { session } = acting;
  const { by, target } = step;
  const found = target && !('x' in target) ? await find(acting, target) : undefined;
  if (typeof by === 'string') {
    await act(acting, target, () => {
      const scroll = (element: Element, end: string) =>
        element.scrollTo({ top: end === 'top' ? 0 : element.scrollHeight });
      if (found) return found.locator.evaluate(scroll, by);
      return session.page.evaluate((end) => scrollTo(0, end === 'top' ? 0 : document.documentElement.scrollHeight), by);
    });
    return { detail: `scrolled to the ${by}`, ...(found ? { found } : {}) };
  }
  const { viewport } = session;
  const at = target ? await pointOf(acting, target) : { x: viewport.width / 2, y: viewport.height / 2 };
  await act(acting, target, async () => {
    await session.page.mouse.move(at.x, at.y);
    await session.page.mouse.wheel(by.dx, by.dy);
  });
  return { detail: `scrolled by ${by.dy} px down and ${by.dx} px right`, ...(found ? { found } : {}) };
}

/** Middle of an element that was scrolled into view, or the point itself; CSS px of the viewport. */
async function pointOf(acting: Acting, target: StepTarget): Promise<{ x: number; y: number }> {
  if ('x' in target) {
    assertInside(acting, target);
    return target;
  }
  const { locator } = await find(acting, target);
  await act(acting, target, (options) => locator.scrollIntoViewIfNeeded(options));
  const box = await act(acting, target, (options) => locator.boundingBox(options));
  return box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : { x: 0, y: 0 };
}

/** Throws STEP_INVALID for a point that the viewport does not hold (CSS px): nothing would be hit there. */
function assertInside({ session, action }: Acting, { x, y }: { x: number; y: number }): void {
  const { width, height } = session.viewport;
  if (x >= 0 && y >= 0 && x < width && y < height) return;
  throw new CodeloopError('STEP_INVALID', {
    action,
    problem: `the point ${x},${y} lies outside the viewport, which is ${width}x${height} CSS px`,
    wanted: 'a point inside it (scroll first), or a target by role, text or selector, which is scrolled to',
  });
}
