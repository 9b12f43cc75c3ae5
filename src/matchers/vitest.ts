/** `codeloop/vitest`: pictures of Vitest's browser mode are compared as `codeloop verify` compares with what was accepted. */
import { compareImages } from '../compare/compare-images.js';
import { regionText } from '../core/vocabulary/pair.js';
import { decode } from '../image/decode.js';
import type { RawImage } from '../image/pixels.js';
import { findFolder } from '../project/locate.js';
import { baselineSettings, isBeyond } from '../verify/baselines/compare-baseline.js';

/** A picture as Vitest hands it over: RGBA8, row-major. */
interface Shown {
  metadata: { width: number; height: number };
  data: Uint8Array | Uint8ClampedArray;
}

/** Options of the comparator, in `comparatorOptions`; what is left out is as `.codeloop/config.json` says. */
export interface ComparatorOptions {
  /** Share of pixels that may differ, 0-1: `visual.max_diff_ratio`. */
  maxDiffRatio?: number;
  /** Folder of the project; default: where Vitest was started. */
  project?: string;
}

/** What Vitest is answered. `diff` is RGBA8 of the reference's size. */
export interface ComparatorResult {
  pass: boolean;
  diff: Uint8Array | null;
  message: string | null;
}

/** Regions that are told. */
const MOST = 6;

/**
 * A comparator for `expect.toMatchScreenshot`: every visibly differing pixel counts, what moved is told from what changed, and a missing
 * control is critical however small its share of the picture. Registered in `browser.expect.toMatchScreenshot.comparators` (documented in
 * vitest.dev/config/browser/expect, read 2026-11). Throws CONFIG_INVALID, IMAGE_TOO_LARGE.
 */
export async function codeloopComparator(
  reference: Shown,
  actual: Shown,
  { createDiff, maxDiffRatio, project: folder = '.' }: ComparatorOptions & { createDiff: boolean },
): Promise<ComparatorResult> {
  // Read each time: Vitest's process outlives changes of the configuration.
  const project = await findFolder(undefined, [folder]);
  const tolerance = maxDiffRatio ?? project.config.visual.max_diff_ratio;
  const result = await compareImages(
    { raw: onWhite(reference), name: 'the accepted screenshot' },
    { raw: onWhite(actual), name: 'the screenshot' },
    { ...baselineSettings(project, tolerance), diffPicture: createDiff },
  );
  if (result.outcome === 'unreadable') throw result.error;
  const { diff_pixels: differing, total_pixels: total, regions, shifts, size, diff } = result;
  if (result.outcome === 'match' && !isBeyond(result, tolerance)) return { pass: true, diff: null, message: null };
  const sizes = (['reference', 'actual'] as const).map((side) => `${size[side].width} x ${size[side].height}`);
  const lines = [
    `${differing} of ${total} pixels differ (${((differing / Math.max(1, total)) * 100).toFixed(2)} %).`,
    ...(sizes[0] === sizes[1] ? [] : [`It is ${sizes[1]} px, and was accepted at ${sizes[0]} px.`]),
    ...shifts.map(
      ({ axis, at, by }) =>
        `${Math.abs(by)} ${axis === 'y' ? 'rows' : 'columns'} ${by > 0 ? 'more' : 'fewer'} at ${at} px.`,
    ),
    ...regions.slice(0, MOST).map(regionText),
    ...(regions.length > MOST ? [`… and ${regions.length - MOST} more`] : []),
  ];
  return {
    pass: false,
    diff: diff ? fitted(await decode({ bytes: diff, name: 'diff' }), reference) : null,
    message: lines.join('\n'),
  };
}

/** The picture on white, as codeloop's comparators take them: a screenshot without a background has an alpha. */
function onWhite({ metadata: { width, height }, data }: Shown): RawImage {
  const flat = new Uint8Array(data);
  for (let at = 0; at < flat.length; at += 4) {
    const alpha = flat[at + 3] ?? 255;
    if (alpha === 255) continue;
    for (let part = at; part < at + 3; part += 1)
      flat[part] = Math.round(((flat[part] ?? 0) * alpha + 255 * (255 - alpha)) / 255);
    flat[at + 3] = 255;
  }
  return { data: flat, width, height };
}

/** The diff picture in the reference's frame, which is the only size that Vitest writes: cut, or with white around it. */
function fitted(diff: RawImage, { metadata: { width, height } }: Shown): Uint8Array {
  if (diff.width === width && diff.height === height) return new Uint8Array(diff.data);
  const frame = new Uint8Array(width * height * 4).fill(255);
  const columns = Math.min(width, diff.width) * 4;
  for (let row = 0; row < Math.min(height, diff.height); row += 1)
    frame.set(diff.data.subarray(row * diff.width * 4, row * diff.width * 4 + columns), row * width * 4);
  return frame;
}
