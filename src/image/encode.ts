import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { constants, crc32, createDeflate } from 'node:zlib';
import type { Sharp } from 'sharp';
import type { RawImage } from './pixels.js';
import { pipelineFromPixels } from './read-source.js';

/** `[red, green, blue]`, 0-255. */
export type PaletteColor = readonly [number, number, number];

/** Drawing paper of one byte per pixel, for the rows from `from` to `to` of a picture. Each row starts with the byte that PNG keeps for its filter (0: none). */
export interface IndexedPaper {
  width: number;
  from: number;
  to: number;
  /** `(width + 1) * (to - from)` bytes; the pixel at `x`,`y` of the picture is at `(y - from) * (width + 1) + 1 + x`. */
  scanlines: Uint8Array;
}

/** Rows of one paper: tall pictures are never held as a whole. */
const PAPER_ROWS = 1024;

/**
 * A PNG of palette indices, at most 256 colours. For pictures that we draw ourselves: a quarter of the memory of RGBA, and several
 * times faster to write than a true-colour PNG (sharp can only make a palette by searching for one).
 * PNG specification (third edition), sections 5, 9.2 and 11.2: no filter suits indexed colour.
 * `draw` gets papers of colour 0, from the top down.
 */
export async function drawIndexedPng(
  { width, height }: { width: number; height: number },
  palette: readonly PaletteColor[],
  draw: (paper: IndexedPaper) => void,
): Promise<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  // Runs of one colour are nearly all there is to find in such a picture: as small as level 1, in two thirds of the time.
  const papers = function* () {
    for (let from = 0; from < height; from += PAPER_ROWS) {
      const to = Math.min(height, from + PAPER_ROWS);
      const paper = { width, from, to, scanlines: new Uint8Array((width + 1) * (to - from)) };
      draw(paper);
      yield paper.scanlines;
    }
  };
  const packed = Readable.from(papers(), { objectMode: false }).pipe(
    createDeflate({ level: 1, strategy: constants.Z_RLE }),
  );
  const body = await buffer(packed);
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

/** TIFF 6.0 field types. */
const SHORT = 3;
const LONG = 4;

/** Entries of the directory, their size and the places that follow from them, in bytes. */
const ENTRIES = 11;
const DIRECTORY = 8;
const BITS = DIRECTORY + 2 + ENTRIES * 12 + 4;
const PIXELS = BITS + 8;

/**
 * The head of an uncompressed RGBA8 TIFF of this size, after which the pixels follow as they are (TIFF 6.0, little-endian, one
 * strip): the cheapest way to hand decoded pixels to another program, nothing is packed and nothing copied.
 */
export function tiffHead({ width, height }: { width: number; height: number }): Buffer {
  const head = Buffer.alloc(PIXELS);
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(DIRECTORY, 4);
  head.writeUInt16LE(ENTRIES, DIRECTORY);
  const entries: readonly (readonly [tag: number, type: number, count: number, value: number])[] = [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    [258, SHORT, 4, BITS],
    [259, SHORT, 1, 1], // not compressed
    [262, SHORT, 1, 2], // RGB
    [273, LONG, 1, PIXELS],
    [277, SHORT, 1, 4], // samples per pixel
    [278, LONG, 1, height],
    [279, LONG, 1, width * height * 4],
    [284, SHORT, 1, 1], // samples of a pixel lie together
    [338, SHORT, 1, 2], // the fourth one is alpha, not premultiplied
  ];
  for (const [index, [tag, type, count, value]] of entries.entries()) {
    const at = DIRECTORY + 2 + index * 12;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(count, at + 4);
    head.writeUInt32LE(value, at + 8);
  }
  for (let sample = 0; sample < 4; sample++) head.writeUInt16LE(8, BITS + 2 * sample);
  return head;
}

/** `png-fast` for pictures that are looked at once, `png-small` for those that are kept, `webp` and `jpeg` for copies in a reply. */
export type Encoding = 'png-fast' | 'png-small' | 'webp' | 'jpeg';

/** Quality of copies in a reply: text stays readable, photographs shrink. */
const COPY_QUALITY = 75;

/** Sets a pipeline's output format. */
export function withEncoding(pipeline: Sharp, encoding: Encoding): Sharp {
  switch (encoding) {
    case 'png-fast':
      return pipeline.png({ compressionLevel: 1, adaptiveFiltering: false });
    case 'png-small':
      return pipeline.png({ compressionLevel: 9, adaptiveFiltering: true });
    case 'webp':
      return pipeline.webp({ quality: COPY_QUALITY, effort: 2 });
    case 'jpeg':
      return pipeline.jpeg({ quality: COPY_QUALITY });
  }
}

/** Pixels as a file's bytes. PNG loses nothing (alpha, always 255, is left out). */
export async function encode(image: RawImage, encoding: Encoding): Promise<Buffer> {
  const pipeline = await pipelineFromPixels(image.data, image);
  return withEncoding(pipeline.removeAlpha(), encoding).toBuffer();
}
