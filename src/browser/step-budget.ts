import type { Step } from '../core/vocabulary/step.js';
import type { WebStep } from './web-step.js';

/** How long a step waits for what it acts on, and then until it can be done, ms each; a step that says how long has that for both. */
const STEP_MS = 5000;
/** The same for what takes several steps of its own, or waits for somebody else. */
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
/** What is left for acting once the element was found late, ms. */
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
