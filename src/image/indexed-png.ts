import { promisify } from 'node:util';
import { constants, crc32, deflate } from 'node:zlib';

const compress = promisify(deflate);

/** `[red, green, blue]`, 0-255. */
export type PaletteColor = readonly [number, number, number];

/** Drawing paper of one byte per pixel. Each row starts with the byte that PNG keeps for its filter (0: none). */
export interface IndexedPaper {
  width: number;
  height: number;
  /** `(width + 1) * height` bytes; the pixel at `x`,`y` is at `y * (width + 1) + 1 + x`. */
  scanlines: Uint8Array;
}

/** Paper filled with colour 0. */
export function indexedPaper(size: { width: number; height: number }): IndexedPaper {
  const { width, height } = size;
  return { width, height, scanlines: new Uint8Array((width + 1) * height) };
}

/**
 * A PNG of palette indices, at most 256 colours. For pictures that we draw ourselves: a quarter of the memory of RGBA, and several
 * times faster to write than a true-colour PNG (sharp can only make a palette by searching for one).
 * PNG specification (third edition), sections 5, 9.2 and 11.2: no filter suits indexed colour.
 */
export async function encodeIndexedPng(paper: IndexedPaper, palette: readonly PaletteColor[]): Promise<Buffer> {
  const { width, height, scanlines } = paper;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  // Runs of one colour are nearly all there is to find in such a picture: as small as level 1, in two thirds of the time.
  const body = await compress(scanlines, { level: 1, strategy: constants.Z_RLE });
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    ...chunk('IHDR', header),
    ...chunk('PLTE', Buffer.from(palette.flat())),
    ...chunk('IDAT', body),
    ...chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer[] {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length, 0);
  head.write(type, 4, 'latin1');
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(data, crc32(head.subarray(4))), 0);
  return [head, data, tail];
}
