import type { Draft } from './issue-draft.js';

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
