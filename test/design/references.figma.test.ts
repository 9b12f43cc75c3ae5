import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/parse-settings.js';
import { findReferences } from '../../src/design/references.js';
import { forgetCodeStates, takeCodeState } from '../../src/project/code-state/code-state.js';
import { verifies } from '../requirements.js';
import { figmaSetting, KEY, shopFrame } from './figma/figma-fixture.js';

const VIEWPORTS = { phone: { width: 320, height: 200 } };
const SCREENS = ['cart', 'home'];
const config = parseConfig(
  JSON.stringify({ viewports: VIEWPORTS, screens: SCREENS.map((name) => ({ name, path: '/' })) }),
);
const BY_ID = { file_key: KEY, frames: { home: { phone: '1:10' } } };

test('frames stand beside the files of the designs folder; one of each for a cell is refused', async () => {
  verifies('figma.references');
  const { ask, dir } = await figmaSetting(BY_ID);
  const figma = await ask();
  const picture = figma.references[0]?.file ?? '';
  await mkdir(path.join(dir, 'designs/phone'), { recursive: true });
  await cp(picture, path.join(dir, 'designs/phone/cart.png'));
  const found = await findReferences(dir, config, SCREENS);
  expect(found.references.map(({ screen, path: where }) => [screen, where.split('/')[0]])).toEqual([
    ['cart', 'designs'],
    ['home', '.codeloop'],
  ]);
  expect(found.figma).toMatchObject({ version: '100', confirmed: false });
  expect((await findReferences(dir, config, SCREENS, figma)).figma?.confirmed).toBe(true);
  await cp(picture, path.join(dir, 'designs/phone/home.png'));
  await expect(findReferences(dir, config, SCREENS)).rejects.toMatchObject({
    code: 'REFERENCE_AMBIGUOUS',
    message: expect.stringContaining('designs/phone/home.png, Figma frame 1:10'),
  });
});

test('settings and version of the frames are part of the code state and of the bar for designs', async () => {
  verifies('figma.code-state');
  const { ask, dir, server } = await figmaSetting(BY_ID);
  const take = async () => (await takeCodeState(dir, config)).state;
  const none = await take();
  await ask();
  const first = await take();
  expect(first.tree).not.toBe(none.tree);
  expect(first.bars.designs).not.toBe(none.bars.designs);
  // Asked again, and everything fetched again, it is the same.
  await ask();
  await rm(path.join(dir, `.codeloop/cache/figma/${KEY}/100`), { recursive: true });
  await ask();
  expect(await take()).toEqual(first);
  server.file.version = '101';
  await ask();
  const second = await take();
  expect([second.tree === first.tree, second.bars.designs === first.bars.designs]).toEqual([false, false]);
  expect({ ...second.bars, designs: '' }).toEqual({ ...first.bars, designs: '' });
  await writeFile(path.join(dir, '.codeloop/figma.json'), JSON.stringify({ ...BY_ID, scale: 2 }));
  expect((await take()).bars.designs).not.toBe(second.bars.designs);
  await writeFile(path.join(dir, '.codeloop/figma.json'), 'broken');
  expect((await take()).bars.designs).not.toBe(second.bars.designs);
  forgetCodeStates();
});

test('what another file is asked for leaves the code state alone', async () => {
  verifies('figma.code-state');
  const { ask, dir } = await figmaSetting(undefined, { screens: [{ name: 'home', path: '/' }] }, [
    shopFrame('1:10', 'phone/home'),
  ]);
  const before = (await takeCodeState(dir, config)).state;
  await ask({ url: `https://www.figma.com/design/${KEY}` });
  expect((await takeCodeState(dir, config)).state).toEqual(before);
  forgetCodeStates();
});
