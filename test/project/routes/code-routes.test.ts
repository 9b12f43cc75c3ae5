import { expect, test } from 'vitest';
import { codeRoutes } from '../../../src/project/routes/code-routes.js';
import { verifies } from '../../requirements.js';
import { folderWith } from '../sample-project.js';

const paths = (routes: readonly { path: string }[]) => routes.map(({ path }) => path);
const empty = (...files: string[]) => Object.fromEntries(files.map((file) => [file, '']));

const VUE = `import { createRouter } from 'vue-router'
export default createRouter({ routes: [
  { path: '/', component: Home }, { path: '/about', name: 'about', component: () => import('../views/About.vue') },
  { path: '/user/:id', component: User, children: [{ path: '', component: Profile }, { path: 'posts', component: Posts }] },
  { path: '/old', redirect: '/about' }, { path: '/:pathMatch(.*)*', component: NotFound }] })`;
const ELEMENTS = `export const App = () => <Routes><Route path="/" element={<Layout />}><Route index element={<Home />} />
  <Route path="about" element={<About />} /><Route path="old" element={<Navigate to="/about" />} />
  <Route path="team"><Route path="all" element={<Team />} /><Route path=":id" element={<Member />} /></Route></Route></Routes>`;
const OBJECTS = `import { createBrowserRouter } from 'react-router';
export const router = createBrowserRouter([{ path: '/', Component: Root, children: [
  { index: true, element: <Home /> }, { path: 'shop', lazy: () => import('./shop') }, { path: \`cart\`, element: <Cart /> }] }] satisfies RouteObject[]);
const menu = [{ path: '/nowhere', label: 'Nowhere' }];`;
const CALLS = `import { type RouteConfig, index, layout, prefix, route } from '@react-router/dev/routes';
export default [index('routes/home.tsx'), layout('routes/frame.tsx', [route('about', 'routes/about.tsx')]),
  ...prefix('shop', [index('shop/home.tsx'), route('cart', 'shop/cart.tsx', [route('pay', 'shop/pay.tsx')]), route(':id', 'shop/item.tsx')])] satisfies RouteConfig;`;
const ANGULAR = `import { Routes } from '@angular/router';
export const routes: Routes = [{ path: '', component: HomeComponent }, { path: 'about', loadComponent: () => import('./about').then((m) => m.About) },
  { path: 'admin', loadChildren: () => import('./admin/admin.routes').then((m) => m.ADMIN) }, { path: 'old', redirectTo: 'about' }, { path: '**', component: Lost }];`;
const ANGULAR_ADMIN = `export const ADMIN: Routes = [{ path: '', component: Dash }, { path: 'users', component: Users, children: [{ path: ':id', component: User }] }];`;
const EXPRESS = `const users = require('./routes/users');
app.use('/', require('./routes/index')); app.use('/users', users);
app.get('/health', (req, res) => res.json({ ok: true })); app.get('/plain', (req, res) => { res.send('<h1>hi</h1>') });`;

