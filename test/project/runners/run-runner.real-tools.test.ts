import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Config } from '../../../src/config/schema.js';
import { filesOnDisk } from '../../../src/project/project.js';
import { detectRunners } from '../../../src/project/runners/detect-runners.js';
import {
  boundFailures,
  honestEnvironment,
  picksAnother,
  runRunner,
  standIn,
  withOwnNpmSettings,
} from '../../../src/project/runners/run-runner.js';
import { verifies } from '../../requirements.js';
import { sampleOf } from '../../sample.js';

test('the environment carries no stowaway to the project’s commands', () => {
  verifies('runners.real-tools');
  const given = {
    ...{
      PATH: '/bin',
      HOME: '/home/ada',
      LANG: 'C',
      npm_config_registry: 'https://r.test/',
      DATABASE_URL: 'x',
      GOPATH: '/go',
    },
    ...{
      npm_config_script_shell: '/tmp/yes',
      NPM_CONFIG_NODE_OPTIONS: '--require /tmp/x.js',
      'npm_config_script-shell': '/tmp/yes',
    },
    ...{
      BASH_ENV: '/tmp/x',
      LD_PRELOAD: '/tmp/x.so',
      NODE_PATH: '/tmp',
      PYTEST_ADDOPTS: '--deselect a',
      RUBYOPT: '-r./x',
    },
    // Whose scripts are run, a rehearsal in the place of a run, a shell that runs nothing, functions before programs.
    ...{
      npm_config_workspace: 'easy',
      'NPM_CONFIG_if-present': 'true',
      npm_config_filter: 'easy',
      YARN_YARN_PATH: '/tmp/yarn.cjs',
      YARN_RC_FILENAME: 'easy.yml',
      MAKEFLAGS: 'n',
      SHELLOPTS: 'noexec',
      GLOBIGNORE: '*hard*',
      'BASH_FUNC_node%%': '() { echo ok 1; }',
      BUN_OPTIONS: '--preload /tmp/yes.ts',
      COREPACK_ENV_FILE: '/tmp/env',
    },
  };
  expect(honestEnvironment(given)).toEqual({
    ...{
      PATH: '/bin',
      HOME: '/home/ada',
      LANG: 'C',
      npm_config_registry: 'https://r.test/',
      DATABASE_URL: 'x',
      GOPATH: '/go',
    },
  });
});

test.each([
  ['workspace=easy\n', 'workspace'],
  ['//r.test/:_authToken=x\n workspace[] = easy\n', 'workspace'],
  ['if-present\n', 'if-present'],
  ['registry=https://r.test/\n; workspace=easy\nworkspaces-update=false\n', undefined],
  [undefined, undefined],
])('a file of the user’s (%j) that picks whose scripts are run is no place to run them in', (npmrc, picked) => {
  verifies('runners.real-tools');
  const home = project({});
  if (npmrc !== undefined) writeFileSync(path.join(home, '.npmrc'), npmrc);
  expect(picksAnother(home)).toBe(picked && `${picked} in the user's .npmrc picks whose scripts npm runs; take it out`);
});

test.each(
  sampleOf(
    [
      ['--max-old-space-size=4096', '--max-old-space-size=4096'],
      ['--require /tmp/yes.cjs --max-old-space-size=4096', '--max-old-space-size=4096'],
      ['-r ./yes.cjs', undefined],
      ['--import=data:text/javascript,process.exit(0)', undefined],
      ['--test-only --test-name-pattern=nothing --enable-source-maps', '--enable-source-maps'],
      ['--no-warnings --experimental-loader "./my loader.mjs" --trace-uncaught', '--no-warnings --trace-uncaught'],
    ],
    3,
  ),
)('NODE_OPTIONS=%s', (given, kept) => {
  verifies('runners.real-tools');
  expect(honestEnvironment({ NODE_OPTIONS: given }).NODE_OPTIONS).toBe(kept);
});

/** A project whose node_modules/.bin holds these: a link to a file of a package, or a script. */
function project(bin: Record<string, { package: string; file: string } | { script: string }>): string {
  const dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'codeloop-tools-')));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(path.join(dir, 'node_modules/.bin'), { recursive: true });
  for (const [name, what] of Object.entries(bin)) {
    const place = path.join(dir, 'node_modules/.bin', name);
    if ('script' in what) {
      writeFileSync(place, what.script);
      chmodSync(place, 0o755);
      continue;
    }
    const file = path.join(dir, 'node_modules', what.package, what.file);
    mkdirSync(path.dirname(file), { recursive: true });
    if (what.file.endsWith('.js')) writeFileSync(file, '#!/usr/bin/env node\n');
    else copyFileSync(process.execPath, file);
    symlinkSync(path.relative(path.dirname(place), file), place);
  }
  return dir;
}

