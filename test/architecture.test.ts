import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findCycles } from './architecture/cycles.js';
import { listSources, readSource, type SourceFacts } from './architecture/read-source.js';
import { findBreaches, type Rule } from './architecture/rules.js';
import { mayImport, owners } from './architecture/table.js';
import { type Way, walkFrom } from './architecture/walk.js';
import { verifies } from './requirements.js';

const root = path.join(import.meta.dirname, '..');

function factsOf(tree: Readonly<Record<string, string>>): SourceFacts[] {
  return Object.entries(tree).map(([file, text]) => readSource(file, text));
}

function breachesOf(tree: Readonly<Record<string, string>>): string[] {
  return findBreaches(factsOf(tree)).map(({ text }) => text);
}

/** The files of `src` that are loaded with one of them, itself included. */
function loadedWith(first: string, files: readonly SourceFacts[]): string[] {
  const byName = new Map(files.map((one) => [one.file, one]));
  const loaded = new Set([first]);
  for (const file of loaded)
    for (const { specifier, lazy } of byName.get(file)?.imports ?? [])
      if (!lazy && specifier?.startsWith('.'))
        loaded.add(path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, '.ts'));
  return [...loaded];
}

describe('the source', () => {
  const src = path.join(root, 'src');
  const files = listSources(src).map((file) => readSource(file, readFileSync(path.join(src, file), 'utf8')));
  const breaches = findBreaches(files);
  const broken = (...rules: Rule[]) => breaches.filter(({ rule }) => rules.includes(rule)).map(({ text }) => text);

  test('is there to be judged', () => {
    expect(files.length).toBeGreaterThan(10);
  });

  test('keeps the walls', () => {
    verifies('house.walls');
    expect(broken('wall', 'unresolved', 'computed')).toEqual([]);
  });

  test('leaves each package to its owner', () => {
    verifies('house.owners');
    expect(broken('owner')).toEqual([]);
  });

  test('has no circles', () => {
    verifies('house.no-cycles');
    expect(broken('cycle')).toEqual([]);
  });

  test('keeps files small and named for what they are', () => {
    verifies('house.small-files');
    expect(broken('length', 'name')).toEqual([]);
  });

  test('has neither crumbs nor crowds', () => {
    verifies('house.whole-files');
    expect(broken('crumb', 'crowd')).toEqual([]);
  });

  test('keeps effects and escape hatches where they belong', () => {
    verifies('house.effects');
    expect(broken('env-write', 'print', 'any')).toEqual([]);
  });

  test('loads no heavy package at start', () => {
    verifies('house.lazy');
    expect(broken('eager')).toEqual([]);
  });

  test('loads for the gate, which judges what is stored, nothing that drives, compares, lays out or draws', () => {
    verifies('speed.one-tool');
    const folders = new Set(
      loadedWith('tools/gate-check.ts', files)
        .filter((file) => !file.startsWith('../'))
        .map((file) => file.split('/')[0]),
    );
    const light = 'call checks config core design gates image live project store tools verify';
    expect([...folders].sort().join(' ')).toBe(light);
  });
});

describe('the walk of a verification', () => {
  test('from its first stage to the verdict enters at most 55 files, and returns at most 60 times', () => {
    verifies('house.walk');
    const src = path.join(root, 'src');
    const rooms = ['verify/', 'gates/', 'checks/'];
    const sources = Object.fromEntries(
      listSources(src)
        .filter((file) => rooms.some((room) => file.startsWith(room)))
        .map((file) => [file, readFileSync(path.join(src, file), 'utf8')]),
    );
    const way = {
      first: { file: 'verify/verify.ts', name: 'startVerify' },
      last: { file: 'verify/judge/judge.ts', name: 'judge' },
      isEntered: (file: string) => file in sources,
    };
    const { files, steps } = walkFrom(way, sources);
    // The phases are on it: a walk that lost its way would be short.
    const phases = ['figmaPhase', 'runnerPhase', 'gather', 'flowPhase', 'comparePhase', 'layoutPhase', 'evaluateGates'];
    expect(steps.map(({ name }) => name)).toEqual(expect.arrayContaining(phases));
    expect(files.length).toBeLessThanOrEqual(55);
    expect(steps.length).toBeLessThanOrEqual(60);
  });

  const tree = {
    'a.ts': `import { b, late } from './b.js';
import { low } from './low/c.js';
export async function first(): Promise<void> {
  own();
  b(1);
  b(2);
  each([1], handed);
  low();
  const { lazy } = await import('./d.js');
  lazy();
}
const own = () => late();
function handed() {}`,
    'b.ts':
      'import { lazy } from "./d.js";\nexport function b(n: number) { lazy(n); }\nexport const late = () => b(0);',
    'd.ts': 'export function lazy(n?: number) { return n; }\nexport function never() {}',
    'low/c.ts': 'export function low() {}',
  };
  const counted = (way: Partial<Way>) => {
    const isEntered = (file: string) => !file.startsWith('low/');
    const { files, steps } = walkFrom({ first: { file: 'a.ts', name: 'first' }, isEntered, ...way }, tree);
    return [files.join(' '), ...steps.map(({ from, file, name }) => `${from} -> ${file} ${name}`)];
  };
  test.each<[string, Partial<Way>, string[]]>([
    ['counts each function once', {}, ['a.ts b.ts d.ts', 'a.ts -> b.ts late', 'b.ts -> d.ts lazy']],
    [
      'enters what it is told to',
      { isEntered: (file) => file !== 'b.ts' },
      ['a.ts low/c.ts d.ts', 'a.ts -> low/c.ts low', 'a.ts -> d.ts lazy'],
    ],
    [
      'ends with the last',
      { last: { file: 'b.ts', name: 'late' } },
      ['a.ts b.ts d.ts', 'a.ts -> b.ts late', 'b.ts -> d.ts lazy'],
    ],
    ['and not after it', { last: { file: 'a.ts', name: 'own' }, isEntered: (file) => file === 'a.ts' }, ['a.ts']],
  ])('%s', (_what, way, expected) => {
    expect(counted(way)).toEqual(expected);
  });
});

