import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { loweredBars, settingBars } from '../../src/config/lowered-bars.js';
import { parseConfig } from '../../src/config/parse-settings.js';
import { affectedScreens } from '../../src/project/affected-screens.js';
import { projectScreens } from '../../src/project/screens.js';
import { storyExceptions } from '../../src/project/story-parameters.js';
import { verifies } from '../requirements.js';
import { folderWith } from './sample-project.js';

const entry = (id: string, title: string, name: string, more: object = {}) => ({
  ...{ id, title, name, importPath: './src/Button.stories.jsx', type: 'story', tags: [] },
  ...more,
});
const index = (...entries: { id: string }[]) =>
  JSON.stringify({ v: 5, entries: Object.fromEntries(entries.map((one) => [one.id, one])) });
const BUTTON = index(
  entry('atoms-button--docs', 'Atoms/Button', 'Docs', { type: 'docs' }),
  entry('atoms-button--plain', 'Atoms/Button', 'Plain', { exportName: 'Plain' }),
  entry('atoms-button--big-one', 'Atoms/Button', 'Big One', { exportName: 'BigOne' }),
  entry('atoms-button--plain:test', 'Atoms/Button', 'is pressed', { subtype: 'test', exportName: 'Plain' }),
);

/** The screens of a project with these settings and files, as `name path`. */
async function screens(settings: object, files: Record<string, string>): Promise<string[]> {
  const config = parseConfig(JSON.stringify(settings));
  const project = { dir: folderWith(files), name: 'x', config, configured: true };
  return (await projectScreens(project)).map(({ name, path }) => `${name} ${path}`);
}

const STORYBOOK = { screens: { storybook: 'sb' } };
const plain = '/iframe.html?id=atoms-button--plain&viewMode=story';
const big = '/iframe.html?id=atoms-button--big-one&viewMode=story';

