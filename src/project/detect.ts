import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '../core/errors.js';
import { fileExists } from './file-exists.js';

/** Settings files of dev servers, in which `port: 4000` is the server's. */
const SETTINGS = /^(?:vite|nuxt|astro|vue|rsbuild|rspack|webpack|svelte)\.config\.[cm]?[jt]s$/;
const IN_SCRIPT = /(?:--port[ =]|-p[ =]?|\bPORT=)(\d{2,5})\b/;
const IN_SETTINGS = /\bport\s*:\s*(\d{2,5})\b/;

/** The port that a project gives its dev server: in the script's own arguments, else in the settings file. Undefined: the framework's default. */
export async function devPort(dir: string, script: string): Promise<number | undefined> {
  const own = IN_SCRIPT.exec(script)?.[1];
  if (own !== undefined) return Number(own);
  for (const name of (await namesIn(dir)).filter((one) => SETTINGS.test(one))) {
    const set = IN_SETTINGS.exec(withoutPreview(await readFile(join(dir, name), 'utf8')))?.[1];
    if (set !== undefined) return Number(set);
  }
  return angularPort(dir);
}

/** Vite's settings of the preview server have a port of their own. */
function withoutPreview(text: string): string {
  return text.replaceAll(/\bpreview\s*:\s*\{[^}]*\}/g, '');
}

async function angularPort(dir: string): Promise<number | undefined> {
  const text = await readFile(join(dir, 'angular.json'), 'utf8').catch((error: unknown) => {
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
  if (!manifest) return withStatic(dir, { framework: 'none', package_manager: 'none', scripts: [] });
  const framework = FRAMEWORKS.find(({ name, marks }) =>
    ANY_MARK.has(name)
      ? marks.some((mark) => manifest.packages.has(mark))
      : marks.every((mark) => manifest.packages.has(mark)),
  );
  const packageManager = await lockManager(dir);
  const base: Detected = {
    framework: framework?.name ?? 'node',
    package_manager: packageManager,
    scripts: manifest.scripts,
  };
  const script = ['dev', 'develop', 'start', 'serve', 'preview'].find((name) => manifest.scripts.includes(name));
  if (script === undefined) return withStatic(dir, base);
  const port = (await devPort(dir, manifest.lines[script] ?? '')) ?? framework?.port ?? 3000;
  return { ...base, server: { command: [packageManager, 'run', script], url: `http://localhost:${port}` } };
}

async function withStatic(dir: string, detected: Detected): Promise<Detected> {
  for (const folder of STATIC_FOLDERS) {
    if (await fileExists(join(dir, folder, 'index.html')))
      return {
        ...detected,
        framework: detected.framework === 'none' ? 'static' : detected.framework,
        server: { static: folder },
      };
  }
  return detected;
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
}

async function readManifest(dir: string): Promise<Manifest | undefined> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8'));
    return {
      packages: new Set([...keys(manifest, 'dependencies'), ...keys(manifest, 'devDependencies')]),
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