test.each<[string, string, Record<string, string>, string[], string[]]>([
  [
    'Next with both routers',
    'next',
    empty(
      'app/page.tsx',
      'app/(shop)/cart/page.tsx',
      'app/@modal/login/page.tsx',
      'app/_lib/page.tsx',
      'app/feed/(..)photo/page.tsx',
      'app/item/[id]/page.tsx',
      'app/api/x/route.ts',
      'app/cart/layout.tsx',
      'pages/_app.tsx',
      'pages/api/hello.ts',
      'pages/old/index.jsx',
      'pages/docs/[...slug].tsx',
      'pages/404.tsx',
    ),
    ['/', '/cart', '/login', '/old'],
    ['/docs/*', '/item/:id'],
  ],
  [
    'Nuxt',
    'nuxt',
    empty('app/pages/index.vue', 'app/pages/(auth)/login.vue', 'app/pages/u-[name].vue', 'app/pages/a/[[b]].vue'),
    ['/', '/a', '/login'],
    ['/u-:name'],
  ],
  [
    'SvelteKit',
    'sveltekit',
    empty(
      'src/routes/+page.svelte',
      'src/routes/(app)/about/+page@.svelte',
      'src/routes/about/+layout.svelte',
      'src/routes/blog/[slug=word]/+page.svelte',
      'src/routes/api/+server.ts',
    ),
    ['/', '/about'],
    ['/blog/:slug'],
  ],
  [
    'Astro',
    'astro',
    empty(
      'src/pages/index.astro',
      'src/pages/posts/first.md',
      'src/pages/_part.astro',
      'src/pages/404.astro',
      'src/pages/rss.xml.ts',
    ),
    ['/', '/posts/first'],
    [],
  ],
  [
    'React Router by files',
    'react-router',
    empty(
      'app/routes/_index.tsx',
      'app/routes/about.tsx',
      'app/routes/_auth.login.tsx',
      'app/routes/_auth.tsx',
      'app/routes/shop_.cart.tsx',
      'app/routes/city.$name.tsx',
      'app/routes/files.$.tsx',
      'app/routes/map[.]xml.tsx',
      'app/routes/($lang).help.tsx',
      'app/routes/team/route.tsx',
      'app/routes/team/card.tsx',
    ),
    ['/', '/about', '/help', '/login', '/map.xml', '/shop/cart', '/team'],
    ['/city/:name', '/files/*'],
  ],
  [
    'React Router by routes.ts',
    'react-router',
    { 'app/routes.ts': CALLS },
    ['/', '/about', '/shop', '/shop/cart', '/shop/cart/pay'],
    ['/shop/:id'],
  ],
  [
    'React Router by elements',
    'vite-react',
    { 'index.html': '', 'src/App.tsx': ELEMENTS },
    ['/', '/about', '/team/all'],
    ['/team/:id'],
  ],
  [
    'React Router by objects',
    'vite-react',
    { 'index.html': '', 'src/router.tsx': OBJECTS },
    ['/', '/cart', '/shop'],
    [],
  ],
  [
    'Vue Router',
    'vite-vue',
    { 'index.html': '', 'src/router/index.ts': VUE },
    ['/', '/about'],
    ['/*', '/user/:id', '/user/:id/posts'],
  ],
  [
    'Angular with a lazy part',
    'angular',
    {
      'src/app/app.routes.ts': ANGULAR,
      'src/app/admin/admin.routes.ts': ANGULAR_ADMIN,
      'src/app/app.routes.spec.ts': "const routes = [{ path: 'x', component: X }]",
    },
    ['/', '/about', '/admin', '/admin/users'],
    ['/*', '/admin/users/:id'],
  ],
  [
    'Express',
    'express',
    {
      'app.js': EXPRESS,
      'routes/index.js': "router.get('/', (req, res) => res.render('index'))",
      'routes/users.js':
        "router.get('/', (q, res) => res.render('users')); router.get('/:id', (q, res) => res.render('user'))",
    },
    ['/', '/plain', '/users'],
    ['/users/:id'],
  ],
  ['Vite with several pages', 'vite', empty('index.html', 'about.html', 'src/x.html'), ['/', '/about.html'], []],
])('the pages of %s', async (_what, framework, files, open, withParameters) => {
  verifies('project.routes');
  const found = await codeRoutes(folderWith(files), framework);
  expect([paths(found.open), paths(found.withParameters)]).toEqual([open, withParameters]);
});

test('each page names the file it was found in', async () => {
  const files = { 'src/app/app.routes.ts': ANGULAR, 'src/app/admin/admin.routes.ts': ANGULAR_ADMIN };
  const { open } = await codeRoutes(folderWith(files), 'angular');
  expect(open.find(({ path }) => path === '/admin/users')?.foundIn).toBe('src/app/admin/admin.routes.ts');
});

test('source that does not parse, and folders that are not there, give no pages and no error', async () => {
  expect(await codeRoutes(folderWith({ 'src/router.ts': 'createRouter({{{' }), 'vite-vue')).toEqual({
    open: [],
    withParameters: [],
  });
});

test.each<[string, Record<string, string>, string[]]>([
  [
    'a library with examples',
    {
      'examples/basic.html': '<!doctype html>',
      'examples/grid/index.html': '<html>',
      'src/part.html': '<p>',
      'dist/x.html': '<html>',
    },
    ['/examples/basic.html', '/examples/grid/'],
  ],
  [
    'a second entry at any depth',
    {
      'index.html': '',
      'admin.html': '',
      'pages/about/index.html': '<script type="module" src="/a.js">',
      'public/plain.html': '<!DOCTYPE html>',
    },
    ['/', '/admin.html', '/pages/about/', '/plain.html'],
  ],
  [
    'a root of its own, and HTML that is no page',
    {
      'vite.config.ts': "export default { root: './app' }",
      'app/index.html': '',
      'app/tests/a.html': '<html>',
      'app/emails/hi.html': '<html>',
      'index.html': '',
    },
    ['/'],
  ],
])('a Vite app of HTML files: %s', async (_what, files, found) => {
  verifies('project.routes');
  expect(paths((await codeRoutes(folderWith(files), 'vite')).open)).toEqual(found);
});
