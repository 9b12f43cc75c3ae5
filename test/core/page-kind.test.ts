import { expect, test } from 'vitest';
import { errorPageText } from '../../src/core/page-kind.js';
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
