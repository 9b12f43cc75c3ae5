import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { PEERS } from './peers.mjs';
import { PACKAGES } from './sites.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();

/** What the figures hang on: code, browser, machine, sites, peers, command, and how long it took. */
export async function describeRun(lens, options, figures) {
  const environment = await lens.environment();
  return {
    ...figures,
    command: options.command,
    seed: options.seed,
    commit: git('rev-parse', '--short', 'HEAD'),
    changed: git('status', '--porcelain', '--', 'src').split('\n').filter(Boolean).length,
    node: process.version,
    browser: `${environment.browser} ${environment.browser_version}`,
    machine: `${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}`,
    packages: PACKAGES,
    peers: PEERS,
  };
}
