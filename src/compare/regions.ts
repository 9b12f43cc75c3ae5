import type { Rect } from '../core/vocabulary/geometry.js';
import type { Region } from '../core/vocabulary/pair.js';
import type { Point } from '../image/pixels.js';
import { classify, type Scene } from './classify.js';
import { absorb, type Component, type Connected, connect } from './connect.js';
import { LONGEST_MOVE } from './find-move.js';
import { type Classified, mergeCorners, mergeMoved } from './merge-moved.js';
import { type MarkedRows, nextDifference } from './pixel-diff.js';
import { bySeverity, type Rated, SMALLEST_TARGET, severityOf, weightOf } from './severity.js';

/** CSS px between parts of one line of text. */
const NEARBY = 40;

/** CSS px: what is taller is no part of a line. */
const TALLEST = 60;

/** Share of the lower part's height that two parts must have in common to be on one line. */
const ON_LINE = 0.5;

const PARTS: ReadonlySet<string> = new Set(['text', 'unknown', 'added', 'missing', 'moved', 'noise', 'resized']);

/**
 * Merges what changed beside changed text on the same line: the words after an edited one slide along, and letters that are gained or
 * lost at its end are neither an element that came nor one that went.
 */
function mergeLines(parts: readonly Classified[], deviceScale: number): Classified[] {
  const texts = parts.filter(({ nature }) => nature.kind === 'text');
  if (texts.length === 0) return [...parts];
  const wholes = texts.map(({ component, nature }) => ({ component: { ...component }, nature }));
  const rest = parts.filter(({ nature }) => nature.kind !== 'text');
  // What grows may reach another part, so it goes on until nothing is taken any more.
  for (let taken = true; taken; ) {
    taken = false;
    for (const whole of wholes)
      for (const list of [rest, wholes])
        for (const part of [...list]) {
          if (
            part === whole ||
            !PARTS.has(part.nature.kind) ||
            !onLine(whole.component.rect, part.component.rect, deviceScale)
          )
            continue;
          absorb(whole.component, part.component);
          list.splice(list.indexOf(part), 1);
          taken = true;
        }
  }
  return [...wholes, ...rest];
}

function onLine(a: Rect, b: Rect, deviceScale: number): boolean {
  if (Math.max(a.height, b.height) > TALLEST * deviceScale) return false;
  const common = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const apart = Math.max(a.x, b.x) - Math.min(a.x + a.width, b.x + b.width);
  return common >= ON_LINE * Math.min(a.height, b.height) && apart <= NEARBY * deviceScale;
}

/** CSS px by which the two ends of a box may differ, its rounded corners included. */
const SLACK = 3;

/**
 * Merges what a moved box of one colour leaves: a strip that is lost at one end and one that is gained at the other, with what moved between
 * them. By itself neither says more than that something is missing or was added.
 */
function mergeStrips(parts: readonly Classified[], deviceScale: number): Classified[] {
  const left = [...parts];
  const boxes: Classified[] = [];
  for (const lost of parts.filter(({ nature }) => nature.lost === true)) {
    if (!left.includes(lost)) continue;
    for (const gained of left.filter(({ nature }) => nature.lost === false)) {
      const shift = shiftOf(lost, gained, SLACK * deviceScale);
      if (!shift) continue;
      boxes.push(boxOf(lost, gained, shift));
      for (const strip of [lost, gained]) left.splice(left.indexOf(strip), 1);
      break;
    }
  }
  return [...boxes, ...left];
}

/** The shortest shift along the line between both strips that explains both; undefined where they are not two ends of one box. */
function shiftOf(lost: Classified, gained: Classified, slack: number): Point | undefined {
  const [a, b] = [lost.component.rect, gained.component.rect];
  const near = (one: number, other: number) => Math.abs(one - other) <= slack;
  const along =
    near(a.y, b.y) && near(a.height, b.height) ? 'x' : near(a.x, b.x) && near(a.width, b.width) ? 'y' : undefined;
  if (!along) return undefined;
  const towards = Math.sign(b[along] - a[along]);
  const longest = Math.min(LONGEST_MOVE, extent(a, along), extent(b, along));
  for (let by = 1; by <= longest; by++) {
    const shift = along === 'x' ? { x: towards * by, y: 0 } : { x: 0, y: towards * by };
    if (lost.nature.follows?.(shift) && gained.nature.follows?.(shift)) return shift;
  }
  return undefined;
}

function boxOf(lost: Classified, gained: Classified, shift: Point): Classified {
  const component = { ...lost.component };
  absorb(component, gained.component);
  const weighed = lost.nature.deltaE * lost.component.area + gained.nature.deltaE * gained.component.area;
  const explains = (other: Point) => other.x === shift.x && other.y === shift.y;
  return { component, nature: { kind: 'moved', deltaE: weighed / component.area, move: { shift, explains } } };
}

