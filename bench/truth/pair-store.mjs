import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Pairs on disk: `<dir>/<cell>/pairs.json` and, beside it, each picture and each list of boxes once, by digest. A cell is there whole or
 * not at all, so that a run that was stopped goes on with the next one.
 */
export function pairStore(dir) {
  const folder = (cell) => path.join(dir, cell);
  const listOf = (cell) => path.join(folder(cell), 'pairs.json');
  return {
    folder,
    /** A file that belongs to a cell. */
    file: (cell, name) => path.join(folder(cell), name),
    has: (cell) => existsSync(listOf(cell)),
    cells: () =>
      existsSync(dir)
        ? readdirSync(dir)
            .filter((cell) => existsSync(listOf(cell)))
            .sort()
        : [],
    read: (cell) => JSON.parse(readFileSync(listOf(cell), 'utf8')),
    /** Makes a picture small enough to keep: writes it and answers what a pair says of it. */
    side(cell, shot) {
      mkdirSync(folder(cell), { recursive: true });
      const base = path.join(folder(cell), `${shot.sha256.slice(0, 16)}${shot.jpeg ? '-jpeg' : ''}`);
      const file = `${base}.${shot.jpeg ? 'jpg' : 'png'}`;
      if (!existsSync(file)) writeFileSync(file, shot.png);
      const dom = `${base}.dom.json`;
      if (!existsSync(dom)) writeFileSync(dom, shot.dom);
      const { sha256, size, settled, masks } = shot;
      return { file, dom, sha256, size, settled, masks };
    },
    write(cell, pairs) {
      mkdirSync(folder(cell), { recursive: true });
      writeFileSync(listOf(cell), JSON.stringify(pairs));
    },
  };
}
