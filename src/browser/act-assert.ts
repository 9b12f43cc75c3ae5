import { setTimeout as sleep } from 'node:timers/promises';
import { CodeloopError } from '../core/errors.js';
import { fitsWildcards } from '../core/linear-pattern.js';
import { type Acted, type Acting, act, find } from './acting.js';
import { type Candidate, countTarget, describeTarget, nearCandidates } from './find-target.js';
import type { WaitGoal, WebStep } from './web-step.js';

type Asserting = Extract<WebStep, { action: 'assert_visible' | 'assert_text' | 'assert_url' | 'assert_count' }>;

const LOOK_MS = 50;

/** Waits for an assertion to hold; `ok` is false when it did not within the time. Throws as `findTarget` only for references. */
export async function actAssert(acting: Acting, step: Asserting): Promise<Acted> {
  const { holds, words } = assertion(acting, step);
  const ok = await until(acting, holds);
  const candidates = ok ? undefined : await meant(acting, step);
  return {
    ok,
    detail: `${words} ${ok ? 'holds' : `does not hold${await instead(acting, step)}`}`,
    waitedFor: words,
    looksOnly: true,
    ...(candidates ? { candidates } : {}),
  };
}

/** Returns what there was instead, as the end of a sentence; nothing for what the reply tells anyway. */
async function instead(acting: Acting, step: Asserting): Promise<string> {
  if (step.action !== 'assert_count') return '';
  const count = await counted(acting, step.target);
  return count === 1 ? ': there is 1' : `: there are ${count}`;
}

/** Returns the elements near a missing target; none when it exists, or when it should not. */
async function meant(acting: Acting, step: Asserting): Promise<Candidate[] | undefined> {
  if (step.action === 'assert_url' || step.target === undefined || 'x' in step.target) return undefined;
  if (step.action === 'assert_visible' && !step.visible) return undefined;
  if ((await counted(acting, step.target)) > 0) return undefined;
  const near = await nearCandidates(acting.tree, step.target, acting.signal);
  return near.length > 0 ? near : undefined;
}

/** Waits for a goal. Throws STEP_TIMEOUT. */
export async function actWait(acting: Acting, goal: WaitGoal): Promise<Acted> {
  const { session, signal } = acting;
  const timeoutMs = acting.budget.toFind();
  const { page } = session;
  if ('ms' in goal) {
    await pause(goal.ms, signal);
    return { detail: `waited ${goal.ms} ms`, waitedFor: 'time' };
  }
  if ('load' in goal) {
    const words = `the load state ${goal.load}`;
    const work = async () => {
      if (goal.load !== 'networkidle') return page.waitForLoadState(goal.load, { timeout: timeoutMs });
      // Playwright's own asks for 500 ms without requests since the load; ours also ends where a stream stays open.
      if (!(await session.traffic.quiet(500, timeoutMs))) throw timedOut(acting, words);
    };
    await session.call('wait', work, signal, timeoutMs + 1000).catch((error: unknown) => {
      if (error instanceof CodeloopError && ['INTERNAL', 'DEADLINE_EXCEEDED'].includes(error.code))
        throw timedOut(acting, words);
      throw error;
    });
    return { detail: words, waitedFor: words };
  }
  const { holds, words } = waiting(acting, goal);
  if (!(await until(acting, holds))) {
    const near = 'target' in goal && !goal.gone ? await nearCandidates(acting.tree, goal.target, signal) : [];
    throw timedOut(acting, words, near);
  }
  return { detail: words, waitedFor: words };
}

function waiting(acting: Acting, goal: Exclude<WaitGoal, { ms: number } | { load: string }>) {
  if ('text' in goal)
    return { holds: () => showsText(acting, goal.text), words: `the text ${JSON.stringify(goal.text)}` };
  if ('textGone' in goal)
    return {
      holds: async () => !(await showsText(acting, goal.textGone)),
      words: `the text ${JSON.stringify(goal.textGone)} to go`,
    };
  if ('url' in goal) return { holds: () => atUrl(acting, goal.url), words: `the address ${JSON.stringify(goal.url)}` };
  const words = `${describeTarget(goal.target)} to ${goal.gone ? 'go' : 'be visible'}`;
  return { holds: async () => ((await counted(acting, goal.target)) === 0) === goal.gone, words };
}

