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

/** A title that goes on so speaks about errors. */
const ABOUT = '(?! (?:explained|means?|meaning|is|are|in|and|or|vs|by|of|for|from|responses?|handling)\\b)';
/** Texts that servers and frameworks show in place of the app; each begins a line. */
const ERROR_PAGES: readonly RegExp[] = [
  /^Cannot (?:GET|POST|PUT|DELETE) \//,
  new RegExp(
    `^(?:\\d{3} )?(?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)\\b${ABOUT}`,
    'i',
  ),
  new RegExp(`^(?:Error )?404[:.\\s-]*(?:page )?not found\\b${ABOUT}`, 'i'),
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

/** What a page says, read by whoever looks for errors in its place. */
export interface SpokenPage {
  /** MIME type of its document. */
  type: string;
  title: string;
  /** First headings of its main part, or of all but bars. */
  heads: string[];
  /** Lines of the same, code left out; empty where there is more than an error page says. */
  lines: string[];
  /** Whether that is little. */
  few: boolean;
  /** How its code begins; of a document that is no page: the whole, cut. */
  code: string;
  /** The first line of whatever a development server lays over the page. */
  overlays: string[];
  /** Whether it has style sheets of its own, bars or controls, which a server's list of a folder has not. */
  dressed: boolean;
  /** Lines anywhere in its running text that end as messages of a script on a server do. */
  told: string[];
  /** Short texts by which a part says that what belongs there could not be loaded, one for each part. */
  failed: string[];
}

/** What only a server or a framework calls a page, whatever else stands on it. */
const ERROR_TITLES: readonly RegExp[] = [
  / \/\/ Werkzeug Debugger$/,
  /^Action Controller: Exception caught$/,
  /^\u{1F9E8} \S/u,
  /^[\w.]*(?:Error|Exception|DoesNotExist) at (?:[A-Z]+ )?\/\S*$/,
  /\(5\d\d [A-Z][\w ]+\)$/,
  /^WordPress › Error$/,
  /^Server Error in '[^']*' Application\.$/,
  /^An unhandled exception occurred while processing the request\.$/,
  /^Application error: an? (?:client|server)-side exception/i,
  /^No route matches \[[A-Z]+\] "/,
  /^Internal Server Error$/,
];
/** Pages that a server answers with of its own where it finds no app: as a title. */
const SERVERS_OWN: readonly RegExp[] = [
  /^Welcome to (?:nginx|OpenResty|Caddy|CentOS|tengine)!?$/i,
  /^Apache2? \w+ Default Page: It works$/,
  /^(?:HTTP Server Test Page|Test Page for the (?:Nginx|Apache|HTTP)\b.*|IIS Windows(?: Server)?|Caddy works!|Congratulations! Caddy.*)/,
];
/** A folder that a server lists: as a title and as a heading. */
const FOLDER =
  /^(?:(?:Directory listing for|Index of|listing directory)\s+(?:\/|~\/)|Files within \S+\/$|Index of\s+\S+\/$)/i;
/** How a page that says little says in other words that there is no app. */
const NO_APP: readonly RegExp[] = [
  /^(?:application|internal|unexpected|runtime|unhandled) error!?$/i,
  /^It works!$/,
  /^(?:Blocked request\. This host|Invalid Host(?:\/Origin)? header)/,
  /^HTTP Status [45]\d\d\b/,
  /^HTTP ERROR [45]\d\d\b/i,
  /^(?:error )?[45]\d\d: [A-Z_]{4,}$/,
  /^there has been a critical error on (?:this|your) website/i,
  /^an exception (?:has been thrown|occurred)\b/i,
  /^[\w.]*(?:Error|Exception)(?:$|: )/,
];
const FAILED = /\b(?:error|not (?:be )?found|wrong|exists?|unavailable|failed|failure|exception)\b/i;
/** The first line of a bare text that is an answer to a program. */
const BARE =
  /^(?:unauthori[sz]ed|forbidden|access denied|permission denied|bad (?:request|gateway)|not (?:found|authenticated|authori[sz]ed|implemented)|method not allowed|too many requests|rate limit exceeded|service unavailable|internal (?:server )?error|default backend - 404|no healthy upstream|upstream connect error|missing (?:token|api key)|invalid (?:token|api key|host))\b[^.]{0,60}\.?$/i;