describe('the table', () => {
  test('goes down only', () => {
    expect(findCycles(new Map(Object.entries(mayImport).map(([from, to]) => [from, [...to]])))).toEqual([]);
  });

  test('gives every runtime dependency an owner', () => {
    // The manifest is ours and has this shape; a wrong one fails the comparison below.
    const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const owned = Object.keys(owners).filter((name) => !name.startsWith('node:'));
    expect(Object.keys(manifest.dependencies).filter((name) => !owned.includes(name))).toEqual([]);
  });

  test('is the one that docs/architecture.md prints', () => {
    const page = readFileSync(path.join(root, 'docs/architecture.md'), 'utf8');
    const printed = [...page.matchAll(/^\| `(\w+)` \|([^|]*)\|([^|]*)\|/gm)].map(
      ([, folder = '', imports = '', owned = '']) => ({
        folder,
        imports: imports.trim(),
        owned: [...owned.matchAll(/`([^`]+)`/g)].map(([, name]) => name).sort(),
      }),
    );
    const expected = Object.entries(mayImport)
      .filter(([folder]) => folder !== 'bin' && folder !== 'index')
      .map(([folder, imports]) => ({
        folder,
        imports: imports.join(', ') || 'nothing',
        owned: Object.keys(owners)
          .filter((name) => owners[name] !== 'everyone' && owners[name]?.includes(folder))
          .sort(),
      }));
    expect(printed).toEqual(expected);
  });
});

describe('each breach is found', () => {
  const long = 'export const a = 1;\n'.repeat(351);
  test.each<[string, Record<string, string>, string[]]>([
    [
      'an import upwards',
      { 'core/a.ts': "import { b } from '../config/b.js';", 'config/b.ts': 'export const b = 1;' },
      ['wall: core/a.ts:1 imports config (may import: nothing)'],
    ],
    [
      'a type-only import upwards',
      { 'core/a.ts': "\nimport type { B } from '../config/b.js';", 'config/b.ts': 'export type B = 1;' },
      ['wall: core/a.ts:2 imports config (may import: nothing)'],
    ],
    [
      'a type query, a re-export and a dynamic import upwards',
      {
        'report/a.ts':
          "export * from '../store/b.js';\nexport type C = import('../store/b.js').B;\nexport const d = () => import('../store/b.js');\nexport { b } from '../store/b.js';",
        'store/b.ts': 'export type B = 1; export const b = 1;',
      },
      [1, 2, 3, 4].map((line) => `wall: report/a.ts:${line} imports store (may import: core)`),
    ],
    [
      'a require upwards',
      { 'image/a.ts': "const b = require('../store/b.js');", 'store/b.ts': '' },
      ['wall: image/a.ts:1 imports store (may import: core)'],
    ],
    ['a folder that is not in the table', { 'extras/a.ts': '' }, ['wall: extras/a.ts lives in no folder of the table']],
    [
      'a way out of src',
      { 'core/a.ts': "import '../../test/b.js';" },
      ['wall: core/a.ts:1 reaches out of src: ../../test/b.js'],
    ],
    [
      'a file that is not there',
      { 'core/a.ts': "import './b.js';" },
      ['unresolved: core/a.ts:1 imports ./b.js, which is not there'],
    ],
    [
      'a computed import',
      { 'core/a.ts': "await import('./' + name + '.js');" },
      ['computed: core/a.ts:1 imports a computed name, which no wall can see'],
    ],
    [
      'a second way from cli to server',
      { 'cli/a.ts': "import('../server/s.js')", 'cli/b.ts': "import('../server/s.js')", 'server/s.ts': '' },
      ['wall: only one file of cli may import server: cli/a.ts, cli/b.ts'],
    ],
    [
      'a package of another folder',
      { 'design/a.ts': "import sharp from 'sharp';" },
      ['owner: design/a.ts:1 imports sharp (owner: image)'],
    ],
    [
      'a subpath and a scope of another folder',
      { 'tools/a.ts': "import type { T } from '@modelcontextprotocol/server/stdio';" },
      ['owner: tools/a.ts:1 imports @modelcontextprotocol/server (owner: server)'],
    ],
    [
      'a package that nobody owns',
      { 'core/a.ts': "import 'lodash';" },
      ['owner: core/a.ts:1 imports lodash (nobody owns it)'],
    ],
    [
      'a process started outside core',
      { 'native/a.ts': "import('child_process')" },
      ['owner: native/a.ts:1 imports node:child_process (owner: core)'],
    ],
    [
      'JSX outside report',
      { 'tools/a.tsx': 'export const a = <b />;' },
      ['owner: tools/a.tsx is JSX, which loads preact: only report may'],
    ],
    [
      'a circle of files, by types alone',
      { 'core/a.ts': "import type { B } from './b.js';", 'core/b.ts': "import type { A } from './a.js';" },
      [
        'crumb: core/a.ts belongs in core/b.ts, which alone imports it',
        'crumb: core/b.ts belongs in core/a.ts, which alone imports it',
        'cycle: files core/a.ts -> core/b.ts -> core/a.ts',
      ],
    ],
    [
      'a circle of folders without one of files',
      {
        'core/a.ts': "import '../config/b.js';",
        'config/b.ts': '',
        'config/c.ts': "import '../core/d.js';",
        'core/d.ts': '',
      },
      ['wall: core/a.ts:1 imports config (may import: nothing)', 'cycle: folders config -> core -> config'],
    ],
    [
      'a heavy package loaded at start',
      {
        'bin.ts': "import './cli/main.js';",
        'cli/main.ts': "import '../tools/a.js'; import('../server/s.js');",
        'tools/a.ts': "import '../image/decode.js';",
        'image/decode.ts': "import sharp from 'sharp'; import type { Png } from 'pngjs';",
        'server/s.ts': "import '@modelcontextprotocol/server';",
      },
      ['eager: cli/main.ts -> tools/a.ts -> image/decode.ts -> sharp is loaded at start'],
    ],
    ['a bad file name', { 'core/path-utils.ts': '' }, ['name: core/path-utils.ts: nothing is called path-utils']],
    ['a bad folder name', { 'core/common/a.ts': '' }, ['name: core/common/a.ts: nothing is called common']],
    [
      'a crumb beside its only importer',
      { 'core/a.ts': "import { b } from './b.js';", 'core/b.ts': 'export const b = 1;' },
      ['crumb: core/b.ts belongs in core/a.ts, which alone imports it'],
    ],
    [
      'a crowded folder',
      Object.fromEntries(Array.from({ length: 46 }, (_, at) => [`core/a${at}.ts`, 'export const a = 1;'])),
      ['crowd: core has 46 files at one level, more than 45'],
    ],
    ['a long file', { 'core/a.ts': long }, ['length: core/a.ts has 351 lines, more than 350']],
    ['any', { 'core/a.ts': 'export const a = (b: any[]) => b;' }, ['any: core/a.ts:1']],
    [
      'writes to the environment',
      {
        'core/a.ts':
          "process.env.A = '1';\nprocess.env['A'] ??= '1';\ndelete process.env.A;\nObject.assign(process.env, {});\nprocess.env = {};\nprocess.loadEnvFile();",
      },
      ['assignment', 'assignment', 'delete', 'Object.assign', 'assignment', 'process.loadEnvFile'].map(
        (what, index) => `env-write: core/a.ts:${index + 1} (${what})`,
      ),
    ],
    [
      'prints outside cli',
      { 'server/a.ts': "console.log(1);\nprocess.stdout.write('a');" },
      ['print: server/a.ts:1 (console)', 'print: server/a.ts:2 (process.stdout.write)'],
    ],
  ])('%s', (_what, tree, expected) => {
    expect(breachesOf(tree)).toEqual(expected);
  });

  test('and nothing is found where nothing is wrong', () => {
    const tree = {
      'bin.ts': "import './cli/main.js';",
      'cli/main.ts': "console.log(process.env.A === '1'); // any: process.env.A = '2'\nimport('../server/s.js');",
      'core/run.ts':
        "import { spawn } from 'node:child_process';\nimport { z } from 'zod';\nconst text = `import '../server/s.js'`;",
      'report/page.tsx':
        "import { run } from '../core/run.js';\nimport manifest from '../../package.json' with { type: 'json' };",
      'server/s.ts': "import '@modelcontextprotocol/server/stdio';\nimport '../tools/index.js';",
      'tools/index.ts': "import fs from 'node:fs/promises';",
      'core/edge.ts': 'export const a = 1;\n'.repeat(350),
    };
    expect(breachesOf(tree)).toEqual([]);
  });

  test('a file that is not TypeScript is an error, not silence', () => {
    expect(() => readSource('core/a.ts', 'const = ;')).toThrow('core/a.ts: ');
  });
});
