/**
 * The table of docs/architecture.md as data: what each folder of src may import besides itself.
 * `bin` and `index` stand for the two files at the top of src.
 */
const floors = {
  core: [],
  config: ['core'],
  image: ['core'],
  store: ['core', 'config'],
  capture: ['core', 'image'],
  compare: ['core', 'image'],
  design: ['core', 'config', 'store', 'image', 'compare'],
  browser: ['core', 'config', 'capture'],
  native: ['core', 'config', 'image', 'capture'],
  project: ['core', 'config', 'store'],
  checks: ['core'],
  gates: ['core', 'checks'],
  guidance: ['core', 'gates'],
  report: ['core'],
} as const;

const below = Object.keys(floors);

/** Folder → the folders it may import. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  ...floors,
  runner: below,
  tools: [...below, 'runner'],
  server: ['core', 'config', 'tools'],
  cli: ['core', 'config', 'tools', 'server'],
  bin: ['cli', 'core'],
  index: [...below, 'runner', 'tools', 'server', 'cli'],
};

/** Package or built-in → the only folders that may import it. A package that is not listed here may be imported by nobody. */
export const owners: Readonly<Record<string, readonly string[] | 'everyone'>> = {
  zod: 'everyone',
  'p-queue': ['core'],
  'node:child_process': ['core'],
  yaml: ['config'],
  'shell-quote': ['config'],
  'jsonc-parser': ['config', 'project'],
  sharp: ['image'],
  pngjs: ['image'],
  'proper-lockfile': ['store'],
  pixelmatch: ['compare'],
  'odiff-bin': ['compare'],
  culori: ['compare', 'design'],
  playwright: ['browser'],
  'axe-core': ['browser'],
  '@babel/parser': ['project'],
  '@jridgewell/trace-mapping': ['project'],
  ignore: ['project'],
  sirv: ['project'],
  re2js: ['config'],
  'fast-xml-parser': ['project'],
  'tap-parser': ['project'],
  'fast-xml-builder': ['report'],
  preact: ['report'],
  'preact-render-to-string': ['report'],
  '@modelcontextprotocol/server': ['server'],
  commander: ['cli'],
};

/** Packages that `codeloop --help` and the start of `serve` must not load: reached by `import()` only. */
export const heavyPackages: readonly string[] = [
  'playwright',
  'sharp',
  'odiff-bin',
  'axe-core',
  '@babel/parser',
  '@modelcontextprotocol/server',
  'preact',
  'preact-render-to-string',
];

/** The folders that may print; `serve` speaks its protocol through the SDK's transport. */
export const printers: readonly string[] = ['cli', 'bin'];

/** A file longer than this has more than one job. */
export const maxLines = 250;
