import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { CodeloopError, isErrno } from '../core/errors.js';
import { insideRoots } from '../core/path-walls.js';
import type { StepTarget } from '../core/vocabulary/step.js';
import { fillField } from './act-keys.js';
import { type Acted, type Acting, act, find, onElement, READY } from './acting.js';
import { describeTarget } from './target-candidates.js';
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
