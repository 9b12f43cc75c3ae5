import { expect, test } from 'vitest';
import { errorOfPage, errorPageText, isAppsOwnError, type SpokenPage } from '../../src/core/page-kind.js';
import { verifies } from '../requirements.js';

test.each([
  'Page not found',
  'Page Not Found | My shop',
  '404 - Page not found',
  '404: This page could not be found.',
  'Error 404',
  '404',
  'Not Found',
  'Oops! That page can’t be found.',
  "This page doesn't exist",
  "The page you are looking for doesn't exist.",
  'The page you requested could not be found',
  'The requested URL was not found on the server',
  "Sorry, we can't find that page",
  'We couldn’t find this page',
  'Something went wrong',
  'Oops, something went wrong',
  'Unexpected Application Error!',
  '500 | Internal Server Error',
  '403 Forbidden',
  'Server Error (500)',
  'Access denied',
  'This page isn’t working',
  'There was a problem loading this page',
  'Ups! Seite nicht gefunden',
  'Die gesuchte Seite wurde leider nicht gefunden.',
  'Diese Seite existiert nicht mehr',
  'Es ist ein unerwarteter Fehler aufgetreten',
  'Page introuvable',
  'Oups, cette page n’existe pas',
  'Une erreur inattendue est survenue.',
  'La página que buscas no existe',
  'Página não encontrada',
  'La pagina richiesta non è stata trovata',
  'Pagina niet gevonden | Winkel',
  'Sidan hittades inte',
  'Strona nie została znaleziona',
  'Страница не найдена',
  'Произошла ошибка',
  'お探しのページが見つかりません',
  '404 页面不存在',
  '페이지를 찾을 수 없습니다',
])('"%s" is what an error page says of itself', (text) => {
  verifies('steps.remarks');
  expect(errorPageText([], [text])).toBe(text);
  expect(errorPageText([], ['Orders', text])).toBe(text);
});

test.each([
  'Order not found',
  'Nothing found for mug',
  '404 results',
  'Notes',
  'Page 2 of 4',
  'Pages not found in the index',
  'Not found in stock',
  'How to design a page not found',
  'Landing page',
  'Errors',
  '500 miles',
  '503 Second Street',
  '403 Main Street',
  'Access denied novels',
  'Page introuvable est un film',
  'Seite 2',
  'Keine Einträge gefunden',
  'Nicht gefunden? Frag uns',
  'Fehlerbehebung',
  'Erreur 404 : comment la corriger',
  'Página de inicio',
  'Server errors explained',
  '404 Not Found explained',
  '500 Internal Server Error means more than you think',
  '502 Bad Gateway vs 504 Gateway Timeout',
  'Service unavailable is no excuse',
])('"%s" is not', (text) => {
  verifies('steps.remarks');
  expect(errorPageText([text], [text])).toBeUndefined();
});

test.each(['No route matches [GET] "/x"', 'TypeError at /items/3', 'PHP Fatal error: Uncaught Error', 'Bad Gateway'])(
  '"%s" is what a framework shows in place of the app, wherever it stands',
  (text) => {
    verifies('steps.remarks');
    expect(errorPageText(['Shop', text])).toBe(text);
  },
);

const spoken = (page: Partial<SpokenPage>): SpokenPage => ({
  type: 'text/html',
  title: '',
  heads: [],
  lines: [],
  few: true,
  code: '',
  dressed: false,
  overlays: [],
  told: [],
  failed: [],
  ...page,
});
const json = (answer: unknown) => spoken({ type: 'application/json', code: JSON.stringify(answer) });
const text = (code: string) => spoken({ type: 'text/plain', code });
const titled = (title: string, heading = title) => spoken({ title, heads: [heading], lines: [heading], few: false });

