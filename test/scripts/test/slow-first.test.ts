import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { slowFirst } from '../../../scripts/test/slow-first.mjs';

const root = mkdtempSync(path.join(os.tmpdir(), 'codeloop-order-'));
afterAll(() => rmSync(root, { recursive: true }));

test('what runs the program comes first, then what has something to end, then what is pure; each as it was', () => {
  const files: Record<string, string> = {
    'test/core/pure.test.ts': "test('adds', () => undefined);",
    'test/project/server.test.ts': 'onTestFinished(() => app.stop());',
    'test/image/also-pure.test.ts': "test('after all that', () => undefined);",
    'test/e2e/door.test.ts': "test('opens', () => undefined);",
    'test/live/browser.test.ts': 'afterAll(() => session.dispose());',
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  const specs = Object.keys(files).map((file) => ({ moduleId: path.join(root, file) }));
  expect(slowFirst(specs).map(({ moduleId }) => path.relative(root, moduleId))).toEqual([
    'test/e2e/door.test.ts',
    'test/project/server.test.ts',
    'test/live/browser.test.ts',
    'test/core/pure.test.ts',
    'test/image/also-pure.test.ts',
  ]);
});
