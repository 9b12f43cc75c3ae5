import { setMaxListeners } from 'node:events';
import type { CaptureOptions, SnapshotRequest } from '../capture/capture.js';
import { CodeloopError } from '../core/errors.js';
import type { PageSnapshot } from '../core/vocabulary/page-snapshot.js';
import type { Screenshot } from '../core/vocabulary/screenshot.js';
import type { Step, StepResult } from '../core/vocabulary/step.js';
import { actAssert, actWait } from './act-assert.js';
import { actEnvironment } from './act-environment.js';
import { actCheck, actFillForm, actSelect, actSubmit, actUpload } from './act-form.js';
import { actFill, actPress, actType } from './act-keys.js';
import { actNavigation, assertArrived } from './act-navigation.js';
import { actDrag, actPointer, actScroll } from './act-pointer.js';
import { type Acted, type Acting, onElement, READY } from './acting.js';
import type { TreeLine } from './aria-tree.js';
import type { PageSession } from './page-session.js';
import { PageTree, treeChanges } from './page-tree.js';
import { SecretGuard } from './secret-guard.js';
import { settlePage } from './settle-page.js';
import { Tabs } from './tabs.js';
import { describeTarget } from './target-candidates.js';
import { readWebStep, type WebStep } from './web-step.js';

/** How long a step waits until it can be done, ms, unless it says otherwise. */
const STEP_MS = 5000;
const WAIT_MS = 10_000;

/** The acting side of a browser session: takes steps, reads the tree. */
export class InteractivePage {
  readonly #session: PageSession;
  readonly #options: CaptureOptions;
  readonly #photograph: (signal: AbortSignal) => Promise<Screenshot>;
  readonly #guard = new SecretGuard();
  readonly #tabs: Tabs;
  readonly #tree: PageTree;
  #before: TreeLine[] | undefined;

  constructor(session: PageSession, options: CaptureOptions, photograph: (signal: AbortSignal) => Promise<Screenshot>) {
    this.#session = session;
    this.#options = options;
    this.#photograph = photograph;
    this.#tabs = new Tabs(session, this.#guard);
    this.#tree = new PageTree(session, options.redact);
  }

  async snapshot(request: SnapshotRequest, signal: AbortSignal): Promise<PageSnapshot> {
    const snapshot = await this.#tree.snapshot(request, signal);
    this.#before = await this.#tree.read(signal);
    const tabs = this.#tabs.list().map((tab) => ({ ...tab, url: this.#options.redact(tab.url) }));
    return tabs.length > 1 ? { ...snapshot, tabs } : snapshot;
  }

  /** Takes one step; see `Interactive.perform`. Also throws ORIGIN_BLOCKED, NAVIGATION_FAILED, PATH_OUTSIDE_ROOTS. */
  async perform(step: Step, signal: AbortSignal): Promise<StepResult> {
    const wanted = readWebStep(step);
    if (signal.aborted) throw new CodeloopError('CANCELLED', { what: step.action });
    setMaxListeners(0, signal);
    const session = this.#session;
    this.#before ??= await this.#tree.read(signal);
    const acting: Acting = {
      session,
      tree: this.#tree,
      tabs: this.#tabs,
      guard: this.#guard,
      secrets: this.#options.secrets ?? [],
      uploadRoots: this.#options.uploadRoots ?? [],
      action: step.action,
      timeoutMs: step.timeout_ms ?? (step.action === 'wait' ? WAIT_MS : STEP_MS),
      signal,
      target: step.target,
      otherwise: step.otherwise ?? [],
      redact: this.#options.redact,
      photograph: () => this.#photograph(signal),
    };
    const start = performance.now();
    const acted = await takeStep(acting, wanted);
    const actedMs = Math.round(performance.now() - start);
    const settled = acted.looksOnly ? undefined : await settlePage(session, signal);
    if (!acted.looksOnly) assertArrived(acting);
    const changes = acted.looksOnly ? undefined : await this.#changes(signal);
    return {
      action: step.action,
      ok: acted.ok ?? true,
      detail: `${acted.detail}${foundHow(acted)}`,
      waited_for: [
        ...(acted.waitedFor === undefined ? [] : [`${acted.waitedFor} (${actedMs} ms)`]),
        ...(settled === undefined ? [] : [`${settled.waitedFor} (${settled.ms} ms)`]),
      ].join(', then '),
      waited_ms: actedMs + (settled?.ms ?? 0),
      url: this.#options.redact(session.page.url()),
      title: this.#options.redact(await session.call('reading the title', () => session.page.title(), signal)),
      logs: [...(acted.screenshot?.logs ?? []), ...session.log.drain()],
      ...this.#happened(),
      ...(changes ? { changes } : {}),
      ...(acted.screenshot ? { screenshot: acted.screenshot.image } : {}),
      ...(acted.found?.moved ? { ref_moved: acted.found.moved } : {}),
      ...(acted.found?.by ? { found_otherwise: describeTarget(acted.found.by) } : {}),
      ...(acted.found?.lasting ? { lasting_target: acted.found.lasting } : {}),
      ...(acted.found?.otherwise?.length ? { lasting_otherwise: acted.found.otherwise } : {}),
      ...(acted.hideValue ? { hide_value: true } : {}),
    };
  }

  /** What changed since the last step or snapshot, and now counts as known. */
  async #changes(signal: AbortSignal) {
    const before = this.#before ?? [];
    this.#before = await this.#tree.read(signal);
    return treeChanges(before, this.#before);
  }

  #happened(): Pick<StepResult, 'dialogs' | 'downloads' | 'opened_tabs'> {
    const { dialogs, downloads } = this.#session.events.drain();
    const opened = this.#tabs.drainOpened().map((tab) => ({ ...tab, url: this.#options.redact(tab.url) }));
    return {
      ...(dialogs.length > 0 ? { dialogs } : {}),
      ...(downloads.length > 0 ? { downloads } : {}),
      ...(opened.length > 0 ? { opened_tabs: opened } : {}),
    };
  }
}

function foundHow({ found }: Acted): string {
  if (found?.moved) return ` (ref moved, now ${found.moved.to})`;
  return found?.by ? ` (found as ${describeTarget(found.by)})` : '';
}

function takeStep(acting: Acting, step: WebStep): Promise<Acted> {
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
