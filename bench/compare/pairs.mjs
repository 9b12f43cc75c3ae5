import { copyFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';

/** Paths of a pair of page-like pictures: `equal`, `slightly different` (about 2 % of the pixels), `fully different`. */
export async function drawPair(folder, width, height, kind) {
  const name = (part) => path.join(folder, `${part}-${width}x${height}.png`);
  const a = name('reference');
  if (!existsSync(a)) await page(width, height, 1).toFile(a);
  const b = name(kind.replace(' ', '-'));
  if (!existsSync(b)) {
    if (kind === 'equal') copyFileSync(a, b);
    else if (kind === 'fully different') await page(width, height, 2).toFile(b);
    else await sharp(a).composite(patches(width, height)).png().toFile(b);
  }
  return { a, b };
}

/** Cards with lines of text and a picture in every fourth, as an SVG: real anti-aliased text, gradients and flat areas. */
function page(width, height, seed) {
  let state = seed;
  const next = (limit) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 16) % limit;
  };
  const parts = [];
  for (let y = 20; y < height - 140; y += 160)
    for (let x = 20; x < width - 280; x += 300) {
      parts.push(
        `<rect x="${x}" y="${y}" width="280" height="140" rx="8" fill="hsl(${next(360)},40%,${88 + next(10)}%)" stroke="#ccd"/>`,
      );
      for (let line = 0; line < 6; line++) {
        const words = Array.from({ length: 6 }, () => next(0xffffff).toString(36)).join(' ');
        parts.push(
          `<text x="${x + 12 + next(8)}" y="${y + 24 + line * 18}" font-family="DejaVu Sans" font-size="13" fill="hsl(${next(360)},50%,25%)">${words}</text>`,
        );
      }
      if (next(4) === 0) parts.push(`<rect x="${x + 180}" y="${y + 40}" width="90" height="80" fill="url(#g)"/>`);
    }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="#06c"/><stop offset="1" stop-color="#fa5"/></linearGradient></defs><rect width="100%" height="100%" fill="#fff"/>${parts.join('')}</svg>`;
  return sharp(Buffer.from(svg), { unlimited: true, limitInputPixels: false }).removeAlpha().png();
}

function patches(width, height) {
  const count = Math.max(2, Math.round(height / 400));
  return Array.from({ length: count }, (_, index) => ({
    input: { create: { width: 120, height: 60, channels: 3, background: { r: 40 * (index % 6), g: 90, b: 200 } } },
    left: Math.round((width - 140) * ((index * 0.37) % 1)),
    top: Math.round(((height - 80) * (index + 0.5)) / count),
  }));
}
