import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const inputs = ['src', 'scripts/build', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const outputs = [
  'dist/bin.js',
  'dist/index.js',
  'dist/types/index.d.ts',
  'dist/config.schema.json',
  'dist/flags.json',
  'dist/opening.json',
  'dist/chat-viewer.html',
];

const stampFile = (root) => path.join(root, 'node_modules/.codeloop-build.json');

/** sha256 over the names and contents of everything that the build reads. Times do not count: a checkout changes them. */
export function sourceDigest(root) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const file of filesUnder(root, input)) {
      hash
        .update(`${file}\0`)
        .update(readFileSync(path.join(root, file)))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

/** What follows the digest in the stamp of a build whose types nobody has checked yet. */
const UNCHECKED = ' unchecked';

/** Whether dist/ is there and was built from exactly the present source; `checked: false`: also one whose types are yet to be checked. */
export function isBuilt(root, { checked = true } = {}) {
  if (!existsSync(stampFile(root)) || !outputs.every((file) => existsSync(path.join(root, file)))) return false;
  const [stamp, digest] = [readFileSync(stampFile(root), 'utf8'), sourceDigest(root)];
  return stamp === digest || (!checked && stamp === digest + UNCHECKED);
}

export function writeStamp(root, digest, { checked = true } = {}) {
  writeFileSync(stampFile(root), checked ? digest : digest + UNCHECKED);
}

/** Notes that the types of the present source have been checked; nothing where dist/ was not built from it. */
export function markChecked(root) {
  if (isBuilt(root, { checked: false })) writeStamp(root, sourceDigest(root));
}

function filesUnder(root, input) {
  const full = path.join(root, input);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [input];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}
