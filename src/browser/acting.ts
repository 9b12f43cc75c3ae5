import type { Locator } from 'playwright';
import type { TypedSecret } from '../capture/capture.js';
import { CodeloopError } from '../core/errors.js';
import type { Screenshot } from '../core/vocabulary/screenshot.js';
import type { Step, StepAction, StepTarget } from '../core/vocabulary/step.js';
import { readAriaTree } from './aria-tree.js';
import { browserError } from './browser-error.js';
import { givePointerBack } from './browser-prompts.js';
import { type Candidate, describeTarget, type FoundTarget, findTarget } from './find-target.js';
import type { PageSession } from './page-session.js';
import type { PageTree } from './page-tree.js';
import { everyFrame } from './rest-page.js';
import type { SecretGuard } from './secret-guard.js';
import type { Tabs } from './tabs.js';
import type { WebStep } from './web-step.js';

/** Attributes that hold a test id, the commonest first. */
const TEST_IDS = ['data-testid', 'data-test-id', 'data-test', 'data-cy', 'data-qa'];
/** Longest wait for each question about an element, ms: it was found just before. */
const ASK_MS = 1000;

/** Targets that find an element again in another load: first `lasting`, then what is in `otherwise`, in that order. */
interface LastingTargets {
  lasting?: StepTarget;
  otherwise: StepTarget[];
}

/**
 * Ways to find an element again, from the one by which it was just found. A reference or a selector gives way to role and name (where no
 * other visible element has them), else to its test id; what people see or wrote down on purpose stays first. Role, name and test id
 * come after it. Throws CANCELLED, BROWSER_CRASHED; what cannot be asked is left out.
 */
async function lastingTargets(
  session: PageSession,
  target: StepTarget,
  found: Pick<FoundTarget, 'locator' | 'lasting' | 'framed'>,
  redact: (text: string) => string,
  signal: AbortSignal,
): Promise<LastingTargets> {
  const { locator } = found;
  const ask = <T>(what: string, question: () => Promise<T>) =>
    session.call(what, question, signal, ASK_MS).catch((error: unknown) => {
      if (error instanceof CodeloopError && ['CANCELLED', 'BROWSER_CRASHED'].includes(error.code)) throw error;
      return undefined;
    });
  const testId = await ask('its test id', () =>
    locator.evaluate((element, names) => names.map((name) => element.getAttribute(name)).find((id) => id), TEST_IDS, {
      timeout: ASK_MS,
    }),
  );
  const known = 'role' in target ? target : found.lasting;
  const named =
    known ?? (found.framed ? undefined : await ask('its role and name', () => roleAndName(session, locator, redact)));
  const ways: StepTarget[] = [...(named ? [named] : []), ...(testId ? [{ test_id: testId }] : [])];
  const first = 'ref' in target || 'selector' in target ? ways[0] : target;
  const rest = [...ways, ...('selector' in target ? [target] : [])];
  const otherwise = rest.filter((way) => JSON.stringify(way) !== JSON.stringify(first));
  return { ...(first ? { lasting: first } : {}), otherwise: first ? otherwise : [] };
}

/** Role and name of an element when it alone has them; of the main document only. */
async function roleAndName(
  session: PageSession,
  locator: Locator,
  redact: (text: string) => string,
): Promise<StepTarget | undefined> {
  const [node] = readAriaTree(await locator.ariaSnapshotJSON({ timeout: ASK_MS }), (text) => text);
  if (node === undefined || typeof node === 'string') return undefined;
  const { name } = node;
  // A name that was cut, or that holds a secret, finds nothing.
  if (name === undefined || name.endsWith('…') || redact(name) !== name) return undefined;
  // Any role that the page may have: one that does not exist matches nothing.
  const role = node.role as Parameters<typeof session.page.getByRole>[0];
  const all = session.page.getByRole(role, { name, exact: true }).filter({ visible: true });
  // The tree of an element without a role begins with what is in it.
  const [count, same] = await Promise.all([all.count(), locator.and(all).count()]);
  return count === 1 && same === 1 ? { role: node.role, name } : undefined;
}

