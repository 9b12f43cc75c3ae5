import { CodeloopError } from '../core/errors.js';
import { editDistance } from '../core/ids.js';
import type { StepTarget } from '../core/vocabulary/step.js';
import type { RefMemory } from './element-selectors.js';
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
