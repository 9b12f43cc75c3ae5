import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, Locator } from 'playwright';
import { CodeloopError } from '../core/errors.js';
import type { StepTarget } from '../core/vocabulary/step.js';
import type { PageSession } from './page-session.js';
import type { PageTree } from './page-tree.js';
import { targetError } from './target-candidates.js';

/** An element that a step acts on. */
export interface FoundTarget {
  locator: Locator;
  /** Time until it was there, ms. */
  waitedMs: number;
  moved?: { from: string; to: string };
  lasting?: StepTarget;
  /** Other ways to find it again, after `lasting`. */
  otherwise?: StepTarget[];
  /** The way that led to it, where the step's own target did not. */
  by?: StepTarget;
}

type Element = Exclude<StepTarget, { x: number; y: number }>;

/** The state an element must have to be found. */
interface Looking {
  timeoutMs: number;
  /** Also what cannot be seen, such as a file field behind a button. */
  hidden?: boolean;
}

const TEST_IDS = ['data-testid', 'data-test-id', 'data-test', 'data-cy', 'data-qa'];
/** Several matches must stay for this long before they count as ambiguous: a list may be on its way out. */
const AMBIGUOUS_MS = 400;
/** A name or text that only contains what was asked for counts when nothing equals it after this long. */
const LOOSE_MS = 400;
const LOOK_MS = 50;
/** Longest that a document may take to say what matches, ms; a frame that hangs is passed over. */
const MAIN_MS = 5000;
const FRAME_MS = 1000;

/**
 * The one visible element that a target means, waited for. Exact names and texts go before those that only contain it, the main
 * document before frames. Throws TARGET_NOT_FOUND, TARGET_AMBIGUOUS (both with what is near), STEP_INVALID, CANCELLED.
 */
export async function findTarget(
  session: PageSession,
  tree: PageTree,
  target: Element,
  looking: Looking,
  signal: AbortSignal,
): Promise<FoundTarget> {
  if ('ref' in target) return findRef(session, tree, target.ref, signal);
  const start = performance.now();
  let severalSince: number | undefined;
  for (;;) {
    if (signal.aborted) throw new CodeloopError('CANCELLED', { what: 'the step' });
    const waited = performance.now() - start;
    const ways = waysTo(target);
    const tried = waited >= Math.min(LOOSE_MS, looking.timeoutMs) ? ways : ways.slice(0, 1);
    const seen = await look(session, tried, looking.hidden ?? false, target.nth, signal);
    if (seen.locator) return { locator: seen.locator, waitedMs: Math.round(waited) };
    severalSince = seen.count > 1 ? (severalSince ?? waited) : undefined;
    if (severalSince !== undefined && waited - severalSince >= AMBIGUOUS_MS)
      throw await targetError('TARGET_AMBIGUOUS', tree, target, signal);
    if (waited >= looking.timeoutMs)
      throw await targetError('TARGET_NOT_FOUND', tree, target, signal, {
        hidden: !looking.hidden && (await look(session, ways, true, target.nth, signal)).count > 0,
        ms: Math.round(looking.timeoutMs),
      });
    await sleep(LOOK_MS);
  }
}

/** Returns the number of visible elements that match now; exact names and texts, without those in frames when there are some outside. */
export async function countTarget(
  session: PageSession,
  tree: PageTree,
  target: Element,
  signal: AbortSignal,
): Promise<number> {
  if ('ref' in target) return (await tree.find(target.ref, signal)) ? 1 : 0;
  return (await look(session, waysTo(target), false, target.nth, signal)).count;
}

async function findRef(session: PageSession, tree: PageTree, ref: string, signal: AbortSignal): Promise<FoundTarget> {
  const start = performance.now();
  const found = await tree.find(ref, signal);
  if (!found) throw await targetError('TARGET_NOT_FOUND', tree, { ref }, signal);
  const { memory, inner, moved } = found;
  return {
    locator: session.page.getByRef(inner),
    waitedMs: Math.round(performance.now() - start),
    ...(moved ? { moved: { from: ref, to: memory.ref } } : {}),
    ...(memory.name === undefined
      ? {}
      : { lasting: { role: memory.role, name: memory.name, ...(memory.total > 1 ? { nth: memory.nth } : {}) } }),
  };
}

type Way = (scope: Frame) => Locator;

/** Returns the ways to look for a target, the strictest first. */
function waysTo(target: Exclude<Element, { ref: string }>): Way[] {
  if ('role' in target) {
    const { name } = target;
    // Any role that the page may have: one that does not exist matches nothing.
    const role = target.role as Parameters<Frame['getByRole']>[0];
    if (name === undefined) return [(scope) => scope.getByRole(role)];
    return [(scope) => scope.getByRole(role, { name, exact: true }), (scope) => scope.getByRole(role, { name })];
  }
  if ('text' in target) return both((scope, exact) => scope.getByText(target.text, { exact }));
  if ('label' in target) return both((scope, exact) => scope.getByLabel(target.label, { exact }));
  if ('placeholder' in target) return both((scope, exact) => scope.getByPlaceholder(target.placeholder, { exact }));
  if ('test_id' in target) {
    const value = target.test_id.replace(/["\\]/g, '\\$&');
    return [(scope) => scope.locator(TEST_IDS.map((name) => `[${name}="${value}"]`).join(','))];
  }
  return [(scope) => scope.locator(target.selector)];
}

function both(way: (scope: Frame, exact: boolean) => Locator): Way[] {
  return [(scope) => way(scope, true), (scope) => way(scope, false)];
}

async function look(
  session: PageSession,
  ways: readonly Way[],
  hidden: boolean,
  nth: number | undefined,
  signal: AbortSignal,
): Promise<{ locator?: Locator; count: number }> {
  const main = session.page.mainFrame();
  const frames = [main, ...session.page.frames().filter((frame) => frame !== main)];
  for (const way of ways) {
    for (const frame of frames) {
      const all = hidden ? way(frame) : way(frame).filter({ visible: true });
      const count = await counted(session, all, frame === main, signal);
      if (nth !== undefined && count >= nth) return { locator: all.nth(nth - 1), count: 1 };
      if (nth === undefined && count === 1) return { locator: all, count };
      if (nth === undefined && count > 1) return { count };
    }
  }
  return { count: 0 };
}

async function counted(session: PageSession, all: Locator, main: boolean, signal: AbortSignal): Promise<number> {
  try {
    return await session.call('looking for the target', () => all.count(), signal, main ? MAIN_MS : FRAME_MS);
  } catch (error) {
    if (!(error instanceof CodeloopError) || error.code === 'CANCELLED' || error.code === 'BROWSER_CRASHED')
      throw error;
    const said = String(error.values.reason ?? '');
    if (/selector|Unexpected token|not a valid/i.test(said))
      throw new CodeloopError('STEP_INVALID', {
        action: 'target',
        problem: 'its selector is not valid',
        wanted: 'a CSS selector',
      });
    // The document was just being replaced, or a frame hangs: the next look tells.
    return 0;
  }
}
