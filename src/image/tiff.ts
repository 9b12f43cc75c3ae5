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
