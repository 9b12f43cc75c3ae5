import type { FindKind } from '../found.js';

/** Cumulative Layout Shift up to which people hardly notice it: web.dev/cls. */
const GOOD = 0.1;

/** What moved most while the page loaded, where the page moved more than people bear. */
export const shifts: FindKind = ({ page: { shift }, all }) => {
  const element = shift?.element === undefined ? undefined : all[shift.element];
  if (!shift || !element || shift.score <= GOOD) return [];
  const by = shift.by_px ?? 0;
  return [
    {
      kind: 'shifts',
      certainty: 'listed',
      element,
      rect: element.el.rect,
      by_px: by,
      what: `moved ${by} px while the page loaded; its Cumulative Layout Shift is ${shift.score}, and ${GOOD} is good`,
    },
  ];
};
