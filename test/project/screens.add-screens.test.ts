import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addScreens } from '../../src/project/screens.js';
import { verifies } from '../requirements.js';
import { folderWith } from './sample-project.js';

const FILE = '.codeloop/config.json';
const about = { name: 'about', path: '/about' };

test('screens are added at the end, and the rest stays as it was written', async () => {
  verifies('discover.save');
  const text =
    '{\n  // mine\n  "screens": [\n    { "name": "home", "path": "/" } // the start\n  ],\n  "gates": {"threshold": 90}\n}\n';
  const dir = folderWith({ [FILE]: text });
  await addScreens(dir, [about]);
  const after = readFileSync(join(dir, FILE), 'utf8');
  expect(after).toContain('// mine');
  expect(after).toContain('"gates": {"threshold": 90}');
  expect(after.replace(/\s/g, '')).toContain('{"name":"home","path":"/"},{"name":"about","path":"/about"}');
});

test('settings without screens get a list of them, and nothing to add changes nothing', async () => {
  const dir = folderWith({ [FILE]: '{}' });
  await addScreens(dir, []);
  expect(readFileSync(join(dir, FILE), 'utf8')).toBe('{}');
  await addScreens(dir, [about]);
  expect(JSON.parse(readFileSync(join(dir, FILE), 'utf8'))).toEqual({ screens: [about] });
});

test('a name that is there already is refused and nothing is written', async () => {
  const text = '{"screens": [{ "name": "about", "path": "/x" }]}';
  const dir = folderWith({ [FILE]: text });
  await expect(addScreens(dir, [about])).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(readFileSync(join(dir, FILE), 'utf8')).toBe(text);
});
