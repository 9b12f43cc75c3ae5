import { afterAll, beforeAll, expect, test } from 'vitest';
import { discoverScreens, newScreens } from '../../src/verify/discover-screens.js';
import { html, startSite } from '../browser/site.js';
import { WarmSession } from '../live/warm-session.js';
import { projectWith } from '../project/sample-project.js';
import { verifies } from '../requirements.js';

const session = new WarmSession();
afterAll(() => session.dispose());
const { signal } = new AbortController();
const VIEW =
  'export const routes = createRouter({ routes: [{ path: "/", component: A }, { path: "/about", component: B }, { path: "/user/:id", component: C }, { path: "/team/:id", component: D }] })';

let site: Awaited<ReturnType<typeof startSite>>;
beforeAll(async () => {
  site = await startSite({
    '/': html(
      '<a href="/about">About</a> <a href="/user/ann">Ann</a> <a href="/user/bob">Bob</a><a href="/logout">Out</a><div id="late"></div><script>setTimeout(() => { late.innerHTML = \'<a href="/help">Help</a>\' }, 20)</script>',
    ),
    '/about': html(
      '<a href="/">Home</a> <a href="/help?from=about">Help</a> <a href="http://127.0.0.1:9/away">Away</a>',
    ),
    '/help': html('<a href="/item/1">1</a> <a href="/item/2">2</a> <a href="/loop">loop</a>'),
    '/user/ann': html('Ann'),
    '/item/1': html('One'),
    '/loop': (_request, response) => response.writeHead(302, { location: '/loop' }).end(),
  });
});
afterAll(() => site.close());

const CONFIG = {
  screens: [
    { name: 'home', path: '/' },
    { name: 'help', path: '/faq' },
  ],
};
const FILES = { 'package.json': '{"dependencies":{"vite":"1","vue":"3"}}', 'index.html': '', 'src/router.js': VIEW };

async function discover(source: 'code' | 'crawl' | 'both', maxPages = 30) {
  const project = projectWith({ ...CONFIG, server: { url: site.url } }, FILES);
  // The site is served by this process: so it is the project's own, and no stranger, where the process runs in its folder.
  const before = process.cwd();
  process.chdir(project.dir);
  try {
    return await discoverScreens({ project, session, source, maxPages, signal, onPage: () => undefined });
  } finally {
    process.chdir(before);
  }
}

test('source and links together give the screens, and say which are verified', async () => {
  verifies('discover.crawl', 'project.routes');
  const found = await discover('both');
  expect(found.screens).toEqual([
    { name: 'home', path: '/', found_in: ['src/router.js'], covered: true },
    { name: 'about', path: '/about', found_in: ['src/router.js'], covered: false },
    { name: 'help', path: '/help', found_in: ['link on /'], covered: false },
    { name: 'item-1', path: '/item/1', found_in: ['link on /help'], covered: false },
    { name: 'user-ann', path: '/user/ann', found_in: ['link on /'], covered: false },
  ]);
  expect(found.needs_value).toEqual([{ path: '/team/:id', found_in: 'src/router.js' }]);
  expect(found.broken).toMatchObject([{ path: '/loop', linked_from: '/help' }]);
  expect(site.requests.filter((line) => /logout|bob|item\/2|favicon/.test(line))).toEqual([]);
  expect(newScreens(found, [{ name: 'help', path: '/faq' } as never])).toContainEqual({
    name: 'help-2',
    path: '/help',
  });
});

test('source alone opens nothing, and a crawl stops at its limit', async () => {
  const before = site.requests.length;
  expect((await discover('code')).screens.map(({ path }) => path)).toEqual(['/', '/about']);
  expect(site.requests.length).toBe(before);
  const few = await discover('crawl', 2);
  expect([few.screens.map(({ path }) => path), few.more]).toEqual([['/', '/about'], true]);
});
