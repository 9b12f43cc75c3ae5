import { readFileSync } from 'node:fs';
import path from 'node:path';
import { satisfies } from 'semver';
import { expect, test } from 'vitest';
import { verifies } from './requirements.js';

const root = path.join(import.meta.dirname, '..');

/** The part of `package-lock.json` that is read here. */
interface Lock {
  packages: Record<string, Locked>;
}
interface Locked extends Partial<Record<(typeof ASKED)[number], Record<string, string>>> {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  engines?: { node?: string };
  os?: string[];
  cpu?: string[];
}
const ASKED = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

// The shape is npm's, lockfile version 3; a wrong one leaves no package, which fails below.
const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as Lock;
// npm leaves out an optional package that a system or a Node cannot run.
const shipped = Object.entries(lock.packages).filter(([name, { dev, optional }]) => name !== '' && !dev && !optional);

test.each(['20.19.0', '22.12.0', '24.0.0'])(
  'everything that users install runs on Node %s, also with engine-strict',
  (version) => {
    verifies('package.engines');
    expect(shipped.length).toBeGreaterThan(10);
    expect(
      shipped.filter(([, { engines }]) => engines?.node && !satisfies(version, engines.node)).map(([name]) => name),
    ).toEqual([]);
  },
);

// npm 11 refuses `npm ci` for the first of these; a registry that has only this platform's packages makes npm write such a lock.
const native = { version: '2.1.0', optional: true };
const asking = { version: '1.0.0', optionalDependencies: { 'a-mac': '^2.0.0' } };
test.each<[string, Lock['packages'], string[]]>([
  ['this lock', lock.packages, []],
  ["another platform's", { 'node_modules/a': asking }, ['node_modules/a: a-mac@^2.0.0 is not locked']],
  ['all there', { 'node_modules/a': asking, 'node_modules/a-mac': { ...native, os: ['darwin'] } }, []],
  [
    'its own before the one above',
    {
      'node_modules/a': asking,
      'node_modules/a/node_modules/a-mac': native,
      'node_modules/a-mac': { version: '1.0.0' },
    },
    [],
  ],
  [
    'another version',
    { 'node_modules/a': asking, 'node_modules/a-mac': { ...native, version: '1.0.0' } },
    ['node_modules/a: a-mac@^2.0.0 is locked as 1.0.0'],
  ],
  ['a package of the project', { '': { devDependencies: { b: '1' } } }, [': b@1 is not locked']],
])('npm ci finds in the lock all that it asks for: %s', (_what, packages, wrong) => {
  verifies('package.engines');
  expect(unlocked(packages)).toEqual(wrong);
});

/** What a package asks for and the lock has not, or has in a version that does not do. Found as Node finds it: beside the package, then above. */
function unlocked(packages: Lock['packages']): string[] {
  return Object.entries(packages).flatMap(([from, entry]) =>
    ASKED.flatMap((kind) => Object.entries(entry[kind] ?? {})).flatMap(([name, range]) => {
      const steps = from.split('/node_modules/');
      const places = steps.map(
        (_, at) => `${steps.slice(0, steps.length - at).join('/node_modules/')}/node_modules/${name}`,
      );
      const found = [...places, `node_modules/${name}`].find((place) => place in packages);
      const version = found === undefined ? undefined : packages[found]?.version;
      if (version === undefined) return [`${from}: ${name}@${range} is not locked`];
      // An alias (npm:other@1) names its own range.
      return satisfies(version, range.replace(/^npm:.*@/, ''))
        ? []
        : [`${from}: ${name}@${range} is locked as ${version}`];
    }),
  );
}
