import { spawn } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import looksSame from 'looks-same';
import { ODiffServer } from 'odiff-bin';
import pixelmatch from 'pixelmatch';
import sharp from 'sharp';

const require = createRequire(import.meta.url);
const version = (name) =>
  JSON.parse(readFileSync(path.join(path.dirname(require.resolve(`${name}/package.json`)), 'package.json'), 'utf8'))
    .version;

/** The peers, with how each was asked: a difference of any size is found. */
export const PEERS = {
  pixelmatch: `pixelmatch ${version('pixelmatch')}, threshold 0.1, more than 0 pixels`,
  odiff: `odiff-bin ${version('odiff-bin')}, its defaults`,
  'looks-same': `looks-same ${version('looks-same')}, its defaults`,
  'reg-cli': `reg-cli ${version('reg-cli')}, its defaults`,
};

/** What each peer says of each pair (`{[id]: {[peer]: found}}`); `dir` is a folder to work in. Pictures of other sizes are found by all. */
export async function askPeers(pairs, dir) {
  const work = mkdtempSync(path.join(dir, 'peers-'));
  const odiff = new ODiffServer();
  const answers = {};
  try {
    const names = new Map();
    for (const pair of pairs) {
      if (pair.reference.sha256 === pair.actual.sha256) {
        answers[pair.id] = { pixelmatch: false, odiff: false, 'looks-same': false, 'reg-cli': false };
        continue;
      }
      const name = `${names.size}.png`;
      names.set(name, pair.id);
      answers[pair.id] = await askOne(pair, odiff, work, name);
    }
    if (names.size > 0) {
      const { failedItems } = await regCli(work);
      for (const [name, id] of names) answers[id]['reg-cli'] = failedItems.includes(name);
    }
    return answers;
  } finally {
    odiff.stop();
    rmSync(work, { recursive: true, force: true });
  }
}

async function askOne(pair, odiff, work, name) {
  const [expected, actual] = ['expected', 'actual'].map((side) => {
    mkdirSync(path.join(work, side), { recursive: true });
    return path.join(work, side, name);
  });
  // Peers read PNG: a JPEG is given to them decoded.
  if (pair.reference.file.endsWith('.jpg'))
    await sharp(pair.reference.file).png({ compressionLevel: 2 }).toFile(expected);
  else linkSync(pair.reference.file, expected);
  linkSync(pair.actual.file, actual);
  const [a, b] = await Promise.all([rgba(expected), rgba(actual)]);
  const sized = a.info.width === b.info.width && a.info.height === b.info.height;
  return {
    pixelmatch: !sized || pixelmatch(a.data, b.data, undefined, a.info.width, a.info.height, { threshold: 0.1 }) > 0,
    odiff: !(await odiff.compare(expected, actual, path.join(work, 'odiff.png'))).match,
    'looks-same': !(await looksSame(expected, actual)).equal,
  };
}

const rgba = (file) => sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true });

/** The command line over both folders; answers its JSON report. */
async function regCli(work) {
  const bin = path.join(path.dirname(require.resolve('reg-cli/package.json')), 'dist/cli.js');
  const args = [bin, 'actual', 'expected', 'diff', '-J', 'reg.json', '-C', '2', '-I'];
  const child = spawn(process.execPath, args, { cwd: work, stdio: 'ignore' });
  await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  return JSON.parse(readFileSync(path.join(work, 'reg.json'), 'utf8'));
}
