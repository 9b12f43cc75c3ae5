import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { commandAtPort } from '../../src/project/ports.js';
import { servesAsItIs } from '../../src/project/served-content.js';
import { verifies } from '../requirements.js';
import { folderWith, projectWith } from './sample-project.js';

const map = (...sources: string[]) =>
  JSON.stringify({ version: 3, sources: ['x'], sourcesContent: sources, mappings: '' });
const inline = (text: string) => `data:application/json;base64,${Buffer.from(text).toString('base64')}`;

/** The files as they lie on the disk. */
const FILES = {
  'index.html': '<html>\n<script type="module" src="/src/main.tsx"></script>\n</html>\n',
  'public/logo.svg': '<svg/>',
  'src/main.tsx': 'import App from "./App.tsx";\n',
  'src/App.tsx': 'export default () => <p>new</p>;\n',
  'src/app.css': 'p { color: "red" }\n',
  'src/lazy.ts': 'export const lazy = 1;\r\n',
  'src/stale.ts': 'export const stale = "new";\n',
  'src/part.ts': 'export const part = 1;\n',
  'src/unseen.ts': 'export const unseen = 1;\n',
  'server.mjs': 'listen();\n',
  '.next/dev/server/chunks/page.js.map': JSON.stringify({
    version: 3,
    sections: [{ map: JSON.parse(map('export const Page = 1;\n')) }],
  }),
  'app/page.tsx': 'export const Page = 1;\n',
};
/** What a dev server answers: modules that carry their sources, styles as scripts, a document with scripts and stamps of its own. */
const ANSWERS: Readonly<Record<string, string>> = {
  '/': '<html>\n<script type="module">import "/@vite/client"</script>\n<script type="module" src="/src/main.tsx?t=17"></script>\n</html>',
  '/src/main.tsx?t=17': `import App from "/src/App.tsx?t=18"; import "/src/app.css"; import("/src/stale.ts");\n//# sourceMappingURL=${inline(map(FILES['src/main.tsx']))}`,
  '/src/App.tsx?t=18': `const lazy = import("./lazy.ts"); import "/bundle.js";\n//# sourceMappingURL=${inline(map(FILES['src/App.tsx']))}`,
  '/src/app.css': `const css = ${JSON.stringify(FILES['src/app.css'])};`,
  '/src/lazy.ts': 'export const lazy = 1;\n',
  '/src/stale.ts': `//# sourceMappingURL=${inline(map('export const stale = "old";\n'))}`,
  '/bundle.js': '//# sourceMappingURL=bundle.js.map\n//# sourceMappingURL=data:text/plain,x',
  '/bundle.js.map': map(FILES['src/part.ts'], 'other'),
  '/logo.svg': FILES['public/logo.svg'],
  '/server.mjs': FILES['server.mjs'],
};

test.each<[string, string[], string | undefined]>([
  ['a module with its source', ['src/main.tsx'], undefined],
  ['one that another loads', ['src/App.tsx'], undefined],
  ['one that is loaded late, as it is', ['src/lazy.ts'], undefined],
  ['one in a bundle with a map of its own', ['src/part.ts'], undefined],
  ['a style', ['src/app.css'], undefined],
  ['the document', ['index.html'], undefined],
  ['a file of public', ['public/logo.svg'], undefined],
  ['a page that is rendered on the server', ['app/page.tsx'], undefined],
  ['all of these', ['src/main.tsx', 'index.html', 'public/logo.svg', 'app/page.tsx'], undefined],
  ['a module as it was before', ['src/main.tsx', 'src/stale.ts'], 'src/stale.ts'],
  ['a file that nothing loads', ['src/unseen.ts'], 'src/unseen.ts'],
  ['what the server itself runs, though it hands it out', ['server.mjs'], 'server.mjs'],
  ['a file that is gone', ['src/gone.ts'], 'src/gone.ts'],
])('a running server is asked for %s', async (_what, changed, unproven) => {
  verifies('app.serves-changes');
  const server = createServer(({ url = '' }, response) => {
    const text = ANSWERS[url];
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { signal } = new AbortController();
  const url = `http://127.0.0.1:${address.port}/`;
  expect(await servesAsItIs(url, folderWith(FILES), changed, ['server.mjs'], signal)).toBe(unproven);
});

test.each([
  ['npm run dev', { dev: 'vite' }, 'npm run dev -- --port 4000'],
  ['npm run dev', { dev: 'npm run inner', inner: 'cross-env A=1 ng serve' }, 'npm run dev -- -- --port 4000'],
  ['pnpm run dev', { dev: 'astro dev --host' }, 'pnpm run dev --port 4000'],
  ['npx next dev', {}, 'npx next dev --port 4000'],
  ['npm run dev', { dev: 'node server.js' }, 'npm run dev'],
  ['npm run dev', { dev: 'vite build' }, 'npm run dev'],
  ['npm run dev', { dev: 'vite & node api.js' }, 'npm run dev'],
  ['npm run dev -- --host', { dev: 'vite' }, 'npm run dev -- --host'],
])('%s with %j comes up at a port by %j', async (command, scripts, line) => {
  verifies('app.stranger');
  const project = projectWith({}, { 'package.json': JSON.stringify({ scripts }) });
  expect((await commandAtPort(project, command.split(' '), 4000)).join(' ')).toBe(line);
});