function extent(rect: Rect, along: 'x' | 'y'): number {
  return along === 'x' ? rect.width : rect.height;
}

/** A component larger than this share of the picture swallows nothing: a frame round the whole page is a finding of its own. */
const LARGEST_CONTAINER = 0.5;

/** More components than this are not merged (a noisy page): the test is quadratic, and nesting says nothing there. */
const MOST_COMPONENTS = 2_000;

/**
 * Merges components that lie inside a ring of another one: a card whose border and text both changed is one finding.
 * A component is inside when the other surrounds it, with differences to its left, right, above and below; an L-shaped one
 * (sidebar and header) contains by its rectangle, but surrounds nothing. `pixels`: size of the picture.
 */
export function mergeNested(connected: Connected, pixels: number): Component[] {
  const { components } = connected;
  if (components.length < 2 || components.length > MOST_COMPONENTS) return components;
  const bySize = components
    .map((component, index) => ({ component: { ...component }, index, into: undefined as Component | undefined }))
    .sort((a, b) => rectArea(b.component.rect) - rectArea(a.component.rect));
  for (const [rank, inner] of bySize.entries()) {
    const outer = bySize
      .slice(0, rank)
      .find(
        (candidate) =>
          rectArea(candidate.component.rect) <= LARGEST_CONTAINER * pixels &&
          contains(candidate.component.rect, inner.component.rect) &&
          surrounds(connected, candidate.index + 1, candidate.component.rect, inner.component.rect),
      );
    if (!outer) continue;
    const target = outer.into ?? outer.component;
    absorb(target, inner.component);
    inner.into = target;
  }
  return bySize.filter((entry) => entry.into === undefined).map((entry) => entry.component);
}

function contains(outer: Rect, inner: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** Looks along the row and the column through the middle of the inner rectangle for cells of the outer component. */
function surrounds({ cell, columns, labels }: Connected, label: number, outer: Rect, inner: Rect): boolean {
  const row = Math.floor((inner.y + inner.height / 2) / cell);
  const column = Math.floor((inner.x + inner.width / 2) / cell);
  const inRow = (from: number, to: number) => anyOf(from, to, (x) => labels[row * columns + x] === label);
  const inColumn = (from: number, to: number) => anyOf(from, to, (y) => labels[y * columns + column] === label);
  const [left, top] = [Math.floor(outer.x / cell), Math.floor(outer.y / cell)];
  const right = Math.floor((outer.x + outer.width - 1) / cell);
  const bottom = Math.floor((outer.y + outer.height - 1) / cell);
  return inRow(left, column) && inRow(column, right) && inColumn(top, row) && inColumn(row, bottom);
}

function anyOf(from: number, to: number, test: (value: number) => boolean): boolean {
  for (let value = from; value <= to; value++) if (test(value)) return true;
  return false;
}

function rectArea(rect: Rect): number {
  return rect.width * rect.height;
}

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
    settled ||= rate(part, deviceScale).region.severity === 'critical';
  }
  const whole = mergeLines(
    mergeMoved(mergeStrips(scene.lossy ? classified : mergeCorners(classified, deviceScale), deviceScale), deviceScale),
    deviceScale,
  );
  const told = whole.filter(
    ({ component, nature }) => nature.kind !== 'noise' || isCounted(scene.counted, component.rect),
  );
  const findings = told.map((part) => rate(part, deviceScale));
  return { findings: worstFirst(findings), unclassified: components.length - classified.length };
}

function isCounted(counted: MarkedRows, rect: Rect): boolean {
  const end = rect.x + rect.width;
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const row = counted.get(y);
    if (row && nextDifference(row, rect.x, end) < end) return true;
  }
  return false;
}

/** The most a component can weigh, device px²: see `weightOf`. */
function extentOf({ rect, area }: Component): number {
  return Math.sqrt(area * rect.width * rect.height);
}

/** By severity, then weight, then place, noise last: the same pictures always give the same order, and noise crowds nothing out of a list. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      Number(a.region.kind === 'noise') - Number(b.region.kind === 'noise') ||
      bySeverity(a.region.severity, b.region.severity) ||
      b.weight - a.weight ||
      a.region.rect.y - b.region.rect.y ||
      a.region.rect.x - b.region.rect.x,
  );
}

function rate({ component: { rect, area }, nature: { kind, deltaE, move } }: Classified, deviceScale: number): Finding {
  const rated: Rated = { kind, rect, area, deltaE, deviceScale };
  if (move) rated.moved = Math.hypot(move.shift.x, move.shift.y);
  // A strip that a box gained or lost: its edge moved by the strip's shorter side.
  else if (kind === 'resized') rated.moved = Math.min(rect.width, rect.height);
  return {
    region: { rect, area, kind, severity: severityOf(rated) },
    weight: weightOf(rated),
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
