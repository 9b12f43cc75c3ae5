import type { Locator } from 'playwright';
import type { TypedSecret } from '../capture/capture.js';
import { CodeloopError } from '../core/errors.js';
import type { Screenshot } from '../core/vocabulary/screenshot.js';
import type { StepAction, StepTarget } from '../core/vocabulary/step.js';
import { browserError } from './browser-error.js';
import { type FoundTarget, findTarget } from './find-target.js';
import { lastingTargets } from './lasting-target.js';
import type { PageSession } from './page-session.js';
import type { PageTree } from './page-tree.js';
import type { SecretGuard } from './secret-guard.js';
import type { StepBudget } from './step-budget.js';
import type { Tabs } from './tabs.js';
import { type Candidate, describeTarget } from './target-candidates.js';

/** What the actions of a page work with. */
export interface Acting {
  readonly session: PageSession;
  readonly tree: PageTree;
  readonly tabs: Tabs;
  readonly guard: SecretGuard;
  readonly secrets: readonly TypedSecret[];
  readonly uploadRoots: readonly string[];
  readonly action: StepAction;
  /** How long it may take until it is done. */
  readonly budget: Pick<StepBudget, 'timeoutMs' | 'toFind' | 'toAct'>;
  readonly signal: AbortSignal;
  /** The step's target as it was given, and other ways to the same element. */
  readonly target?: StepTarget | undefined;
  readonly otherwise: readonly StepTarget[];
  redact(text: string): string;
  photograph(): Promise<Screenshot>;
}

/** What an action did, in our words. */
export interface Acted {
  detail: string;
  ok?: boolean;
  /** What was waited for before it, in our words. */
  waitedFor?: string;
  found?: FoundTarget;
  screenshot?: Screenshot;
  hideValue?: boolean;
  /** True for what leaves the page as it is: there is nothing to wait for after it. */
  looksOnly?: boolean;
  /** What an assertion may have meant where nothing is what it names. Untrusted. */
  candidates?: Candidate[];
}

/** Until an element can be acted on, in the words of Playwright's checks. */
export const READY = 'the element to be visible, enabled, still and not covered';

/**
 * Finds the one element, by the step's other ways where its target does not tell, and how to find it again. Throws as `findTarget`.
 */
export async function find(acting: Acting, target: StepTarget, hidden = false): Promise<FoundTarget> {
  const { session, tree, budget, signal } = acting;
  if ('x' in target)
    throw new CodeloopError('STEP_INVALID', {
      action: acting.action,
      problem: 'a point is no element',
      wanted: 'a target other than {x, y}',
    });
  const looking = { timeoutMs: budget.toFind(), hidden };
  const found = await findTarget(session, tree, target, looking, signal).catch(async (error: unknown) => {
    const other = target === acting.target && isUntold(error) ? await findOtherwise(acting, hidden) : undefined;
    if (!other) throw error;
    return other;
  });
  return { ...found, ...(await lastingTargets(session, found.by ?? target, found, acting.redact, signal)) };
}

function isUntold(error: unknown): boolean {
  return error instanceof CodeloopError && ['TARGET_NOT_FOUND', 'TARGET_AMBIGUOUS'].includes(error.code);
}

/** What one of the other ways leads to, as the page is now. */
async function findOtherwise(acting: Acting, hidden: boolean): Promise<FoundTarget | undefined> {
  const { session, tree, signal } = acting;
  for (const by of acting.otherwise) {
    if ('x' in by || 'ref' in by) continue;
    try {
      return { ...(await findTarget(session, tree, by, { timeoutMs: 0, hidden }, signal)), by };
    } catch (error) {
      if (!isUntold(error)) throw error;
    }
  }
  return undefined;
}

/**
 * Acts on an element with Playwright's own waiting. Throws STEP_TIMEOUT with what was in the way, or, where it had begun already, with
 * what was done (`delivers`: whatever is called here has begun at once); BROWSER_CRASHED, CANCELLED.
 */
export async function act<T>(
  acting: Acting,
  target: StepTarget | undefined,
  work: (options: { timeout: number; signal: AbortSignal }) => Promise<T>,
  { delivers = false } = {},
): Promise<T> {
  const { session, action, budget, signal } = acting;
  const timeout = budget.toAct();
  try {
    // The signal ends the action itself, so that nothing is clicked after the call was given up.
    return await session.call(action, () => work({ timeout, signal }).catch(asOurs), signal, timeout + 500);
  } catch (thrown) {
    const obstacle = thrown instanceof CodeloopError ? obstacleIn(thrown, delivers) : undefined;
    if (obstacle === undefined) throw thrown;
    const what = target ? describeTarget(target) : 'the page';
    throw new CodeloopError(
      'STEP_TIMEOUT',
      {
        action,
        ms: budget.timeoutMs,
        waited_for: obstacle.begun ? obstacle.words : `${what} ${obstacle.words}`,
        ...(obstacle.begun ? { done: `the ${action.replaceAll('_', ' ')} on ${what} was delivered` } : {}),
        ...(obstacle.by === undefined ? {} : { details: { untrusted_covered_by: obstacle.by } }),
      },
      { cause: thrown },
    );
  }

  function asOurs(error: unknown): never {
    if (signal.aborted) throw new CodeloopError('CANCELLED', { what: action }, { cause: error });
    throw browserError(error, action);
  }
}

/** Acts with one element. */
export async function onElement(
  acting: Acting,
  target: StepTarget,
  work: (element: Locator, options: { timeout: number; signal: AbortSignal }) => Promise<unknown>,
): Promise<FoundTarget> {
  const found = await find(acting, target);
  await act(acting, target, (options) => work(found.locator, options));
  return found;
}

/** What held an action up. */
interface Obstacle {
  words: string;
  by?: string;
  /** It had been done, as far as it is in our hands: the page did not take it. */
  begun?: boolean;
}

/** Why Playwright waited in vain, by the last lines of its call log; undefined when it did not. */
function obstacleIn(error: CodeloopError, delivers: boolean): Obstacle | undefined {
  const text = error.cause instanceof Error ? error.cause.message : '';
  const stuck = [...text.matchAll(/(<[^\n]{0,300}) intercepts pointer events/g)].at(-1);
  if (error.code !== 'DEADLINE_EXCEEDED') {
    if (/not an <?(input|select)|Element is not|did not find some options|not a checkbox/i.test(text))
      return { words: 'to be a field of that kind' };
    return undefined;
  }
  // Its last try came as far as the press itself.
  const [tried, begun, done] = ['attempting ', 'performing ', ' action done'].map((words) => text.lastIndexOf(words));
  if (delivers || (begun ?? -1) > (tried ?? -1))
    return { words: (done ?? -1) > (begun ?? -1) ? 'the page that it leads to' : 'the page to take it', begun: true };
  if (stuck) return { words: 'not to be covered by another element', by: (stuck[1] ?? '').slice(0, 200) };
  if (/did not find some options/.test(text)) return { words: 'to have the option' };
  if (/element is not enabled|disabled/.test(text)) return { words: 'to be enabled' };
  if (/element is not editable|readonly/.test(text)) return { words: 'to be editable' };
  if (/element is not stable/.test(text)) return { words: 'to stand still' };
  if (/outside of the viewport/.test(text)) return { words: 'to be inside the viewport' };
  if (/element is not visible/.test(text)) return { words: 'to be visible' };
  return { words: 'to be ready' };
}
