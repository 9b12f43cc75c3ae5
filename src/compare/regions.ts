import type { Rect } from '../core/vocabulary/geometry.js';
import type { Region } from '../core/vocabulary/pair.js';
import { classify, type Scene } from './classify.js';
import { type Component, connect } from './connect.js';
import { mergeNested } from './merge.js';
import { mergeCorners } from './merge-corners.js';
import { mergeLines } from './merge-lines.js';
import { type Classified, mergeMoved } from './merge-moved.js';
import { mergeStrips } from './merge-strips.js';
import { nextDifference, type PixelDiff } from './pixel-diff.js';
import type { Point } from './pixel-view.js';
import { bySeverity, type Judged, SMALLEST_TARGET, severityOf, weightOf } from './severity.js';

/** A region with what it is ordered by. */
export interface Finding {
  region: Region;
  /** CSS px² times contrast. */
  weight: number;
  /** Place in the reference less that in the actual of the same content; 0 unless something before it was inserted or removed. */
  referenceBy: Point;
}

/** Pixels up to this far apart belong together, CSS px: letters of a word, lines of a label, a border and what it holds. */
const REACH = 8;

/** Components that are looked at closely, by extent; the rest only while nothing critical was found and they still could be. */
const MOST_CLASSIFIED = 64;

/** Findings of the part that both pictures have, worst first. What was not looked at closely comes back as a count. */
export function findRegions(scene: Scene): { findings: Finding[]; unclassified: number } {
  const { diff, deviceScale } = scene;
  const connected = connect(diff, Math.max(1, Math.round(REACH * deviceScale)));
  const components = mergeNested(connected, diff.width * diff.height).sort(
    (a, b) => extentOf(b) - extentOf(a) || a.rect.y - b.rect.y || a.rect.x - b.rect.x,
  );
  const classified: Classified[] = [];
  let settled = false;
  for (const component of components) {
    const harmless = settled || extentOf(component) < SMALLEST_TARGET * deviceScale * deviceScale;
    if (classified.length >= MOST_CLASSIFIED && harmless) break;
    const part = { component, nature: classify(component, scene) };
    classified.push(part);
    settled ||= judge(part, deviceScale).region.severity === 'critical';
  }
  const whole = mergeLines(
    mergeMoved(mergeStrips(scene.lossy ? classified : mergeCorners(classified, deviceScale), deviceScale), deviceScale),
    deviceScale,
  );
  const told = whole.filter(
    ({ component, nature }) => nature.kind !== 'noise' || isCounted(scene.counted, component.rect),
  );
  const findings = told.map((part) => judge(part, deviceScale));
  return { findings: worstFirst(findings), unclassified: components.length - classified.length };
}

function isCounted({ mask, width }: PixelDiff, rect: Rect): boolean {
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const end = y * width + rect.x + rect.width;
    if (nextDifference(mask, y * width + rect.x, end) < end) return true;
  }
  return false;
}

/** The most a component can weigh, device px²: see `weightOf`. */
function extentOf({ rect, area }: Component): number {
  return Math.sqrt(area * rect.width * rect.height);
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
  // A strip that a box gained or lost: its edge moved by the strip's shorter side.
  else if (kind === 'resized') judged.moved = Math.min(rect.width, rect.height);
  return {
    region: { rect, area, kind, severity: severityOf(judged) },
    weight: weightOf(judged),
    referenceBy: { x: 0, y: 0 },
  };
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
