import type { DomBoxes, DomElement } from '../../src/core/vocabulary/dom-boxes.js';
import type { Rect } from '../../src/core/vocabulary/geometry.js';
import type { Region } from '../../src/core/vocabulary/pair.js';

/** An element of a hand-made page; `box` is x, y, width, height in CSS px. */
export interface Drawn {
  tag: string;
  box: readonly [number, number, number, number];
  facts: Partial<DomElement>;
  below: readonly Drawn[];
}

export function el(
  tag: string,
  box: Drawn['box'],
  facts: Partial<DomElement> = {},
  below: readonly Drawn[] = [],
): Drawn {
  return { tag, box, facts, below };
}

/** Computed styles of a box whose four corners have one radius, CSS px. */
export function rounded(radius: number): Record<string, string> {
  const names = ['top-left', 'top-right', 'bottom-right', 'bottom-left'];
  return Object.fromEntries(names.map((corner) => [`border-${corner}-radius`, `${radius}px`]));
}

/** The boxes of a page of 400 x 600 CSS px. A selector is its test id, else the path of places from the root, unless it is given. */
export function dom(root: Drawn, scale = 1): DomBoxes {
  const elements: DomElement[] = [];
  const add = (drawn: Drawn, parent: number | undefined, path: string) => {
    const index = elements.length;
    const selector = drawn.facts.test_id ? `[data-testid="${drawn.facts.test_id}"]` : path;
    elements.push({
      selector,
      tag: drawn.tag,
      rect: rect(drawn.box),
      ...(parent === undefined ? {} : { parent }),
      styles: {},
      ...drawn.facts,
    });
    const seen = new Map<string, number>();
    for (const child of drawn.below) {
      const place = (seen.get(child.tag) ?? 0) + 1;
      seen.set(child.tag, place);
      add(child, index, `${selector} > ${child.tag}:nth-of-type(${place})`);
    }
  };
  add(root, undefined, root.tag);
  return {
    schema_version: 1,
    url: 'http://127.0.0.1/',
    title: '',
    device_scale_factor: scale,
    size: { width: 400, height: 600 },
    elements,
    truncated: false,
  };
}

export function rect([x, y, width, height]: Drawn['box']): Rect {
  return { x, y, width, height };
}

/** A region as the comparison finds it. */
export function region(box: Drawn['box'], kind: Region['kind'] = 'unknown'): Region {
  return { rect: rect(box), area: box[2] * box[3], kind, severity: 'major' };
}
