/**
 * The addresses that a starting server prints, to be tried one after another. Reading decides nothing: text may name a port that
 * somebody else has, a proxy's target or a debugger; who listens there and what it answers is asked afterwards.
 */

/** OSC 8 hyperlinks (the address, then its text), ended by BEL or ST; ECMA-48 and the terminals' common extension. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences begin with one
const HYPERLINK = /(?:\u001b\]|\u009d)8;[^;\u0007\u001b\u009c]*;([^\u0007\u001b\u009c]*)(?:\u0007|\u001b\\|\u009c)/g;
/** Every other operating system command: titles, notifications. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences begin with one
const COMMAND = /(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)/g;
/** Colours and cursor moves (CSI), choices of a character set (nF), and two-character escapes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences begin with one
const CONTROL = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[ -/]+[0-~]|\u001b[@-Z\\^_]/g;

/** Returns the output of a server without terminal codes; the target of a hyperlink comes before its text. */
export function plainOutput(output: string): string {
  return output.replace(HYPERLINK, ' $1 ').replace(COMMAND, '').replace(CONTROL, '').replace(/\r\n?/g, '\n');
}

/** Signs of an address (RFC 3986, appendix A) without the quotation mark `'`; letters of other scripts stand around it, not in it. */
const SIGN = String.raw`[\w\-.~:/?#[\]@!$&()*+,;=%{}^]`;
/** Everything from the scheme on that may belong to an address; Hugo leaves out the scheme's name. */
const WITH_SCHEME = new RegExp(String.raw`(?:\bhttps?:|(?<=^|[\s"'(]))\/\/${SIGN}+`, 'gi');
const HOST = String.raw`localhost|(?:[\w-]+\.)+localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\]|\*`;
/** A host with a port and no scheme: `localhost:3000`, `*:3000`. */
const WITHOUT_SCHEME = new RegExp(String.raw`(?<![\w./:@-])(?:${HOST}):\d{2,5}(?![\d.:])(?:\/${SIGN}*)?`, 'gi');
const OWN_HOST = new RegExp(String.raw`^(?:${HOST}|\+)$`, 'i');
/** Words that give a port alone: `port 3000`, `port: 3000`, `on 3000`, `:3000`. */
const PORTS = [
  /\bport(?:\(s\)|s?\b)["']?\s*(?:is|=|:|#|number|no\.?)?\s*(\d{2,5})\b(?![.:]\d)/gi,
  /\b(?:on|at)\s+(\d{4,5})\b(?![.:]\d)/gi,
  /(?<=^|[\s(]):(\d{2,5})\b(?![.:]\d)/g,
];
/** Lines about something else than the pages: they are tried last. */
const ASIDE =
  /\b(?:prox(?:y|ied|ying)|api|inspector|debugger|devtools|metrics|health|graphql|swagger|upstream|backend|database|in use|taken)\b/i;

/** How an address was given; a smaller rank is tried first. */
const RANK = { loopback: 0, bare: 1, port: 2, elsewhere: 3, aside: 4 };

/**
 * Addresses on this machine that the text names, the likeliest first, each once: whole addresses, then hosts with a port, then bare
 * ports, then addresses of other names with a port (the machine's own name or network address), each in the order of the text; what a
 * line about a proxy, an API or a debugger names comes last. Wildcards stand as the loopback address that reaches them.
 */
export function printedAddresses(output: string): string[] {
  const found = new Map<string, number>();
  const add = (url: string | undefined, rank: number) => {
    if (url !== undefined) found.set(url, Math.min(rank, found.get(url) ?? rank));
  };
  for (const line of linesOf(plainOutput(output))) {
    const later = ASIDE.test(line.replace(WITH_SCHEME, ' ')) ? RANK.aside : 0;
    for (const [text] of line.matchAll(WITH_SCHEME)) add(...ranked(text, later));
    const rest = line.replace(WITH_SCHEME, ' ');
    for (const [text] of rest.matchAll(WITHOUT_SCHEME)) add(onThisMachine(`http://${text}`)?.url, RANK.bare + later);
    const bare = rest.replace(WITHOUT_SCHEME, ' ');
    for (const pattern of PORTS)
      for (const [, port] of bare.matchAll(pattern))
        if (Number(port) > 0 && Number(port) < 65_536) add(`http://localhost:${Number(port)}/`, RANK.port + later);
  }
  const ranks = [...found].sort(([, a], [, b]) => a - b);
  // A bare port says nothing that a whole address with that port has not said better.
  return ranks
    .filter(
      ([url, rank], at) =>
        rank % RANK.aside !== RANK.port || !ranks.slice(0, at).some(([other]) => samePort(other, url)),
    )
    .map(([url]) => url);
}

/** A line between the sides of a box, and what stands before and behind its text. */
const BOXED = /^[^\S\n]*[│┃║|](\s*)(.*?\S)(\s*)[│┃║|]\s*$/;

/**
 * The lines, JSON's escaped slashes plain; what a box has broken in the middle of an address, because it was too narrow, is one line again:
 * the text fills the box to its edge, and the next line goes on with a sign of an address.
 */
function linesOf(text: string): string[] {
  const lines: string[] = [];
  let open = false;
  for (const line of text.replaceAll('\\/', '/').split('\n')) {
    const [, before = '', inside = '', behind = ''] = BOXED.exec(line) ?? [];
    const goesOn = open && new RegExp(`^${SIGN}`).test(inside);
    if (goesOn) lines.push(`${lines.pop() ?? ''}${inside}`);
    else lines.push(inside === '' ? line : ` ${inside}`);
    open = inside !== '' && behind.length <= before.length && new RegExp(`//${SIGN}*$`).test(lines.at(-1) ?? '');
  }
  return lines;
}

function ranked(text: string, later: number): [string | undefined, number] {
  const address = onThisMachine(text);
  return [address?.url, (address?.loopback ? RANK.loopback : RANK.elsewhere) + later];
}

function samePort(one: string, other: string): boolean {
  return portOf(one) === portOf(other);
}

/** An address as it can be asked: punctuation of the sentence taken off, wildcards made loopback. Other names need a port of their own. */
function onThisMachine(text: string): { url: string; loopback: boolean } | undefined {
  const parsed = parse(
    withoutSentence(text)
      .replace(/^\/\//, 'http://')
      .replace(/^(https?:\/\/)(::1?)(?=:\d+(?:\/|$))/i, '$1[$2]')
      .replace(/^(https?:\/\/)[*+](?=[:/]|$)/i, '$1localhost'),
  );
  if (parsed === undefined || parsed.port === '0') return undefined;
  const { hostname } = parsed;
  if (!OWN_HOST.test(hostname)) {
    if (parsed.port === '') return undefined;
    parsed.hostname = 'localhost';
    return { url: parsed.href, loopback: false };
  }
  if (hostname === '0.0.0.0') parsed.hostname = '127.0.0.1';
  if (hostname === '[::]') parsed.hostname = '[::1]';
  return { url: parsed.href, loopback: true };
}

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

const PAIRS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Without the marks that end a sentence or a bracket around it; a bracket that was opened inside stays. */
function withoutSentence(text: string): string {
  let kept = text;
  for (;;) {
    const last = kept.at(-1) ?? '';
    const opener = PAIRS[last];
    const loose = opener === undefined ? /[.,;:!?*_~…»”’]/.test(last) : count(kept, opener) < count(kept, last);
    if (!loose) return kept;
    kept = kept.slice(0, -1);
  }
}

function count(text: string, mark: string): number {
  return text.split(mark).length - 1;
}

/** Words by which servers and systems say that a port is taken. */
const TAKEN =
  /\bEADDRINUSE\b|\baddress (?:is )?(?:already )?in use\b|\bport\b[^\n]{0,40}\b(?:is )?(?:already )?(?:in use|(?:being )?used by|being used|taken|occupied|busy|unavailable|not available|allocated)\b|\bis (?:already )?in use\b|\balready running on port\b|\b(?:could not|cannot|can't|unable to|failed to) bind\b|\bOnly one usage of each socket address\b/i;

/** Returns true when the text says that a port is taken; the server may have gone on elsewhere all the same. */
export function saysPortTaken(output: string): boolean {
  return TAKEN.test(plainOutput(output));
}

/** The port of an address, its scheme's own when it names none. */
export function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

/** Names of documents, which are no folder that pages lie in. */
const DOCUMENT = /[^/]*\.(?:html?|xhtml|php|aspx?|jsp)$/i;

/**
 * The address that paths of pages are joined to: a folder, ending with `/`, without a document's name (`/index.html`), query, hash, user
 * and password.
 */
export function baseAddress(url: string): string {
  const { origin, pathname } = new URL(url);
  const folder = pathname.replace(DOCUMENT, '');
  return `${origin}${folder.endsWith('/') ? folder : `${folder}/`}`;
}

/** What an address holds that lets one in: the user and password before its host, the query behind it. Secret. */
export interface Access {
  credentials?: { username: string; password: string };
  /** `?token=…`, to be sent with each page. */
  query?: string;
}

/** Returns the credentials and query of an address; empty where it has none. */
export function accessOf(url: string): Access {
  const { username, password, search } = new URL(url);
  return {
    ...(username === ''
      ? {}
      : { credentials: { username: decodeURIComponent(username), password: decodeURIComponent(password) } }),
    ...(search === '' ? {} : { query: search }),
  };
}
