import type { Rect } from '../../core/vocabulary/geometry.js';
import type { RegionElement, RegionKind, RegionProperty, Severity } from '../../core/vocabulary/pair.js';
import type { ElementNode } from '../element-tree.js';

/** One difference from the reference, in terms of what the app shows. */
export interface Finding {
  node: ElementNode;
  relation: NonNullable<RegionElement['relation']>;
  kind: RegionKind;
  severity: Severity;
  properties: RegionProperty[];
  /** Device px of the app's picture. */
  rect: Rect;
  /** Where the reference shows what the app lacks, device px there. */
  there?: Rect;
  /** Other elements that differ by the same. */
  alike?: ElementNode[];
  /** Device px by which its size differs along each axis, for what moved after it. */
  grew?: { x: number; y: number };
  /** It says how all is laid out that the element holds: what differs in there follows from it. */
  arranges?: boolean;
  /** It is only broken into lines elsewhere: where anything about it differs, it follows from that. */
  follows?: boolean;
  /** It stands elsewhere alone: what lies about it stayed, and may be covered by it. */
  alone?: boolean;
}

/** A property read from pixels. */
export function measured(property: string, expected: string, actual: string): RegionProperty {
  return { property, expected, actual, source: 'measured' };
}

/** Something of the app (device px) that the reference does not show. */
export function extraFinding(node: ElementNode, rect: Rect): Finding {
  return {
    node,
    relation: 'self',
    kind: 'added',
    severity: 'critical',
    properties: [measured('presence', 'missing', 'present')],
    rect,
    grew: { x: -rect.width, y: -rect.height },
  };
}

/** How much further right or lower the edges of an element stand in the reference, device px; undefined where that is not known. */
export interface Edges {
  left?: number;
  top?: number;
  right?: number;
  bottom?: number;
}

/** An offset of a place in the reference from the same place in the app, device px. */
export interface Offset {
  dx: number;
  dy: number;
}

/** A rectangle of the app where it stands in the reference, to the pixel. */
export function shifted(rect: Rect, { dx, dy }: Offset): Rect {
  return { ...rect, x: rect.x + Math.round(dx), y: rect.y + Math.round(dy) };
}
