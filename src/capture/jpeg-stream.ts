import { CodeloopError } from '../core/errors.js';
import type { Size } from '../core/vocabulary/geometry.js';

/** Longest JPEG that is believed to be one, bytes: more without an end means that the stream is no stream of pictures. */
const MAX_PICTURE_BYTES = 64 * 1024 * 1024;
/** Markers without a length: TEM, restart markers, start of image (ISO/IEC 10918-1, B.1.1.3). */
const isBare = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/**
 * Cuts a stream of JPEG files, one behind the other, into files. Goes from marker to marker, so that bytes of a table that look like
 * an end are none. Chunks may be cut anywhere.
 */
export class JpegStream {
  #rest: Buffer = Buffer.alloc(0);
  #at = 0;
  #inScan = false;

  /** The files that are whole now, in order. Throws IMAGE_UNREADABLE when the stream is no JPEG. */
  push(chunk: Buffer): Buffer[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const files: Buffer[] = [];
    for (let end = this.#findEnd(); end !== undefined; end = this.#findEnd()) {
      files.push(this.#rest.subarray(0, end));
      this.#rest = this.#rest.subarray(end);
      this.#at = 0;
      this.#inScan = false;
    }
    if (this.#rest.length > MAX_PICTURE_BYTES)
      throw new CodeloopError('IMAGE_UNREADABLE', { path: 'frame', reason: 'it does not end' });
    return files;
  }

  /** Length of the first file when its end is here, else `undefined`; goes on where it stopped. */
  #findEnd(): number | undefined {
    const bytes = this.#rest;
    for (;;) {
      if (this.#inScan) {
        const marker = bytes.indexOf(0xff, this.#at);
        if (marker < 0 || marker + 1 >= bytes.length) {
          this.#at = marker < 0 ? bytes.length : marker;
          return undefined;
        }
        const next = bytes[marker + 1] ?? 0;
        // Within compressed data 0xff is followed by 0, fill bytes or a restart marker; anything else ends the scan.
        this.#inScan = next === 0 || next === 0xff || isBare(next);
        this.#at = this.#inScan ? marker + (next === 0xff ? 1 : 2) : marker;
        continue;
      }
      if (this.#at + 2 > bytes.length) return undefined;
      if (bytes[this.#at] !== 0xff || (this.#at === 0 && bytes[1] !== 0xd8))
        throw new CodeloopError('IMAGE_UNREADABLE', {
          path: 'frame',
          reason: 'the stream holds something else than JPEG',
        });
      const marker = bytes[this.#at + 1] ?? 0;
      if (marker === 0xd9) return this.#at + 2;
      if (marker === 0xff) this.#at += 1;
      else if (isBare(marker)) this.#at += 2;
      else {
        if (this.#at + 4 > bytes.length) return undefined;
        this.#at += 2 + bytes.readUInt16BE(this.#at + 2);
        this.#inScan = marker === 0xda;
      }
    }
  }
}

/** Format and size (pixels) of a JPEG or PNG, from its header. Throws IMAGE_UNREADABLE for anything else. */
export function frameHeader(data: Buffer): Size & { type: 'jpg' | 'png' } {
  if (data.length > 24 && data.readUInt32BE(0) === 0x89504e47)
    return { type: 'png', width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
  let at = 2;
  while (data.readUInt16BE(0) === 0xffd8 && at + 9 <= data.length && data[at] === 0xff) {
    const marker = data[at + 1] ?? 0;
    // Start of frame: 0xc0-0xcf but for the Huffman, arithmetic and extension tables among them.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { type: 'jpg', width: data.readUInt16BE(at + 7), height: data.readUInt16BE(at + 5) };
    at += marker === 0xff ? 1 : isBare(marker) ? 2 : 2 + data.readUInt16BE(at + 2);
  }
  throw new CodeloopError('IMAGE_UNREADABLE', { path: 'frame', reason: 'it is neither JPEG nor PNG' });
}
