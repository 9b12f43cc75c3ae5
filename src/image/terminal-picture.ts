import type { Rect } from '../core/vocabulary/geometry.js';
import { decode } from './decode.js';
import { readSize } from './picture-header.js';
import type { RawImage } from './pixels.js';
import { boundedCopy } from './resize.js';

/** Ways in which terminals take pictures, the best first. */
export const PICTURE_PROTOCOLS = ['kitty', 'iterm2', 'sixel'] as const;
export type PictureProtocol = (typeof PICTURE_PROTOCOLS)[number];

/** Most pixels of a picture in a terminal: a few hundred lines of scrollback hold no posters. */
const MAX_WIDTH = 720;
const MAX_HEIGHT = 480;
/** A page taller than this many times its width is shown from its top: as a strip nobody could read it. */
const TALLEST = 2;
/** Signs of base64 in one escape (kitty: "no more than 4096 bytes"). */
const CHUNK = 4096;

/**
 * A picture file as the escapes by which a terminal shows it at the cursor. Kitty: graphics protocol, direct PNG in chunks, no reply
 * (https://sw.kovidgoyal.net/kitty/graphics-protocol/). iTerm2: `File=inline=1` (https://iterm2.com/documentation-images.html). Sixel: DEC
 * VT340, 256 colours. Throws IMAGE_UNREADABLE, IMAGE_TOO_LARGE.
 */
export async function terminalPicture(file: string, protocol: PictureProtocol): Promise<string> {
  const { width, height } = await readSize({ path: file });
  const part: Rect | undefined =
    height > TALLEST * width ? { x: 0, y: 0, width, height: Math.round(width * (MAX_HEIGHT / MAX_WIDTH)) } : undefined;
  const copy = await boundedCopy(
    { path: file },
    {
      format: 'png-fast',
      maxWidth: Math.min(MAX_WIDTH, Math.max(1, Math.floor((MAX_HEIGHT * width) / (part?.height ?? height)))),
      maxSide: MAX_WIDTH,
      ...(part ? { part } : {}),
    },
  );
  if (protocol === 'sixel') {
    return sixels(await decode({ bytes: copy.bytes, name: file }));
  }
  const text = copy.bytes.toString('base64');
  if (protocol === 'iterm2')
    return `\u001b]1337;File=inline=1;size=${copy.bytes.length};preserveAspectRatio=1:${text}\u0007`;
  const chunks = text.match(new RegExp(`.{1,${CHUNK}}`, 'g')) ?? [];
  return chunks
    .map((chunk, index) => {
      const first = index === 0 ? 'a=T,f=100,q=2,' : '';
      return `\u001b_G${first}m=${index < chunks.length - 1 ? 1 : 0};${chunk}\u001b\\`;
    })
    .join('');
}

/** Levels of each colour in the fixed palette: 6 x 6 x 6 fit the 256 registers that every such terminal has. */
const LEVELS = 6;
/** Ordered dithering (Bayer, 4 x 4), so that the few colours keep gradients and soft edges. */
const BAYER = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];
/** Rows in one band. */
const BAND = 6;

/** Opaque pixels as sixels: palette, then bands of six rows, in each a run-length coded line for every colour in it (DEC STD 070, chapter 9). */
function sixels({ data, width, height }: RawImage): string {
  const level = (value: number, threshold: number) =>
    Math.min(LEVELS - 1, Math.floor((value / 255) * (LEVELS - 1) + threshold));
  const colorAt = (x: number, y: number) => {
    const at = (y * width + x) * 4;
    const threshold = ((BAYER[(y % 4) * 4 + (x % 4)] ?? 0) + 0.5) / 16;
    const [red = 0, green = 0, blue = 0] = [data[at], data[at + 1], data[at + 2]];
    return (level(red, threshold) * LEVELS + level(green, threshold)) * LEVELS + level(blue, threshold);
  };
  const percent = (value: number) => Math.round((value * 100) / (LEVELS - 1));
  const palette = Array.from({ length: LEVELS ** 3 }, (_, index) => {
    const [red, green, blue] = [Math.floor(index / LEVELS ** 2), Math.floor(index / LEVELS) % LEVELS, index % LEVELS];
    return `#${index};2;${percent(red)};${percent(green)};${percent(blue)}`;
  });
  const bands: string[] = [];
  for (let top = 0; top < height; top += BAND) {
    const lines = new Map<number, Uint8Array>();
    for (let row = 0; row < Math.min(BAND, height - top); row++)
      for (let x = 0; x < width; x++) {
        const color = colorAt(x, top + row);
        const line = lines.get(color) ?? new Uint8Array(width);
        lines.set(color, line);
        line[x] = (line[x] ?? 0) | (1 << row);
      }
    bands.push([...lines].map(([color, line]) => `#${color}${runs(line)}`).join('$'));
  }
  return `\u001bP0;1q"1;1;${width};${height}${palette.join('')}${bands.join('-')}\u001b\\`;
}

/** Six rows of one colour as signs; four or more of the same as `!<count><sign>`. */
function runs(line: Uint8Array): string {
  let text = '';
  for (let from = 0; from < line.length; ) {
    let to = from + 1;
    while (to < line.length && line[to] === line[from]) to += 1;
    const sign = String.fromCharCode(63 + (line[from] ?? 0));
    text += to - from > 3 ? `!${to - from}${sign}` : sign.repeat(to - from);
    from = to;
  }
  return text;
}
