import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { chatViewer } from './chat-viewer.mjs';
import { thirdPartyLicences } from './licences.mjs';

/** Left outside the bundle and resolved from node_modules at run time: native code, files of their own that they look for, named exports. */
const external = [
  // The user's own runner: there is one of it in a process.
  '@playwright/test',
  // Installed by projects that have a store.
  '@aws-sdk/client-s3',
  'playwright',
  'playwright-core',
  'sharp',
  'odiff-bin',
  'pixelmatch',
  'pngjs',
  'axe-core',
  // Needed by few calls, and by those at once: required on first use.
  'proper-lockfile',
  're2js',
  // CommonJS that is loaded on first use for its named exports, which esbuild does not give such a chunk.
  '@babel/parser',
];

/**
 * Messages in fifty languages of which codeloop shows none: they are half of zod, and the reason why all of it would be read as text of two bytes a
 * letter, at every start. esbuild cannot leave out what a namespace inside a namespace holds.
 */
const withoutLocales = {
  name: 'without-locales',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ importer }) =>
      /[\\/]zod[\\/]v4[\\/]/.test(importer) ? { path: 'none', namespace: 'without-locales' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'without-locales' }, () => ({ contents: 'export {};' }));
  },
};

/**
 * Who only reads settings loads no part that writes them: a bundler cuts no file in two, and the package's index is one. The reader gets that
 * index without what formats and edits.
 */
const settingsRead = (root) => ({
  name: 'settings-read',
  setup({ onResolve, onLoad }) {
    const index = path.join(root, 'node_modules/jsonc-parser/lib/esm/main.js');
    onResolve({ filter: /^jsonc-parser$/ }, ({ importer }) =>
      importer === path.join(root, 'src/config/parse-settings.ts') ? { path: index, suffix: '?read' } : undefined,
    );
    onLoad({ filter: /[\\/]jsonc-parser[\\/]lib[\\/]esm[\\/]main\.js$/ }, ({ suffix }) => {
      if (suffix !== '?read') return undefined;
      const [reading, editing] = readFileSync(index, 'utf8')
        .replace(/^import \* as (?:formatter|edit) from .*$/gm, '')
        .split('export function format(');
      if (editing === undefined) throw new Error('the index of jsonc-parser reads otherwise than it did');
      return { contents: reading, resolveDir: path.dirname(index) };
    });
  },
});

/** Schemas of the program remember how zod makes them, and load it only where something is wrong (docs/decisions/0024-schemas-on-demand.md). */
const schemasOnDemand = (root) => ({
  name: 'schemas-on-demand',
  setup({ onResolve }) {
    onResolve({ filter: /^zod$/ }, ({ importer }) =>
      importer.startsWith(path.join(root, 'src') + path.sep)
        ? { path: path.join(root, 'src/core/zod-on-demand.ts') }
        : undefined,
    );
  },
});

/** Of its own package.json the program asks its version alone: the rest, its scripts and its packages, would be read at every start. */
const versionAlone = (root) => ({
  name: 'version-alone',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]package\.json$/ }, ({ path: file }) => {
      if (file !== path.join(root, 'package.json')) return undefined;
      const { version } = JSON.parse(readFileSync(file, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
});

// CommonJS packages inside an ES module bundle still call require() for Node's built-ins.
const banner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * Writes dist/bin.js, dist/index.js, their chunks, the page of the pair viewer and the licences of what they contain; removes what an earlier build left.
 * Returns the number of code files and their bytes. A file is replaced in one step, so that a running program never reads half of one.
 */
export async function bundle(root) {
  const { build } = await import('esbuild');
  const entryPoints = ['src/bin.ts', 'src/index.ts', 'src/matchers/playwright.ts', 'src/matchers/vitest.ts'];
  for (const entry of entryPoints) {
    if (!existsSync(path.join(root, entry))) throw new Error(`${entry} is missing`);
  }
  const result = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: 'dist',
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external,
    plugins: [schemasOnDemand(root), settingsRead(root), withoutLocales, versionAlone(root)],
    // The ES modules of packages that offer them: a bundler cannot follow the require() of UMD files (jsonc-parser).
    mainFields: ['module', 'main'],
    banner: { js: banner },
    chunkNames: 'chunks/[name]-[hash]',
    metafile: true,
    legalComments: 'none',
    minifySyntax: true,
    minifyWhitespace: true,
    // Names stay as written: stack traces are readable, and functions sent into a page need no naming helper there.
    minifyIdentifiers: false,
    keepNames: false,
    logLevel: 'warning',
  });
  const dist = path.join(root, 'dist');
  const outputs = new Map(
    result.outputFiles.map((file) => [path.relative(dist, file.path), Buffer.from(file.contents)]),
  );
  for (const [name, contents] of outputs) {
    const [, lost] = /export default require_(\w+)\(\);\s*$/.exec(contents.toString('utf8')) ?? [];
    if (lost !== undefined)
      throw new Error(
        `${name}: what import() gives of the CommonJS file ${lost} has a default export only; take the package out of the bundle`,
      );
  }
  for (const [name, contents] of outputs) if (name.endsWith('.js')) outputs.set(name, withoutIdleBanner(contents));
  const bin = outputs.get('bin.js');
  if (bin !== undefined && !bin.subarray(0, 2).equals(Buffer.from('#!')))
    outputs.set('bin.js', Buffer.concat([Buffer.from('#!/usr/bin/env node\n'), bin]));
  const viewer = await chatViewer(root, [withoutLocales]);
  outputs.set('chat-viewer.html', Buffer.from(viewer.html));
  const inputs = [...Object.keys(result.metafile.inputs), ...viewer.inputs];
  outputs.set('THIRD-PARTY-LICENCES.txt', Buffer.from(thirdPartyLicences(root, inputs)));
  for (const [name, contents] of outputs) replaceFile(path.join(dist, name), contents);
  chmodSync(path.join(dist, 'bin.js'), 0o755);
  removeOthers(dist, outputs);
  const code = [...outputs].filter(([name]) => name.endsWith('.js'));
  return { files: code.length, bytes: code.reduce((sum, [, contents]) => sum + contents.length, 0) };
}

/** A chunk without the banner where it calls no `require`: most do not, and each would make one of its own at every start. */
function withoutIdleBanner(contents) {
  const text = contents.toString('utf8');
  if (!text.includes(banner)) return contents;
  const rest = text.replace(`${banner}\n`, '');
  return /\brequire\b/.test(rest) ? contents : Buffer.from(rest);
}

function replaceFile(file, contents) {
  if (existsSync(file) && readFileSync(file).equals(contents)) return;
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, contents);
  renameSync(draft, file);
}

/** Removes code of earlier builds; types and the settings' schema are written, and so cleaned, by their own steps. */
function removeOthers(dist, outputs) {
  for (const name of readdirSync(dist, { recursive: true })) {
    const ours = name.startsWith('types') || name === 'config.schema.json' || outputs.has(name);
    if (!ours && /\.(js|tmp|txt|map)$/.test(name)) rmSync(path.join(dist, name));
  }
}
