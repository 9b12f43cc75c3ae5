import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CodeloopError } from '../../src/core/errors.js';
import { slug } from '../../src/core/ids.js';
import { artifactDir, plainName, safeName, versionedName } from '../../src/store/paths.js';
import { verifies } from '../requirements.js';

test('whatever string is accepted as a name is one plain file name', () => {
  verifies('store.safe-names');
  const nasty = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('.', '/', '\\', '-', 'a', ' ', '\0', ':', '~', '\n', '‮', 'é') }),
  );
  fc.assert(
    fc.property(nasty, (name) => {
      try {
        safeName(name);
      } catch (error) {
        expect(error).toBeInstanceOf(CodeloopError);
        return;
      }
      for (const system of [path.posix, path.win32]) {
        expect(system.dirname(system.join('root', 'folder', name))).toBe(system.join('root', 'folder'));
        expect(system.isAbsolute(name)).toBe(false);
      }
      expect(name).not.toMatch(/[\p{C}\p{Z}:*?"<>|~$`]|^[.-]/u);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
    }),
    { numRuns: 1000 },
  );
});

test('every slug makes a name that is accepted', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
      const name = slug(text).replace(/\.{2,}/g, '.');
      fc.pre(name !== '' && !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/.test(name));
      expect(safeName(`${name}.mobile.png`)).toBe(`${name}.mobile.png`);
    }),
  );
});

test.each([
  ['home.mobile.png', 1, 'home.mobile.png'],
  ['home.mobile.png', 2, 'home.mobile.v2.png'],
  ['home.mobile.dom.json', 3, 'home.mobile.v3.dom.json'],
  ['run.log', 10, 'run.v10.log'],
  ['noextension', 2, 'noextension.v2'],
])('version of %s, %i, is %s', (name, version, expected) => {
  expect(versionedName(name, version)).toBe(expected);
  expect(plainName(`artifacts/runs/x/${versionedName(name, version)}`)).toBe(name);
});

test('names with a view count from one, because the plain name is the view', () => {
  expect(versionedName('checks.json', 1, 'checks')).toBe('checks.v1.json');
  expect(versionedName('report.html', 2, 'report')).toBe('report.v2.html');
});

test('frames lie in the folder of their recording, whose id is a safe name', () => {
  expect(artifactDir('run-1', 'frame', 'rec-1')).toBe('artifacts/runs/run-1/frames/rec-1');
  expect(() => artifactDir('run-1', 'frame', '../x')).toThrow(CodeloopError);
});
