import { existsSync, lstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, posix, relative, resolve, sep } from 'node:path';
import { splitCommand } from '../../config/command-line.js';
import type { Config } from '../../config/schema.js';
import { isErrno } from '../../core/errors.js';
import { contains } from '../../core/path-walls.js';
import { Ledger } from '../../store/ledger.js';
import { type FileDigests, listingDigest } from './code-state-digests.js';

/** Commands that serve finished output, and where each finds it when nothing else is said. */
const PREVIEWS: readonly { words: readonly string[]; folder: string }[] = [
  { words: ['vite', 'preview'], folder: 'dist' },
  { words: ['astro', 'preview'], folder: 'dist' },
  { words: ['next', 'start'], folder: '.next' },
  { words: ['nuxt', 'preview'], folder: '.output' },
  { words: ['nuxi', 'preview'], folder: '.output' },
];

/** Written by servers while they run. */
const CHURN: readonly string[] = ['cache', 'trace', 'node_modules'];

/**
 * Digest of the finished output that the app is served from, as far as the tree does not hold it (`server.static`, a folder
 * that the server's command names, or the known place of a preview command); `undefined` when the app is served from source.
 */
export async function takeBuildOutput(
  project: string,
  config: Pick<Config, 'server'>,
  digests: FileDigests,
  tree: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const listing = new Map<string, string>();
  const reports = new Ledger(project).reports();
  for (const folder of await servedFolders(project, config)) {
    for (const [inside, value] of await digests.ofFolder(join(project, folder), CHURN)) {
      const path = posix.join(folder, inside);
      if (!tree.has(path) && reports[path] !== value.replace(/^file /, '')) listing.set(path, value);
    }
  }
  return listing.size === 0 ? undefined : listingDigest(listing);
}

/** Folders of the project that the app is served from as finished files, relative to it, `/`. Sorted. */
async function servedFolders(project: string, config: Pick<Config, 'server'>): Promise<string[]> {
  const { server } = config;
  const found = new Set<string>();
  if (server.static !== undefined) found.add(server.static);
  if (server.command !== undefined) {
    const words = await expandScript(project, splitCommand(server.command, 'server.command'), 0);
    for (const word of words.slice(1)) if (!word.startsWith('-') && word !== '.') found.add(word);
    for (const { words: wanted, folder } of PREVIEWS)
      if (wanted.every((word) => words.includes(word))) found.add(folder);
  }
  return [...found]
    .flatMap((name) => {
      const absolute = resolve(project, name);
      if (absolute === project || !contains(project, absolute) || !existsSync(absolute)) return [];
      return lstatSync(absolute).isDirectory() ? [relative(project, absolute).split(sep).join('/')] : [];
    })
    .sort();
}

/** The words of a command, with `npm run x` (and its kind) replaced by the words of the script, a few levels deep. */
async function expandScript(project: string, words: readonly string[], depth: number): Promise<readonly string[]> {
  const [program = '', ...rest] = words;
  if (!/^(npm|pnpm|yarn|bun)(\.cmd)?$/.test(program) || depth >= 3) return words;
  const [first, second] = rest.filter((word) => !word.startsWith('-'));
  const name = first === 'run' ? second : first;
  const script = name === undefined ? undefined : await readScript(project, name);
  // A script is shell text; only its plain words matter here.
  return script === undefined ? words : expandScript(project, script.split(/[\s;&|()'"]+/).filter(Boolean), depth + 1);
}

async function readScript(project: string, name: string): Promise<string | undefined> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'));
    const scripts = manifest !== null && typeof manifest === 'object' ? Reflect.get(manifest, 'scripts') : undefined;
    const script: unknown = scripts !== null && typeof scripts === 'object' ? Reflect.get(scripts, name) : undefined;
    return typeof script === 'string' ? script : undefined;
  } catch (error) {
    // No manifest, or none that can be read: then no script is behind the command.
    if (isErrno(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
