import type { Draft } from './issue-draft.js';

/** When an issue of one check likely goes away with one of another check, and what must hold between the two. */
interface Fold {
  roots: readonly string[];
  consequences: readonly string[];
  when(root: Draft, consequence: Draft): boolean;
}

const FOLDS: readonly Fold[] = [
  {
    roots: ['build-succeeds'],
    consequences: [
      'screenshots-present',
      'screenshots-painted',
      'tests-pass',
      'tests-executed',
      'static-checks-succeed',
    ],
    // A build that failed before a file was written leaves everything else without something to look at; a type error is told by both.
    when: (root, { check, issue }) => check.startsWith('screenshots') || sharesText(root, { check, issue }),
  },
  {
    roots: ['screenshots-present'],
    consequences: ['references-compared', 'screens-covered', 'screenshots-painted'],
    when: sharesPlace,
  },
  {
    roots: ['page-errors', 'failed-requests'],
    consequences: ['console-errors', 'flows-replayed', 'recordings-replayed', 'assets-loaded'],
    when: (root, consequence) => sharesText(root, consequence) || sharesUrl(root, consequence),
  },
  {
    roots: ['page-errors'],
    consequences: ['screenshots-painted'],
    when: sharesPlace,
  },
  {
    roots: ['design-regions'],
    consequences: ['design-score'],
    when: sharesPlace,
  },
];

/** Puts each issue that likely goes away with another one under it; an issue that is a consequence itself takes nothing in. */
export function foldConsequences(drafts: readonly Draft[]): Draft[] {
  const rootOf = new Map<Draft, Draft>();
  for (const { roots, consequences, when } of FOLDS) {
    for (const draft of drafts) {
      if (rootOf.has(draft) || !consequences.includes(draft.check)) continue;
      const root = drafts.find(
        (one) => one !== draft && roots.includes(one.check) && !rootOf.has(one) && when(one, draft),
      );
      if (root) rootOf.set(draft, root);
    }
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

/** On a screen (or, where there is none, a viewport) that both name. */
function sharesPlace({ issue: a }: Draft, { issue: b }: Draft): boolean {
  return (
    a.screens.some((screen) => b.screens.includes(screen)) &&
    a.viewports.some((viewport) => b.viewports.includes(viewport))
  );
}

/** Characters that two quotations must have in common to speak of the same thing. */
const COMMON = 24;

/** What one quotes, the other quotes too: the first line of an error. */
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
