import { readFileSync } from 'node:fs';
import path from 'node:path';
import { satisfies } from 'semver';
import { expect, test } from 'vitest';
import { verifies } from './requirements.js';

const root = path.join(import.meta.dirname, '..');

/** The part of `package-lock.json` that is read here. */
interface Lock {
  packages: Record<string, { dev?: boolean; optional?: boolean; engines?: { node?: string } }>;
}

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
