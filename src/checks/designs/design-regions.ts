import { regionLine, regionTitle, Severity } from '../../core/vocabulary/pair.js';
import { defineCheck, failOn } from '../define-check.js';

export default defineCheck({
  id: 'design-regions',
  title: 'No difference is severe by itself',
  failureTitle: 'A severe difference from the design',
  description:
    'No region at or above design.block_on_severity: a missing button fails a large page although 99.8 % of its pixels agree.',
  requires: ['pairs', 'design'],
  repair: {
    category: 'visual',
    severity: 'critical',
    cause: 'An element of the page is not as the design shows it.',
    task: 'Compare the element with the reference and fix the properties named.',
    verify: 'screen',
    // The regions themselves are the issues, each with its element and properties.
    listed: false,
  },
  run({ pairs, design }) {
    const ranks: readonly string[] = Severity.options;
    const blocking = ranks.indexOf(design.blockOnSeverity);
    const compared = pairs.filter((pair) => pair.score !== undefined);
    return failOn(
      compared.flatMap((pair) =>
        pair.regions
          .filter((region) => ranks.indexOf(region.severity) <= blocking)
          .slice(0, 5)
          .map((region) => ({
            screen: pair.screen,
            viewport: pair.viewport,
            title: regionTitle(region),
            ...(region.element ? { text: regionLine(region), element: region.element.selector } : {}),
            ...(region.tile ? { artifact: region.tile.path } : pair.diff ? { artifact: pair.diff.path } : {}),
            fix: region.element
              ? 'Compare this element with the reference and fix it.'
              : 'Compare this place with the reference and fix it.',
          })),
      ),
      compared.length,
      'Nothing was compared.',
    );
  },
});
