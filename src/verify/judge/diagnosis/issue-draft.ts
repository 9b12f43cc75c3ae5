import type { Repair } from '../../../checks/define-check.js';
import { sha256 } from '../../../core/digest.js';
import type { Issue } from '../../../core/vocabulary/issue.js';
import type { NextCall } from '../../../core/vocabulary/tool-result.js';

/** An issue with the check it comes from, while issues are still being put together. */
export interface Draft {
  check: string;
  /** The check whose issue it likely goes away with. */
  follows: NonNullable<Repair['follows']>;
  issue: Issue;
}

/** Screens named in one call; above it everything is verified. */
const MAX_SCREENS = 5;

/**
 * An id that is the same for the same problem on another run: ports and addresses of this machine, times, amounts with a unit, hashes and
 * the lines of a stack, which differ from run to run, are no part of it.
 */
export function issueId(check: string, key: readonly unknown[]): string {
  const stable = key.map((part) => (typeof part === 'string' ? withoutChance(part) : part));
  return `${check}-${sha256(JSON.stringify(stable)).slice(0, 6)}`;
}

/** What differs between two runs of the same code, and what stands for it. */
const BY_CHANCE: readonly [RegExp, string][] = [
  [/^\s+at .*$/gm, ''],
  [/\b(?:https?|wss?):\/\/(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\])(?::\d+)?/gi, 'app:'],
  [/(?<![\w.])(?:localhost|127(?:\.\d{1,3}){3}|\[::1?\]):\d+/gi, 'app:'],
  [/\bport \d+\b/gi, 'port #'],
  [/\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g, '#time'],
  [/\b\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?[ap]m)?\b/gi, '#time'],
  [/\b(?=[\da-f-]*\d)[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/gi, '#id'],
  [/\b(?=[\da-f]*\d)(?=[\da-f]*[a-f])[\da-f]{8,}\b/gi, '#id'],
  [/\b\d{10,13}\b/g, '#time'],
  [/\b\d[\d,]*(?:\.\d+)?(?=\s?(?:px|pixels?|ms|s|seconds?|minutes?|%|bytes|[kKM]i?B)(?![\w-]))/g, '#'],
  [/\b\d+\.\d+\b/g, '#'],
  [/\b\d+ (?=of \d)|(?<=\d of )\d+\b/g, '#'],
  [/\b(asks? for|against|than|by|wide,?|instead of|in place of) \d+\b/g, '$1 #'],
];

function withoutChance(text: string): string {
  return BY_CHANCE.reduce((kept, [pattern, stand]) => kept.replace(pattern, stand), text).trim();
}

/** Issues that only a number tells apart have one id: the later ones get a count behind it. */
export function distinctIds(drafts: readonly Draft[]): Draft[] {
  const seen = new Map<string, number>();
  return drafts.map((draft) => {
    const { id } = draft.issue;
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return count === 1 ? draft : { ...draft, issue: { ...draft.issue, id: `${id}-${count}` } };
  });
}

/** The cheapest call that shows whether an issue is fixed. */
export function verifyCall(repair: Repair, where: Pick<Issue, 'screens' | 'viewports' | 'flow'>): NextCall {
  const { screens, viewports, flow } = where;
  const [screen] = screens;
  const sizes = viewports.length > 0 ? { viewports } : {};
  if (repair.verify === 'person')
    return { tool: 'codeloop_gate_check', arguments: {}, why: 'after the person decided' };
  if (repair.verify === 'flow' && flow !== undefined)
    return { tool: 'codeloop_run_flow', arguments: { flow, ...sizes }, why: 'replays this flow only' };
  if (repair.verify === 'screen' && screen !== undefined && screens.length <= MAX_SCREENS) {
    const isLogs = repair.category === 'runtime' || repair.category === 'network';
    if (isLogs && screens.length === 1)
      return {
        tool: 'codeloop_capture_screenshot',
        arguments: { screen_name: screen, ...sizes },
        why: 'opens this screen only and lists its errors',
      };
    return { tool: 'codeloop_verify', arguments: { screens, ...sizes, skip_tests: true }, why: 'looks at these only' };
  }
  return { tool: 'codeloop_verify', arguments: {}, why: 'after fixing' };
}
