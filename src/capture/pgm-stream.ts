import { CodeloopError } from '../core/errors.js';
import type { GreyImage } from '../image/thumbnail.js';

/** Longest header that is believed to be one, bytes. */
const MAX_HEADER = 64;

/** Cuts a stream of binary PGM files (Netpbm, 8 bit), one behind the other, into pictures. Chunks may be cut anywhere. */
export class PgmStream {
  #rest: Buffer = Buffer.alloc(0);

  /** The pictures that are whole now, in order. Throws IMAGE_UNREADABLE when the stream is no PGM. */
  push(chunk: Buffer): GreyImage[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const pictures: GreyImage[] = [];
    for (;;) {
      const header = /^P5\s(\d+)\s(\d+)\s255\s/.exec(this.#rest.toString('latin1', 0, MAX_HEADER));
      if (!header) {
        if (this.#rest.length >= MAX_HEADER)
          throw new CodeloopError('IMAGE_UNREADABLE', { path: 'frame', reason: 'the stream holds something else' });
        return pictures;
      }
      const [width, height] = [Number(header[1]), Number(header[2])];
      const end = header[0].length + width * height;
      if (this.#rest.length < end) return pictures;
      pictures.push({ data: Uint8Array.from(this.#rest.subarray(header[0].length, end)), width, height });
      this.#rest = this.#rest.subarray(end);
    }
  }
}
