import { defineCheck, failOn, personDecides } from '../define-check.js';

export default defineCheck({
  id: 'masks-within-limit',
  title: 'Masks leave enough to judge',
  failureTitle: 'Masks hide too much of a screen',
  description: 'The masked share of each picture stays within design.max_masked_ratio: what is hidden is not proven.',
  requires: ['cells', 'design'],
  repair: personDecides(
    'So much of a picture is masked that it proves little.',
    'Make the masks smaller, or let a person raise design.max_masked_ratio.',
  ),
  run({ cells, design }) {
    const shot = cells.filter((cell) => cell.screenshot);
    return failOn(
      shot
        .filter((cell) => (cell.screenshot?.masked_ratio ?? 0) > design.maxMaskedRatio)
        .map((cell) => ({
          screen: cell.screen,
          viewport: cell.viewport,
          title: `${Math.round((cell.screenshot?.masked_ratio ?? 0) * 100)} % of the picture is masked; at most ${Math.round(design.maxMaskedRatio * 100)} % may be.`,
          fix: 'Mask only the part that changes.',
        })),
      shot.length,
      'There is no picture to look at.',
    );
  },
});
