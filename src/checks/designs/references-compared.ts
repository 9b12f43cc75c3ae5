import { defineCheck, failOn } from '../define-check.js';

export default defineCheck({
  id: 'references-compared',
  title: 'Every design reference has a picture to be compared with',
  failureTitle: 'A reference was not compared',
  description:
    'Each file under designs/ belongs to a configured screen and viewport and has a fresh, readable pair. References that match nothing are named with the nearest screen.',
  requires: ['pairs', 'unmatched'],
  repair: {
    category: 'visual',
    severity: 'critical',
    cause: 'A reference has no screenshot to be compared with, or cannot be read.',
    task: 'Name the screen as the reference is named, or fix the picture.',
    verify: 'screen',
    follows: [{ checks: ['screenshots-present'], when: 'same_place' }],
  },
  run({ pairs, unmatched }) {
    const lost = unmatched.references.map((reference) => ({
      title: `The reference ${reference.path} was not compared: ${reference.reason}.`,
      artifact: reference.path,
      fix: reference.nearest
        ? `Rename it for the screen "${reference.nearest}", or add the screen.`
        : 'Rename it to designs/<viewport>/<screen>.png for a configured screen, or add the screen.',
    }));
    const broken = pairs
      .filter((pair) => pair.outcome === 'missing-actual' || pair.outcome === 'unreadable')
      .map((pair) => ({
        screen: pair.screen,
        viewport: pair.viewport,
        title:
          pair.outcome === 'unreadable'
            ? `The pair cannot be read: ${pair.note ?? 'broken picture'}`
            : 'There is no picture of this screen to compare.',
        ...(pair.outcome === 'missing-actual' && pair.note !== undefined ? { text: pair.note } : {}),
        ...(pair.reference ? { artifact: pair.reference.path } : {}),
        fix:
          pair.outcome === 'unreadable'
            ? 'Export the reference again as a whole PNG, JPEG or WebP.'
            : pair.note === undefined
              ? 'Run codeloop_verify.'
              : 'Fix what kept it from being photographed.',
      }));
    return failOn([...lost, ...broken], pairs.length + lost.length, 'Nothing was compared.');
  },
});
