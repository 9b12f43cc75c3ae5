import type { DomElement } from './vocabulary/dom-boxes.js';

/**
 * True for the page of one story alone, as Storybook (`iframe.html?id=…&viewMode=story`) and Ladle (`?story=…&mode=preview`) show it. Such
 * a page is a part of an app in one of its states: several may look alike, and one may well show an error.
 */
export function isStoryAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { pathname, searchParams } = new URL(url);
  const storybook =
    pathname.endsWith('/iframe.html') && searchParams.has('id') && searchParams.get('viewMode') === 'story';
  return storybook || (searchParams.has('story') && searchParams.get('mode') === 'preview');
}

/** Texts that servers and frameworks show in place of the app; each begins a line. */
const ERROR_PAGES: readonly RegExp[] = [
  /^Cannot (?:GET|POST|PUT|DELETE) \//,
  /^(?:\d{3} )?(?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)\b/i,
  /^(?:Error )?404[:.\s-]*(?:page )?not found\b/i,
  /^Application error: an? (?:client|server)-side exception/i,
  /^Unhandled Runtime Error\b/,
  /^(?:Failed to compile|Compiled with problems)\b/i,
  /^Traceback \(most recent call last\)/,
  /^This site can.t be reached/,
  /^(?:Whitelabel Error Page|Whoops, looks like something went wrong)/i,
  /^No route matches \[[A-Z]+\] "/,
  /^\w*(?:Error|Exception|DoesNotExist) at \//,
  /^(?:PHP )?(?:Fatal|Parse) error: \S/,
  /^Error establishing a database connection$/i,
];

