import { expect, test } from 'vitest';
import { worstFirst } from '../../src/compare/regions.js';
import type { Region } from '../../src/core/vocabulary/pair.js';

const finding = (kind: Region['kind'], severity: Region['severity'], weight: number) => ({
  ...{ weight, referenceBy: { x: 0, y: 0 } },
  region: { rect: { x: 0, y: 0, width: 1, height: 1 }, area: weight, kind, severity },
});

test('noise comes after every finding, however large it is', () => {
  const order = worstFirst([
    finding('noise', 'minor', 9000),
    finding('recolored', 'minor', 5),
    finding('text', 'major', 7),
    finding('missing', 'critical', 2),
  ] as never);
  expect(order.map(({ region }) => region.kind)).toEqual(['missing', 'text', 'recolored', 'noise']);
});
