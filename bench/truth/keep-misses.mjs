import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Copies reference and actual of every miss and false alarm, with what was said, into `folder`. */
export function keepMisses(rows, folder) {
  const bad = rows.filter((row) =>
    row.type === 'noise'
      ? row.baseline.found || row.picture.found
      : row.sight === 'visible' && row.baseline.rankSame !== 1,
  );
  for (const row of bad) {
    const group = row.type === 'noise' ? 'false-alarm' : row.baseline.found ? 'element' : 'miss';
    const to = path.join(folder, group, row.id);
    mkdirSync(to, { recursive: true });
    cpSync(row.reference.file, path.join(to, `reference${path.extname(row.reference.file)}`));
    cpSync(row.actual.file, path.join(to, 'actual.png'));
    writeFileSync(path.join(to, 'pair.json'), JSON.stringify(row, null, 2));
  }
}
