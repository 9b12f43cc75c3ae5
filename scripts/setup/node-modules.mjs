import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Whether node_modules holds what package-lock.json asks for. npm keeps a lock of what it installed inside node_modules;
 * packages that are optional (other platforms' binaries) may be absent from it.
 */
export function nodeModulesFit(root) {
  const [wanted, installed] = ['package-lock.json', 'node_modules/.package-lock.json'].map((file) =>
    packagesOf(root, file),
  );
  if (installed === undefined) return false;
  if (wanted === undefined) return true;
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === '') return true;
    const there = installed[name];
    return there === undefined
      ? entry.optional === true || entry.devOptional === true
      : there.version === entry.version;
  });
}

/** Installs by the lock. Packages of an older lock are brought up to date in place; only a missing or stubborn tree is made anew. */
export function installNodeModules(root) {
  const locked = existsSync(path.join(root, 'package-lock.json'));
  if (!locked) return npm(root, ['install']);
  if (packagesOf(root, 'node_modules/.package-lock.json') !== undefined) {
    npm(root, ['install', '--no-save']);
    if (nodeModulesFit(root)) return;
  }
  npm(root, ['ci']);
}

function packagesOf(root, file) {
  const full = path.join(root, file);
  return existsSync(full) ? JSON.parse(readFileSync(full, 'utf8')).packages : undefined;
}

function npm(root, args) {
  const all = [...args, '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  console.log(`set-up: npm ${all.join(' ')}`);
  // npm tells its scripts where it lies; started without npm, it is looked up on the path.
  const cli = process.env.npm_execpath?.endsWith('npm-cli.js') ? process.env.npm_execpath : undefined;
  const result =
    cli === undefined
      ? spawnSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', all, {
          cwd: root,
          stdio: ['ignore', 'inherit', 'inherit'],
          shell: process.platform === 'win32',
        })
      : spawnSync(process.execPath, [cli, ...all], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (result.error) throw new Error(`npm could not be started: ${result.error.message}`);
  if (result.status !== 0)
    throw new Error(`npm ${args.join(' ')} ended with ${result.status ?? result.signal}; its messages are above`);
}
