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

/**
 * Installs what package-lock.json says, and changes neither it nor package.json. Not by `npm ci`: that
 * would remove node_modules under whatever is running. Where there is no lock, npm chooses by package.json.
 */
export function installNodeModules(root) {
  npm(root, ['install', '--no-save']);
  if (!nodeModulesFit(root))
    throw new Error('npm install ended well, but node_modules is not what package-lock.json says');
}

function packagesOf(root, file) {
  const full = path.join(root, file);
  return existsSync(full) ? JSON.parse(readFileSync(full, 'utf8')).packages : undefined;
}

function npm(root, args) {
  // `npm run --silent` hands its silence down, and a failure without its reason helps nobody.
  const all = [...args, '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=warn'];
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
