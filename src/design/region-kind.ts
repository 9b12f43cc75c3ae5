import type { RegionElement, RegionKind, RegionProperty } from '../core/vocabulary/pair.js';

/** Kinds that pixels prove: what they say is not touched. */
const PROVEN: ReadonlySet<RegionKind> = new Set(['noise', 'recolored', 'moved']);

const TEXT =
  /^(text|font-.*|letter-spacing|word-spacing|text-(transform|indent|decoration.*)|white-space|text-overflow)$/;
const SIZE =
  /^(width|height|min-.*|max-.*|padding.*|border.*-width|line-height|flex-(basis|grow|shrink)|box-sizing|aspect-ratio)$/;
const PLACE =
  /^(order|x|y|top|right|bottom|left|position|margin.*|transform|translate|float|text-align|flex-direction|justify-.*|align-.*|(row-|column-)?gap)$/;
const COLOR =
  /^(color|background-color|background-image|border.*-color|opacity|filter|fill|stroke|outline-color|text-decoration-color|mix-blend-mode)$/;

/**
 * The kind of a region once the element and its first property are known: words and type are `text`, sizes `resized`, places `moved`,
 * colours `recolored`, and what only one side has `missing` or `added`. Pixels cannot tell the first two. What follows from a change
 * elsewhere has moved.
 */
export function kindOf(
  kind: RegionKind,
  relation: RegionElement['relation'],
  properties: readonly RegionProperty[],
): RegionKind {
  const [first] = properties;
  if (!first || PROVEN.has(kind)) return kind;
  if (relation === 'cause') return kind === 'unknown' ? 'moved' : kind;
  if (first.property === 'presence') return first.expected === 'missing' ? 'added' : 'missing';
  if (TEXT.test(first.property)) return 'text';
  if (kind !== 'unknown') return kind;
  if (SIZE.test(first.property)) return 'resized';
  if (PLACE.test(first.property)) return 'moved';
  return COLOR.test(first.property) ? 'recolored' : kind;
}
