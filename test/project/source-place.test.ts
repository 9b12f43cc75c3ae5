import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ErrorSources } from '../../src/project/source-place.js';
import { startSite } from '../browser/site.js';
import { verifies } from '../requirements.js';
import { folderWith } from './sample-project.js';

const SOURCE =
  'interface Cart { items: string[] }\n\nexport function total(cart: Cart): number {\n  return cart.items.length;\n}\nconsole.log(total({ items: [] }));\n';

let site: Awaited<ReturnType<typeof startSite>>;
let dir: string;
beforeAll(async () => {
  const script = (body: string) => ({ type: 'text/javascript', body });
  const build = (sourcemap: 'inline' | 'external') =>
    buildSync({
      stdin: { contents: SOURCE, sourcefile: 'src/cart.ts', loader: 'ts' },
      sourcemap,
      write: false,
      outfile: 'out.js',
      minify: true,
    });
  const inline = build('inline').outputFiles[0]?.text ?? '';
  const [map, bundle] = build('external').outputFiles.map(({ text }) => text);
  const dependency = JSON.stringify({ ...JSON.parse(map ?? '{}'), sources: ['../node_modules/x/index.ts'] });
  site = await startSite({
    '/inline.js': script(inline),
    '/assets/beside.js': script(`${bundle}\n//# sourceMappingURL=beside.js.map`),
    '/assets/beside.js.map': script(JSON.stringify({ ...JSON.parse(map ?? '{}'), sources: ['../src/cart.ts'] })),
    '/assets/dependency.js': script(`${bundle}\n//# sourceMappingURL=dependency.js.map`),
    '/assets/dependency.js.map': script(dependency),
    '/src/cart.ts': script('plain'),
    '/lost.js': script('x\n//# sourceMappingURL=nowhere.map'),
  });
});
afterAll(() => site.close());

const column = (text: string, needle: string) => text.indexOf(needle) + 1;

test.each([
  ['an inline map', '/inline.js', 'src/cart.ts', 4],
  ['a map beside the script', '/assets/beside.js', 'src/cart.ts', 4],
])('an error in built code is placed in its source by %s', async (_what, path, file, line) => {
  verifies('diagnose.source');
  dir = folderWith({ 'src/cart.ts': SOURCE });
  const text = await (await fetch(site.url + path)).text();
  const stack = `TypeError: x\n    at total (${site.url}${path}:1:${column(text, '.length')})\n    at ${site.url}/src/cart.ts:9:9`;
  expect(await new ErrorSources(dir, site.url).find(stack)).toMatchObject({ file, line });
});

test('a script without a map stands for itself, and one that is not the project’s for nothing', async () => {
  const sources = new ErrorSources(folderWith({ 'src/cart.ts': SOURCE }), site.url);
  expect(await sources.find(`Error\n at f (${site.url}/src/cart.ts?t=1:3:7)`)).toEqual({
    file: 'src/cart.ts',
    line: 3,
    column: 7,
  });
  // The browser counts some places from 0, and a page may write what it likes.
  const odd = ['0:0', `${'9'.repeat(30)}:${'9'.repeat(400)}`].map((at) =>
    sources.find(`(${site.url}/src/cart.ts:${at})`),
  );
  expect(await Promise.all(odd)).toEqual([
    { file: 'src/cart.ts', line: 1, column: 1 },
    { file: 'src/cart.ts', line: 10_000_000, column: 10_000_000 },
  ]);
  for (const at of ['0:0', `${'9'.repeat(30)}:1`])
    expect((await sources.find(`(${site.url}/inline.js:${at})`))?.line ?? 1).toBeGreaterThan(0);
  expect(await sources.find(`Error\n at f (${site.url}/lost.js:1:1)`)).toBeUndefined();
  expect(await sources.find('Error\n at f (http://127.0.0.1:9/src/cart.ts:1:1)')).toBeUndefined();
  expect(await sources.find(`Error\n at f (${site.url}/../../../etc/passwd:1:1)`)).toBeUndefined();
  expect(await sources.find('Error without a stack')).toBeUndefined();
});

test('frames in dependencies are passed over for the first of the project’s own', async () => {
  const sources = new ErrorSources(folderWith({ 'src/cart.ts': SOURCE, 'node_modules/x/index.ts': '' }), site.url);
  const stack = `Error\n at a (${site.url}/assets/dependency.js:1:60)\n at b (${site.url}/src/cart.ts:4:1)`;
  expect(await sources.find(stack)).toMatchObject({ file: 'src/cart.ts', line: 4 });
});

test.each([
  ['/', 'public/index.html'],
  ['/about', 'public/about.html'],
  ['/blog/', 'public/blog/index.html'],
])('an error of a script that stands in the page at %s is placed in its file', async (address, file) => {
  verifies('diagnose.source');
  const root = folderWith({ 'public/index.html': 'x', 'public/about.html': 'x', 'public/blog/index.html': 'x' });
  const sources = new ErrorSources(root, site.url, [root, `${root}/public`]);
  expect(await sources.find(`Error: x\n    at ${site.url}${address}:4:15`)).toEqual({ file, line: 4, column: 15 });
});