const YES = { script: '#!/bin/sh\necho TAP version 13; echo ok 1; echo 1..1\n' };

test.each(
  sampleOf<[string, Parameters<typeof project>[0], string | undefined]>([
    ['nothing but tools of the project', { vitest: YES, eslint: YES }, undefined],
    [
      'npm and npx as packages',
      { npm: { package: 'npm', file: 'cli.js' }, npx: { package: 'npm', file: 'npx.js' } },
      undefined,
    ],
    ['node as a package, which is a program', { node: { package: 'node', file: 'bin/node' } }, undefined],
    ['a node that prints what is wanted', { node: YES }, 'node_modules/.bin/node stands in the place of node'],
    [
      'a node in a package, which is a script',
      { node: { package: 'node', file: 'bin.js' } },
      'node_modules/.bin/node is a script, not node',
    ],
    ['a shell', { sh: YES }, 'node_modules/.bin/sh stands in the place of sh'],
    ['a git', { git: { package: 'helper', file: 'git.js' } }, 'node_modules/.bin/git stands in the place of git'],
  ]),
)('%s', (_what, bin, said) => {
  verifies('runners.real-tools');
  expect(standIn(project(bin))).toBe(said);
});

test('a test command is not run where something stands in the place of node', async () => {
  verifies('runners.real-tools');
  const dir = project({ node: YES });
  writeFileSync(path.join(dir, 'package.json'), '{ "name": "x", "scripts": { "test": "node --test" } }');
  cpSync(path.join(dir, 'package.json'), path.join(dir, 'sum.test.mjs'));
  const { runners } = await detectRunners(filesOnDisk(dir), Config.parse({}));
  const [runner] = runners;
  if (!runner) throw new Error('the test command was not found');
  const outcome = await runRunner(runner, {
    project: dir,
    signal: new AbortController().signal,
    onOutput: () => undefined,
  });
  expect(outcome).toMatchObject({
    ...{ status: 'could_not_run', exitCode: null, reason: 'node_modules/.bin/node stands in the place of node' },
  });
});

test.each(
  sampleOf(
    [
      ['the user’s', { HOME: '#' }, undefined, ''],
      ['the machine’s', { npm_config_globalconfig: '#/.npmrc' }, undefined, ''],
      ['the project’s own', { HOME: '#' }, 'node-options=--trace-uncaught\n', '--trace-uncaught'],
      [
        'a setting that is there, and the user’s',
        { HOME: '#', NODE_OPTIONS: '--no-warnings' },
        undefined,
        '--no-warnings',
      ],
    ],
    2,
  ),
)('npm takes shell and options from no settings but the project’s: %s', (_name, given, npmrc, options) => {
  verifies('runners.real-tools');
  const home = project({});
  const dir = project({});
  const yes = path.join(home, 'yes.sh');
  writeFileSync(yes, '#!/bin/sh\necho yes\n', { mode: 0o755 });
  writeFileSync(path.join(home, '.npmrc'), `script-shell=${yes}\nnode-options=--require ${home}/none.cjs\n`);
  writeFileSync(path.join(dir, 'package.json'), '{ "name": "x", "scripts": { "test": "echo options $NODE_OPTIONS" } }');
  if (npmrc !== undefined) writeFileSync(path.join(dir, '.npmrc'), npmrc);
  const env = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value.replace('#', home)]));
  const run = (of: NodeJS.ProcessEnv) =>
    execFileSync('npm', ['run', '-s', 'test'], {
      cwd: dir,
      env: { PATH: process.env.PATH, HOME: dir, ...of },
      encoding: 'utf8',
    }).trim();
  expect(run(env)).toBe('yes');
  expect(run(withOwnNpmSettings(env, npmrc))).toBe(`options ${options}`.trim());
});

test('a place that counts from 0, or has thirty digits, is none', () => {
  const kept = (line: number, column: number) =>
    boundFailures([{ name: 'a', message: 'b', line, column }], '/p', '/p', (text) => text)[0];
  expect(kept(3, 7)).toEqual({ name: 'a', message: 'b', line: 3, column: 7 });
  expect(kept(0, 0)).toEqual({ name: 'a', message: 'b' });
  expect(kept(1e30, 2.5)).toEqual({ name: 'a', message: 'b' });
});
