import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { CodeloopError, isErrno } from '../core/errors.js';
import { insideRoots } from '../core/path-walls.js';
import type { StepTarget } from '../core/vocabulary/step.js';
import { fillField } from './act-keys.js';
import { type Acted, type Acting, act, find, onElement, READY } from './acting.js';
import { describeTarget } from './find-target.js';
import type { WebStep } from './web-step.js';

/** Checks, unchecks or toggles a box, switch or radio button. */
export async function actCheck(
  acting: Acting,
  step: Extract<WebStep, { action: 'check' | 'uncheck' | 'toggle' }>,
): Promise<Acted> {
  const { action, target } = step;
  const found = await onElement(acting, target, async (element, options) => {
    if (action !== 'toggle') return element.setChecked(action === 'check', options);
    const native = await element.evaluate((box) => box instanceof HTMLInputElement);
    return native ? element.setChecked(!(await element.isChecked(options)), options) : element.click(options);
  });
  return { detail: `${action} ${describeTarget(target)}`, waitedFor: READY, found };
}

/** Chooses options of a list by label or value. */
export async function actSelect(acting: Acting, step: Extract<WebStep, { action: 'select_option' }>): Promise<Acted> {
  const found = await onElement(acting, step.target, (element, options) => element.selectOption(step.options, options));
  return {
    detail: `chose ${step.options.length} option(s) of ${describeTarget(step.target)}`,
    waitedFor: READY,
    found,
  };
}

/** Sends the form that the target (or the focus) lies in, as its own button would. Throws TARGET_NOT_FOUND without a form. */
export async function actSubmit(acting: Acting, step: Extract<WebStep, { action: 'submit' }>): Promise<Acted> {
  const { page } = acting.session;
  const found = step.target ? await find(acting, step.target) : undefined;
  const element = found?.locator ?? page.locator(':focus').or(page.locator('form')).first();
  const sent = await act(acting, step.target, (options) =>
    element.evaluate(
      (start) => {
        const form = start.closest('form');
        form?.requestSubmit();
        return form !== null;
      },
      undefined,
      options,
    ),
  );
  if (!sent) throw new CodeloopError('TARGET_NOT_FOUND', { target: 'a form around it' });
  return { detail: 'submitted the form', ...(found ? { found } : {}) };
}

/** Fills several fields, each found by its label, placeholder or name. */
export async function actFillForm(acting: Acting, step: Extract<WebStep, { action: 'fill_form' }>): Promise<Acted> {
  let hide = false;
  for (const [label, value] of step.fields) {
    const { locator } = await find(acting, await fieldTarget(acting, step.target, label));
    if (typeof value === 'boolean') await act(acting, { label }, (options) => locator.setChecked(value, options));
    else if (await act(acting, { label }, () => locator.evaluate((field) => field instanceof HTMLSelectElement)))
      await act(acting, { label }, (options) => locator.selectOption('text' in value ? value.text : '', options));
    else hide = (await fillField(acting, locator, value)) || hide;
  }
  return { detail: `filled ${step.fields.length} field(s)`, waitedFor: READY, hideValue: hide };
}

/** The field of that name, the way it is called on the page. */
async function fieldTarget(acting: Acting, form: StepTarget | undefined, label: string): Promise<StepTarget> {
  const { page } = acting.session;
  const quoted = `"${label.replace(/["\\]/g, '\\$&')}"`;
  const around = form && 'selector' in form ? `${form.selector} ` : '';
  const named = `${around}:is(input,textarea,select)[name=${quoted}]`;
  const count = (work: () => Promise<number>) => act(acting, undefined, work);
  if ((await count(() => page.getByLabel(label).count())) > 0) return { label };
  if ((await count(() => page.getByPlaceholder(label).count())) > 0) return { placeholder: label };
  if ((await count(() => page.locator(named).count())) > 0) return { selector: named };
  // Waited for, and told with what is near.
  return { label };
}

/**
 * Puts files of the project into a file field, or into the chooser that the element opens. Hidden files and folders (`.env`, `.git`)
 * are none that an app needs. Throws PATH_OUTSIDE_ROOTS, STEP_INVALID.
 */
export async function actUpload(acting: Acting, step: Extract<WebStep, { action: 'upload_file' }>): Promise<Acted> {
  const { uploadRoots, action } = acting;
  const files = await Promise.all(step.files.map((file) => uploadable(file, uploadRoots, action)));
  const found = await find(acting, step.target, true);
  const isField = await act(acting, step.target, () =>
    found.locator.evaluate((element) => element instanceof HTMLInputElement && element.type === 'file'),
  );
  await act(acting, step.target, async (options) => {
    if (isField) return found.locator.setInputFiles(files, options);
    const chooser = acting.session.page.waitForEvent('filechooser', options);
    const [opened] = await Promise.all([chooser, found.locator.click(options)]);
    return opened.setFiles(files, options);
  });
  return { detail: `gave ${files.length} file(s) to ${describeTarget(step.target)}`, found };
}

async function uploadable(file: string, roots: readonly string[], action: string): Promise<string> {
  if (roots.length === 0)
    throw new CodeloopError('STEP_INVALID', { action, problem: 'no folder is open for uploads here', allowed: [] });
  const path = await insideRoots(file, roots);
  const below = roots.map((root) => relative(root, path)).find((way) => !way.startsWith('..')) ?? path;
  if (below.split(/[\\/]/).some((part) => part.startsWith('.')))
    throw new CodeloopError('PATH_OUTSIDE_ROOTS', {
      path: file,
      allowed: ['files that are not hidden, in the project'],
    });
  try {
    if ((await stat(path)).isFile()) return path;
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
  throw new CodeloopError('STEP_INVALID', {
    action,
    problem: `${JSON.stringify(file)} is no file`,
    wanted: 'a file of the project',
  });
}

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
