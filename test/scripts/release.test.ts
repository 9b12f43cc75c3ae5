import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { verifies } from '../requirements.js';

const repository = path.join(import.meta.dirname, '../..');
const read = (root: string, file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
const { version, mcpName, engines } = read(repository, 'package.json');

function release(...args: string[]) {
  const root = mkdtempSync(path.join(tmpdir(), 'codeloop-release-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const file of ['package.json', 'server.json']) cpSync(path.join(repository, file), path.join(root, file));
  const script = path.join(repository, 'scripts/release.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, '--root', root, ...args], { encoding: 'utf8' });
  return { status, stderr, manifest: read(root, 'package.json'), server: read(root, 'server.json') };
}

test('the entry for the MCP registry names this package, its version and how it is started', () => {
  verifies('package.released');
  const server = read(repository, 'server.json');
  expect(server).toMatchObject({
    name: mcpName,
    version,
    packages: [
      {
        ...{ registryType: 'npm', identifier: 'codeloop', version, transport: { type: 'stdio' } },
        packageArguments: [{ type: 'positional', value: 'serve' }],
      },
    ],
  });
  // The registry's limits: 100 characters for both.
  expect([server.title.length, server.description.length].every((length) => length <= 100)).toBe(true);
});

test('a release names the repository that releases it, in the package and in the registry, and keeps the rest', () => {
  verifies('package.released');
  const { status, manifest, server } = release('--repository', 'Example/gauge', '--tag', `v${version}`);
  expect(status).toBe(0);
  expect([manifest.mcpName, server.name]).toEqual(['io.github.Example/codeloop', 'io.github.Example/codeloop']);
  expect([manifest.repository.url, server.repository.url]).toEqual([
    'git+https://github.com/Example/gauge.git',
    'https://github.com/Example/gauge',
  ]);
  const { mcpName: _name, repository: _repository, ...rest } = manifest;
  const { mcpName: _own, ...own } = read(repository, 'package.json');
  expect(rest).toEqual(own);
});

test.each([
  ['a tag of another version', ['--repository', 'a/b', '--tag', 'v0.0.0'], `the tag must be v${version}`],
  ['no repository', ['--tag', `v${version}`], 'owner/name'],
  ['an address for a repository', ['--repository', 'https://github.com/a/b', '--tag', `v${version}`], 'owner/name'],
])('is refused for %s, and nothing is written', (_, args, problem) => {
  verifies('package.released');
  const { status, stderr, manifest } = release(...args);
  expect([status, manifest]).toEqual([1, read(repository, 'package.json')]);
  expect(stderr).toContain(problem);
});

test('the workflows test every Node that the package promises, and publish with provenance and without a token', () => {
  verifies('package.released');
  const workflow = (name: string) =>
    parse(readFileSync(path.join(repository, `.github/workflows/${name}.yml`), 'utf8')).jobs;
  const nodes: string[] = workflow('ci').test.strategy.matrix.node;
  expect(nodes).toEqual(['20.19.0', '22', '24']);
  expect(engines.node).toBe('>=20.19');
  const { permissions, steps } = workflow('release').publish;
  expect(permissions).toEqual({ contents: 'read', 'id-token': 'write' });
  const runs: string[] = steps.flatMap(({ run }: { run?: string }) => run ?? []);
  const order = ['npm test', 'scripts/release.mjs', 'npm publish --provenance', 'mcp-publisher publish'].map((part) =>
    runs.findIndex((run) => run.includes(part)),
  );
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(order[0]).toBeGreaterThan(-1);
  expect(JSON.stringify(steps)).not.toMatch(/NPM_TOKEN|NODE_AUTH_TOKEN/);
});

test('the image is pinned, holds the browser of its own codeloop, and runs as nobody special', () => {
  verifies('package.released');
  const lines = readFileSync(path.join(repository, 'Dockerfile'), 'utf8').split('\n');
  expect(lines.find((line) => line.startsWith('FROM '))).toMatch(/^FROM node:\d+\.\d+\.\d+-bookworm-slim$/);
  expect(lines).toContain(`ARG CODELOOP=${version}`);
  expect(lines.indexOf('USER node')).toBeGreaterThan(
    lines.findIndex((line) => line.includes('install --with-deps chromium')),
  );
});
