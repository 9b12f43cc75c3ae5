import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';

/** Space around a change in the picture of both sides, px, and the most that is shown of it. */
const MARGIN = 40;
const MOST = { width: 700, height: 600 };

/** Pairs that went wrong in any way, by what went wrong first. */
export function wrongPairs(rows) {
  return rows.flatMap((row) => {
    if (!row.settled) return [{ group: 'unsteady', row }];
    if (row.type === 'noise') return row.baseline.found || row.picture.found ? [{ group: 'false-alarm', row }] : [];
    if (row.sight !== 'visible') return [];
    if (!row.baseline.found) return [{ group: 'miss', row }];
    if (row.baseline.rankSame !== 1) return [{ group: 'element', row }];
    return row.baseline.property === false ? [{ group: 'property', row }] : [];
  });
}

/** Copies reference and actual of every pair that went wrong, with what was said and both sides of the place, into `folder`. */
export async function keepMisses(rows, folder) {
  for (const { group, row } of wrongPairs(rows)) {
    const to = path.join(folder, group, row.id);
    mkdirSync(to, { recursive: true });
    cpSync(row.reference.file, path.join(to, `reference${path.extname(row.reference.file)}`));
    cpSync(row.actual.file, path.join(to, 'actual.png'));
    writeFileSync(path.join(to, 'pair.json'), JSON.stringify(row, null, 2));
    await placePicture(row, path.join(to, 'place.png'));
  }
}

/** Reference left, actual right, around the change (or around the first region of a false alarm). */
export async function placePicture(row, file) {
  const rects = row.element?.rects ?? row.baseline.regions.map(({ rect }) => rect);
  if (rects.length === 0) return;
  const left = Math.max(0, Math.floor(Math.min(...rects.map(({ x }) => x)) - MARGIN));
  const top = Math.max(0, Math.floor(Math.min(...rects.map(({ y }) => y)) - MARGIN));
  const right = Math.ceil(Math.max(...rects.map(({ x, width }) => x + width)) + MARGIN);
  const bottom = Math.ceil(Math.max(...rects.map(({ y, height }) => y + height)) + MARGIN);
  const width = Math.min(MOST.width, right - left);
  const height = Math.min(MOST.height, bottom - top);
  const side = async ({ file: from, size }) => {
    const box = { left, top, width: Math.min(width, size.width - left), height: Math.min(height, size.height - top) };
    if (box.width < 1 || box.height < 1) return [];
    return [await sharp(from).extract(box).png().toBuffer()];
  };
  const sides = await Promise.all([row.reference, row.actual].map(side));
  const parts = sides.flatMap((found, at) => found.map((input) => ({ input, left: at * (width + 10), top: 0 })));
  await sharp({ create: { width: width * 2 + 10, height, channels: 3, background: '#f0f' } })
    .composite(parts)
    .png()
    .toFile(file);
}
