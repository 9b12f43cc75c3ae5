import type { Section, SectionState } from '../../core/vocabulary/section.js';

/** What is in trouble or under way comes before what is not begun, and what is over last. */
const RANK: Readonly<Record<SectionState, number>> = {
  integration_regression: 0,
  needs_repair: 1,
  verifying: 2,
  building: 3,
  ready_to_build: 4,
  planned: 4,
  internally_verified: 5,
  integration_pending: 5,
  done: 6,
};

/**
 * The order in which to work on sections: never before one that it depends on and that is not over, else by how urgent it is, else as
 * given. `circular`: sections that wait for each other; they stand as given. Pure.
 */
export function planOrder(sections: readonly Section[]): { order: Section[]; circular: string[] } {
  const order: Section[] = [];
  const circular: string[] = [];
  const left = [...sections].sort((a, b) => RANK[a.state] - RANK[b.state]);
  while (left.length > 0) {
    const waits = (section: Section) =>
      RANK[section.state] < 5 &&
      section.after.some((id) => id !== section.id && left.some((one) => one.id === id && RANK[one.state] < 5));
    const free = left.findIndex((section) => !waits(section));
    const [next] = left.splice(Math.max(free, 0), 1);
    if (!next) break;
    if (free < 0) circular.push(next.id);
    order.push(next);
  }
  return { order, circular };
}