function assertion(acting: Acting, step: Asserting): { holds: () => Promise<boolean>; words: string } {
  switch (step.action) {
    case 'assert_url':
      return { holds: () => atUrl(acting, step.url), words: `that the address is ${JSON.stringify(step.url)}` };
    case 'assert_count':
      return {
        holds: async () => (await counted(acting, step.target)) === step.count,
        words: `that there are ${step.count} of ${describeTarget(step.target)}`,
      };
    case 'assert_visible':
      return {
        holds: async () => (await counted(acting, step.target)) > 0 === step.visible,
        words: `that ${describeTarget(step.target)} is ${step.visible ? '' : 'not '}visible`,
      };
    case 'assert_text': {
      const { target, text } = step;
      const where = target ? describeTarget(target) : 'the page';
      const holds = target ? () => elementText(acting, target, text) : () => showsText(acting, text);
      return { holds, words: `that ${where} shows ${JSON.stringify(text)}` };
    }
  }
}

async function counted(acting: Acting, target: WebStepTarget): Promise<number> {
  if ('x' in target) return 0;
  return countTarget(acting.session, acting.tree, target, acting.signal);
}

type WebStepTarget = Parameters<typeof describeTarget>[0];

/** For what is there, or not, as it is looked at. */
const AT_ONCE = { toFind: () => 0, toAct: () => 1000 };

async function elementText(acting: Acting, target: WebStepTarget, text: string): Promise<boolean> {
  const { locator } = await find({ ...acting, budget: { ...AT_ONCE, timeoutMs: acting.budget.timeoutMs } }, target);
  const shown = await act(acting, target, () =>
    locator.evaluate((element) =>
      element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
        ? element.type === 'password'
          ? ''
          : element.value
        : element instanceof HTMLElement
          ? // Only what is drawn counts as shown.
            // biome-ignore lint/performance/useDomNodeTextContent: text that is hidden by CSS is not on the screen
            element.innerText
          : (element.textContent ?? ''),
    ),
  );
  return plain(shown).includes(plain(text));
}

async function showsText(acting: Acting, text: string): Promise<boolean> {
  return (await countTarget(acting.session, acting.tree, { text }, acting.signal)) > 0;
}

/** A whole address, a pattern with `*`, or a path that it has to have. */
async function atUrl({ session }: Acting, wanted: string): Promise<boolean> {
  const url = session.page.url();
  if (wanted.includes('*')) return fitsWildcards(url, wanted, !/^https?:/.test(wanted));
  if (/^https?:/.test(wanted)) return url === wanted || url === `${wanted}/`;
  const { pathname, search, hash } = new URL(url);
  return [pathname, pathname + search, pathname + search + hash, pathname + hash].includes(wanted);
}

/** Looks until it holds, at the latest for the time of the step. What is not there yet is no error. */
async function until(acting: Acting, holds: () => Promise<boolean>): Promise<boolean> {
  for (;;) {
    const held = await holds().catch((error: unknown) => {
      if (error instanceof CodeloopError && ['TARGET_NOT_FOUND', 'TARGET_AMBIGUOUS', 'INTERNAL'].includes(error.code))
        return false;
      throw error;
    });
    if (held) return true;
    if (acting.budget.toFind() === 0) return false;
    await pause(LOOK_MS, acting.signal);
  }
}

function timedOut({ action, budget }: Acting, words: string, near: readonly Candidate[] = []): CodeloopError {
  return new CodeloopError('STEP_TIMEOUT', {
    action,
    ms: budget.timeoutMs,
    waited_for: words,
    ...(near.length > 0 ? { allowed: near.map(({ ref }) => ref), details: { untrusted_candidates: near } } : {}),
  });
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    throw new CodeloopError('CANCELLED', { what: 'wait' }, { cause: error });
  }
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase();
}
