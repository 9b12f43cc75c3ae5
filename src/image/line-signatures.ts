import type { RawImage } from './raw-image.js';

/**
 * One 52-bit hash per row of pixels, of the columns `from` <= x < `to` (default: all): equal rows have equal signatures, different
 * rows almost surely different ones. Two FNV-1a lanes over 32-bit pixels (http://www.isthe.com/chongo/tech/comp/fnv/), with
 * different offsets, packed into a double.
 */
export function rowSignatures(image: RawImage, columns = { from: 0, to: image.width }): Float64Array {
  const pixels = new Uint32Array(image.data.buffer, image.data.byteOffset, image.width * image.height);
  const signatures = new Float64Array(image.height);
  for (let y = 0; y < image.height; y++) {
    let low = 0x811c9dc5;
    let high = 0x050c5d1f;
    const end = y * image.width + columns.to;
    for (let at = y * image.width + columns.from; at < end; at++) {
      const pixel = pixels[at] ?? 0;
      low = Math.imul(low ^ pixel, 0x01000193);
      high = Math.imul(high ^ (pixel >>> 7) ^ (pixel << 3), 0x01000193);
      // FNV alone carries bits upwards only; 32-bit input needs its high bits folded back down.
      low ^= low >>> 15;
      high ^= high >>> 13;
    }
    signatures[y] = (low >>> 0) * 0x100000 + (high >>> 12);
  }
  return signatures;
}

/** The same of the columns, within the rows `from` <= y < `to`. */
export function columnSignatures(image: RawImage, rows = { from: 0, to: image.height }): Float64Array {
  const { width } = image;
  const pixels = new Uint32Array(image.data.buffer, image.data.byteOffset, width * image.height);
  const low = new Int32Array(width).fill(0x811c9dc5);
  const high = new Int32Array(width).fill(0x050c5d1f);
  for (let y = rows.from; y < rows.to; y++)
    for (let x = 0; x < width; x++) {
      const pixel = pixels[y * width + x] ?? 0;
      const [a, b] = [
        Math.imul((low[x] ?? 0) ^ pixel, 0x01000193),
        Math.imul((high[x] ?? 0) ^ (pixel >>> 7) ^ (pixel << 3), 0x01000193),
      ];
      low[x] = a ^ (a >>> 15);
      high[x] = b ^ (b >>> 13);
    }
  return Float64Array.from(low, (value, x) => (value >>> 0) * 0x100000 + ((high[x] ?? 0) >>> 12));
}

/** Whether row `y` of both pictures, which must be equally wide, is byte-equal. */
export function rowEquals(a: RawImage, b: RawImage, y: number): boolean {
  const from = y * a.width * 4;
  const length = a.width * 4;
  return Buffer.compare(a.data.subarray(from, from + length), b.data.subarray(from, from + length)) === 0;
}
