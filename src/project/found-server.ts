import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { splitCommand } from '../config/command-line.js';
import { readText } from '../core/path-walls.js';
import { takeCodeState } from './code-state/code-state.js';
import { isOutOfScope } from './code-state/code-state-scope.js';
import { commandLineOf, folderOf, type Listener } from './listeners.js';
import { portOwner } from './ports.js';
import { portOf } from './printed-addresses.js';
import type { Project } from './project.js';
import { filesOnDisk } from './project.js';
import { allCommandsOf, readManifest, runScript } from './runners/scripts.js';
import { servesAsItIs } from './served-content.js';

/** Whether a server that was there can be shown to run this project's code as it is. */
export type FoundServer =
  /** `at`: the address that leads to it alone. */
  | { bound: true; at: string; listeners: Listener[] }
  /** `stranger`: of another folder; `other`: of this one, but another command or older code; `unseen`: nobody can tell. */
  | { bound: false; kind: 'stranger' | 'other' | 'unseen'; reason: string; listeners: Listener[] };

/**
 * Looks at the process that answers at `url`: it must run in the project's folder, be what `server.command` starts (where there is
 * one), and have started after the last change of the project's files; or serve the files that changed since as they are now.
 */
export async function judgeFound(url: string, project: Project, signal: AbortSignal): Promise<FoundServer> {
  const owner = await portOwner(url, project.dir);
  const { listeners } = owner;
  if (!owner.ours)
    return { bound: false, kind: owner.stranger ? 'stranger' : 'unseen', reason: owner.reason, listeners };
  const { at } = owner;
  const other = (reason: string) => ({ bound: false, kind: 'other', reason, listeners }) as const;
  const port = portOf(url);
  const runs = await linesBehind(listeners);
  const { command } = project.config.server;
  if (command !== undefined) {
    const wanted = await expectedLines(project, splitCommand(command, 'server.command'));
    const real = await realpath(project.dir);
    // The same words started in another folder (another app of the repository) are another command.
    const here = runs.filter(({ folder }) => folder === real);
    if (wanted.length > 0 && !here.some(({ words, folder }) => wanted.some((line) => isStartedAs(words, line, folder))))
      return other(`the process that listens on port ${port} was not started by server.command (${shortLine(runs)})`);
  }
  const forwards = runs.map(({ words: [program = ''] }) => programName(program)).find((name) => FORWARDS.has(name));
  if (forwards !== undefined) {
    const reason = `the process that listens on port ${port} is ${forwards}, which hands on what a server elsewhere says`;
    return { bound: false, kind: 'unseen', reason, listeners };
  }
  const startedMs = Math.min(...listeners.map((one) => one.startedMs ?? Number.NEGATIVE_INFINITY));
  const loaded = runs.flatMap(({ words, folder }) => words.map((word) => relative(project.dir, resolve(folder, word))));
  const late = await changedSince(startedMs, project, signal, await importedBy(project.dir, loaded));
  const changed = await withoutLooseProse(late, project, signal);
  if (changed.length === 0) return { bound: true, at, listeners };
  const unproven = await servesAsItIs(at, project.dir, changed, loaded, signal);
  if (unproven === undefined) return { bound: true, at, listeners };
  return other(`the process that listens on port ${port} started before ${unproven} changed`);
}

/** Programs that only hand on what another server says, of this machine or not, wherever they were started. */
const FORWARDS = new Set([
  'ssh',
  'autossh',
  'kubectl',
  'socat',
  'cloudflared',
  'chisel',
  'gost',
  'rinetd',
  'gcloud',
  'flyctl',
]);

/** Milliseconds by which a process may have started before a change that it still cannot have missed: the clocks are that exact. */
const SLACK_MS = 30;

/** Files that no server runs or serves: for git, editors and agents (`init` writes some while a dev server runs), about the project, tests. */
const NOT_OF_THE_APP =
  /^(?:\.git\w+|\.editorconfig|\.mcp\.json|\.(?:vscode|cursor|github|codex|gemini|windsurf|claude|husky|idea|zed)\/.*|(?:AGENTS|CLAUDE|GEMINI|README|CHANGELOG|CONTRIBUTING)\.md|LICEN[CS]E(?:\.\w+)?)$|\.(?:test|spec|stories)\.[cm]?[jt]sx?$|(?:^|\/)__(?:tests|snapshots)__\//i;