/** How such pages begin before they say what is wrong. */
const SIGH =
  /^(?:(?:oops|sorry|uh[- ]?oh|whoops|hmm+|error|we(?:['’]re| are) sorry|404|but|ups|hoppla|oeps|oups|désolés?|leider|lo sentimos|ой|упс|fehler|erreur)[^\p{L}]+)+/iu;
const SUBJECT = `(?:(?:the|this|that|your|requested) )*(?:page|url|route|address)`;
const ASIDE = String.raw`(?:(?:that )?(?:you|we)(?: (?:are|were|have))? ?(?:requested|looking for|visit\w*|tried to \w+) )?`;
const DENIED = `(?:(?:was|is|could|can|does|has) ?(?:n['’]t|not) |cannot |can['’]t |not |no longer )`;
/** Where a heading ends: a title that goes on in other words speaks about errors. */
const TAIL = String.raw`(?:\s*(?:[|·•:–—.!…(-]|$).*)?$`;
/** Headings and titles by which an app says the same in its own words, whatever the status; the sigh before it left out. */
const ERROR_HEADS: readonly RegExp[] = [
  new RegExp(`^${SUBJECT} ${ASIDE}${DENIED}(?:be )?(?:found|available|exists?|located)\\b(?! in\\b)`, 'i'),
  /^(?:we )?(?:can['’]t|cannot|couldn['’]t|could not) find (?:the|this|that) page\b/i,
  /^(?:not found|page (?:is )?missing)(?:\s*(?:[|·•:–—.!-]|$).*)?$/i,
  /^(?:something went wrong|an (?:unexpected )?error (?:has )?occurred|unexpected application error)\b/i,
  /^the requested url \S+ was not found\b/i,
  /^something (?:broke|has gone wrong|isn['’]t right)\b/i,
  /^(?:we (?:hit|ran into) |there was )(?:a (?:snag|problem|bug)|an error|trouble)(?: (?:loading|opening|showing) (?:this|the|that) page)?\b(?! with\b)/i,
  /^(?:unable to|can['’]t|cannot|could not|couldn['’]t) (?:load|open|show|display) (?:this|the) page\b/i,
  /^this page (?:isn['’]t working|has gone missing|can['’]t be (?:displayed|loaded|reached))\b/i,
  /^(?:an? )?(?:internal )?server error (?:occurred\b|\(5\d\d\)|has occurred\b)/i,
  new RegExp(`^(?:(?:access|permission) denied|well, this is embarrassing|routing error)${TAIL}`, 'i'),
];
/** The same in other languages: of the page, that it is not there; of the app, that something failed. */
const ELSEWHERE: readonly RegExp[] = [
  // A subject, up to five words, and that it is not there, in the order of German, French, Spanish, Portuguese, Italian, Dutch, Swedish and its
  // neighbours, Polish, Czech, Turkish, Russian and Ukrainian.
  ...(
    [
      [
        `(?:(?:die|diese|ihre) )?(?:[\\p{L}]+e )?(?:seite|adresse)`,
        `(?:(?:wurde|konnte|ist) )?nicht (?:gefunden|verfügbar|vorhanden)(?: werden)?|existiert nicht(?: mehr)?|gibt es nicht(?: mehr)?`,
      ],
      [
        '(?:(?:la|cette) )?page',
        `(?:est )?introuvable|n['’]existe (?:pas|plus)|n['’]a pas (?:été|pu être) trouvée|non trouvée`,
      ],
      ['(?:(?:la|esta) )?página', 'no (?:(?:fue|ha sido) )?encontrada|no (?:existe|está disponible)'],
      ['(?:(?:a|esta) )?página', 'não (?:foi )?encontrada|não (?:existe|está disponível)'],
      ['(?:(?:la|questa) )?pagina', 'non (?:(?:è stata )?trovata|esiste|è disponibile)'],
      ['(?:(?:de|deze) )?pagina', '(?:is |werd )?niet gevonden|bestaat niet(?: meer)?'],
      [
        '(?:sidan|siden)',
        '(?:kunde |blev |ble )?(?:inte|ikke) (?:hittas|fundet|funnet)|hittades inte|(?:finns|findes|finnes) (?:inte|ikke)',
      ],
      ['(?:(?:ta|podana) )?strona', 'nie (?:(?:została |zostala )?znaleziona|istnieje)'],
      ['stránka', '(?:nebyla )?(?:nenalezena|nalezena|neexistuje)'],
      ['sayfa', 'bulunamadı'],
      ['(?:(?:эта|такая) )?страница', 'не (?:найдена|существует)'],
      ['(?:(?:цю|ця) )?сторінк[ау]', 'не (?:знайдено|існує)'],
    ] as const
  ).map(([page, gone]) => new RegExp(`^${page}(?:,? [^\\s.!?]+){0,5} (?:${gone})${TAIL}`, 'iu')),
  /(?:ページ|サイト)[がは](?:見つかりません|存在しません)|(?:页面|頁面|网页|網頁)(?:不存在|未找到|找不到|无法找到)|^(?:抱歉，?)?找不到(?:该|此|您\p{L}{0,4}的)?(?:页面|頁面|网页)|페이지를? 찾을 수 없습니다/u,
  ...(
    [
      `(?:es ist )?ein (?:\\p{L}+er )?fehler (?:ist )?aufgetreten`,
      '(?:da |hier )?(?:ist )?(?:etwas|was) (?:ist )?schief ?(?:gelaufen|gegangen)',
      'interner serverfehler',
      'zugriff verweigert',
      `une erreur (?:\\p{L}+ )?(?:est survenue|s['’]est produite)`,
      'erreur (?:interne )?du serveur',
      `quelque chose (?:a mal tourné|s['’]est mal passé)`,
      '(?:ha ocurrido|se ha producido|se produjo|ocurrió) un error',
      'algo (?:salió|ha ido) mal',
      '(?:ocorreu|aconteceu) um erro',
      'algo deu errado',
      '(?:si è verificato|è avvenuto) un errore',
      'qualcosa è andato storto',
      'er is (?:iets (?:mis|fout) ?gegaan|een fout opgetreden)',
      'ett fel (?:har )?(?:uppstått|uppstod|inträffat|inträffade)|något gick fel|noget gik galt|noe gikk galt',
      'wystąpił (?:nieoczekiwany )?błąd|coś poszło nie tak',
      '(?:произошла|возникла) (?:\\p{L}+ )?ошибка|что-то пошло не так',
    ] as const
  ).map((said) => new RegExp(`^(?:${said})${TAIL}`, 'iu')),
  /^(?:予期(?:しない|せぬ))?エラーが発生しました|^(?:出错了|发生了?错误|服务器(?:内部)?错误)|^오류가 발생했습니다/u,
];
/** A number of a failed request with what the standard calls it (RFC 9110, 15.5 and 15.6). */
const REASON = new RegExp(
  `^(?:error )?[45]\\d\\d[^\\p{L}\\d]+(?:bad request|unauthorized|forbidden|not found|method not allowed|gone|too many requests|internal server error)${TAIL}`,
  'iu',
);
/** Its number alone. */
const ERROR_NUMBER = /^(?:error )?(?:404|500|502|503)(?: error)?(?:\s*(?:[|·•:–—-]|$).*)?$/i;

/**
 * Returns the first text that shows the page to be an error page, whatever its status; else `undefined`. `heads`: titles and main headings,
 * or all lines of a page that says little, where an app's own words count as well.
 */
export function errorPageText(texts: readonly string[], heads: readonly string[] = []): string | undefined {
  const strong = texts.find((text) => ERROR_PAGES.some((pattern) => pattern.test(text.trim())));
  return strong ?? heads.find(isErrorHead);
}

function isErrorHead(head: string): boolean {
  const text = head.replace(/\s+/g, ' ').trim();
  const said = text.replace(SIGH, '');
  if (ERROR_NUMBER.test(text) || REASON.test(text)) return true;
  return [...ERROR_HEADS, ...ELSEWHERE].some((pattern) => pattern.test(said) || pattern.test(text));
}

/** A page with no more texts than this says nothing besides its message. */
const FEW_TEXTS = 12;

/** Returns the texts that describe a page: its headings and plain output; everything where it says little, as error pages do. */
export function spokenTexts(elements: readonly Pick<DomElement, 'tag' | 'text'>[]): string[] {
  const spoken = elements.filter(({ text }) => text !== undefined);
  const loud = spoken.length <= FEW_TEXTS ? spoken : spoken.filter(({ tag }) => /^(?:h1|pre)$/i.test(tag));
  return loud.flatMap(({ text }) => text ?? []);
}
