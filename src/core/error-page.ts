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

/** Returns the first text that shows the page to be an error page, whatever its status; else `undefined`. */
export function errorPageText(texts: readonly string[]): string | undefined {
  return texts.find((text) => ERROR_PAGES.some((pattern) => pattern.test(text.trim())));
}
