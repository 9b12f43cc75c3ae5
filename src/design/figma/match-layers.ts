import type { DomBoxes, DomElement } from '../../core/vocabulary/dom-boxes.js';
import type { FigmaLayer } from '../../core/vocabulary/figma-layer.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { assign, type Candidate, overlap } from './assignment.js';
import { matchBoxes } from './match-boxes.js';
import { likeness, plainText } from './text-likeness.js';

/** Which element stands for which layer: indexes into `layers` → indexes into `elements`. */
export type LayerMatches = ReadonlyMap<number, number>;

/** Below this two texts at one place are two texts. */
const MIN_LIKENESS = 0.35;
/** The browser keeps so many characters of an element's text. */
const TEXT_KEPT = 199;

/**
 * Matches the layers of a frame with the elements of a page: texts by their words, equal ones by order and place, changed ones by
 * likeness and place; boxes by the texts they hold, by geometry, and by their names against role, name and test id. One element may
 * stand for a box and for the text in it, as a button does. Both in CSS px of the picture. Pure and deterministic.
 */
export function matchLayers(layers: readonly FigmaLayer[], boxes: DomBoxes): LayerMatches {
  const texts = matchTexts(layers, boxes.elements);
  return new Map([...texts, ...matchBoxes(layers, boxes.elements, texts)]);
}

function matchTexts(layers: readonly FigmaLayer[], elements: readonly DomElement[]): Map<number, number> {
  const wanted = layers.flatMap(({ type, text, rect }, at) =>
    type === 'TEXT' && text !== undefined && plainText(text) !== ''
      ? [{ at, text: plainText(text).slice(0, TEXT_KEPT), rect }]
      : [],
  );
  const there = elements.flatMap(({ text, rect, text_rect }, at) =>
    text === undefined
      ? []
      : [{ at, text: plainText(text.replace(/…$/, '')).slice(0, TEXT_KEPT), rect: text_rect ?? rect }],
  );
  const candidates: Candidate[] = [];
  for (const layer of wanted) {
    for (const element of there) {
      const near = closeness(layer.rect, element.rect);
      // An equal text counts wherever it went; a changed one only where the old one was.
      if (layer.text === element.text) candidates.push({ layer: layer.at, element: element.at, score: 2 + near });
      if (layer.text === element.text || near <= 0.5) continue;
      const alike = likeness(layer.text, element.text);
      if (alike >= MIN_LIKENESS || overlap(layer.rect, element.rect) > 0.5)
        candidates.push({ layer: layer.at, element: element.at, score: alike + near });
    }
  }
  return assign(candidates);
}

/** 1 for the same centre, falling to 0 at 400 CSS px. */
function closeness(a: Rect, b: Rect): number {
  const dx = a.x + a.width / 2 - b.x - b.width / 2;
  const dy = a.y + a.height / 2 - b.y - b.height / 2;
  return Math.max(0, 1 - Math.hypot(dx, dy) / 400);
}