/** Longest wait for the element of a step, and then until the step can be done, ms each; a step's own timeout covers both. */
const STEP_MS = 5000;
/** The same for a step with several parts, or one that waits for another party. */
const LONGER_MS: Partial<Record<Step['action'], number>> = {
  wait: 10_000,
  drag: 10_000,
  upload_file: 10_000,
  fill_form: 15_000,
  navigate_url: 30_000,
  new_tab: 30_000,
  navigate_back: 30_000,
  navigate_forward: 30_000,
  reload: 30_000,
};
/** Least time left for acting when the element was found late, ms. */
const LEAST_MS = 1000;
/** Longest that is waited after an action until the page has come to rest, and for reading what it shows then, ms. */
export const REST_MS = 10_000;
export const READING_MS = 3000;
/** All that may come on top of a step's own time, ms, whatever part of it hangs. */
const MORE_MS = LEAST_MS + REST_MS + READING_MS + 1000;

/** The time that one step has for finding and acting, from when it is made. */
export class StepBudget {
  /** As it was asked for, or the action's default, ms. */
  readonly timeoutMs: number;
  /** For finding and acting together, ms. */
  readonly #bothMs: number;
  readonly #startMs = performance.now();

  constructor(step: Step, wanted: WebStep) {
    const asked = step.timeout_ms ?? LONGER_MS[step.action] ?? STEP_MS;
    const pause = wanted.action === 'wait' && 'ms' in wanted.goal ? wanted.goal.ms : 0;
    this.timeoutMs = Math.max(asked, pause);
    this.#bothMs = step.timeout_ms === undefined && LONGER_MS[step.action] === undefined ? 2 * STEP_MS : this.timeoutMs;
  }

  /** The step is over by then, ms from its beginning, whatever part of it hangs. */
  get wholeMs(): number {
    return this.#bothMs + MORE_MS;
  }

  /** Left for finding what is acted on, ms. */
  toFind(): number {
    return Math.max(0, this.timeoutMs - this.#passed());
  }

  /** Left for acting, ms: a little also when it was found late. */
  toAct(): number {
    return Math.max(LEAST_MS, Math.min(this.timeoutMs, this.#bothMs - this.#passed()));
  }

  #passed(): number {
    return Math.round(performance.now() - this.#startMs);
  }
}

/** The tools of a page's actions. */
export interface Acting {
  readonly session: PageSession;
  readonly tree: PageTree;
  readonly tabs: Tabs;
  readonly guard: SecretGuard;
  readonly secrets: readonly TypedSecret[];
  readonly uploadRoots: readonly string[];
  readonly action: StepAction;
  /** Time budget of the step. */
  readonly budget: Pick<StepBudget, 'timeoutMs' | 'toFind' | 'toAct'>;
  readonly signal: AbortSignal;
  /** The step's target as it was given, and other ways to the same element. */
  readonly target?: StepTarget | undefined;
  readonly otherwise: readonly StepTarget[];
  readonly redact: (text: string) => string;
  photograph(): Promise<Screenshot>;
}

/** Result of an action, in codeloop's words. */
export interface Acted {
  detail: string;
  ok?: boolean;
  /** What was waited for before it, in codeloop's words. */
  waitedFor?: string;
  found?: FoundTarget;
  screenshot?: Screenshot;
  hideValue?: boolean;
  /** True for what leaves the page as it is: there is nothing to wait for after it. */
  looksOnly?: boolean;
  /** Elements that an assertion may have meant where none matches. Untrusted. */
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

/** Finds the element by one of the other ways, as the page is now. */
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
  await freePointer(acting);
  await act(acting, target, (options) => work(found.locator, options));
  return found;
}

/** Takes the pointer from a page that was given it and holds it still, and notes that. */
async function freePointer({ session, signal }: Acting): Promise<void> {
  if (!session.events.pointerGiven) return;
  await everyFrame(
    session,
    async (frame) => {
      if (await frame.evaluate(givePointerBack))
        session.events.note({
          type: 'pointer_lock',
          message: 'requestPointerLock',
          answer: 'given back before the next press',
        });
    },
    signal,
  );
}

/** The obstacle of an action. */
interface Obstacle {
  words: string;
  by?: string;
  /** It had been done, as far as it is in our hands: the page did not take it. */
  begun?: boolean;
}

/** Returns why Playwright timed out, by the last lines of its call log; undefined when it did not. */
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
