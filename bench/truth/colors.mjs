import { differenceCiede2000, formatRgb, parse } from 'culori';

const distance = differenceCiede2000();

/** CIEDE2000 of two CSS colours. */
export const deltaE = (a, b) => distance(parse(a), parse(b));

/**
 * A colour whose CIEDE2000 from `css` is near a distance chosen evenly from [least, most], as `rgb(…)`; near a border of the colour space
 * the nearest there is within the range. Undefined where none was found.
 */
export function colorAtDistance(css, least, most, random) {
  const from = parse(css);
  const wanted = least + random.next() * (most - least);
  let best;
  for (let attempt = 0; attempt < 1500; attempt++) {
    const reach = 0.02 + 0.98 * random.next();
    const channel = (value) => Math.min(255, Math.max(0, Math.round(255 * (value + reach * (random.next() * 2 - 1)))));
    const to = formatRgb({ mode: 'rgb', r: channel(from.r) / 255, g: channel(from.g) / 255, b: channel(from.b) / 255 });
    const apart = distance(from, parse(to));
    if (apart < least || apart > most) continue;
    const off = Math.abs(apart - wanted);
    if (best === undefined || off < best.off) best = { to, off };
  }
  return best?.to;
}
