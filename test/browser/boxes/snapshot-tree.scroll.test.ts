import { expect, test } from 'vitest';
import { type RawSnapshot, snapshotElements } from '../../../src/browser/boxes/snapshot-tree.js';

/** A document of one frame element with that inner size and that size of its contents. */
const framed = (client: number[], scroll: number[]): RawSnapshot => ({
  strings: ['IFRAME', 'block', 'visible'],
  documents: [
    {
      nodes: { parentIndex: [-1], nodeType: [1], nodeName: [0], nodeValue: [-1], backendNodeId: [7], attributes: [[]] },
      layout: {
        nodeIndex: [0],
        bounds: [[0, 0, 335.5, 336]],
        styles: [[1, 2]],
        text: [-1],
        clientRects: [client],
        scrollRects: [scroll],
      },
    },
  ],
});

test('what a frame hides is told in whole pixels, also where it begins between two', () => {
  const [hiding] = snapshotElements(framed([0, 0, 333.5, 334], [0, 0, 333.5, 512.25]));
  expect(hiding?.scroll).toEqual({ content: { width: 334, height: 512 }, seen: { width: 334, height: 334 } });
  const [whole] = snapshotElements(framed([0, 0, 333.5, 334], [0, 0, 333.5, 334.75]));
  expect(whole?.scroll).toBeUndefined();
});
