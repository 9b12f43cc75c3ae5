import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { CodeloopError } from '../core/errors.js';
import { makeTempFolder } from '../core/temp-folder.js';
import { decodeAlpha } from '../image/decode.js';
import { tiffHead } from '../image/encode.js';
import type { PixelView } from '../image/pixels.js';
import { OdiffServer } from './odiff-server.js';
import { type Comparator, type DiffSettings, type Overlap, type PixelDiff, windowPixels } from './pixel-diff.js';
import { cutBands, unequalBands } from './row-bands.js';

const server = new OdiffServer();

/**
 * odiff over the same flattened pixels that pixelmatch would see, handed over as uncompressed files in a private temporary folder.
 * Which pixels differ is read from odiff's own mask, so that masks, regions and counts come from one place.
 */
export const odiffComparator: Comparator = {
  id: 'odiff',
  async compare(overlap: Overlap, settings: DiffSettings): Promise<PixelDiff> {
    const { width, height } = overlap.reference;
    const bands = unequalBands(overlap, 1);
    if (bands.length === 0) return { width, height, mask: new Uint8Array(width * height), bands };
    const folder = await makeTempFolder('codeloop-odiff-');
    try {
      const base = path.join(folder, 'base.tiff');
      const compare = path.join(folder, 'compare.tiff');
      const output = path.join(folder, 'mask.png');
      await Promise.all([writePixels(base, overlap.reference), writePixels(compare, overlap.actual)]);
      const answer = await server.ask({
        base,
        compare,
        output,
        options: {
          threshold: settings.pixelThreshold,
          antialiasing: settings.antialiasing === 'ignored',
          outputDiffMask: true,
          diffColor: '#ffffff',
        },
      });
      if (settings.signal?.aborted) throw new CodeloopError('CANCELLED', { what: 'compare' });
      if (answer.match) return { width, height, mask: new Uint8Array(width * height), bands: [] };
      return { width, height, mask: await readMask(output, overlap.reference), bands };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Ends odiff's process, if it runs. May be called twice; the next large comparison starts it again. */
export async function stopOdiff(): Promise<void> {
  await server.stop();
}

/** Process id of odiff while it runs. */
export function odiffPid(): Promise<number | undefined> {
  return server.pid();
}

/** Pixels written per call, bytes: the copies made for a narrower overlap stay small. */
const WRITE_BYTES = 8 * 1024 * 1024;

async function writePixels(file: string, view: PixelView): Promise<void> {
  // 'wx': the folder is ours and new, so an existing file is another program's.
  const { width, height } = view;
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.write(tiffHead({ width, height }));
    const rows = Math.max(1, Math.floor(WRITE_BYTES / (width * 4)));
    for (const band of cutBands([{ from: 0, to: height }], rows))
      await handle.writeFile(windowPixels(view, { from: 0, to: width }, band));
  } finally {
    await handle.close();
  }
}

async function readMask(file: string, { width, height }: PixelView): Promise<Uint8Array> {
  const { data, ...size } = await decodeAlpha(file);
  if (size.width !== width || size.height !== height)
    throw new Error(`odiff drew ${size.width}x${size.height} instead of ${width}x${height}`);
  for (let at = 0; at < data.length; at++) data[at] = (data[at] ?? 0) >> 7;
  return data;
}
