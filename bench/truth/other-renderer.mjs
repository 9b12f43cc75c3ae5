import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { findFirefox, openFirefox } from './firefox.mjs';
import { seeded } from './seeded.mjs';

/**
 * Pages that the two browsers show differently, for a person to see, each looked at side by side: no comparison of them says anything. By
 * name, with the reason.
 */
export const DIFFER = {
  'admin-charts.mobile':
    'Firefox breaks the first paragraph before "The", Chromium behind it: the card is a line higher',
  'admin-tables.mobile': 'Firefox keeps 12 px under the table for its scrollbar: all below stands lower',
  'admin-tables.tablet': 'Firefox keeps 12 px under the table for its scrollbar: all below stands lower',
  'business-about.desktop':
    'a picture from elsewhere is missing: Chromium shows an icon for it, Firefox only its words',
  'business-about.tablet': 'a picture from elsewhere is missing: Chromium shows an icon for it, Firefox only its words',
  'business-index.desktop': 'a picture from elsewhere is missing: Chromium shows an icon for it, Firefox nothing',
};

/** How a design by another renderer comes: device px per CSS px, and how it is packed. */
const VARIANTS = [
  { name: 'firefox 1x png', scale: 1 },
  { name: 'firefox 2x png', scale: 2 },
  { name: 'firefox 1x jpeg 80', scale: 1, pack: (picture) => picture.jpeg({ quality: 80 }), end: 'jpg' },
  { name: 'firefox 2x jpeg 90', scale: 2, pack: (picture) => picture.jpeg({ quality: 90 }), end: 'jpg' },
  { name: 'firefox 1x webp 90', scale: 1, pack: (picture) => picture.webp({ quality: 90 }), end: 'webp' },
  { name: 'firefox 2x webp 80', scale: 2, pack: (picture) => picture.webp({ quality: 80 }), end: 'webp' },
];

/**
 * The pages as Firefox draws them, once per page, viewport and scale: `{of(pair), correct(cell, app)}`. Drawn in `<dir>/other` when they are not there; undefined where there is neither Firefox nor a picture.
 */
export async function otherRenderer(cells, { dir, site, seed, say }) {
  const folder = path.join(dir, 'other');
  mkdirSync(folder, { recursive: true });
  const pages = new Map(cells.filter(({ name }) => DIFFER[name] === undefined).map((cell) => [cell.name, cell]));
  const file = (name, scale) => path.join(folder, `${name}@${scale}.png`);
  for (const scale of [1, 2]) {
    const wanted = [...pages.values()].filter(({ name }) => !existsSync(file(name, scale)));
    if (wanted.length === 0 || !findFirefox()) continue;
    const firefox = await openFirefox({ scale });
    try {
      for (const { name, page, size } of wanted) {
        writeFileSync(
          file(name, scale),
          await firefox.draw(`${site.url}${page.path}`, size, { fullPage: page.fullPage }),
        );
        say(`${firefox.version} drew ${name} at ${scale}x`);
      }
    } finally {
      await firefox.close();
    }
  }
  const there = new Set([...pages.keys()].filter((name) => [1, 2].every((scale) => existsSync(file(name, scale)))));
  if (there.size === 0) return undefined;
  const packed = async (name, { scale, pack, end, name: as }) => {
    const plain = file(name, scale);
    if (!pack) return { file: plain, scale };
    const to = path.join(folder, `${name}.${as.replaceAll(' ', '-')}.${end}`);
    if (!existsSync(to)) await pack(sharp(plain).flatten({ background: '#fff' })).toFile(to);
    return { file: to, scale };
  };
  return {
    has: (name) => there.has(name),
    /** The design that a pair is held against; which one it is, its seed says. */
    of: (pair) => packed(pair.cell, VARIANTS[seeded(seed, pair.id, 'design').whole(VARIANTS.length)]),
    /** The correct page against every design of it. */
    correct: (name, app) =>
      VARIANTS.map((variant) => ({
        id: `${name}.${variant.name}`,
        cell: name,
        type: 'noise',
        kind: variant.name,
        reference: app,
        actual: app,
        design: () => packed(name, variant),
      })),
  };
}
