import type { Compared, DecodedPair, OpenPair } from '../../compare/compare.js';
import { MOST_REGIONS } from '../../compare/compare-decoded.js';
import { atLeast, bySeverity } from '../../compare/severity.js';
import { grown, sharedArea } from '../../core/rects.js';
import type { DomBoxes } from '../../core/vocabulary/dom-boxes.js';
import type { Rect, Size } from '../../core/vocabulary/geometry.js';
import type { Pair, Region, Severity } from '../../core/vocabulary/pair.js';
import { clipRect, type RawImage } from '../../image/pixels.js';
import { resizeTo } from '../../image/resize.js';
import { elementOf } from '../region-element.js';
import type { Finding } from './finding.js';
import { type Reading, readReference } from './read-reference.js';

/** Pixels of a picture above which it is not read. */
const MOST_PIXELS = 40_000_000;
/** Share of the app's text that a reference must show to be a picture of it. */
const OF_THIS_PAGE = 0.25;

/**
 * Reads a reference that is only a picture, both pictures at the scale of the actual one. Undefined where that says nothing: the pictures
 * are equal, or too large, or the reference shows something else.
 */
export async function readOpenPair(
  pictures: OpenPair,
  boxes: DomBoxes,
  scale: { reference: number; actual: number },
  masks: readonly Rect[],
  lossy: boolean,
): Promise<Reading | undefined> {
  if (!('kind' in pictures) || pictures.kind !== 'decoded') return undefined;
  if (pictures.taken.width * pictures.taken.height > MOST_PIXELS) return undefined;
  const { actual, reference } = await atActualScale(pictures, scale);
  const reading = readReference({
    ...{ boxes, actual, reference },
    scale: scale.actual,
    masks,
    lossy,
    scaled: scale.reference !== scale.actual,
  });
  return reading.found >= OF_THIS_PAGE ? reading : undefined;
}

/** Both pictures of a pair at the scale of the actual one, as it was taken. `scale`: device px per CSS px of each. */
export async function atActualScale(
  { reference, taken, actualFactor }: DecodedPair,
  scale: { reference: number; actual: number },
): Promise<{ reference: RawImage; actual: RawImage }> {
  if (actualFactor === 1) return { reference, actual: taken };
  const factor = scale.actual / scale.reference;
  const [width, height] = [Math.round(reference.width * factor), Math.round(reference.height * factor)];
  return { reference: await resizeTo(reference, { width, height }), actual: taken };
}

/** Elements that are named beside one that differs alike. */
const ALIKE = 10;

/** The findings of a reading as regions of the actual picture, worst first. */
export function readRegions({ findings }: Reading, size: Size): Region[] {
  const area = ({ rect }: Finding) => rect.width * rect.height;
  return findings
    .map((finding, at) => ({ finding, at }))
    .sort(
      (a, b) =>
        bySeverity(a.finding.severity, b.finding.severity) ||
        Number(b.finding.arranges ?? false) - Number(a.finding.arranges ?? false) ||
        a.at - b.at,
    )
    .map(({ finding }) => ({
      rect: clipRect(finding.rect, size) ?? { x: 0, y: 0, width: 1, height: 1 },
      area: Math.max(1, Math.round(area(finding))),
      kind: finding.kind,
      severity: finding.severity,
      element: {
        ...elementOf(finding.node.element, finding.relation),
        ...(finding.alike ? { alike: finding.alike.slice(0, ALIKE).map(({ element }) => element.selector) } : {}),
      },
      ...(finding.properties.length === 0 ? {} : { properties: finding.properties }),
    }));
}

/** Device px about a finding in which pixels that differ are its own. */
const ABOUT = 8;

/**
 * Regions of pixels that no finding accounts for: what lies in or about one, or in something that moved, follows from it. Of two
 * renderers pixels say nothing.
 */
export function unreadRegions(regions: readonly Region[], { sameRenderer, findings, moved }: Reading): Region[] {
  if (!sameRenderer) return [];
  const known = [...findings.map(({ rect }) => grown(rect, ABOUT)), ...moved];
  return regions.filter(
    ({ rect }) =>
      !known.some((one) => sharedArea(one, rect) >= 0.3 * Math.min(rect.width * rect.height, one.width * one.height)),
  );
}

/**
 * Regions that were read and those of pixels that no finding accounts for, worst first. The latter mostly follow from something that was
 * read: where the worst of that is major, nothing that has no more than pixels to show is worse.
 */
export function joinedRegions(read: readonly Region[], unread: readonly Region[]): Region[] {
  const [worst] = read.map(({ severity }) => severity).sort(bySeverity);
  const rest = unread.map((one) =>
    worst === 'major' && one.severity === 'critical' ? { ...one, severity: worst } : one,
  );
  return [...read, ...rest].sort((a, b) => bySeverity(a.severity, b.severity)).slice(0, MOST_REGIONS);
}

/**
 * What a pair comes to whose reference was read: its regions, who drew it, and its outcome. `unread`: regions of pixels that no finding
 * accounts for, explained. `scale`: device px per CSS px of each.
 */
export function readPair(
  reading: Reading,
  unread: readonly Region[],
  compared: Pick<Compared, 'outcome' | 'size'>,
  settings: {
    blockOnSeverity: Severity;
    allowSizeDifference: boolean;
    scale: { reference: number; actual: number };
  },
): Required<Pick<Pair, 'renderer' | 'outcome' | 'regions'>> {
  const regions = joinedRegions(readRegions(reading, compared.size.actual), unread);
  const blocked = regions.some(({ severity }) => atLeast(severity, settings.blockOnSeverity));
  return {
    renderer: reading.sameRenderer ? 'same' : 'other',
    outcome: outcomeOfReading(reading, blocked, compared, settings.scale, settings.allowSizeDifference),
    regions,
  };
}

/** Share of the height by which pages of two renderers differ where lines are rounded otherwise. */
const HEIGHT_ROUNDING = 0.005;

/**
 * Outcome of a pair that was read. Where one renderer drew both, the regions that were read come to what pixels say; of two renderers only
 * what was read decides, not the score, and a page that is much higher or wider is another size. `scale`: device px per CSS px of each.
 */
function outcomeOfReading(
  { sameRenderer, rounded }: Reading,
  blocked: boolean,
  { outcome, size }: Pick<Compared, 'outcome' | 'size'>,
  scale: { reference: number; actual: number },
  allowSizeDifference: boolean,
): Pair['outcome'] {
  if (sameRenderer) return blocked && outcome === 'match' ? 'mismatch' : outcome;
  const css = (side: 'width' | 'height', of: 'reference' | 'actual') => size[of][side] / scale[of];
  const apart = (side: 'width' | 'height') => css(side, 'reference') - css(side, 'actual');
  const rounding = Math.max(2, HEIGHT_ROUNDING * css('height', 'actual'));
  // What each line was rounded by adds up: so much longer is the whole page, too.
  const longer = Math.min(Math.abs(apart('height')), Math.abs(apart('height') - rounded / scale.actual));
  if (!allowSizeDifference && (Math.abs(apart('width')) > 1 || longer > rounding)) return 'size-mismatch';
  return blocked ? 'mismatch' : 'match';
}
