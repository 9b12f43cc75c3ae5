import type { Writing } from '../../core/vocabulary/screenshot.js';
import { defineCheck, failOn } from '../define-check.js';

/** Share of the screen under one picture, and share of the writing that is drawn, from which that picture stands for the screen. */
const COVERED = 0.6;
const MOST = 0.6;
/** Without one such picture: share of the writing, tiles of it (32 x 16 CSS px) and lines, from which hardly anything else is left to read. */
const NEARLY_ALL = 0.9;
const MANY_TILES = 24;
const MANY_LINES = 6;

export default defineCheck({
  id: 'writing-is-text',
  title: 'What can be read on a screen is text',
  failureTitle: 'A screen shows a picture of itself',
  description:
    'On no screen that has a design or an accepted picture is most of the writing drawn: by one picture (image, canvas, video, ground, slices of one) over 60 % of the screen, or nearly all of it by whatever it may be. The same part is photographed with all letters hidden: what can still be read is no text. A screen that is drawn by nature says so: screens[].drawn.',
  requires: ['cells', 'screens'],
  repair: {
    category: 'capture',
    severity: 'critical',
    cause: 'A picture of the design, or of an earlier state, lies where the app should be.',
    task: 'Build the screen from elements. A map or a drawing board has screens[].drawn, which a person accepts.',
    verify: 'screen',
  },
  run({ cells, screens }) {
    const drawn = new Set(screens.flatMap((one) => (one.drawn ? [one.screen] : [])));
    const shot = cells.flatMap(({ screen, viewport, screenshot }) =>
      screenshot ? [{ screen, viewport, screenshot }] : [],
    );
    const problems = shot.flatMap(({ screen, viewport, screenshot: { writing, image } }) => {
      if (writing === undefined || drawn.has(screen) || !isPicture(writing)) return [];
      const share = Math.floor((100 * writing.drawn) / (writing.drawn + writing.text));
      return [
        {
          ...{ screen, viewport, artifact: image.path },
          title: `${share} % of what can be read is drawn and no text${writing.covered >= COVERED ? `, by one picture over ${Math.floor(100 * writing.covered)} % of the screen` : ''}.`,
          fix: 'Build it from elements with text in them.',
        },
      ];
    });
    return failOn(problems, shot.length, 'There is no picture to look at.');
  },
});

function isPicture({ text, drawn, lines, covered }: Writing): boolean {
  const share = drawn / Math.max(1, drawn + text);
  if (drawn >= 2 && share >= MOST && covered >= COVERED) return true;
  return share >= NEARLY_ALL && drawn >= MANY_TILES && lines >= MANY_LINES;
}
