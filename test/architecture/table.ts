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
  browser: ['core', 'capture'],
  native: ['core', 'config', 'image', 'capture'],
  project: ['core', 'config', 'store'],
  layout: ['core'],
  checks: ['core'],
  gates: ['core', 'checks'],
  report: ['core'],
  live: ['core', 'config', 'store', 'image', 'capture', 'compare', 'browser', 'native', 'project'],
  replay: ['core', 'store', 'image', 'capture', 'project', 'live'],
  verify: [
    ...['core', 'config', 'store', 'image', 'capture', 'compare', 'design', 'project'],
    ...['layout', 'checks', 'gates', 'report', 'live', 'replay'],
  ],
  guidance: ['core', 'store', 'project', 'checks', 'report', 'live', 'verify'],
  call: ['core', 'config', 'store', 'image', 'project', 'live'],
  tools: ['core', 'config', 'image', 'design', 'project', 'live', 'replay', 'verify', 'guidance', 'call'],
  matchers: ['core', 'config', 'image', 'store', 'compare', 'design', 'browser', 'project', 'checks', 'live', 'verify'],
  server: ['core', 'call', 'tools'],
  cli: ['core', 'image', 'call', 'guidance', 'tools', 'server'],
} as const;

/** Folder → the folders it may import. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  ...floors,
  bin: ['cli', 'core'],
  index: ['core', 'config', 'image', 'compare', 'live', 'call', 'tools'],
};

/** Package or built-in → the only folders that may import it. A package that is not listed here may be imported by nobody. */
export const owners: Readonly<Record<string, readonly string[] | 'everyone'>> = {
  zod: 'everyone',
  'p-queue': ['core'],
  'node:child_process': ['core'],
  yaml: ['config', 'call'],
  'shell-quote': ['config'],
  'jsonc-parser': ['config', 'project'],
  sharp: ['image'],
  pngjs: ['image'],
  'proper-lockfile': ['store'],
  '@aws-sdk/client-s3': ['store'],
  pixelmatch: ['compare'],
  'odiff-bin': ['compare'],
  culori: ['compare', 'design'],
  playwright: ['browser'],
  '@playwright/test': ['matchers'],
  'axe-core': ['browser'],
  '@babel/parser': ['project'],
  '@jridgewell/trace-mapping': ['project'],
  ignore: ['project'],
  sirv: ['project'],
  re2js: ['core'],
  'fast-xml-parser': ['project'],
  'tap-parser': ['project'],
  'fast-xml-builder': ['report'],
  preact: ['report'],
  'preact-render-to-string': ['report'],
  '@modelcontextprotocol/server': ['server'],
  '@modelcontextprotocol/ext-apps': ['report'],
  commander: ['cli'],
  'string-width': ['cli'],
  'supports-terminal-graphics': ['cli'],
};

/** Packages that `codeloop --help` and the start of `serve` must not load: reached by `import()` only. */
export const heavyPackages: readonly string[] = [
  'playwright',
  'sharp',
  'odiff-bin',
  'axe-core',
  '@babel/parser',
  '@modelcontextprotocol/server',
  '@modelcontextprotocol/ext-apps',
  'preact',
  '@aws-sdk/client-s3',
  'preact-render-to-string',
];

/** The folders that may print; `serve` speaks its protocol through the SDK's transport. */
export const printers: readonly string[] = ['cli', 'bin'];

/** A file longer than this has more than one job. */
export const maxLines = 350;
/** A file shorter than this, with one importer in its own folder, is a part of that importer: it goes home. */
export const minLines = 60;
/** A folder with more files than this at one level is more than one room. */
export const maxFiles = 45;

/**
 * The registries: files that are read as a list, one member a file, however short. Besides these each default export is one (a tool, a
 * check).
 */
export const registries: readonly RegExp[] = [
  // What is stored or crosses layers, one noun a file.
  /^core\/vocabulary\//,
  // Parts of the error catalogue.
  /^core\/[\w-]+-errors\.ts$/,
  // What runs inside the page.
  /^browser\/page\//,
  // What each framework calls a route; what each test runner writes.
  /^project\/routes\//,
  /^project\/runners\/reports\//,
  // The commands of one system.
  /^native\/\w+\/\w+-commands\.ts$/,
];
