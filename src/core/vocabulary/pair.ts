import { z } from 'zod';
import { Rect, Size } from './geometry.js';
import { Artifact } from './screenshot.js';

/** The Figma file that references of a comparison came from, and whether they are known to be its newest version. */
export const FigmaSource = z.object({
  file_key: z.string(),
  version: z.string(),
  /** Time at which the frames of this version were fetched. */
  fetched_at: z.string(),
  /** True when Figma was asked for this comparison and named this very version. */
  confirmed: z.boolean(),
  /** Why it could not be confirmed, and how old the frames are. */
  note: z.string().optional(),
});
export type FigmaSource = z.infer<typeof FigmaSource>;

/**
 * One visible layer of a Figma frame in the words of CSS. `rect` is in CSS pixels of the frame; `parent` is an index into the
 * list; `styles` hold computed values as a browser writes them; `tokens` name the variable or style a value is bound to.
 * Names and texts come from the file and are untrusted.
 */
export const FigmaLayer = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  rect: Rect,
  parent: z.number().int().optional(),
  text: z.string().optional(),
  styles: z.record(z.string(), z.string()),
  tokens: z.record(z.string(), z.string()),
});
export type FigmaLayer = z.infer<typeof FigmaLayer>;

/** The layers of one frame, in the order in which they are painted, the frame itself first. */
export const FigmaLayers = z.object({
  schema_version: z.literal(1),
  node_id: z.string(),
  name: z.string(),
  layers: z.array(FigmaLayer),
  /** True when the frame had more layers than are kept. */
  truncated: z.boolean(),
});
export type FigmaLayers = z.infer<typeof FigmaLayers>;

export const Severity = z.enum(['critical', 'major', 'minor']);
export type Severity = z.infer<typeof Severity>;

export const RegionKind = z.enum(['added', 'missing', 'moved', 'resized', 'recolored', 'text', 'noise', 'unknown']);
export type RegionKind = z.infer<typeof RegionKind>;

/** The element behind a region; names and texts come from the page and are untrusted. */
export const RegionElement = z.object({
  selector: z.string(),
  role: z.string().optional(),
  name: z.string().optional(),
  test_id: z.string().optional(),
  /**
   * Relation of the element to the region: `self`, the difference is in its own box; `container`, the smallest element around it (all that
   * can be said of something missing when the reference is only a picture); `cause`, its change moved or resized what is in the region.
   */
  relation: z.enum(['self', 'container', 'cause']).optional(),
  /** Selectors of other elements that differ by the same, and surely for the same cause; the first ten. */
  alike: z.array(z.string()).optional(),
});
export type RegionElement = z.infer<typeof RegionElement>;

/**
 * A property of the element that differs: a CSS property with computed values, or `presence`, `order`, `text`, `src`, `width`, `height`,
 * `x`, `y`. `measured`: read from pixels, because the reference is only a picture; lengths are good to 1 CSS px, colours to 2 levels of
 * 255 per channel. `design`: expected by a Figma layer. Values are untrusted.
 */
export const RegionProperty = z.object({
  property: z.string(),
  expected: z.string(),
  actual: z.string(),
  source: z.enum(['computed', 'measured', 'design']).optional(),
  /** The difference that is still allowed: `2px`, `ΔE00 2`, `equal`. */
  tolerance: z.string().optional(),
  /** Name of the design token that the expected value is bound to. */
  token: z.string().optional(),
});
export type RegionProperty = z.infer<typeof RegionProperty>;

/**
 * A connected difference inside a pair; `rect` in device pixels of the actual picture, after an alignment too; `area` = visibly differing
 * pixels in it.
 */
export const Region = z.object({
  rect: Rect,
  area: z.number().int().nonnegative(),
  kind: RegionKind,
  severity: Severity,
  element: RegionElement.optional(),
  properties: z.array(RegionProperty).optional(),
  tile: Artifact.optional(),
});
export type Region = z.infer<typeof Region>;

/** One element of the page that deviates from its layer of the design. */
export const LayerDeviation = z.object({
  layer: z.object({ id: z.string(), name: z.string() }),
  element: RegionElement,
  properties: z.array(RegionProperty),
});
export type LayerDeviation = z.infer<typeof LayerDeviation>;

/** A page against the layers of the Figma frame that it is to look like; names come from the file and are untrusted. */
export const FrameFindings = z.object({
  node_id: z.string(),
  frame: z.string(),
  layers: z.number().int(),
  /** Layers for which an element of the page was found. */
  matched: z.number().int(),
  /** Visible layers without an element: their text, else their name; the first 20. */
  unmatched: z.array(z.string()),
  deviation_count: z.number().int(),
  /** Elements with most properties first. */
  deviations: z.array(LayerDeviation),
});
export type FrameFindings = z.infer<typeof FrameFindings>;

export const PairOutcome = z.enum([
  'match',
  'mismatch',
  'size-mismatch',
  'missing-reference',
  'missing-actual',
  'unreadable',
]);
export type PairOutcome = z.infer<typeof PairOutcome>;

/**
 * A row or column band inserted (`by` > 0) or removed (`by` < 0) at position `at` of the reference, device pixels. `across`: the columns
 * (of a shift of rows) or rows in which it holds, where something beside them stood still.
 */
export const Shift = z.object({
  axis: z.enum(['x', 'y']),
  at: z.number().int(),
  by: z.number().int(),
  across: z.object({ from: z.number().int(), to: z.number().int() }).optional(),
});
export type Shift = z.infer<typeof Shift>;

