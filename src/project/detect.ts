import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { scriptCommands } from '../config/command-line.js';
import { isErrno } from '../core/errors.js';
import { fitsWildcards } from '../core/linear-pattern.js';
import { readText } from '../core/path-walls.js';
import { findProgram } from '../core/run-command.js';
import { otherStack } from './other-stacks.js';
import { fileExists } from './project.js';
import { allCommandsOf } from './runners/scripts.js';

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
  const text = await readText(join(dir, 'pnpm-workspace.yaml')).catch(() => ''); // no pnpm workspace
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
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .filter((entry) => fitsWildcards(entry.name, step))
    .map((entry) => posix.join(folder, entry.name));
}

async function readJson(path: string): Promise<object | undefined> {
  try {
    const value: unknown = JSON.parse(await readText(path));
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

/** Settings files of dev servers, in which `port: 4000` is the server's. */
const SETTINGS = /^(?:vite|nuxt|astro|vue|rsbuild|rspack|webpack|svelte)\.config\.[cm]?[jt]s$/;
const IN_SCRIPT = /(?:--port[ =]|-p[ =]?|\bPORT=)(\d{2,5})\b/;
const IN_SETTINGS = /\bport\s*:\s*(\d{2,5})\b/;

/** The port that a project gives its dev server: in the script's own arguments, else in the settings file. Undefined: the framework's default. */
export async function devPort(dir: string, script: string): Promise<number | undefined> {
  const own = portIn(script);
  if (own !== undefined) return own;
  for (const name of (await namesIn(dir)).filter((one) => SETTINGS.test(one))) {
    const set = IN_SETTINGS.exec(withoutPreview(await readText(join(dir, name))))?.[1];
    if (set !== undefined) return Number(set);
  }
  return angularPort(dir);
}

function portIn(script: string): number | undefined {
  const port = IN_SCRIPT.exec(script)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** Vite's settings of the preview server have a port of their own. */
function withoutPreview(text: string): string {
  return text.replaceAll(/\bpreview\s*:\s*\{[^}]*\}/g, '');
}

async function angularPort(dir: string): Promise<number | undefined> {
  const text = await readText(join(dir, 'angular.json')).catch((error: unknown) => {
    if (isErrno(error) && error.code === 'ENOENT') return '';
    throw error;
  });
  const port = /"serve"\s*:[\s\S]*?"port"\s*:\s*(\d{2,5})/.exec(text)?.[1];
  return port === undefined ? undefined : Number(port);
}

async function namesIn(dir: string): Promise<string[]> {
  return (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** The stack of a project, as far as its manifest says. */
export interface Detected {
  framework: string;
  package_manager: 'npm' | 'pnpm' | 'yarn' | 'bun' | 'none';
  /** Names of the manifest's scripts. */
  scripts: string[];
  /** Command and default address of its dev server; absent when unknown. */
  server?: { command: string[]; url: string } | { static: string };
  /** The package of a workspace that the app is, relative to the project; absent when the project itself is the app. */
  app_folder?: string;
}

/**
 * Frameworks by the package that marks them, most specific first, with the default port of their dev server.
 * Ports: each framework's own documentation.
 */
const FRAMEWORKS: readonly { name: string; marks: readonly string[]; port: number }[] = [
  { name: 'next', marks: ['next'], port: 3000 },
  { name: 'nuxt', marks: ['nuxt'], port: 3000 },
  { name: 'react-router', marks: ['@react-router/dev', '@remix-run/dev'], port: 5173 },
  { name: 'sveltekit', marks: ['@sveltejs/kit'], port: 5173 },
  { name: 'astro', marks: ['astro'], port: 4321 },
  { name: 'docusaurus', marks: ['@docusaurus/core'], port: 3000 },
  { name: 'vitepress', marks: ['vitepress'], port: 5173 },
  { name: 'gatsby', marks: ['gatsby'], port: 8000 },
  { name: 'eleventy', marks: ['@11ty/eleventy'], port: 8080 },
  { name: 'angular', marks: ['@angular/core'], port: 4200 },
  { name: 'vite-react', marks: ['vite', 'react'], port: 5173 },
  { name: 'vite-vue', marks: ['vite', 'vue'], port: 5173 },
  { name: 'vite-svelte', marks: ['vite', 'svelte'], port: 5173 },
  { name: 'vite-preact', marks: ['vite', 'preact'], port: 5173 },
  { name: 'vite-solid', marks: ['vite', 'solid-js'], port: 5173 },
  { name: 'vite-qwik', marks: ['vite', '@builder.io/qwik'], port: 5173 },
  { name: 'vite-lit', marks: ['vite', 'lit'], port: 5173 },
  { name: 'vite', marks: ['vite'], port: 5173 },
  { name: 'vue-cli', marks: ['@vue/cli-service'], port: 8080 },
  { name: 'create-react-app', marks: ['react-scripts'], port: 3000 },
  { name: 'express', marks: ['express'], port: 3000 },
];
/** Frameworks of which one marking package is enough. */
const ANY_MARK = new Set(['react-router']);
const LOCKS = { 'pnpm-lock.yaml': 'pnpm', 'yarn.lock': 'yarn', 'bun.lock': 'bun', 'bun.lockb': 'bun' } as const;
const STATIC_FOLDERS = ['.', 'public', 'dist', 'build', 'out', '_site'];

/** Looks at the manifest, lock files and finished HTML of a project. Reads only; a broken manifest counts as none. */
export async function detectProject(dir: string): Promise<Detected> {
  const manifest = await readManifest(dir);
  const other = await otherStack(dir);
  if (!manifest) {
    const none: Detected = { framework: 'none', package_manager: 'none', scripts: [] };
    if (other) return none;
    const isFolderOfPages = (await namesIn(dir)).some((name) => /\.html?$/i.test(name));
    const found = await withStatic(dir, none);
    return found.server || !isFolderOfPages ? found : { ...none, framework: 'static', server: { static: '.' } };
  }
  const framework = frameworkOf(manifest);
  const packageManager = await lockManager(dir);
  const base: Detected = {
    framework: framework?.name ?? 'node',
    package_manager: packageManager,
    scripts: manifest.scripts,
  };
  if (other) return { ...base, framework: 'node' };
  const script = devScript(manifest);
  const inside = await workspaceApp(dir, manifest, script);
  if (inside) {
    const { app, own } = inside;
    const appScript = devScript(own);
    const command =
      script === undefined ? commandIn(packageManager, app, appScript ?? 'dev') : [packageManager, 'run', script];
    const line = own.lines[appScript ?? ''] ?? '';
    const port = portIn(manifest.lines[script ?? ''] ?? '') ?? (await devPort(join(dir, app.folder), line));
    const known = frameworkOf(own);
    const url = `http://localhost:${port ?? known?.port ?? 3000}`;
    return { ...base, framework: known?.name ?? 'node', app_folder: app.folder, server: { command, url } };
  }
  if (script === undefined) return withStatic(dir, base);
  const hopeless = framework === undefined && !canRun(dir, manifest, script);
  if (hopeless && (await staticFolder(dir)) !== undefined) return withStatic(dir, base);
  const port = (await devPort(dir, manifest.lines[script] ?? '')) ?? framework?.port ?? 3000;
  return { ...base, server: { command: [packageManager, 'run', script], url: `http://localhost:${port}` } };
}

function frameworkOf(manifest: Manifest): (typeof FRAMEWORKS)[number] | undefined {
  return FRAMEWORKS.find(({ name, marks }) =>
    ANY_MARK.has(name)
      ? marks.some((mark) => manifest.packages.has(mark))
      : marks.every((mark) => manifest.packages.has(mark)),
  );
}

/** The script that starts an app: the first of these that there is. */
function devScript(manifest: Manifest): string | undefined {
  return ['dev', 'develop', 'start', 'serve', 'preview'].find((name) => manifest.scripts.includes(name));
}

/** Names that apps have among packages, where several could be meant. */
const APP_NAME = /(?:^|[/-])(?:web|app|www|site|frontend|front|client|ui|portal|shop|dashboard)$/i;

/** The package that is the app of a workspace: the one that the script runs, else the only one (or the only one named so) of a known framework. */
async function workspaceApp(
  dir: string,
  manifest: Manifest,
  script: string | undefined,
): Promise<{ app: WorkspacePackage; own: Manifest } | undefined> {
  const packages = await workspacePackages(dir, manifest.raw);
  const named = packageRunBy(manifest.lines[script ?? ''] ?? '', packages);
  if (named === undefined && frameworkOf(manifest)) return undefined;
  const apps: { app: WorkspacePackage; own: Manifest }[] = [];
  for (const app of named ? [named] : packages) {
    const own = await readManifest(join(dir, app.folder));
    if (own && (named || (frameworkOf(own) && devScript(own)))) apps.push({ app, own });
  }
  const likely = apps.filter(({ app }) => APP_NAME.test(app.name) || APP_NAME.test(app.folder));
  return apps.length === 1 ? apps[0] : likely.length === 1 ? likely[0] : undefined;
}

function commandIn(manager: string, { name, folder }: WorkspacePackage, script: string): string[] {
  if (manager === 'pnpm') return ['pnpm', '--filter', name, 'run', script];
  if (manager === 'yarn') return ['yarn', 'workspace', name, 'run', script];
  if (manager === 'bun') return ['bun', 'run', '--filter', name, script];
  return ['npm', 'run', script, '-w', folder];
}

/** Whether the first program behind a script is there or will be with the project's packages; a script that needs a shell counts as one that can. */
function canRun(dir: string, manifest: Manifest, script: string): boolean {
  const program = allCommandsOf(new Map(Object.entries(manifest.lines)), script)?.[0]?.find(
    (word) => !/^[A-Za-z_]\w*=/.test(word) && !/^(?:cross-env|npx|bunx|env)$/.test(word),
  );
  if (program === undefined || manifest.packages.has(program)) return true;
  // Packages whose programs have another name (`http-server-cli`) are seen once they are installed.
  return (
    findProgram(join(dir, 'node_modules/.bin', program)) !== undefined ||
    findProgram(program, { cwd: dir }) !== undefined
  );
}

/** The folder of finished HTML that a project holds, relative to it; undefined when there is none. */
export async function staticFolder(dir: string): Promise<string | undefined> {
  for (const folder of STATIC_FOLDERS) if (await fileExists(join(dir, folder, 'index.html'))) return folder;
  return undefined;
}

async function withStatic(dir: string, detected: Detected): Promise<Detected> {
  const folder = await staticFolder(dir);
  if (folder === undefined) return detected;
  const framework = detected.framework === 'none' ? 'static' : detected.framework;
  return { ...detected, framework, server: { static: folder } };
}

async function lockManager(dir: string): Promise<Exclude<Detected['package_manager'], 'none'>> {
  for (const [file, manager] of Object.entries(LOCKS)) if (await fileExists(join(dir, file))) return manager;
  return 'npm';
}

interface Manifest {
  packages: Set<string>;
  scripts: string[];
  /** Script → its command line. */
  lines: Readonly<Record<string, string>>;
  /** All of it. */
  raw: unknown;
}

async function readManifest(dir: string): Promise<Manifest | undefined> {
  try {
    const manifest: unknown = JSON.parse(await readText(join(dir, 'package.json')));
    return {
      packages: new Set([...keys(manifest, 'dependencies'), ...keys(manifest, 'devDependencies')]),
      raw: manifest,
      scripts: keys(manifest, 'scripts'),
      lines: Object.fromEntries(
        entriesOf(manifest, 'scripts').filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      ),
    };
  } catch {
    return undefined; // none, or not JSON: the folder is judged by its files alone
  }
}

function keys(value: unknown, field: string): string[] {
  return entriesOf(value, field)
    .map(([key]) => key)
    .sort();
}

function entriesOf(value: unknown, field: string): [string, unknown][] {
  const inner: unknown = value !== null && typeof value === 'object' ? Reflect.get(value, field) : undefined;
  return inner !== null && typeof inner === 'object' ? Object.entries(inner) : [];
}
