import type { SpecSection } from '../../core/vocabulary/section.js';

/** A section of a specification that is not as it was. */
export interface ChangedSection {
  id: string;
  /** Its id before, where it was only renamed. */
  was?: string;
  items_added: string[];
  items_removed: string[];
}

/** What is different between two readings of a specification, in the order of the newer one. */
export interface SpecChanges {
  added: string[];
  changed: ChangedSection[];
  removed: string[];
}

/** Compares two readings. A section that has other words, or another name with the same things asked for, is changed, not new. Pure. */
export function compareSpecs(before: readonly SpecSection[], after: readonly SpecSection[]): SpecChanges {
  const changes: SpecChanges = { added: [], changed: [], removed: [] };
  const gone = before.filter(({ id }) => !after.some((one) => one.id === id));
  const renamed = new Set<string>();
  for (const section of after) {
    const same = before.find(({ id }) => id === section.id);
    const was = same ? undefined : gone.find((one) => !renamed.has(one.id) && sameItems(one, section));
    const old = same ?? was;
    if (!old) changes.added.push(section.id);
    else if (was || old.digest !== section.digest)
      changes.changed.push({
        id: section.id,
        ...(was ? { was: was.id } : {}),
        items_added: section.items.filter((item) => !old.items.includes(item)),
        items_removed: old.items.filter((item) => !section.items.includes(item)),
      });
    if (was) renamed.add(was.id);
  }
  changes.removed = gone.map(({ id }) => id).filter((id) => !renamed.has(id));
  return changes;
}

function sameItems(a: SpecSection, b: SpecSection): boolean {
  return a.items.length > 0 && a.items.length === b.items.length && a.items.every((item) => b.items.includes(item));
}
