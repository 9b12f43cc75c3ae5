import { CodeloopError } from '../core/errors.js';
import { actAssert, actWait } from './act-assert.js';
import { actFill, actPress, actType } from './act-keys.js';
import { actNavigation } from './act-navigation.js';
import {
  actCheck,
  actDrag,
  actFillForm,
  actPointer,
  actScroll,
  actSelect,
  actSubmit,
  actUpload,
} from './act-pointer.js';
import { type Acted, type Acting, act, onElement, READY } from './acting.js';
import { describeTarget } from './find-target.js';
import type { WebStep } from './web-step.js';

type Around = Extract<
  WebStep,
  {
    action:
      | 'dialog'
      | 'set_viewport'
      | 'set_color_scheme'
      | 'emulate_offline'
      | 'set_geolocation'
      | 'grant_permission'
      | 'clear_storage';
  }
>;

/** Changes what surrounds the page: size, look, network, place, permissions, storage, the answer to the next dialog. */
async function actEnvironment(acting: Acting, step: Around): Promise<Acted> {
  const { session, tabs } = acting;
  const { context, page, viewport } = session;
  switch (step.action) {
    case 'dialog':
      session.events.expectDialog({ accept: step.accept, text: step.text });
      return { detail: `the next dialog will be ${step.accept ? 'accepted' : 'dismissed'}`, looksOnly: true };
    case 'set_viewport': {
      const { width, height } = step;
      await act(acting, undefined, () => session.resize({ ...viewport, width, height }));
      tabs.keepActive();
      return { detail: `the viewport is ${width}x${height}` };
    }
    case 'set_color_scheme':
      await act(acting, undefined, () => session.resize({ ...viewport, color_scheme: step.scheme }));
      tabs.keepActive();
      return { detail: `the colour scheme is ${step.scheme}` };
    case 'emulate_offline':
      await act(acting, undefined, () => context.setOffline(step.offline));
      return { detail: step.offline ? 'the network is off' : 'the network is on' };
    case 'set_geolocation': {
      const { latitude, longitude, accuracy } = step;
      await act(acting, undefined, () => context.setGeolocation({ latitude, longitude, accuracy }));
      return { detail: `the place is ${latitude}, ${longitude}` };
    }
    case 'grant_permission':
      await grant(acting, step.permissions);
      return { detail: `granted ${step.permissions.length} permission(s)` };
    case 'clear_storage':
      await act(acting, undefined, () => context.clearCookies());
      await act(acting, undefined, () => page.evaluate(clearStorage));
      return { detail: 'cleared cookies and the storage of this origin' };
  }
}

async function grant(acting: Acting, permissions: string[]): Promise<void> {
  const { context, page } = acting.session;
  try {
    const { origin } = new URL(page.url());
    await act(acting, undefined, () => context.grantPermissions(permissions, { origin }));
  } catch (error) {
    if (!(error instanceof CodeloopError) || !/Unknown permission/.test(String(error.values.reason))) throw error;
    throw new CodeloopError(
      'STEP_INVALID',
      {
        action: 'grant_permission',
        problem: 'there is no such permission',
        allowed: ['geolocation', 'notifications', 'clipboard-read', 'clipboard-write', 'camera', 'microphone'],
      },
      { cause: error },
    );
  }
}

/** Runs in the page. */
async function clearStorage(): Promise<void> {
  localStorage.clear();
  sessionStorage.clear();
  for (const { name } of await indexedDB.databases()) if (name !== undefined) indexedDB.deleteDatabase(name);
  if ('caches' in window) for (const name of await caches.keys()) await caches.delete(name);
}

/** Takes one step of any kind. Throws as the action it is. */
export function takeWebStep(acting: Acting, step: WebStep): Promise<Acted> {
  switch (step.action) {
    case 'click':
    case 'double_click':
    case 'right_click':
    case 'hover':
      return actPointer(acting, step);
    case 'drag':
      return actDrag(acting, step);
    case 'scroll':
      return actScroll(acting, step);
    case 'scroll_into_view':
    case 'focus':
      return actOn(acting, step);
    case 'type':
      return actType(acting, step);
    case 'fill':
    case 'clear':
      return actFill(acting, step);
    case 'press':
    case 'hotkey':
      return actPress(acting, step);
    case 'select_option':
      return actSelect(acting, step);
    case 'check':
    case 'uncheck':
    case 'toggle':
      return actCheck(acting, step);
    case 'submit':
      return actSubmit(acting, step);
    case 'upload_file':
      return actUpload(acting, step);
    case 'fill_form':
      return actFillForm(acting, step);
    case 'wait':
      return actWait(acting, step.goal);
    case 'assert_visible':
    case 'assert_text':
    case 'assert_url':
    case 'assert_count':
      return actAssert(acting, step);
    case 'screenshot':
      return photographed(acting);
    case 'dialog':
    case 'set_viewport':
    case 'set_color_scheme':
    case 'emulate_offline':
    case 'set_geolocation':
    case 'grant_permission':
    case 'clear_storage':
      return actEnvironment(acting, step);
    default:
      return actNavigation(acting, step);
  }
}

async function actOn(acting: Acting, step: Extract<WebStep, { action: 'scroll_into_view' | 'focus' }>): Promise<Acted> {
  const { action, target } = step;
  const found = await onElement(acting, target, (element, options) =>
    action === 'focus' ? element.focus(options) : element.scrollIntoViewIfNeeded(options),
  );
  return {
    detail: `${action === 'focus' ? 'focused' : 'scrolled to'} ${describeTarget(target)}`,
    waitedFor: READY,
    found,
  };
}

async function photographed(acting: Acting): Promise<Acted> {
  const screenshot = await acting.photograph();
  return { detail: 'photographed the page', waitedFor: 'two equal pictures', screenshot, looksOnly: true };
}
