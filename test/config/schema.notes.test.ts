import { expect, test } from 'vitest';
import { z } from 'zod';
import { CONFIG_NOTES } from '../../scripts/gen/config-notes.mjs';
import { configKeys, describedSchema } from '../../scripts/gen/config-page.mjs';
import { Config } from '../../src/config/schema.js';
import { Step } from '../../src/core/vocabulary/step.js';
import { verifies } from '../requirements.js';

const notes: Readonly<Record<string, readonly [string, unknown?]>> = CONFIG_NOTES;
const schema = () => z.toJSONSchema(Config, { io: 'input', target: 'draft-7', unrepresentable: 'any' });

test('every key of the settings says what it is for, and nothing else does', () => {
  verifies('config.keys-explained');
  const keys = configKeys(schema()).map(({ key }: { key: string }) => key);
  expect(keys.length).toBeGreaterThan(70);
  expect(Object.keys(notes).toSorted()).toEqual(keys.toSorted());
});

test.each(Object.entries(notes).filter(([, [, example]]) => example !== undefined))(
  'the example of %s is a setting',
  (key, [, example]) => {
    verifies('config.keys-explained');
    expect(Config.safeParse(settingsWith(key, example)).error?.issues).toBeUndefined();
  },
);

test('editors get them with the schema', () => {
  const described = JSON.stringify(describedSchema(schema()));
  expect(described).toContain('"description":"What `prefers-color-scheme` says."');
  expect(described).toContain('"examples":["/checkout"]');
});

/** What the parts of a list or of named entries need besides. */
const NEEDED: Readonly<Record<string, Record<string, unknown>>> = {
  'screens[]': { name: 'a', path: '/' },
  'viewports.<name>': { width: 100, height: 100 },
  'native.apps.<name>': { command: ['x'] },
  'secrets[]': { env: 'X' },
  stories: { storybook: 'storybook-static' },
};

/** The smallest settings that hold a value at a key. */
function settingsWith(key: string, value: unknown): unknown {
  const at = key.lastIndexOf('.');
  const [parent, name] = [key.slice(0, Math.max(0, at)), key.slice(at + 1)];
  const { path, ...needed } = NEEDED[parent] ?? {};
  // A screen has one place.
  const own = { ...needed, ...(path === undefined || name === 'url' || name === 'app' ? {} : { path }), [name]: value };
  if (parent === '') return own;
  if (parent.endsWith('[]')) return settingsWith(parent.slice(0, -2), [own]);
  return settingsWith(parent.replace('<name>', 'one'), own);
}

test('the example of a step can be taken', () => {
  const [, steps] = notes['screens[].steps'] ?? [];
  expect(z.array(Step).min(1).safeParse(steps).error?.issues).toBeUndefined();
});
