import type { Problem } from '../../core/vocabulary/gate.js';
import { openRequest } from '../../core/vocabulary/screenshot.js';
import { defineCheck, failOn } from '../define-check.js';

export default defineCheck({
  id: 'assets-loaded',
  title: 'What every page asked for was there',
  failureTitle: 'Pictures were taken without something that the page asked for',
  description:
    'Fonts, images, lazy content and answers that did not come in time: what the page asked for and is not known to keep open; and parts that show that they wait, or keep their place and show nothing. A warning: what the app itself failed to deliver counts under failed-requests.',
  requires: ['cells'],
  repair: {
    category: 'network',
    severity: 'warning',
    cause: 'A font, a picture or an answer that the page asked for did not arrive.',
    task: 'Correct its address, put the file where the page looks for it, or let the server answer.',
    verify: 'screen',
    follows: [{ checks: ['page-errors', 'failed-requests'], when: 'same_text_or_url' }],
  },
  run({ cells }) {
    const shot = cells.flatMap((cell) => (cell.screenshot ? [{ ...cell, settle: cell.screenshot.settle }] : []));
    const problems = new Map<string, Problem & { viewports: string[] }>();
    for (const { screen, viewport, settle } of shot) {
      const missing: Problem[] = [
        ...settle.fonts_missing.map((text) => ({ title: 'A font did not load.', text })),
        ...settle.images_missing.map((text) => ({ title: 'An image did not load.', text })),
        ...(settle.open_requests ?? [])
          .filter(({ kind, unfinished }) => !unfinished && kind !== 'image' && kind !== 'font')
          .map((open) => ({
            title: 'An answer had not come when the picture was taken.',
            text: openRequest(open),
            url: open.url,
          })),
        ...(settle.unseen ?? [])
          .filter(({ likely }) => likely)
          .map(({ selector, reason }) => ({ title: `A part of the page may be missing: ${reason}.`, text: selector })),
        ...(settle.lazy_complete
          ? []
          : [{ title: `The page is longer than was scrolled for lazy content (${settle.lazy_scroll_px} px).` }]),
      ];
      for (const problem of missing) {
        // How long it was open differs from viewport to viewport.
        const key = JSON.stringify([screen, problem.title, problem.url ?? problem.text]);
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
