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

type Sharing = Draft['follows'][number]['when'];

/** Tests of what an issue and the one it follows must share. */
const SHARE: Readonly<Record<Sharing, (root: Draft, consequence: Draft) => boolean>> = {
  always: () => true,
  same_place: sharesPlace,
  same_text: sharesText,
  same_text_or_url: (root, consequence) => sharesText(root, consequence) || sharesUrl(root, consequence),
};

/**
 * Puts each issue that likely goes away with another one under it, as the checks say (`repair.follows`); an issue that is a consequence
 * itself takes nothing in.
 */
export function foldConsequences(drafts: readonly Draft[]): Draft[] {
  const rootOf = new Map<Draft, Draft>();
  for (const draft of rootsFirst(drafts)) {
    const roots = draft.follows.map(({ checks, when }) =>
      drafts.find(
        (one) => one !== draft && checks.some((id) => id === one.check) && !rootOf.has(one) && SHARE[when](one, draft),
      ),
    );
    const root = roots.find((one) => one !== undefined);
    if (root) rootOf.set(draft, root);
  }
  const stays = drafts.filter((draft) => !rootOf.has(draft));
  return stays.map((root) => ({
    ...root,
    issue: {
      ...root.issue,
      consequences: drafts
        .filter((draft) => rootOf.get(draft) === root)
        .map(({ issue }) => ({ id: issue.id, title: issue.title })),
    },
  }));
}

/** The drafts so that each stands behind all that it can follow: whether those are consequences themselves is known by then. */
function rootsFirst(drafts: readonly Draft[]): Draft[] {
  const follows = new Map(drafts.map((draft) => [draft.check, draft.follows]));
  const depth = (check: string, above: readonly string[] = []): number => {
    const roots = (follows.get(check) ?? []).flatMap(({ checks }) => checks);
    // Checks that follow each other are a mistake; it must not keep the rest from being told.
    return 1 + Math.max(0, ...roots.filter((id) => !above.includes(id)).map((id) => depth(id, [...above, check])));
  };
  return drafts.toSorted((a, b) => depth(a.check) - depth(b.check));
}

/** On a screen (or, where there is none, a viewport) that both name. */
function sharesPlace({ issue: a }: Draft, { issue: b }: Draft): boolean {
  return (
    a.screens.some((screen) => b.screens.includes(screen)) &&
    a.viewports.some((viewport) => b.viewports.includes(viewport))
  );
}

/** Characters that two quotations must have in common to speak of the same thing. */
const COMMON = 24;

/** Returns true when both quote the same text: the first line of an error. */
function sharesText({ issue: a }: Draft, { issue: b }: Draft): boolean {
  const said = a.evidence.flatMap(({ text }) => (text === undefined ? [] : [firstLine(text)]));
  return said.some(
    (line) => line.length >= COMMON && b.evidence.some(({ text }) => text?.includes(line.slice(0, 120)) ?? false),
  );
}

/** The address that one is about stands in what the other says. */
function sharesUrl({ issue: a }: Draft, { issue: b }: Draft): boolean {
  const urls = a.evidence.flatMap(({ url }) => (url === undefined ? [] : [url]));
  return urls.some((url) => b.evidence.some((one) => one.url === url || one.text?.includes(url)));
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.trim() ?? '';
}