/** Most modules that are followed. */
const MOST_IMPORTED = 500;
const ENDINGS = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.json', '/index.js', '/index.ts'];

/** Modules that the files of a command line import by their place, and those in turn: what the process itself runs, whatever git holds of it; no packages. Relative. */
async function importedBy(dir: string, loaded: readonly string[]): Promise<string[]> {
  const reached = new Set<string>();
  const open = loaded.filter((path) => /\.[cm]?[jt]s$/.test(path));
  for (let path = open.pop(); path !== undefined && reached.size < MOST_IMPORTED; path = open.pop()) {
    if (reached.has(path) || /(?:^|[\\/])node_modules[\\/]/.test(path)) continue;
    const text = await readText(join(dir, path)).catch(() => undefined); // no file of that name
    if (text === undefined) continue;
    reached.add(path);
    for (const [, name = ''] of text.matchAll(/\b(?:from|import|require)\s*\(?\s*['"`](\.{1,2}\/[^'"`?\n]+)/g))
      open.push(...ENDINGS.map((ending) => join(dirname(path), name + ending)));
  }
  return [...reached];
}

/**
 * Files of the project's code, and of what it `imported` besides, whose content, name or place changed after `ms`, by the time that only the
 * system sets (ctime), the latest first; a folder stands for a file that is gone from it. A link is as new as the file that it leads to.
 */
async function changedSince(
  ms: number,
  project: Project,
  signal: AbortSignal,
  imported: readonly string[],
): Promise<string[]> {
  const { files } = await takeCodeState(project.dir, project.config, signal);
  const designs = project.config.design.dir;
  const served = [...files.keys()].filter(
    (path) =>
      !isOutOfScope(path) && !NOT_OF_THE_APP.test(path) && path !== 'codeloop.yaml' && !path.startsWith(`${designs}/`),
  );
  // The top folder also holds what tools write while they run.
  const folders = new Set(served.map((path) => dirname(path)).filter((path) => path !== '.'));
  const times = await Promise.all(
    [...served, ...folders].map(async (path) => {
      const at = join(project.dir, path);
      const look = await lstat(at).catch(() => undefined); // it went away just now: its folder tells
      const target = look?.isSymbolicLink() ? await stat(at).catch(() => undefined) : undefined; // it leads nowhere
      return { path, changedMs: Math.max(look?.ctimeMs ?? 0, target?.isFile() ? target.ctimeMs : 0) };
    }),
  );
  for (const path of imported.filter((one) => !files.has(one))) {
    const look = await stat(join(project.dir, path)).catch(() => undefined); // it went away just now
    times.push({ path, changedMs: look?.ctimeMs ?? 0 });
  }
  const late = times.filter(({ changedMs }) => changedMs > ms + SLACK_MS).sort((a, b) => b.changedMs - a.changedMs);
  const changed: string[] = [];
  for (const { path, changedMs } of late) {
    // A folder whose changed files are listed says nothing more.
    const isExplained =
      folders.has(path) &&
      (late.some((one) => one.path !== path && dirname(one.path) === path) ||
        (await holdsSince(join(project.dir, path), changedMs)));
    if (!isExplained) changed.push(path);
  }
  return changed;
}

const PROSE = /\.(?:md|markdown|rst|adoc)$/i;
const CODE = /\.(?:[cm]?[jt]sx?|vue|svelte|astro|html?|py|rb|php|go|rs|java|kt|cs|ex|exs|json|ya?ml|toml)$/i;
/** Files of code that are asked whether they speak of prose, and the largest of them, bytes. */
const MOST_CODE = 3000;
const LARGEST_CODE = 500_000;

/**
 * Leaves out prose that no code speaks of: notes and documents that nothing serves. Code speaks of it by its name, by that of its folder, or by what
 * reads such files at all.
 */
async function withoutLooseProse(changed: readonly string[], project: Project, signal: AbortSignal): Promise<string[]> {
  if (!changed.some((path) => PROSE.test(path))) return [...changed];
  const { files } = await takeCodeState(project.dir, project.config, signal);
  const code = [...files.keys()].filter(
    (path) => CODE.test(path) && !/(?:^|\/)(?:package-lock|\.codeloop\/)/.test(path),
  );
  if (code.length > MOST_CODE) return [...changed];
  const spoken = new Set<string>();
  const words = new Map(changed.filter((path) => PROSE.test(path)).map((path) => [path, wordsFor(path)]));
  for (const path of code) {
    const file = join(project.dir, path);
    const size = (await lstat(file).catch(() => undefined))?.size ?? 0; // it went away just now
    const text = size > LARGEST_CODE ? 'markdown' : await readText(file).catch(() => '');
    for (const [prose, pattern] of words) if (pattern.test(text)) spoken.add(prose);
  }
  return changed.filter((path) => !PROSE.test(path) || spoken.has(path));
}

function wordsFor(path: string): RegExp {
  const folder = basename(dirname(path));
  const names = [
    basename(path),
    ...(folder === '.' || folder === '' ? [] : [`${folder}/`, `'${folder}'`, `"${folder}"`]),
  ];
  const plain = names.map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(
    `${plain.join('|')}|\\.mdx?\\b|\\bmdx?\\b|markdown|\\bremark|\\brehype|\\.rst\\b|\\.adoc\\b|asciidoc`,
    'i',
  );
}

/** Whether a folder changed at `ms` because something came into it, a test or what git ignores too: that is there, and was written then. */
async function holdsSince(folder: string, ms: number): Promise<boolean> {
  for (const name of await readdir(folder).catch(() => [])) {
    const look = await lstat(join(folder, name)).catch(() => undefined); // it went away just now
    if (look && look.ctimeMs > ms - 100) return true;
  }
  return false;
}

interface RunningLine {
  words: string[];
  folder: string;
}

/** Command lines of the processes and of those that started them, each with its own working directory. */
async function linesBehind(listeners: readonly Listener[]): Promise<RunningLine[]> {
  const ids = new Set(listeners.flatMap(({ pid, ancestors }) => [pid, ...ancestors]));
  return Promise.all(
    [...ids].map(async (pid) => ({ words: await commandLineOf(pid), folder: (await folderOf(pid)) ?? '' })),
  );
}

function shortLine([first]: readonly RunningLine[]): string {
  const text = first?.words.join(' ') ?? '';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** The command and, where it runs a script, each command behind that; none where a shell would be needed to tell. */
async function expectedLines(project: Project, command: readonly string[]): Promise<(readonly string[])[]> {
  const script = runScript(command);
  if (!script) return [command];
  const manifest = readManifest(await filesOnDisk(project.dir).read('package.json'));
  const lines = manifest && allCommandsOf(manifest.scripts, script.script);
  return lines ? [command, ...lines.map(withoutSettings)] : [];
}

/** Without what only sets variables: `PORT=1`, `cross-env PORT=1`, `npx`. */
function withoutSettings(words: readonly string[]): readonly string[] {
  const first = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word) && !/^(?:cross-env|npx|bunx|env)$/.test(word));
  return first < 0 ? words : words.slice(first);
}

/**
 * Returns true when a command line is these words, perhaps with flags between and more behind them; the program stands first, or behind an
 * interpreter and its flags, and is known by its name (`node --inspect /x/node_modules/.bin/vite` is `vite`). Files may be given from
 * `folder` or whole.
 */
export function isStartedAs(running: readonly string[], wanted: readonly string[], folder: string): boolean {
  const [program = '', ...rest] = wanted;
  return running.some((word, at) => {
    const stands = at === 0 || (word.includes('/') && running.slice(1, at).every((flag) => flag.startsWith('-')));
    if (!stands || programName(word) !== programName(program)) return false;
    let next = at;
    return rest.every((one) => {
      const word = plainWord(one, folder);
      do next += 1;
      while (plainWord(running[next] ?? '', folder) !== word && running[next]?.startsWith('-'));
      return plainWord(running[next] ?? '', folder) === word;
    });
  });
}

function programName(word: string): string {
  return (word.split('/').at(-1) ?? word).replace(/\.(?:[cm]?js|exe|cmd)$/, '');
}

function plainWord(word: string, folder: string): string {
  if (/(?:^|\/)node_modules\//.test(word)) return programName(word);
  const path = isAbsolute(word) ? relative(folder, word) : word;
  return path.replace(/^\.\//, '').replace(/\.[cm]?js$/, '');
}