/** A line of a stack: of JavaScript, Python, Java, PHP, Ruby, Go. */
const STACK =
  /^\s*(?:at \S.*[:(]\S|File "[^"]+", line \d+|#\d+ \S.*\(\d+\)|from \S+:\d+:in |goroutine \d+ \[|\S+\.go:\d+)/m;
const SERVER_LINE =
  /^(?:\( ! \) )?(?:PHP )?(?:Fatal error|Parse error|Recoverable fatal error|Warning|Notice|Deprecated|Strict Standards): .+ (?:in .+ on line \d+|in .+:\d+)\b/;

/**
 * Returns the text that shows a page to be an error page, a bare answer to a program or a server's own page, whatever its status; else
 * `undefined`. A page that says much besides is one only by what frameworks alone write: pages about errors are none.
 */
export function errorOfPage(page: SpokenPage): string | undefined {
  const { type, heads, lines, few, code, overlays, told } = page;
  const title = page.title.slice(0, 200);
  // Of a page, code is all of it only where nothing stands beside it: an example in a text is none.
  const alone = heads.length === 0 && lines.every((line) => code.includes(line.slice(0, 60)));
  const bare = alone || !/html/.test(type) ? bareError(type, code) : undefined;
  if (bare !== undefined || !/html/.test(type)) return bare;
  const [first] = heads;
  const over = overlays[0] ?? told.find((line) => SERVER_LINE.test(line));
  if (over !== undefined) return over;
  const named = [title, ...(first === undefined ? [] : [first])];
  const strong = named.find((text) => ERROR_TITLES.some((pattern) => pattern.test(text)));
  // A tool that collects errors heads its pages with them, and calls the pages otherwise.
  if (strong !== undefined && (strong === title || !/ at (?:[A-Z]+ )?\//.test(strong))) return strong;
  if (SERVERS_OWN.some((pattern) => pattern.test(title))) return title;
  if (FOLDER.test(title) && first !== undefined && FOLDER.test(first) && !page.dressed) return title;
  if (!few) return undefined;
  const begins = [title, ...(first === undefined ? lines.slice(0, 2) : [first])];
  const [codeLine = ''] = code.split('\n');
  const said = errorPageText([...begins, codeLine]);
  if (said !== undefined) return said;
  if (lines.length + heads.length === 0 && STACK.test(code.slice(codeLine.length))) return codeLine;
  // A part that failed is all that such a page has.
  return begins.find((text) => saysError(text, { ...page, title })) ?? page.failed[0];
}

/**
 * True for what an app says of itself on a page of its own for errors (`/404.html`), as `errorOfPage` told it: not what a framework or a
 * server shows in the place of any page.
 */
export function isAppsOwnError(said: string): boolean {
  return (
    isErrorHead(said) ||
    /^(?:(?:\d{3} )?(?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)|(?:Error )?404|(?:application|internal|unexpected|runtime|unhandled) error)\b/i.test(
      said,
    )
  );
}

/** A heading, title or first line of a page that says little. */
function saysError(text: string, { title, heads, lines }: SpokenPage): boolean {
  const [first] = heads;
  // A number alone may be what the page counts.
  const more = [title, ...lines].some((line) => line !== text && (FAILED.test(line) || ERROR_NUMBER.test(line)));
  if (ERROR_NUMBER.test(text) && more) return true;
  if (/^\d+$/.test(text)) return false;
  if (text === 'It works!' && lines.length + heads.length > 2) return false;
  // A title alone may be about such errors.
  const byTitle = text === title && first !== undefined && text !== first;
  if (NO_APP.some((pattern) => pattern.test(text))) return !byTitle || NO_APP.some((pattern) => pattern.test(first));
  return isErrorHead(text);
}

/** Of a document that holds no page, or of JSON that a server calls one: the answer that is an error. */
function bareError(type: string, code: string): string | undefined {
  const text = code.trim();
  const line = text.split('\n')[0] ?? '';
  if (/json$/.test(type) || (/html|plain/.test(type) && /^\{"[\s\S]*\}$/.test(text)))
    return jsonError(text) ? text : undefined;
  if (/xml$/.test(type) && !/xhtml|svg/.test(type)) return /^<Error>/.test(text) ? text : undefined;
  if (!/^text\/plain/.test(type)) return undefined;
  const trace = /^(?:Uncaught )?[\w.$\\]*(?:Error|Exception|panic)\b|^Traceback/.test(line) && STACK.test(text);
  return trace ||
    BARE.test(line) ||
    errorPageText([line], text.length < 500 ? [line] : []) !== undefined ||
    NO_APP.some((one) => one.test(line))
    ? line
    : undefined;
}

/** An answer of an API that says of itself that it failed. */
function jsonError(text: string): boolean {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return false;
  }
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return false;
  const { error, errors, status, statusCode, code, ok, success, detail, message, data } = answer as Record<
    string,
    unknown
  >;
  const names = Object.keys(answer);
  const failed = [status, statusCode, code].some((one) => /^(?:[45]\d\d|error|fail(?:ed|ure)?)$/i.test(String(one)));
  const listed = Array.isArray(errors) ? errors.length > 0 : typeof errors === 'object' && errors !== null;
  if (failed || ok === false || success === false || (listed && !data)) return true;
  if ((typeof error === 'string' && error !== '') || error === true || (typeof error === 'object' && error !== null))
    return !data;
  return (
    names.length <= 2 &&
    (typeof detail === 'string' ||
      (typeof message === 'string' &&
        /not found|unauthori|forbidden|denied|invalid|error|fail|missing|required/i.test(message)))
  );
}
