import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

// In node_modules, so that it goes when the installation goes. The version changes when set-up learns to install more.
const version = 1;
const recordFile = (root) => path.join(root, 'node_modules/.codeloop-setup.json');

/** What the last set-up found (`browser`: path or null) and could not install (`left`), or nothing when none of this version ran. */
export function readRecord(root) {
  if (!existsSync(recordFile(root))) return undefined;
  try {
    const record = JSON.parse(readFileSync(recordFile(root), 'utf8'));
    return record.version === version ? record : undefined;
  } catch {
    return undefined; // A torn record is no record: set-up looks again and writes a new one.
  }
}

export function writeRecord(root, record) {
  writeFileSync(recordFile(root), `${JSON.stringify({ version, ...record }, null, 2)}\n`);
}
