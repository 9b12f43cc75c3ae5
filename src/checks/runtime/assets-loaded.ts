import type { Problem } from '../../core/vocabulary/gate.js';
import { defineCheck, failOn } from '../define-check.js';

export default defineCheck({
  id: 'assets-loaded',
  title: 'Fonts and images of every picture were there',
  failureTitle: 'Pictures were taken without a font or an image',
  description:
    'Fonts, images and lazy content that did not load in time. A warning: what the app itself failed to deliver counts under failed-requests.',
  requires: ['cells'],
  repair: {
    category: 'network',
    severity: 'warning',
    cause: 'A font or picture that the page names did not arrive.',
    task: 'Correct its address, or put the file where the page looks for it.',
    verify: 'screen',
    follows: [{ checks: ['page-errors', 'failed-requests'], when: 'same_text_or_url' }],
  },
  run({ cells }) {
    const shot = cells.flatMap((cell) => (cell.screenshot ? [{ ...cell, settle: cell.screenshot.settle }] : []));
    const problems = new Map<string, Problem & { viewports: string[] }>();
    for (const { screen, viewport, settle } of shot) {
      const missing = [
        ...settle.fonts_missing.map((text) => ({ title: 'A font did not load.', text })),
        ...settle.images_missing.map((text) => ({ title: 'An image did not load.', text })),
        ...(settle.lazy_complete
          ? []
          : [{ title: `The page is longer than was scrolled for lazy content (${settle.lazy_scroll_px} px).` }]),
      ];
      for (const problem of missing) {
        const key = JSON.stringify([screen, problem]);
        const known = problems.get(key);
        if (known) known.viewports.push(viewport);
        else problems.set(key, { screen, ...problem, viewports: [viewport] });
      }
    }
    return failOn(
      [...problems.values()].map(({ viewports, ...problem }) => ({ ...problem, viewport: viewports.join(', ') })),
      shot.length,
      'There is no picture to look at.',
    );
  },
});
