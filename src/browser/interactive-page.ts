import { setMaxListeners } from 'node:events';
import type { CaptureOptions, SnapshotRequest } from '../capture/capture.js';
import { withDeadline } from '../core/clock.js';
import { CodeloopError } from '../core/errors.js';
import { errorPageText } from '../core/page-kind.js';
import type { PageSnapshot } from '../core/vocabulary/dom-boxes.js';
import type { Screenshot } from '../core/vocabulary/screenshot.js';
import type { Step, StepRemark, StepResult } from '../core/vocabulary/step.js';
import { assertArrived, leavePrompt } from './act-navigation.js';
import { type Acted, type Acting, READING_MS, REST_MS, StepBudget } from './acting.js';
import type { TreeLine } from './aria-tree.js';
import { describeTarget } from './find-target.js';
import { stirring } from './page/rest.js';
import type { PageSession } from './page-session.js';
import { PageTree, treeChanges } from './page-tree.js';
import type { PressWatch } from './press-watch.js';
import { SecretGuard } from './secret-guard.js';
import { Tabs } from './tabs.js';
import { takeWebStep } from './take-web-step.js';
import { readWebStep, type WebStep } from './web-step.js';

/** Quiet time that is required, and the longest wait for it, ms. */
const QUIET_MS = 80;
const NETWORK_MS = 3000;
const PAGE_MS = 1500;

/** What was waited for after a step, in codeloop's words. */
interface Settled {
  waitedFor: string;
  ms: number;
  /** False where requests did not end, the page goes on changing, or something is about to change it: a timer, an animation. */
  atRest: boolean;
}

/**
 * Waits after a step until a navigation it began has a document, requests have ended and the page has stopped changing. What never
 * rests (a clock, a poll, an animation) delays it for a moment only, and is reported; nothing delays it for longer than `maxMs`. Throws CANCELLED, BROWSER_CRASHED.
 */
async function settlePage(session: PageSession, signal: AbortSignal, maxMs: number): Promise<Settled> {
  const start = performance.now();
  const { page, traffic } = session;
  const left = () => Math.max(1, Math.round(maxMs - (performance.now() - start)));
  const said: string[] = [];
  const before = page.url();
  // A click that navigates does so within a moment: one turn of the page is enough to see it.
  const rested = await quietly(session, signal, left());
  await session
    .call('the document', () => page.waitForLoadState('domcontentloaded', { timeout: left() }), signal, left())
    .catch(unlessOver);
  const quiet = await traffic.quiet(QUIET_MS, Math.min(NETWORK_MS, left()));
  said.push(quiet ? 'requests to end' : 'requests, which did not end');
  // What the requests brought is drawn now; a new document begins again.
  const again =
    page.url() !== before || performance.now() - start > 250 ? await quietly(session, signal, left()) : rested;
  said.push(again.rested ? 'the page to stop changing' : 'the page, which goes on changing');
  return {
    waitedFor: said.join(' and '),
    atRest: quiet && again.rested && again.stays,
    ms: Math.round(performance.now() - start),
  };
}

async function quietly(session: PageSession, signal: AbortSignal, leftMs: number): ReturnType<typeof stirring> {
  try {
    const limits = { quietMs: QUIET_MS, maxMs: PAGE_MS };
    return await session.call(
      'the page',
      () => session.page.evaluate(stirring, limits),
      signal,
      Math.min(leftMs, PAGE_MS + 1500),
    );
  } catch (error) {
    unlessOver(error);
    // The document was left while it was watched.
    return { rested: false, stays: false };
  }
}

/** A page that is busy or was left is looked at again; one that is gone is an error. */
function unlessOver(error: unknown): void {
  const known = error instanceof CodeloopError ? error.code : undefined;
  if (known === undefined || known === 'CANCELLED' || known === 'BROWSER_CRASHED') throw error;
}

/** The acting side of a browser session: takes steps, reads the tree. */
export class InteractivePage {
  readonly #session: PageSession;
  readonly #options: CaptureOptions;
  readonly #photograph: (signal: AbortSignal) => Promise<Screenshot>;
  readonly #guard = new SecretGuard();
  readonly #tabs: Tabs;
  readonly #tree: PageTree;
  readonly #presses: PressWatch | undefined;
  #before: TreeLine[] | undefined;
  #errorPage: string | undefined;