test.each<[string, SpokenPage]>([
  [
    '{"statusCode":404,"message":"Cannot GET /x","error":"Not Found"}',
    json({ statusCode: 404, message: 'Cannot GET /x', error: 'Not Found' }),
  ],
  ['{"errors":[{"message":"no field"}]}', json({ errors: [{ message: 'no field' }] })],
  ['{"ok":false}', json({ ok: false })],
  ['{"message":"Unauthorized"}', json({ message: 'Unauthorized' })],
  ['Traceback (most recent call last):', text('Traceback (most recent call last):\n  File "/a.py", line 3, in x')],
  ['Invalid Host header', text('Invalid Host header')],
  ['no healthy upstream', text('no healthy upstream')],
  ['Welcome to nginx!', titled('Welcome to nginx!')],
  ['Apache2 Debian Default Page: It works', titled('Apache2 Debian Default Page: It works', 'It works!')],
  ['Index of /', titled('Index of /')],
  ['Directory listing for /a', titled('Directory listing for /a')],
  ['It works!', spoken({ heads: ['It works!'], lines: ['It works!'] })],
  ['KeyError: 1 // Werkzeug Debugger', titled('KeyError: 1 // Werkzeug Debugger', 'KeyError')],
  ['Phoenix.Router.NoRouteError at GET /x', titled('Phoenix.Router.NoRouteError at GET /x')],
  ["Server Error in '/' Application.", titled('Runtime Error', "Server Error in '/' Application.")],
  ['No such user (500 Internal Server Error)', titled('No such user (500 Internal Server Error)', 'No such user')],
  ['500', spoken({ title: 'boom', heads: ['500'], lines: ['500', 'Internal Error'] })],
  ['500 - boom | Nuxt', spoken({ title: '500 - boom | Nuxt', heads: ['500', 'boom'], lines: ['500', 'boom'] })],
  ['404: NOT_FOUND', spoken({ heads: ['404: NOT_FOUND'], lines: ['404: NOT_FOUND', 'Code: NOT_FOUND'] })],
  ['TypeError: no x', spoken({ title: 'Error', code: 'TypeError: no x\n    at a (/srv/a.js:1:2)' })],
  ['Something went wrong', spoken({ title: 'Shop', heads: ['Something went wrong'], lines: ['Something went wrong'] })],
])('a page that shows "%s" is none of the app', (said, page) => {
  verifies('capture.error-pages');
  expect(errorOfPage(page)).toBe(said);
});

test.each<[string, SpokenPage]>([
  ['data', json({ items: [], errors: [] })],
  ['data in part', json({ data: { a: 1 }, errors: [{ message: 'b' }] })],
  ['a list', json([1])],
  ['a text of its own', text('Errors are welcome here.\n')],
  ['a page about errors', titled('500 Internal Server Error - HTTP', '500 Internal Server Error')],
  ['a page about servers', titled('Welcome to nginx! And what then?')],
  ['a folder as a thing', titled('Index of names')],
  ['a folder of a drive', { ...titled('Index of /reports'), dressed: true }],
  [
    'an article',
    spoken({ title: '404 Not Found explained', heads: ['404 Not Found explained'], lines: ['A number.'] }),
  ],
  ['an error among others', titled('RuntimeError at /checkout · Bugs', 'RuntimeError at /checkout')],
  ['a motto', spoken({ heads: ['It works!'], lines: ['It works!', 'On phones', 'On desks'] })],
  ['a count', spoken({ title: 'Counter', heads: ['500'], lines: ['500', 'Add'] })],
  ['a question', spoken({ heads: ['Thank you'], lines: ['Thank you', 'Something went wrong? Write to us.'] })],
  [
    'an example of an answer',
    spoken({ heads: ['Orders'], lines: ['Orders', 'Then:'], code: '{"error":{"code":404}}' }),
  ],
  ['an answer named in a long text', spoken({ title: 'API', few: false, heads: ['API'], code: '{"ok":false}' })],
  ['a name', spoken({ title: 'Application error | Docs', heads: ['How to read logs'], lines: ['How to read logs'] })],
  ['a line of PHP in its text', spoken({ told: ['The warning is shown in /a.php on line 3'] })],
])('%s is', (_what, page) => {
  verifies('capture.error-pages');
  expect(errorOfPage(page)).toBeUndefined();
});

test.each([
  ['404', true],
  ['Page not found', true],
  ['503 Service Unavailable', true],
  ['Application error', true],
  ['Zugriff verweigert', true],
  ['Warning: Undefined variable $x in /srv/a.php on line 3', false],
  ['Traceback (most recent call last):', false],
  ['TypeError at /errors', false],
  ['Cannot GET /errors', false],
  ['{"error":"denied"}', false],
  ['Welcome to nginx!', false],
  ['Index of /errors', false],
  ['Failed to compile', false],
])('"%s" on a page for errors is the app’s own: %s', (said, own) => {
  verifies('capture.error-pages');
  expect(isAppsOwnError(said)).toBe(own);
});