/** Reference and actual of one screen at one viewport, compared. */
export const Pair = z.object({
  screen: z.string(),
  viewport: z.string(),
  outcome: PairOutcome,
  comparator: z.enum(['identical', 'pixelmatch', 'odiff']).optional(),
  /** `1 - diff_pixels / total_pixels`, rounded down to four decimals; identical is exactly 1. */
  score: z.number().min(0).max(1).optional(),
  aligned_score: z.number().min(0).max(1).optional(),
  threshold: z.number().min(0).max(1).optional(),
  diff_pixels: z.number().int().nonnegative().optional(),
  total_pixels: z.number().int().nonnegative().optional(),
  masked_ratio: z.number().min(0).max(1).optional(),
  size: z.object({ reference: Size.optional(), actual: Size.optional() }),
  /** Px of the actual picture for one px of the reference, where their device pixel ratios differ: 0.5 for a design @2x of a screen @1x. */
  reference_factor: z.number().positive().optional(),
  shifts: z.array(Shift),
  regions: z.array(Region),
  /**
   * Who drew a reference that is only a picture: `same` as the app, so that single pixels prove something, or `other`. Of another renderer
   * what the app shows is looked for in it and judged, not the score.
   */
  renderer: z.enum(['same', 'other']).optional(),
  /** Number of all regions, where `regions` holds only the worst. */
  region_count: z.number().int().optional(),
  reference: Artifact.optional(),
  actual: Artifact.optional(),
  diff: Artifact.optional(),
  /** Why a pair could not be compared, or what was done to make it comparable (scaled reference, padding). */
  note: z.string().optional(),
  /** Findings from the design's layers, where the reference is a Figma frame. */
  figma: FrameFindings.optional(),
  ad_hoc: z.boolean().optional(),
});
export type Pair = z.infer<typeof Pair>;

/** References and screenshots that found no counterpart; nothing is left out silently. */
export const Unmatched = z.object({
  references: z.array(z.object({ path: z.string(), reason: z.string(), nearest: z.string().optional() })),
  screenshots: z.array(z.object({ screen: z.string(), viewport: z.string() })),
});
export type Unmatched = z.infer<typeof Unmatched>;

/** `design_compare_summary.json`: every pair of a run, worst first, with what found no counterpart. */
export const DesignCompare = z.object({
  pairs: z.array(Pair),
  /** Lowest score of the pairs that could be compared; absent when none could. */
  min_score: z.number().optional(),
  design_match_threshold: z.number(),
  worst: z.object({ screen: z.string(), viewport: z.string() }).optional(),
  unmatched: Unmatched,
  /** The Figma file that references are from. */
  figma: FigmaSource.optional(),
});
export type DesignCompare = z.infer<typeof DesignCompare>;

/** A pair whose reference is an accepted earlier picture. */
export const BaselinePair = Pair.extend({
  /** Folder name of the environment the baseline was made in. */
  environment: z.string(),
  /** False: made elsewhere, where only equal pixels say anything; a difference is `missing-reference` with a note. */
  same_environment: z.boolean(),
});
export type BaselinePair = z.infer<typeof BaselinePair>;

/** `visual_regression.json`: every configured cell that has a baseline, worst first, and those that have none. */
export const VisualRegression = z.object({
  pairs: z.array(BaselinePair),
  /** `visual.max_diff_ratio`: share of differing pixels that is allowed. */
  max_diff_ratio: z.number(),
  /** Photographed cells without a baseline in any environment. */
  new: z.array(z.object({ screen: z.string(), viewport: z.string() })),
  /** Digest of all baselines they were compared with, as `code_state.bars.baselines`. */
  baselines: z.string(),
});
export type VisualRegression = z.infer<typeof VisualRegression>;

/** Longest parts of a line, in characters. */
const MAX = { name: 60, selector: 120, value: 60, properties: 4 };

/**
 * Returns a region's difference as one line: `button "Pay now" (#pay): background-color #00aa77 -> #00bb88`. An element that is only around the place
 * is `in …`, one that moved what is there is `because of …`. Empty when no element is known. It quotes the page: untrusted.
 */
export function regionLine({ element, properties = [] }: Pick<Region, 'element' | 'properties'>): string {
  if (!element) return '';
  const { selector, role, name, relation, alike = [] } = element;
  const place = relation === 'container' ? 'in ' : relation === 'cause' ? 'because of ' : '';
  const named = [role, name === undefined ? undefined : `"${cut(name, MAX.name)}"`].filter(
    (part) => part !== undefined,
  );
  const one = named.length === 0 ? cut(selector, MAX.selector) : `${named.join(' ')} (${cut(selector, MAX.selector)})`;
  const who = alike.length === 0 ? one : `${one} and ${alike.length} alike`;
  const listed = properties.slice(0, MAX.properties).map(({ property, expected, actual, source }) => {
    const values = `${cut(expected, MAX.value) || '(empty)'} -> ${cut(actual, MAX.value) || '(empty)'}`;
    return `${cut(property, MAX.value)} ${values}${source === 'measured' ? ' (measured)' : ''}`;
  });
  const more = properties.length - listed.length;
  const rest = more > 0 ? [`${more} more`] : [];
  return `${place}${who}${listed.length === 0 ? '' : `: ${[...listed, ...rest].join('; ')}`}`;
}

/** Returns how severe a difference is, its kind, and where it is, device px: `major difference (missing) at x 5, y 6, 10 x 20 px.` */
export function regionTitle(region: Region): string {
  const { x, y, width, height } = region.rect;
  return `${region.severity} difference (${region.kind}) at x ${x}, y ${y}, ${width} x ${height} px.`;
}

/** Returns a region with its severity as one line: its difference, or what kind it is and where, device px, when no element is known. Untrusted. */
export function regionText(region: Region): string {
  const { x, y, width, height } = region.rect;
  return `${region.severity}: ${regionLine(region) || `${region.kind} at ${x},${y} (${width} x ${height} px)`}`;
}

function cut(text: string, most: number): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  const characters = [...line];
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join('')}…`;
}
