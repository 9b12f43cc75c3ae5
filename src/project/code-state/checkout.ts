import { copyFile, link, lstat, mkdir, readdir, readlink, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CodeloopError, isErrno } from '../../core/errors.js';
import { readText } from '../../core/path-walls.js';
import { makeTempFolder } from '../../core/temp-folder.js';
import { folderInRepository, gitText, runGit } from './git-command.js';

/** A commit of the project, laid out in a folder of its own. */
interface Checkout {
  /** Folder of the project at that commit; real path, outside the repository. */
  dir: string;
  /** The folder to remove in the end. */
  folder: string;
  commit: string;
  /** What of it is not as it was at the commit. */
  notes: string[];
}

const LOCKS = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'];

/**
 * Lays out the commit where the project's history and that of `ref` parted (what `git diff ref...` compares with) in a temporary folder.
 * Nothing of the repository is written, not even its index. Installed packages are shared by hard links. Throws ARGUMENTS_INVALID (no
 * git, no such commit), TEMP_FOLDER_UNUSABLE, CANCELLED.
 */
export async function checkoutBase(dir: string, ref: string, signal: AbortSignal): Promise<Checkout> {
  const call = { cwd: dir, signal };
  const asked = await runGit(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], call);
  if (asked?.code !== 0)
    throw new CodeloopError('ARGUMENTS_INVALID', {
      tool: 'codeloop_changes',
      problem: `"${ref}" is no commit that git knows here, no address and no run.`,
      hint: 'Name a branch, tag or commit of this repository (in CI, fetch the whole history), a url, or a run of `codeloop runs`.',
    });
  const named = asked.stdout.toString('utf8').trim();
  const parted = await runGit(['merge-base', named, 'HEAD'], call);
  const commit = parted?.code === 0 ? parted.stdout.toString('utf8').trim() : named;
  const top = (await gitText(['rev-parse', '--show-toplevel'], call)).replace(/\n$/, '');
  const inside = await folderInRepository(dir);
  const folder = await makeTempFolder('codeloop-base-');
  const tree = join(folder, 'tree');
  const own = { cwd: top, signal, env: { GIT_INDEX_FILE: join(folder, 'index') } };
  await gitText(['read-tree', commit], own);
  await gitText(['checkout-index', '--all', `--prefix=${tree}/`], own);
  const at = join(tree, inside);
  await mkdir(at, { recursive: true });
  const notes: string[] = [];
  for (const place of foldersUpTo(inside)) {
    if (!(await sharePackages(join(top, place), join(tree, place), signal))) continue;
    if (await locksDiffer(join(top, place), join(tree, place)))
      notes.push('the lock file has changed since: the packages installed now were used for both sides');
  }
  return { dir: at, folder, commit, notes: [...new Set(notes)] };
}

/** `a/b/` and everything above it: `''`, `a`, `a/b`. */
function foldersUpTo(inside: string): string[] {
  const parts = inside.split('/').filter((part) => part !== '');
  return ['', ...parts.map((_, at) => parts.slice(0, at + 1).join('/'))];
}

async function locksDiffer(now: string, then: string): Promise<boolean> {
  const read = (dir: string, file: string) =>
    readText(join(dir, file)).catch(() => undefined); /* not there: the same as nothing */
  for (const file of LOCKS) if ((await read(now, file)) !== (await read(then, file))) return true;
  return false;
}

/** Gives a folder the installed packages of another one; false when there are none. */
async function sharePackages(from: string, to: string, signal: AbortSignal): Promise<boolean> {
  const there = await stat(join(from, 'node_modules')).catch(() => undefined); // none are installed
  if (!there?.isDirectory()) return false;
  await linkTree(join(from, 'node_modules'), join(to, 'node_modules'), signal);
  return true;
}

/** Caches that tools keep among the packages: they belong to the other code. */
const CACHES = new Set(['.cache', '.vite', '.vite-temp', '.vitest']);

async function linkTree(from: string, to: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      if (!CACHES.has(entry.name)) await linkTree(source, target, signal);
    } else if (entry.isSymbolicLink()) await linkAgain(source, target);
    else if (entry.isFile()) await linkFile(source, target);
  }
}

/** A link that stays among the packages is made again as it is; one that leads out (a workspace) leads to the same place in the new tree. */
async function linkAgain(source: string, target: string): Promise<void> {
  if (await lstat(target).catch(() => undefined)) return; // a package that the commit itself holds
  await symlink(await readlink(source), target);
}

async function linkFile(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch (error) {
    if (!isErrno(error) || error.code === 'EEXIST') return;
    // Another disk, or a file system without hard links.
    await mkdir(dirname(target), { recursive: true });
    await copyFile(source, target);
  }
}
