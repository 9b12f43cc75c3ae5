import { differenceCiede2000, formatRgb, parse } from 'culori';

const distance = differenceCiede2000();

/** CIEDE2000 of two CSS colours. */
export const deltaE = (a, b) => distance(parse(a), parse(b));

/** A colour whose CIEDE2000 from `css` lies in [least, most], as `rgb(…)`; undefined where none was found. */
export function colorAtDistance(css, least, most, random) {
  const from = parse(css);
  for (let attempt = 0; attempt < 4000; attempt++) {
    const reach = 0.05 + 0.95 * (attempt / 4000);
    const channel = (value) => Math.min(255, Math.max(0, Math.round(255 * (value + reach * (random.next() * 2 - 1)))));
    const to = formatRgb({ mode: 'rgb', r: channel(from.r) / 255, g: channel(from.g) / 255, b: channel(from.b) / 255 });
    const apart = distance(from, parse(to));
    if (apart >= least && apart <= most) return to;
  }
  return undefined;
}
