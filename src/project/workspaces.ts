import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { scriptCommands } from '../config/command-line.js';

/** A package of a project that holds several. */
export interface WorkspacePackage {
  /** Name in its package.json, else its folder. */
  name: string;
  /** Relative to the project, with `/`. */
  folder: string;
}

/** The packages that `workspaces` of package.json and `pnpm-workspace.yaml` name, sorted by folder. Reads only; none where there are none. */
export async function workspacePackages(dir: string, manifest: unknown): Promise<WorkspacePackage[]> {
  const patterns = [...ofManifest(manifest), ...(await ofPnpm(dir))];
  const not = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const without = new Set((await Promise.all(not.map((pattern) => foldersOf(dir, pattern)))).flat());
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!'));
  const folders = [...new Set((await Promise.all(wanted.map((pattern) => foldersOf(dir, pattern)))).flat())].sort();
  const packages = folders
    .filter((folder) => !without.has(folder))
    .map(async (folder): Promise<WorkspacePackage[]> => {
      const own = await readJson(join(dir, folder, 'package.json'));
      const name: unknown = own === undefined ? undefined : Reflect.get(own, 'name');
      return own === undefined ? [] : [{ name: typeof name === 'string' ? name : folder, folder }];
    });
  return (await Promise.all(packages)).flat();
}

function ofManifest(manifest: unknown): string[] {
  const field = fieldOf(manifest, 'workspaces');
  const list = Array.isArray(field) ? field : fieldOf(field, 'packages');
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
}

function fieldOf(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' ? Reflect.get(value, name) : undefined;
}

/** The list under `packages:`; the file holds little else (https://pnpm.io/pnpm-workspace_yaml). */
async function ofPnpm(dir: string): Promise<string[]> {
  const text = await readFile(join(dir, 'pnpm-workspace.yaml'), 'utf8').catch(() => ''); // no pnpm workspace
  const list = /^packages:[ \t]*\n((?:[ \t]*(?:-[^\n]*|#[^\n]*)?\n?)*)/m.exec(text)?.[1] ?? '';
  return [...list.matchAll(/^[ \t]*-[ \t]*(['"]?)([^'"#\n]+)\1/gm)].map(([, , pattern = '']) => pattern.trim());
}

/** Folders that a pattern stands for: names as they are, `*` for one level, `**` for up to three. */
async function foldersOf(dir: string, pattern: string): Promise<string[]> {
  const steps = posix.normalize(pattern).replace(/^\.\//, '').replace(/\/$/, '').split('/');
  let found = [''];
  for (const step of steps) {
    if (step === '..' || step.startsWith('/')) return [];
    const levels = step === '**' ? 3 : 1;
    const next: string[] = step === '**' ? [...found] : [];
    let from = found;
    for (let level = 0; level < levels; level++) {
      from = (await Promise.all(from.map((folder) => below(dir, folder, step)))).flat();
      next.push(...from);
    }
    found = next;
  }
  return found.filter((folder) => folder !== '' && folder !== '.');
}

async function below(dir: string, folder: string, step: string): Promise<string[]> {
  if (!step.includes('*')) return [posix.join(folder, step)];
  const entries = await readdir(join(dir, folder), { withFileTypes: true }).catch(() => []); // no such folder
  const name = new RegExp(`^${step.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll(/\*+/g, '[^/]*')}$`);
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .filter((entry) => name.test(entry.name))
    .map((entry) => posix.join(folder, entry.name));
}

async function readJson(path: string): Promise<object | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return value !== null && typeof value === 'object' ? value : undefined;
  } catch {
    return undefined; // no package there
  }
}

/**
 * The package that a script of the top runs: by name (`npm -w`, `pnpm --filter`, `yarn workspace`), by folder (`--prefix`, `-C`,
 * `--cwd`, `cd x &&`). Undefined when it names none.
 */
export function packageRunBy(script: string, packages: readonly WorkspacePackage[]): WorkspacePackage | undefined {
  const commands = scriptCommands(script) ?? [script.split(/\s+/)];
  for (const words of commands) {
    const named = words.flatMap((word, at) => {
      const [flag = '', value = words[at + 1] ?? ''] = word.startsWith('--') ? word.split('=', 2) : [word];
      if (/^(?:-w|--workspace|--filter|-F|--prefix|-C|--cwd|--dir|--scope|workspace)$/.test(flag)) return [value];
      return at === 0 && word === 'cd' ? [words[1] ?? ''] : [];
    });
    for (const name of named) {
      const plain = posix.normalize(name.replace(/\.{3}$/, '')).replace(/\/$/, '');
      const found = packages.find(
        (one) =>
          one.name === plain ||
          one.folder === plain ||
          one.name.split('/').at(-1) === plain ||
          posix.basename(one.folder) === plain,
      );
      if (found) return found;
    }
  }
  return undefined;
}
