import { CodeloopError } from '../core/errors.js';
import { type Acted, type Acting, act } from './acting.js';
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
export async function actEnvironment(acting: Acting, step: Around): Promise<Acted> {
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
