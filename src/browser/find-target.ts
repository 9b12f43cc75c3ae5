import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, Locator } from 'playwright';
import { CodeloopError } from '../core/errors.js';
import { editDistance } from '../core/ids.js';
import type { StepTarget } from '../core/vocabulary/step.js';
import type { RefMemory } from './boxes/element-selectors.js';
import type { PageSession } from './page-session.js';
import type { PageTree } from './page-tree.js';

/** Candidates told at most. */
const SHOWN = 8;
/** Longest that the page may take to say what is on it, ms: an answer without candidates is an answer. */
const READ_MS = 2000;

/** Something on the page, as an answer shows it. The name is untrusted. */
export interface Candidate {
  ref: string;
  role: string;
  name?: string;
}

/** Returns the elements near a target, the likeliest first; none where the page does not answer. Throws CANCELLED, BROWSER_CRASHED. */
export async function nearCandidates(
  tree: PageTree,
  target: StepTarget,
  signal: AbortSignal,
  same = false,
): Promise<Candidate[]> {
  try {
    await tree.read(signal, READ_MS);
  } catch (error) {
    if (!(error instanceof CodeloopError) || ['CANCELLED', 'BROWSER_CRASHED'].includes(error.code)) throw error;
    return [];
  }
  return candidates(target, tree.refs.present(), same).map(({ ref, role, name }) => ({
    ref,
    role,
    ...(name === undefined ? {} : { name }),
  }));
}

/**
 * TARGET_NOT_FOUND or TARGET_AMBIGUOUS with what is near: references in `allowed`, what they are in `details.untrusted_candidates`,
 * because names come from the page.
 */
export async function targetError(
  code: 'TARGET_NOT_FOUND' | 'TARGET_AMBIGUOUS',
  tree: PageTree,
  target: StepTarget,
  signal: AbortSignal,
  looked: { hidden?: boolean; ms?: number } = {},
): Promise<CodeloopError> {
  const near = await nearCandidates(tree, target, signal, code === 'TARGET_AMBIGUOUS');
  const more = looked.hidden ? { hidden: 'it is in the page, but cannot be seen' } : {};
  return new CodeloopError(code, {
    target: describeTarget(target),
    allowed: near.map(({ ref }) => ref),
    ...(looked.hidden ? { reason: 'it is in the page, but cannot be seen' } : {}),
    details: {
      ...more,
      ...(looked.ms === undefined ? {} : { waited_ms: looked.ms }),
      untrusted_candidates: near,
    },
  });
}

/** A target in codeloop's words; what the caller gave is repeated, nothing of the page. */
export function describeTarget(target: StepTarget): string {
  if ('x' in target) return `the point ${target.x},${target.y}`;
  const nth = 'nth' in target && target.nth !== undefined ? ` (number ${target.nth})` : '';
  if ('role' in target)
    return `${target.role}${target.name === undefined ? '' : ` ${JSON.stringify(target.name)}`}${nth}`;
  const [kind, value] = Object.entries(target)[0] ?? ['target', ''];
  return `${kind.replace('_', ' ')} ${JSON.stringify(value)}${nth}`;
}

/** Elements that a target may have meant, the likeliest first. */
export function candidates(target: StepTarget, present: readonly RefMemory[], same: boolean): RefMemory[] {
  if ('x' in target || 'ref' in target) return present.filter((one) => ACTED_ON.has(one.role)).slice(0, SHOWN);
  const role = 'role' in target ? target.role : undefined;
  const text = 'role' in target ? target.name : Object.values(target).find((value) => typeof value === 'string');
  const wanted = (text ?? '').toLowerCase();
  const words = wanted.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 2);
  const score = (one: RefMemory): number => {
    const name = one.name?.toLowerCase() ?? '';
    const likeness =
      name === wanted ? 8 : name !== '' && wanted !== '' && (name.includes(wanted) || wanted.includes(name)) ? 5 : 0;
    const shared = words.filter((word) => name.includes(word)).length * 2;
    const close = name === '' || wanted === '' ? 0 : closeness(name, wanted);
    const alike = likeness + shared + close;
    if (alike === 0) return 0;
    return alike + (role !== undefined && one.role === role ? 2 : 0) + (ACTED_ON.has(one.role) ? 1 : 0);
  };
  const scored = present.map((one) => ({ one, score: score(one) })).filter((each) => each.score > (same ? 4 : 1));
  const ranked = scored.toSorted((a, b) => b.score - a.score).map(({ one }) => one);
  return (ranked.length > 0 ? ranked : present.filter((one) => ACTED_ON.has(one.role))).slice(0, SHOWN);
}

/** 4 to 3 for names that at most 40 % of the letters (one in any case) separate, the nearer the more; else 0. */
function closeness(name: string, wanted: string): number {
  const distance = editDistance(name, wanted);
  const longest = Math.max(name.length, wanted.length);
  return distance <= Math.max(1, Math.floor(longest * 0.4)) ? 4 - distance / longest : 0;
}

/** Roles of what people act on. */
const ACTED_ON = new Set([
  ...['button', 'link', 'textbox', 'searchbox', 'checkbox', 'radio', 'switch', 'combobox', 'listbox', 'option'],
  ...['menuitem', 'tab', 'slider', 'spinbutton', 'menuitemcheckbox', 'menuitemradio', 'treeitem'],
]);

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
  /** True for a reference into a frame, which the next reading of any part of the page makes void. */
  framed?: boolean;
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
    ...(/^f\d+e/.test(inner) ? { framed: true } : {}),
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
