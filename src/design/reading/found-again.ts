import type { Rect } from '../../core/vocabulary/geometry.js';
import type { ElementNode } from '../element-tree.js';
import type { Pictured } from './cells.js';
import { type Edges, type Finding, measured, shifted } from './finding.js';
import type { Placed } from './place-parts.js';
import { bestPlace, finePlace } from './planes.js';

/** What was found, and what the reference shows besides. */
interface Sought {
  placed: readonly Placed[];
  findings: readonly Finding[];
  missing: readonly Finding[];
  pictured: Pictured;
  same: boolean;
}

/** The same once what the app shows and what it lacks were held against each other. */
interface FoundAgain {
  placed: Placed[];
  findings: Finding[];
  missing: Finding[];
  /** Edges of what stands elsewhere. */
  edges: Map<ElementNode, Edges>;
}

/** Device px, and share of a side, by which a piece may be larger than the part that it shows. */
const AS_LARGE = { px: 2, share: 0.1 };
/** Device px about the place of a piece in which the part is looked for. */
const REACH = 4;
/** Correlation from which it is that. */
const ALIKE = { same: 0.9, other: 0.8 };

/**
 * A part that is not at its place, and a piece of the reference that nothing accounts for, of one size and alike, are one thing: it stands
 * elsewhere, is not extra, and the piece is not missing. Boxes about such a part go with it.
 */
export function findAgain({ placed, findings, missing, pictured, same }: Sought): FoundAgain {
  const left = [...missing];
  const moved = new Map<ElementNode, { dx: number; dy: number }>();
  const edges = new Map<ElementNode, Edges>();
  const isLost = ({ part, place }: Placed) =>
    findings.some(
      ({ node, relation, kind, properties }) =>
        node === part.node &&
        relation === 'self' &&
        (kind === 'added' || (place === undefined && properties[0]?.property === 'picture')),
    );
  const found = placed.map((one) => {
    if (left.length === 0 || moved.has(one.part.node) || !isLost(one)) return one;
    const { rect, node } = one.part;
    const patch = { plane: pictured.planes.actual.plane, ...rect };
    const reference = pictured.planes.reference.plane;
    for (const [at, { there }] of left.entries()) {
      if (!there || !isAsLarge(there.width, rect.width) || !isAsLarge(there.height, rect.height)) continue;
      const near = { dx: Math.round(there.x - rect.x), dy: Math.round(there.y - rect.y) };
      const place = bestPlace(patch, reference, near, { x: REACH, y: REACH });
      if (place.alike < (same ? ALIKE.same : ALIKE.other)) continue;
      left.splice(at, 1);
      moved.set(node, place);
      const fine = finePlace(patch, reference, place);
      edges.set(node, { left: fine.dx, right: fine.dx, top: fine.dy, bottom: fine.dy });
      return { ...one, place: fine };
    }
    return one;
  });
  if (moved.size === 0) return { placed: [...placed], findings: [...findings], missing: left, edges };
  // A box stands where its part does.
  const rest = left.filter(({ there }) => !there || !isBoxOf(there, findings, moved));
  return {
    placed: found,
    findings: findings.filter(({ node, kind }) => !(moved.has(node) && kind !== 'recolored')),
    missing: rest,
    edges,
  };
}

function isAsLarge(piece: number, part: number): boolean {
  return Math.abs(piece - part) <= Math.max(AS_LARGE.px, AS_LARGE.share * part);
}

/** Returns true when a piece is the box of something that stands elsewhere. */
function isBoxOf(
  piece: Finding['rect'],
  findings: readonly Finding[],
  moved: ReadonlyMap<ElementNode, { dx: number; dy: number }>,
): boolean {
  return findings.some(({ node, rect, kind }) => {
    const by = moved.get(node);
    if (!by || kind !== 'added') return false;
    return (
      Math.abs(rect.x + by.dx - piece.x) <= REACH &&
      Math.abs(rect.y + by.dy - piece.y) <= REACH &&
      isAsLarge(piece.width, rect.width) &&
      isAsLarge(piece.height, rect.height)
    );
  });
}

/** Letters of a name by which a place is told. */
const NAME = 24;

/**
 * Tells of what is lacking how large it is and beside what it stands in the reference: in a row after what is left of it, else before what is
 * right of it, else below what is above it.
 */
export function withPlace(finding: Finding, placed: readonly Placed[], scale: number): Finding {
  const { there, kind, relation, node } = finding;
  if (kind !== 'missing' || relation !== 'container' || !there) return finding;
  const near = placed.flatMap(({ part, place }) => {
    const own = place && shifted(part.rect, place);
    const isIn = node.index <= part.node.index && part.node.index < node.end;
    return own && isIn && part.kind === 'text' ? [{ own, name: part.node.element.text ?? '' }] : [];
  });
  const inRow = ({ own }: { own: Rect }) => own.y < there.y + there.height && there.y < own.y + own.height;
  const nearest = (fits: (own: Rect) => boolean, far: (own: Rect) => number) =>
    near.filter(({ own }) => fits(own)).sort((a, b) => far(a.own) - far(b.own))[0]?.name;
  const row = near.filter(inRow).map(({ own }) => own);
  const after = nearest(
    (own) => row.includes(own) && own.x + own.width <= there.x,
    (own) => there.x - own.x,
  );
  const before = nearest(
    (own) => row.includes(own) && own.x >= there.x + there.width,
    (own) => own.x - there.x,
  );
  const below = nearest(
    (own) => own.y + own.height <= there.y,
    (own) => there.y - own.y,
  );
  const beside: readonly (readonly [string, string | undefined])[] = [
    ['after', after],
    ['before', before],
    ['below', below],
  ];
  const [how, name] = beside.find(([, one]) => one) ?? [];
  const quoted = name && (name.length > NAME ? `${name.slice(0, NAME - 1)}…` : name);
  const size = `${Math.round(there.width / scale)} x ${Math.round(there.height / scale)} px`;
  const words = quoted ? `${size} ${how} “${quoted}”` : size;
  return { ...finding, properties: [...finding.properties, measured('place', words, 'nothing')] };
}
