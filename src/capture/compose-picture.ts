import type { Rect } from '../core/vocabulary/geometry.js';
import { clipRect } from '../image/pixels.js';
import { pngSize, stackParts } from '../image/png-stack.js';

/** A PNG, and parts of it with the place in another picture where the upper left corner of each goes; whole device pixels. */
export interface Patches {
  picture: Buffer;
  parts: readonly { from: Rect; to: { x: number; y: number } }[];
}

/**
 * Returns a PNG, or a stack of them (`png-stack.ts`), with parts of other pictures in it, in their order. What lies beyond an edge, of
 * either, is left out. The same pictures give the same bytes. Throws IMAGE_UNREADABLE.
 */
export async function composePicture(stack: Buffer, screens: readonly Patches[]): Promise<Buffer> {
  const [{ decode }, { crop, paste }, { encode }] = await Promise.all([
    import('../image/decode.js'),
    import('../image/resize.js'),
    import('../image/encode.js'),
  ]);
  const composed: Buffer[] = [];
  let above = 0;
  for (const bytes of stackParts(stack)) {
    const { height } = pngSize(bytes);
    const reaching = screens.filter(({ parts }) =>
      parts.some(({ from, to }) => to.y < above + height && to.y + from.height > above),
    );
    if (reaching.length === 0) composed.push(bytes);
    else {
      const whole = await decode({ bytes, name: 'the page' });
      for (const { picture, parts } of reaching) {
        const screen = await decode({ bytes: picture, name: 'a screen of the page' });
        for (const { from, to } of parts) {
          const shift = { x: to.x - from.x, y: to.y - above - from.y };
          const seen = clipRect(from, screen);
          const target = seen && clipRect({ ...seen, x: seen.x + shift.x, y: seen.y + shift.y }, whole);
          if (!target) continue;
          paste(whole, crop(screen, { ...target, x: target.x - shift.x, y: target.y - shift.y }), target.x, target.y);
        }
      }
      composed.push(await encode(whole, 'png-fast'));
    }
    above += height;
  }
  return Buffer.concat(composed);
}
