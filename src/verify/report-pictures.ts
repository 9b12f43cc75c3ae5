import { join, posix } from 'node:path';
import { CodeloopError } from '../core/errors.js';
import type { Artifact } from '../core/vocabulary/artifact.js';
import type { Size } from '../core/vocabulary/geometry.js';
import type { Region } from '../core/vocabulary/pair.js';
import type { ReportPicture } from '../core/vocabulary/report-model.js';
import { readSize } from '../image/picture-header.js';
import { boundedCopy } from '../image/resize.js';
import type { Project } from '../project/project.js';
import type { Run } from '../store/run.js';

/** Pictures that are embedded; beyond, the report shows the files beside it when they come into view. */
const MAX_EMBEDDED = 240;
/** A copy smaller than this cannot be read: bands of the picture are embedded as well. */
const READABLE_SCALE = 0.4;
/** Rows of a band as a multiple of its width, and how many of them a picture has. */
const BAND_SHAPE = 1.5;
const MOST_BANDS = 8;

/** Gives a picture of a run as a report shows it, `width` pixels wide at most; nothing where there is none, or none that can be read. */
export type PictureSource = (
  artifact: Artifact | undefined,
  width: number,
  regions?: readonly Region[],
) => Promise<ReportPicture | undefined>;

/**
 * The pictures of a run for its report. A picture that is gone or cannot be read is none, and costs no other its place. Of a page too
 * tall to be read in one copy its first and last rows and those around its worst regions are embedded in bands.
 */
export function reportPictures(project: Project, run: Run): PictureSource {
  let budget = MAX_EMBEDDED;
  return async (artifact, width, regions = []) => {
    if (!artifact) return undefined;
    budget -= 1;
    const path = posix.relative(run.dir, artifact.path);
    const file = join(project.dir, artifact.path);
    try {
      return budget >= 0 ? await embed(file, path, width, regions) : { path, size: await sizeOf(artifact, file) };
    } catch (error) {
      if (error instanceof CodeloopError && error.code.startsWith('IMAGE_')) return undefined;
      throw error;
    }
  };
}

async function embed(file: string, path: string, width: number, regions: readonly Region[]): Promise<ReportPicture> {
  const copy = await boundedCopy(
    { path: file },
    { maxWidth: width, maxSide: 16_000, maxPixels: 4_000_000, format: 'webp' },
  );
  const bands: NonNullable<ReportPicture['bands']> = [];
  const size = copy.original;
  const height = Math.round(size.width * BAND_SHAPE);
  if (copy.scale < READABLE_SCALE && size.height > 2 * height)
    for (const y of bandTops(size, height, regions)) {
      const part = { x: 0, y, width: size.width, height };
      bands.push({ data_uri: dataUri(await boundedCopy({ path: file }, { maxWidth: width, part })), y, height });
    }
  return { path, size, data_uri: dataUri(copy), ...(bands.length > 0 ? { bands } : {}) };
}

function dataUri({ bytes, mimeType }: { bytes: Buffer; mimeType: string }): string {
  return `data:${mimeType};base64,${bytes.toString('base64')}`;
}

/** Upper edges of the bands that are shown: the first and the last rows, and those around the worst regions that none shows yet. */
function bandTops(size: Size, height: number, regions: readonly Region[]): number[] {
  const last = size.height - height;
  const tops = [0, last];
  for (const { rect } of regions) {
    if (tops.length >= MOST_BANDS) break;
    const y = Math.round(Math.min(Math.max(0, rect.y + Math.min(rect.height, height) / 2 - height / 2), last));
    if (!tops.some((top) => Math.abs(top - y) < height)) tops.push(y);
  }
  return tops.toSorted((a, b) => a - b);
}

async function sizeOf({ width, height }: Artifact, file: string): Promise<Size> {
  return width !== undefined && height !== undefined ? { width, height } : readSize({ path: file });
}