describe('every story is a screen', () => {
  test('of a built Storybook, whose folder is served', async () => {
    verifies('stories.screens');
    expect(await screens(STORYBOOK, { 'sb/index.json': BUTTON })).toEqual([
      `Atoms/Button/Plain ${plain}`,
      `Atoms/Button/Big One ${big}`,
    ]);
    expect(parseConfig(JSON.stringify(STORYBOOK)).server.static).toBe('sb');
  });

  test('of an older index, and of a Ladle', async () => {
    const old = { v: 3, stories: { 'a--b': { id: 'a--b', title: 'A', name: 'B', importPath: './a.stories.js' } } };
    expect(await screens(STORYBOOK, { 'sb/stories.json': JSON.stringify(old) })).toEqual([
      'A/B /iframe.html?id=a--b&viewMode=story',
    ]);
    const ladle = {
      stories: { 'hello--red': { name: 'Red', levels: ['Hello'], filePath: 'src/h.stories.jsx', namedExport: 'Red' } },
    };
    const globals = { screens: { storybook: 'sb', globals: [{ theme: 'dark' }] } };
    expect(await screens(globals, { 'sb/meta.json': JSON.stringify(ladle) })).toEqual([
      'Hello/Red (theme=dark) /?story=hello--red&mode=preview&theme=dark',
    ]);
  });

  test('of a server, and of its last list when it is gone', async () => {
    verifies('stories.screens');
    const server = createServer((request, response) =>
      request.url === '/index.json' ? response.end(BUTTON) : response.writeHead(404).end(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const config = parseConfig(JSON.stringify({ screens: { storybook: `http://127.0.0.1:${port}` } }));
    const project = { dir: folderWith(), name: 'x', config, configured: true };
    expect(config.server.url).toBe(`http://127.0.0.1:${port}/`);
    const there = await projectScreens(project);
    await new Promise((resolve) => server.close(resolve));
    expect(there).toHaveLength(2);
    expect(await projectScreens(project)).toEqual(there);
  });

  test('beside screens of the same server', async () => {
    const both = { screens: [{ name: 'home', path: '/' }], stories: { storybook: 'sb' } };
    expect((await screens(both, { 'sb/index.json': BUTTON })).map((one) => one.split(' ')[0])).toEqual([
      'home',
      'Atoms/Button/Plain',
      'Atoms/Button/Big',
    ]);
  });

  test.each([
    [{ include: ['atoms-button--pl*'] }, ['Plain']],
    [{ include: ['Atoms/*'], exclude: ['*/Big One'] }, ['Plain']],
    [{ include: ['atoms/button'] }, []],
  ])('or some of them: %j', async (some, names) => {
    const found = await screens({ screens: { storybook: 'sb', ...some } }, { 'sb/index.json': BUTTON });
    expect(found.map((one) => one.split(' ')[0]?.split('/')[2])).toEqual(names);
  });

  test('two that differ in signs only keep names of their own', async () => {
    const same = index(entry('a-b--c', 'A/B', 'C'), entry('a--b-c', 'A', 'B C'));
    expect((await screens(STORYBOOK, { 'sb/index.json': same })).map((one) => one.split(' /')[0])).toEqual([
      'A/B/C',
      'A/B C a--b-c',
    ]);
  });

  test.each([
    ['no index', {}, 'no index of stories is in it'],
    ['another index', { 'sb/index.json': '[]' }, 'index.json is no index of stories'],
    ['nothing in it', { 'sb/x': '' }, 'no index of stories is in it'],
  ])('%s is told', async (_what, files, reason) => {
    await expect(screens(STORYBOOK, files)).rejects.toMatchObject({
      code: 'APP_NOT_READY',
      message: expect.stringContaining(reason),
    });
  });
});

describe('a story says itself how it is looked at', () => {
  const file = (text: string) => ({ 'sb/index.json': BUTTON, 'src/Button.stories.jsx': text });
  const all = async (text: string) => {
    const config = parseConfig(JSON.stringify(STORYBOOK));
    return projectScreens({ dir: folderWith(file(text)), name: 'x', config, configured: true });
  };

  test('with args and globals in its name and address', async () => {
    verifies('stories.parameters');
    const args = `{ size: 3, open: true, label: 'Big one', user: { tags: ['a', null] }, tone: '#0b5' }`;
    const found = await screens(
      STORYBOOK,
      file(`const shared = { globals: [{}, { theme: 'dark' }], args: [${args}] } as const;
        export const Plain = { parameters: { codeloop: shared } } satisfies Story;
        export const BigOne = { parameters: { codeloop: { skip: true } } };`),
    );
    const query = '&args=size:3;open:!true;label:Big+one;user.tags[0]:a;user.tags[1]:!null;tone:!hex(0b5)';
    const words = 'size=3, open=true, label=Big one, user={"tags":["a",null]}, tone=#0b5';
    expect(found).toEqual([
      `Atoms/Button/Plain (${words}) ${plain}${query}`,
      `Atoms/Button/Plain (theme=dark, ${words}) ${plain}${query}&globals=theme:dark`,
    ]);
  });

  test('by its file, by itself, and as factories and older files write it', async () => {
    verifies('stories.parameters');
    const [one, other] = await all(`
      const meta = preview.meta({ parameters: { codeloop: { mask: ['.clock'], threshold: 0.99 } } });
      export default meta;
      export const Plain = meta.story({ parameters: { codeloop: { threshold: 0.97, viewports: ['mobile'] } } });
      export const BigOne = (args) => <Button {...args} />;
      BigOne.parameters = { codeloop: { wait_for: '#ready', mask: ['.ad'] } };`);
    expect(one).toMatchObject({ mask: ['.clock'], threshold: 0.97, viewports: ['mobile'] });
    expect(other).toMatchObject({ mask: ['.clock', '.ad'], threshold: 0.99, wait_for: '#ready' });
  });

  test.each([
    [`{ skip: process.env.CI }`, 'line 1: parameters.codeloop holds something that is not a plain value'],
    [`{ skipp: true }`, 'Unrecognized key: "skipp"'],
    [`{ viewports: ['wall'] }`, 'names the viewport "wall"'],
    [`{ args: [{ label: 'a:b' }] }`, 'Storybook takes no "a:b" for label'],
  ])('%s is refused', async (said, problem) => {
    await expect(all(`export const Plain = { parameters: { codeloop: ${said} } };`)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(problem),
    });
  });
});

describe('what stories take out of the judgement is a bar', () => {
  test('in their files', async () => {
    verifies('stories.bars');
    const said = `export default { parameters: { codeloop: { mask: ['.x'] } } };
      export const A = { parameters: { codeloop: { skip: true, args: [{}], globals: [], wait_for: '#a' } } };`;
    const now = await storyExceptions(
      new Map([
        ['a.stories.js', said],
        ['b.stories.js', 'export const B = {};'],
      ]),
    );
    expect(now).toEqual(['a.stories.js#* mask [".x"]', 'a.stories.js#A skip true']);
    const before = { 'stories.storybook': 'sb', 'stories.exceptions': [] };
    const lowered = loweredBars(before, { ...before, 'stories.exceptions': now }, 'then');
    expect(lowered).toMatchObject([{ key: 'stories.exceptions', before: [], after: now }]);
  });

  test.each([
    [{ exclude: ['x'] }, ['stories.exclude']],
    [{ include: ['x'] }, ['stories.include']],
    [{ storybook: 'other' }, ['stories.storybook']],
    [{ globals: [{ theme: 'dark' }] }, []],
  ])('and in the settings: %j', (changed, keys) => {
    verifies('stories.bars');
    const bars = (more: object) => {
      const config = parseConfig(JSON.stringify({ server: { static: 'sb' }, stories: { storybook: 'sb', ...more } }));
      return settingBars(config, []);
    };
    expect(loweredBars(bars({}), bars(changed), 'then').map(({ key }) => key)).toEqual(keys);
    // The first Storybook of a project lowers nothing.
    const none = settingBars(parseConfig('{"server":{"static":"sb"}}'), []);
    expect(loweredBars(none, bars(changed), 'then')).toEqual([]);
  });
});

test('a change reaches the stories that load what changed', async () => {
  verifies('stories.affected');
  const files = {
    'sb/index.json': index(
      entry('a--a', 'A', 'A', { importPath: './a.stories.js' }),
      entry('b--b', 'B', 'B', { importPath: './b.stories.js' }),
    ),
    'a.stories.js': "import { A } from './a.js';",
    'b.stories.js': "import { B } from './b.js';",
    'a.js': "import './both.js'; export const A = 1;",
    'b.js': "import './both.js'; export const B = 1;",
    'both.js': '',
    '.storybook/preview.js': '',
  };
  const config = parseConfig('{"screens":{"storybook":"sb"}}');
  const project = { dir: folderWith(files), name: 'x', config, configured: true };
  const known = new Map(Object.keys(files).map((file) => [file, file]));
  const unaffected = async (changed: string) => {
    const answer = await affectedScreens(project, await projectScreens(project), [changed], known);
    return 'all' in answer ? answer.all : [...answer.unaffected.keys()];
  };
  expect(await unaffected('a.js')).toEqual(['B/B']);
  expect(await unaffected('b.stories.js')).toEqual(['A/A']);
  expect(await unaffected('both.js')).toBe('every screen loads what changed, or may do so');
  expect(await unaffected('.storybook/preview.js')).toBe('.storybook/preview.js may concern every story');
});