  /** `presses`: hears what comes of presses; without, nothing is said of them. */
  constructor(
    session: PageSession,
    options: CaptureOptions,
    presses: PressWatch | undefined,
    photograph: (signal: AbortSignal) => Promise<Screenshot>,
  ) {
    this.#presses = presses;
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
  async perform(step: Step, given: AbortSignal): Promise<StepResult> {
    const wanted = readWebStep(step);
    const budget = new StepBudget(step, wanted);
    // What was done when it fails, in codeloop's words.
    let done: string | undefined;
    try {
      // Whatever part hangs: the step ends, and nothing of it continues after the caller has its answer.
      return await withDeadline(
        step.action,
        budget.wholeMs,
        (inner) => {
          const signal = AbortSignal.any([given, inner]);
          setMaxListeners(0, signal);
          return this.#answering(step, signal, () =>
            this.#perform(step, wanted, budget, signal, (detail) => {
              done = detail;
            }),
          );
        },
        given,
      );
    } catch (thrown) {
      if (!(thrown instanceof CodeloopError) || thrown.code === 'CANCELLED') throw thrown;
      const late = thrown.code === 'DEADLINE_EXCEEDED';
      if (done === undefined && !late) throw thrown;
      throw new CodeloopError(
        late ? 'STEP_TIMEOUT' : thrown.code,
        {
          ...thrown.values,
          ...(late ? { action: step.action, ms: budget.timeoutMs, waited_for: String(thrown.values.what) } : {}),
          ...(done === undefined ? {} : { done }),
        },
        { cause: thrown },
      );
    }
  }

  /** Tries nothing in a page that does not answer, and reports such a page as unresponsive. */
  async #answering<T>(step: Step, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      await this.#session.assertAnswers(step.action);
      return await work();
    } catch (error) {
      throw signal.aborted ? error : await this.#session.explain(error, step.action);
    }
  }

  async #perform(
    step: Step,
    wanted: WebStep,
    budget: StepBudget,
    signal: AbortSignal,
    onDone: (detail: string) => void,
  ): Promise<StepResult> {
    const session = this.#session;
    // One that a page shows as soon as it is there would swallow the step.
    await leavePrompt(session, signal);
    this.#before ??= await this.#read(signal);
    const acting: Acting = {
      session,
      tree: this.#tree,
      tabs: this.#tabs,
      guard: this.#guard,
      secrets: this.#options.secrets ?? [],
      uploadRoots: this.#options.uploadRoots ?? [],
      action: step.action,
      budget,
      signal,
      target: step.target,
      otherwise: step.otherwise ?? [],
      redact: this.#options.redact,
      photograph: () => this.#photograph(signal),
    };
    const pressed = await this.#presses?.before(session, step.action);
    const start = performance.now();
    const acted = await takeWebStep(acting, wanted);
    onDone(acted.detail);
    const actedMs = Math.round(performance.now() - start);
    const settled = acted.looksOnly ? undefined : await settlePage(session, signal, REST_MS);
    if (!acted.looksOnly) {
      await this.#tabs.arrived();
      assertArrived(acting);
    }
    const asked = acted.looksOnly ? undefined : await leavePrompt(session, signal);
    if (asked !== undefined)
      session.events.note({
        type: 'other_program',
        message: asked,
        answer: 'refused; the page was loaded again, because the question held all its input',
      });
    const told = acted.looksOnly ? [] : await this.#remarks(pressed, signal);
    const changes = acted.looksOnly ? undefined : await this.#changes(signal);
    const title = await session
      .call('reading the title', () => session.page.title(), signal, READING_MS)
      .catch(unlessSlow);
    const happened = this.#happened(step.action);
    // What the browser was asked for came of the press, though no page shows it.
    const remarks = told.filter(({ kind }) => kind !== 'nothing_came' || !happened.dialogs);
    await session.log.settled();
    return {
      action: step.action,
      ok: acted.ok ?? true,
      detail: `${acted.detail}${foundHow(acted)}`,
      waited_for: [
        ...(acted.waitedFor === undefined ? [] : [`${acted.waitedFor} (${actedMs} ms)`]),
        ...(settled === undefined ? [] : [`${settled.waitedFor} (${settled.ms} ms)`]),
      ].join(', then '),
      waited_ms: actedMs + (settled?.ms ?? 0),
      ...(settled === undefined ? {} : { at_rest: settled.atRest }),
      url: this.#options.redact(session.page.url()),
      ...(title === undefined ? {} : { title: this.#options.redact(title) }),
      logs: [...(acted.screenshot?.logs ?? []), ...session.log.drain()],
      ...happened,
      ...(changes ? { changes } : {}),
      ...(remarks.length > 0 ? { remarks } : {}),
      ...(acted.candidates ? { candidates: acted.candidates } : {}),
      ...(acted.screenshot ? { screenshot: acted.screenshot.image } : {}),
      ...(acted.found?.moved ? { ref_moved: acted.found.moved } : {}),
      ...(acted.found?.by ? { found_otherwise: describeTarget(acted.found.by) } : {}),
      ...(acted.found?.lasting ? { lasting_target: acted.found.lasting } : {}),
      ...(acted.found?.otherwise?.length ? { lasting_otherwise: acted.found.otherwise } : {}),
      ...(acted.hideValue ? { hide_value: true } : {}),
    };
  }

  /** What is to be said of a step that was done. */
  async #remarks(pressed: Awaited<ReturnType<PressWatch['before']>>, signal: AbortSignal): Promise<StepRemark[]> {
    if (!this.#presses) return [];
    const session = this.#session;
    const remarks = await this.#presses.after(session, pressed, signal);
    const spoken = await session
      .call('reading the page', () => session.page.evaluate(spokenTexts), signal, READING_MS)
      .catch(unlessSlow);
    const said = spoken && errorPageText(spoken, spoken);
    const place = said === undefined ? undefined : `${session.page.url()} ${said}`;
    const isNew = place !== undefined && place !== this.#errorPage;
    this.#errorPage = place;
    if (!isNew) return remarks;
    const text = 'the page shows an error in place of the app';
    return [...remarks, { kind: 'error_page', text, said: this.#options.redact(said ?? '').slice(0, 200) }];
  }

  /** Returns the changes since the last step or snapshot, and remembers the new state; undefined where one of both could not be read. */
  async #changes(signal: AbortSignal) {
    const before = this.#before;
    this.#before = await this.#read(signal);
    return before && this.#before ? treeChanges(before, this.#before) : undefined;
  }

  /** The page's tree; undefined where the page takes too long to tell it. */
  #read(signal: AbortSignal): Promise<TreeLine[] | undefined> {
    return this.#tree.read(signal, READING_MS).catch(unlessSlow);
  }

  #happened(action: Step['action']): Pick<StepResult, 'dialogs' | 'downloads' | 'opened_tabs'> {
    const { dialogs: all, downloads } = this.#session.events.drain();
    // A choice of files that was given some was not cancelled.
    const dialogs = action === 'upload_file' ? all.filter(({ type }) => type !== 'file_chooser') : all;
    const opened = this.#tabs.drainOpened().map((tab) => ({ ...tab, url: this.#options.redact(tab.url) }));
    return {
      ...(dialogs.length > 0 ? { dialogs } : {}),
      ...(downloads.length > 0 ? { downloads } : {}),
      ...(opened.length > 0 ? { opened_tabs: opened } : {}),
    };
  }
}

/** Ignores a time-out; throws every other error. */
function unlessSlow(error: unknown): undefined {
  if (error instanceof CodeloopError && error.code === 'DEADLINE_EXCEEDED') return undefined;
  throw error;
}

function foundHow({ found }: Acted): string {
  if (found?.moved) return ` (ref moved, now ${found.moved.to})`;
  return found?.by ? ` (found as ${describeTarget(found.by)})` : '';
}

/** Returns the title and the first headings of a page, and its lines where it says little, as error pages do. Runs inside the page. */
function spokenTexts(): string[] {
  const few = 12;
  const line = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 200);
  const shown = (element: HTMLElement) => element.checkVisibility?.({ checkVisibilityCSS: true }) ?? true;
  const heads = [...document.querySelectorAll<HTMLElement>('h1')].slice(0, few).filter(shown);
  // biome-ignore lint/performance/useDomNodeTextContent: only what is shown counts
  const all = (document.body?.innerText ?? '').slice(0, 20_000).split('\n').map(line).filter(Boolean);
  // biome-ignore lint/performance/useDomNodeTextContent: only what is shown counts
  const loud = [document.title, ...heads.map((head) => head.innerText)].map(line).filter(Boolean);
  return all.length <= few ? [...loud, ...all] : loud;
}
