import { defineCheck, failOn } from '../define-check.js';
import { cellOf } from '../evidence.js';

/** Failures that are the machine's or a person's to fix, not the app's. */
const BEYOND_THE_AGENT = new Set([
  'APP_NOT_READY',
  'APP_NOT_OURS',
  'BROWSER_CRASHED',
  'BROWSER_NOT_FOUND',
  'CANCELLED',
  'DEADLINE_EXCEEDED',
  'DISK_FULL',
  'INTERNAL',
]);

export default defineCheck({
  id: 'screenshots-present',
  title: 'Every configured screen was photographed at every viewport',
  failureTitle: 'A configured screen has no picture, or not a whole one',
  description:
    'Each screen x viewport of the configuration has a picture made with the configured values, on the code as it is, and whole: of a page larger than any picture only a part was seen.',
  requires: ['expected', 'cells'],
  repair: {
    category: 'app',
    severity: 'blocker',
    cause: 'The screen could not be opened: the app is not up, the path is wrong, or the page never finishes.',
    task: 'Open the address by hand, look at the app’s output, and fix what keeps it from answering.',
    verify: 'screen',
    // A screen that does not open has its own address in its message; the reason is in the title.
    sameBy: 'title',
    // A build that failed before a file was written leaves nothing to look at.
    follows: [{ checks: ['build-succeeds'], when: 'always' }],
  },
  run({ expected, cells }) {
    const missing = expected.filter((want) => !cellOf(cells, want)?.screenshot);
    const outcome = failOn(
      missing.map((want) => {
        const failure = cellOf(cells, want)?.failure;
        return {
          screen: want.screen,
          viewport: want.viewport,
          title: failure
            ? `The screen could not be photographed (${failure.code}).`
            : 'There is no picture of this screen at this viewport.',
          ...(failure ? { text: failure.message } : {}),
          url: want.url,
          fix: failure
            ? (failure.fix ?? 'Open the address by hand to see what is wrong there.')
            : 'Run codeloop_verify.',
        };
      }),
      expected.length,
      'No screens are configured: name them in screens[] of .codeloop/config.json, or run codeloop_init_project.',
    );
    const cut = expected.flatMap((want) => {
      const shot = cellOf(cells, want)?.screenshot;
      if (!shot?.cut_from) return [];
      const { width, height } = shot.cut_from;
      return [
        {
          screen: want.screen,
          viewport: want.viewport,
          title: `Only ${shot.size.width} x ${shot.size.height} px of the page's ${width} x ${height} were photographed.`,
          artifact: shot.image.path,
          url: want.url,
          fix: 'Give the page fewer rows (paging), or photograph less of it: full_page false for this screen.',
        },
      ];
    });
    if (missing.length === 0 && cut.length > 0) return { ...outcome, status: 'could_not_run', problems: cut };
    outcome.problems.push(...cut);
    const beyondTheAgent =
      missing.length > 0 && missing.every((want) => BEYOND_THE_AGENT.has(cellOf(cells, want)?.failure?.code ?? ''));
    return beyondTheAgent ? { ...outcome, status: 'could_not_run' } : outcome;
  },
});
