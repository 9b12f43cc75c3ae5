import { blankImage, paste } from '../image/crop.js';
import { decode } from '../image/decode.js';
import { drawLabel, labelHeight } from '../image/label.js';
import type { RawImage } from '../image/raw-image.js';
import { fitWithin, INLINE_MAX_PIXELS, INLINE_MAX_SIDE, resizeTo } from '../image/resize.js';

/** A picture for a sheet, and its number and time above it. */
export interface SheetPicture {
  data: Buffer;
  label: string;
}

const GAP = 8;
const LABEL_SCALE = 2;
const STRIP = labelHeight(LABEL_SCALE) + 8;
/** Near black behind the pictures, near white for the labels (little-endian RGBA, and RGBA). */
const GROUND = 0xff202020;
const INK = [240, 240, 240, 255] as const;

/**
 * Pictures in rows, left to right, each with its label above it, as one picture within what a reply may show (1568 px a side, 1.15
 * megapixels). All get the same room; a taller or wider one is made smaller. Throws IMAGE_UNREADABLE.
 */
export async function contactSheet(pictures: readonly SheetPicture[]): Promise<RawImage> {
  const images = await Promise.all(
    pictures.map(({ data }, index) => decode({ bytes: data, name: `frame ${index + 1}` })),
  );
  const first = images[0] ?? blankImage(1, 1);
  const columns = columnsFor(images.length, first.width / first.height);
  const rows = Math.ceil(images.length / columns);
  const room = roomFor(columns, rows, first);
  const sheet = blankImage(columns * (room.width + GAP) + GAP, rows * (room.height + STRIP + GAP) + GAP, GROUND);
  for (const [index, image] of images.entries()) {
    const x = GAP + (index % columns) * (room.width + GAP);
    const y = GAP + Math.floor(index / columns) * (room.height + STRIP + GAP);
    drawLabel(sheet, pictures[index]?.label ?? '', { x, y: y + 3 }, LABEL_SCALE, INK);
    const size = fitWithin(image, { maxSide: Math.max(room.width, room.height), maxWidth: room.width });
    const scale = Math.min(1, room.height / size.height);
    const fitted = {
      width: Math.max(1, Math.floor(size.width * scale)),
      height: Math.max(1, Math.floor(size.height * scale)),
    };
    paste(sheet, await resizeTo(image, fitted), x, y + STRIP);
  }
  return sheet;
}

/** As many columns as make the sheet about as wide as high. */
function columnsFor(count: number, aspect: number): number {
  return Math.max(1, Math.min(count, Math.round(Math.sqrt(count / aspect))));
}

function roomFor(columns: number, rows: number, picture: { width: number; height: number }) {
  const across = GAP * (columns + 1);
  const down = GAP * (rows + 1) + STRIP * rows;
  const aspect = picture.height / picture.width;
  const fits = (width: number) => {
    const sheet = { width: columns * width + across, height: Math.floor(rows * width * aspect) + down };
    return Math.max(sheet.width, sheet.height) <= INLINE_MAX_SIDE && sheet.width * sheet.height <= INLINE_MAX_PIXELS;
  };
  let width = picture.width;
  while (width > 16 && !fits(width)) width = Math.floor(width * 0.98);
  return { width, height: Math.max(1, Math.floor(width * aspect)) };
}
