import type { Locator } from 'playwright';
import { CodeloopError } from '../core/errors.js';
import { learnSecret } from '../core/redact.js';
import { type Acted, type Acting, act, find, onElement, READY } from './acting.js';
import { describeTarget } from './find-target.js';
import type { TypedText, WebStep } from './web-step.js';

/** Longest text that is typed key by key; longer ones are put in at once. */
const KEY_BY_KEY = 200;

/** Types at the focus or into an element, key by key; a secret at once, so that no half of it is ever logged. */
export async function actType(acting: Acting, step: Extract<WebStep, { action: 'type' }>): Promise<Acted> {
  const { target, typed } = step;
  const { page } = acting.session;
  if (target && 'x' in target) await act(acting, target, () => page.mouse.click(target.x, target.y));
  const found =
    target && !('x' in target) ? await onElement(acting, target, (element, how) => element.click(how)) : undefined;
  const element = found?.locator ?? page.locator(':focus');
  const { text, hide } = await safeText(acting, typed, element);
  await act(acting, target, async (options) => {
    if ('secret' in typed || text.length > KEY_BY_KEY) await page.keyboard.insertText(text);
    else if (found) await found.locator.pressSequentially(text, options);
    else await page.keyboard.type(text);
  });
  const where = target ? ` into ${describeTarget(target)}` : '';
  return { detail: `typed ${inWords(typed)}${where}`, ...(found ? { waitedFor: READY, found } : {}), hideValue: hide };
}

/** Sets the text of a field, replacing what was there. */
export async function actFill(acting: Acting, step: Extract<WebStep, { action: 'fill' | 'clear' }>): Promise<Acted> {
  const found = await find(acting, step.target);
  if (step.action === 'clear') {
    await act(acting, step.target, (options) => found.locator.clear(options));
    return { detail: `cleared ${describeTarget(step.target)}`, waitedFor: READY, found };
  }
  const hide = await fillField(acting, found.locator, step.typed);
  return {
    detail: `filled ${describeTarget(step.target)} with ${inWords(step.typed)}`,
    waitedFor: READY,
    found,
    hideValue: hide,
  };
}

/** Fills one field; answers whether its text must not be written down. */
export async function fillField(acting: Acting, element: Locator, typed: TypedText): Promise<boolean> {
  const { text, hide } = await safeText(acting, typed, element);
  await act(acting, undefined, (options) => element.fill(text, options));
  return hide;
}

/** Presses a key or a chord at the focus or on an element. Throws STEP_INVALID for a key that is unknown. */
export async function actPress(acting: Acting, step: Extract<WebStep, { action: 'press' | 'hotkey' }>): Promise<Acted> {
  const { target } = step;
  const keys = chord(step.keys);
  const found = target && !('x' in target) ? await find(acting, target) : undefined;
  try {
    await act(acting, target, (options) =>
      found ? found.locator.press(keys, options) : acting.session.page.keyboard.press(keys),
    );
  } catch (error) {
    if (!(error instanceof CodeloopError) || !/Unknown key/.test(String(error.values.reason))) throw error;
    throw new CodeloopError(
      'STEP_INVALID',
      {
        action: step.action,
        problem: 'there is no such key',
        wanted: 'names such as "Enter", "ArrowDown", "a" or "Ctrl+S"',
      },
      { cause: error },
    );
  }
  return { detail: `pressed ${step.keys.slice(0, 60)}`, ...(found ? { found, waitedFor: READY } : {}) };
}

/** "Ctrl+S" as Playwright spells it. */
function chord(keys: string): string {
  // A plus at the end is the key itself.
  const parts =
    keys === '+'
      ? ['+']
      : keys
          .replace(/\+\+$/, '+Plus')
          .split('+')
          .map((part) => part.trim());
  const named = parts.map((part) => NAMES[part.toLowerCase()] ?? part);
  // "Ctrl+S" means the key that is labelled S, not a capital letter.
  const plain = named.length > 1 && !named.includes('Shift');
  return named.map((part) => (plain && part.length === 1 ? part.toLowerCase() : part)).join('+');
}

const NAMES: Readonly<Record<string, string>> = {
  ctrl: 'Control',
  control: 'Control',
  cmd: 'Meta',
  command: 'Meta',
  win: 'Meta',
  meta: 'Meta',
  mod: 'ControlOrMeta',
  alt: 'Alt',
  option: 'Alt',
  shift: 'Shift',
  esc: 'Escape',
  escape: 'Escape',
  return: 'Enter',
  enter: 'Enter',
  del: 'Delete',
  delete: 'Delete',
  space: 'Space',
  tab: 'Tab',
  backspace: 'Backspace',
  up: 'ArrowUp',
  down: 'ArrowDown',
  left: 'ArrowLeft',
  right: 'ArrowRight',
  plus: '+',
};

/** The text, and whether it must not be written down; a secret is hidden on the page before it is there. */
async function safeText(acting: Acting, typed: TypedText, element: Locator): Promise<{ text: string; hide: boolean }> {
  const { session, guard, secrets, action } = acting;
  if ('secret' in typed) {
    const text = await act(acting, undefined, () => guard.valueFor(typed.secret, secrets, action, element));
    await act(acting, undefined, () => guard.hide(session, element));
    return { text, hide: false };
  }
  const hide = await act(acting, undefined, async () =>
    (await element.count()) === 1
      ? element.evaluate((field) => field instanceof HTMLInputElement && field.type === 'password')
      : false,
  );
  if (hide && learnSecret(acting.redact, typed.text)) {
    guard.remember(typed.text);
    await act(acting, undefined, () => guard.hide(session, element));
  }
  return { text: typed.text, hide };
}

function inWords(typed: TypedText): string {
  return 'secret' in typed ? `the secret ${typed.secret}` : `${[...typed.text].length} characters`;
}
