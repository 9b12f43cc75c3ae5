import type { Target } from '../capture/capture.js';
import type { AppServer } from '../project/app-server.js';
import { watchCode } from '../project/code-watch.js';
import type { Project } from '../project/project.js';
import { projectScreens } from '../project/screens.js';
import { absoluteUrl, needsApp } from './page-address.js';
import { findScreen, screenUrl } from './planned-cell.js';
import type { RunningApps } from './running-apps.js';

/** What to open. Exactly one of `url` (absolute, or a path of the app), `screen` and `app` (a native one). */
export interface LivePageRequest {
  project: Project;
  url?: string | undefined;
  screen?: string | undefined;
  app?: string | undefined;
  /** Name of a configured viewport, or `WxH`; default `desktop`, else the last configured one. */
  viewport?: string | undefined;
  signal: AbortSignal;
}

/**
 * What a live page is opened on, the app's server started where it is needed. Throws SCREEN_NOT_FOUND, CONFIG_INVALID, APP_NOT_READY,
 * CANCELLED.
 */
export async function liveTarget(
  { project, url, screen: name, app, signal }: LivePageRequest,
  apps: RunningApps,
): Promise<{ target: Target; app: AppServer | undefined }> {
  const screen = name === undefined ? undefined : findScreen(await projectScreens(project), name);
  const native = app ?? screen?.app;
  if (native !== undefined) return { target: { kind: 'app', app: native }, app: undefined };
  const server = needsApp(project, url, screen)
    ? await apps.get(project, (await watchCode(project)).state.tree, signal)
    : undefined;
  const address = screen ? screenUrl(screen, server?.url, project) : absoluteUrl(url ?? '/', server?.url);
  return { target: { kind: 'url', url: address }, app: server };
}
