// How often the verdict is right: pages of third-party sites, each changed in one known way at a time, and pairs that only noise sets
// apart; judged by codeloop as `verify` compares, and by pixelmatch, odiff, looks-same and reg-cli. The seed decides everything.
//   npm run bench:truth -- [--seed 1] [--sample N] [--pages id,id] [--viewports mobile,desktop] [--kinds a,b] [--noises a,b] [--per 2] [--concurrency 3]
//     [--dir folder] keep the pairs there, and go on there: with all pairs there, only the judging is done again
//     [--no-capture] judge what is there   [--keep folder] pictures of what went wrong   [--no-peers]   [--no-other] no pictures by Firefox   [--write] docs/truth.md
//     [--product folder] judge by an earlier bundle: a copy of node_modules/.codeloop-truth-*, taken while a run went on
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runTruth } from './truth/run-truth.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    sample: { type: 'string' },
    pages: { type: 'string' },
    viewports: { type: 'string' },
    kinds: { type: 'string' },
    noises: { type: 'string' },
    per: { type: 'string', default: '1' },
    concurrency: { type: 'string', default: '3' },
    dir: { type: 'string' },
    keep: { type: 'string' },
    product: { type: 'string' },
    capture: { type: 'boolean', default: true },
    peers: { type: 'boolean', default: true },
    other: { type: 'boolean', default: true },
    write: { type: 'boolean', default: false },
  },
  allowNegative: true,
});
const dir = values.dir === undefined ? mkdtempSync(path.join(tmpdir(), 'codeloop-truth-')) : path.resolve(values.dir);
const list = (text) => text?.split(',').filter(Boolean);
try {
  const { text, markdown, rows } = await runTruth({
    seed: values.seed,
    sample: values.sample === undefined ? undefined : Number(values.sample),
    pages: list(values.pages),
    viewports: list(values.viewports),
    kinds: values.kinds === undefined ? undefined : (list(values.kinds) ?? []),
    noises: values.noises === undefined ? undefined : (list(values.noises) ?? []),
    per: Number(values.per),
    concurrency: Number(values.concurrency),
    dir,
    product: values.product,
    keep: values.keep && path.resolve(values.keep),
    capture: values.capture,
    peers: values.peers,
    other: values.other,
    // Folders are of the machine that it ran on.
    command: [
      'npm run bench:truth --',
      ...process.argv.slice(2).map((word) => (path.isAbsolute(word) ? '<folder>' : word)),
    ].join(' '),
    say: (line) => console.error(line),
  });
  console.log(text);
  mkdirSync(dir, { recursive: true });
  writeFileSync(path.join(dir, 'verdicts.json'), JSON.stringify(rows, null, 1));
  if (values.write) writeFileSync(fileURLToPath(new URL('../docs/truth.md', import.meta.url)), markdown);
} finally {
  if (values.dir === undefined) rmSync(dir, { recursive: true, force: true });
}
