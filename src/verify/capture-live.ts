import type { Mask } from '../config/schema.js';
import { isoTime } from '../core/clock.js';
import { slug } from '../core/ids.js';
import type { LivePage } from '../live/live-page.js';
import type { Session } from '../live/session.js';
import { watchCode } from '../project/code-state/code-state.js';
import type { Project } from '../project/project.js';
import type { CapturedScreens } from './capture-screens.js';

/** Exactly one of `pageId` and `app` is given. */
interface CaptureLiveRequest {
  project: Project;
  session: Session;
  tool: string;
  /** Name of the picture. */
  screenName: string;
  pageId?: string | undefined;
  /** App of `native.apps`, or the title of an open window. */
  app?: string | undefined;
  fullPage?: boolean | undefined;
  selector?: string | undefined;
  mask?: readonly Mask[] | undefined;
  signal: AbortSignal;
}

/**
 * Photographs a live page or window as it is now, ad hoc: nobody can say which state it is in. An app that is not open yet is opened for
 * it and closed again. Throws PAGE_NOT_FOUND, and as `LivePages.open` and `Capture.screenshot`.
 */
export async function captureLive(request: CaptureLiveRequest): Promise<CapturedScreens> {
  const { project, session, signal } = request;
  const open = openPage(request);
  const page = open ?? (await session.pages.open({ project, app: request.app, signal }));
  try {
    return await session.pages.use(page, request.tool, signal, async (run) => {
      const { state } = await watchCode(project);
      const screenshot = await page.capture.screenshot(
        {
          name: `${slug(request.screenName)}.${slug(page.viewportName)}`,
          fullPage: request.fullPage ?? false,
          ...(request.selector === undefined ? {} : { selector: request.selector }),
          masks: request.mask ?? [],
          settleTimeoutMs: project.config.capture.settle_timeout_ms,
        },
        signal,
      );
      const cell = await run.appendCell({
        screen: request.screenName,
        viewport: page.viewportName,
        captured_at: isoTime(session.clock),
        ad_hoc: true,
        ad_hoc_reasons: [request.app === undefined ? 'page_id' : 'app_name'],
        tree: state.tree,
        screenshot,
      });
      return { runId: run.id, cells: [cell] };
    });
  } finally {
    if (!open) await session.pages.close(page.id);
  }
}

function openPage({ project, session, pageId, app }: CaptureLiveRequest): LivePage | undefined {
  if (app === undefined) return session.pages.find(project, pageId);
  return session.pages.list(project).find(({ target }) => target.kind === 'app' && target.app === app);
}
