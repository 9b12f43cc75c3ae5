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
];

/** How such pages begin before they say what is wrong. */
const SIGH = /^(?:(?:oops|sorry|uh[- ]?oh|whoops|hmm+|error|we(?:['’]re| are) sorry|404|but)\W+)+/i;
const SUBJECT = `(?:(?:the|this|that|your|requested) )*(?:page|url|route|address)`;
const ASIDE = String.raw`(?:(?:that )?(?:you|we)(?: (?:are|were|have))? ?(?:requested|looking for|visit\w*|tried to \w+) )?`;
const DENIED = `(?:(?:was|is|could|can|does|has) ?(?:n['’]t|not) |cannot |can['’]t |not |no longer )`;
/** Headings and titles by which an app says the same in its own words, whatever the status; the sigh before it left out. */
const ERROR_HEADS: readonly RegExp[] = [
  new RegExp(`^${SUBJECT} ${ASIDE}${DENIED}(?:be )?(?:found|available|exists?|located)\\b(?! in\\b)`, 'i'),
  /^(?:we )?(?:can['’]t|cannot|couldn['’]t|could not) find (?:the|this|that) page\b/i,
  /^(?:not found|page (?:is )?missing)(?:\s*(?:[|·•:–—.!-]|$).*)?$/i,
  /^(?:something went wrong|an (?:unexpected )?error (?:has )?occurred|unexpected application error)\b/i,
];
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
  return ERROR_NUMBER.test(text) || ERROR_HEADS.some((pattern) => pattern.test(said));
}

/** A page with no more texts than this says nothing besides its message. */
const FEW_TEXTS = 12;

/** Returns the texts that describe a page: its headings and plain output; everything where it says little, as error pages do. */
export function spokenTexts(elements: readonly Pick<DomElement, 'tag' | 'text'>[]): string[] {
  const spoken = elements.filter(({ text }) => text !== undefined);
  const loud = spoken.length <= FEW_TEXTS ? spoken : spoken.filter(({ tag }) => /^(?:h1|pre)$/i.test(tag));
  return loud.flatMap(({ text }) => text ?? []);
}
