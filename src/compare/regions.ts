import type { Rect } from '../core/vocabulary/geometry.js';
import type { Region } from '../core/vocabulary/pair.js';
import { classify, type Scene } from './classify.js';
import { connect } from './connect.js';
import { mergeNested } from './merge.js';
import { type Classified, mergeMoved } from './merge-moved.js';
import { bySeverity, type Judged, severityOf, weightOf } from './severity.js';

/** A region with what it is ordered by. */
export interface Finding {
  region: Region;
  /** CSS px² times contrast. */
  weight: number;
}

/** Pixels up to this far apart belong together, CSS px: letters of a word, lines of a label, a border and what it holds. */
const REACH = 8;

/** Components that are looked at closely, largest first; on a page with more, the rest are specks. */
const MOST_CLASSIFIED = 64;

/** Findings of the part that both pictures have, worst first. What was not looked at closely comes back as a count. */
export function findRegions(scene: Scene): { findings: Finding[]; unclassified: number } {
  const { diff, deviceScale } = scene;
  const connected = connect(diff, Math.max(1, Math.round(REACH * deviceScale)));
  const components = mergeNested(connected, diff.width * diff.height).sort(
    (a, b) => b.area - a.area || a.rect.y - b.rect.y || a.rect.x - b.rect.x,
  );
  const classified = components
    .slice(0, MOST_CLASSIFIED)
    .map((component) => ({ component, nature: classify(component, scene) }));
  const findings = mergeMoved(classified, deviceScale).map((part) => judge(part, deviceScale));
  return { findings: worstFirst(findings), unclassified: components.length - classified.length };
}

/** By severity, then weight, then place: the same pictures always give the same order. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      bySeverity(a.region.severity, b.region.severity) ||
      b.weight - a.weight ||
      a.region.rect.y - b.region.rect.y ||
      a.region.rect.x - b.region.rect.x,
  );
}

function judge(
  { component: { rect, area }, nature: { kind, deltaE, move } }: Classified,
  deviceScale: number,
): Finding {
  const judged: Judged = { kind, rect, area, deltaE, deviceScale };
  if (move) judged.moved = Math.hypot(move.shift.x, move.shift.y);
  return { region: { rect, area, kind, severity: severityOf(judged) }, weight: weightOf(judged) };
}

/** A rectangle at another scale, edges rounded outwards. */
export function scaleRect(rect: Rect, factor: number): Rect {
  if (factor === 1) return rect;
  const x = Math.floor(rect.x * factor);
  const y = Math.floor(rect.y * factor);
  return {
    x,
    y,
    width: Math.ceil((rect.x + rect.width) * factor) - x,
    height: Math.ceil((rect.y + rect.height) * factor) - y,
  };
}
