import { expect, test } from '@playwright/test';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { PhotoBooth } from './photo-booth.js';
import { html, type Site, startSite } from './site.js';

const few = sampled(test, 2);

const booth = new PhotoBooth();
let site: Site;
const words = `<h1>Shop</h1><p>${'Mugs and cups of our own making. '.repeat(40)}</p>`;
const bars = `<nav>${'Home Mugs Cups Plates Prices Blog About Help Jobs Press Contact Login Cart'.replace(/\w+/g, '<a href="#$&">$&</a> ')}</nav>`;
const overlay = (name: string, inside: string) =>
  `${words}<script>const o = document.createElement('${name}'); document.body.append(o); o.attachShadow({ mode: 'open' }).innerHTML = ${JSON.stringify(inside)}</script>`;
const folder = (body: string) => html(body).replace('Test page', 'Index of /a');
const bare = (type: string, body: string) => ({ type, body });

/** Path, its page, and the text by which it is told; absent: none is told. */
const PAGES: readonly (readonly [string, Parameters<typeof startSite>[0][string], string?])[] = [
  ['/json', bare('application/json', '{"error":"Unauthorized"}'), '{"error":"Unauthorized"}'],
  ['/json-as-page', bare('text/html', '{"detail":"Not authenticated"}'), '{"detail":"Not authenticated"}'],
  ['/text', bare('text/plain', 'Error: no db\n    at x (a.js:1:2)'), 'Error: no db'],
  ['/xml', bare('application/xml', '<Error><Code>AccessDenied</Code></Error>'), '<Error> AccessDenied'],
  ['/data', bare('application/json', '{"items":[1,2]}')],
  ['/robots.txt', bare('text/plain', 'User-agent: *\nAllow: /')],
  [
    '/php',
    html(
      `${words}<br><b>Warning</b>:  Undefined variable $x in <b>/srv/a.php</b> on line <b>3</b><br><p>${'More. '.repeat(300)}</p>`,
    ),
    'Warning: Undefined variable $x in /srv/a.php on line 3',
  ],
  [
    '/vite',
    html(overlay('vite-error-overlay', '<div style="position:fixed;inset:0"><pre>Transform failed</pre></div>')),
    'Transform failed',
  ],
  [
    '/next',
    html(overlay('nextjs-portal', '<div style="position:fixed;inset:0"><p>Runtime ReferenceError</p></div>')),
    'Runtime ReferenceError',
  ],
  [
    '/next-sign',
    html(overlay('nextjs-portal', '<div style="position:fixed;left:0;bottom:0"><button>N</button></div>')),
  ],
  [
    '/webpack',
    html(
      `${words}<iframe id="webpack-dev-server-client-overlay" style="position:fixed;inset:0;width:100%;height:100%"></iframe><script>document.querySelector('iframe').contentDocument.body.innerHTML = '<div>Compiled with problems:</div>'</script>`,
    ),
    'Compiled with problems:',
  ],
  [
    '/parcel',
    html(`${words}<div id="__parcel__error__overlay__"><div style="position:fixed;inset:0">Build Error</div></div>`),
    'Build Error',
  ],
  [
    '/alone',
    html('<div><h2>Something went wrong</h2><p>Try again.</p><button>Reload</button></div>'),
    'Something went wrong',
  ],
  ['/in-shell', html(`<header>${bars}</header><main><h1>Application error</h1></main>`), 'Application error'],
  [
    '/docs',
    html(
      `${bars}<main><h1>500 Internal Server Error</h1><p>${'Something went wrong is what it says. '.repeat(40)}</p><pre>Warning: Undefined variable $x in /srv/a.php on line 3</pre></main>`,
    ),
  ],
  [
    '/question',
    html(
      `${bars}<main>${words}<p>Warning: Undefined variable $x in /srv/a.php on line 3</p><p>Why does it say so?</p></main>`,
    ),
  ],
  [
    '/php-plain',
    html(`\nWarning: Undefined variable $x in /srv/a.php on line 3\n${words}`),
    'Warning: Undefined variable $x in /srv/a.php on line 3',
  ],
  ['/folder', folder('<h1>Index of /a</h1><hr><pre><a href="../">../</a>\n<a href="b">b</a></pre>'), 'Index of /a'],
  ['/drive', folder('<nav><a href="/">All files</a></nav><h1>Index of /a</h1><ul><li>b</li></ul>')],
  [
    '/tracker',
    html(
      '<h1>TypeError: x is undefined</h1><p>Seen 5 times</p>' +
        ['Resolve', 'Ignore', 'Assign', 'Merge', 'Share'].map((word) => `<button>${word}</button>`).join(''),
    ),
  ],
  ['/part', html(`${bars}<main>${words}<section><h2>Weather</h2><p>Something went wrong.</p></section></main>`)],
];

test.beforeAll(async () => {
  site = await startSite(Object.fromEntries(PAGES.map(([path, page]) => [path, page])));
});
test.afterAll(() => site.close());

few('an error in place of the app is told whatever its status, and a page about errors is none @once', async () => {
  verifies('capture.error-pages');
  const told = [];
  for (const [path] of PAGES) told.push([path, (await booth.photo(`${site.url}${path}`)).shot.error_page]);
  expect(told).toEqual(PAGES.map(([path, , text]) => [path, text]));
});

test('a page whose sandbox allows no scripts, or that has no element left, is photographed as it is @once', async () => {
  verifies('capture.still-pages');
  const sandboxed = (policy: string): Parameters<typeof startSite>[0][string] => ({
    type: 'text/html; charset=utf-8',
    body: html(`${words}<p style="height:2000px">tall</p>`),
    headers: { 'content-security-policy': policy },
  });
  const stills = await startSite({
    '/sandbox': sandboxed('sandbox'),
    '/forms': sandboxed('sandbox allow-forms allow-popups'),
    '/origin': sandboxed('sandbox allow-same-origin'),
    '/root': html(`${words}<script>document.documentElement.remove()</script>`),
    '/late': html(`${words}<script>setTimeout(() => document.documentElement.remove(), 200)</script>`),
    '/body': html(`${words}<script>document.body.remove()</script>`),
  });
  const told = [];
  for (const path of ['/sandbox', '/forms', '/origin', '/root', '/late', '/body']) {
    const { shot } = await booth.photo(`${stills.url}${path}`, { fullPage: true });
    told.push([path, shot.steady.settled, shot.blank, shot.size.height > 2000]);
  }
  await stills.close();
  expect(told).toEqual([
    ['/sandbox', true, false, true],
    ['/forms', true, false, true],
    ['/origin', true, false, true],
    ['/root', true, true, false],
    ['/late', true, true, false],
    ['/body', true, true, false],
  ]);
});
