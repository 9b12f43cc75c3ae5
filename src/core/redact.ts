/** The text that replaces a secret. */
export const REDACTED = '[redacted]';

/**
 * Shapes of secrets whose value need not be known: JSON web tokens, authorization values, keys of well-known issuers,
 * credentials in addresses, values of query fields and headers that are named like secrets. Each keeps what names it ($1).
 */
const SHAPES: readonly [RegExp, string][] = [
  // A run of token characters is looked at once, from its start: a text of many `eyJ-` must not cost its length squared.
  [/(?<![\w-])(?=[\w-]*?\beyJ[\w-]{8})[\w-]+\.[\w-]{8,}\.[\w-]*/g, REDACTED],
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, REDACTED],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [
    /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|figd_[\w-]{20,}|xox[abprs]-[\w-]{10,}|sk-[\w-]{16,}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,})/g,
    REDACTED,
  ],
  [/(\/\/)[^/\s?#"'<>:]*:[^/\s?#"'<>]*@/g, `$1${REDACTED}@`],
  [/(:\/\/)[^/\s?#"'<>:@]{8,}@/g, `$1${REDACTED}@`],
  [
    /([?&;#](?:[\w.-]{0,40}(?:token|api[_-]?key|secret|passw(?:or)?d|signature|credential)|key|pwd|auth|sig|session|sid|code)=)[^&#\s"']+/gi,
    `$1${REDACTED}`,
  ],
  [/\b((?:set-)?cookie|authorization|x-api-key)(["']?\s*[:=]\s*["']?)[^\n"']+/gi, `$1$2${REDACTED}`],
  [
    /(["']?(?:password|passwd|secret|api[_-]?key|access_?token|client_secret)["']?\s*[:=]\s*["'])[^"'\n]+/gi,
    `$1${REDACTED}`,
  ],
  [/(["'][\w-]{0,40}(?:token|secret|password)["']\s*:\s*["'])[^"'\n]+/gi, `$1${REDACTED}`],
  [/(\b[\w-]{0,40}(?:password|passwd|secret|token|api[_-]?key|access[_-]?key)=)[^\s"'&;,[\]]+/gi, `$1${REDACTED}`],
];

/**
 * Returns a function that masks secrets in any text before it is stored: given values (and as they stand in addresses, forms, JSON, HTML
 * and base64), given patterns, and the shapes above. Values shorter than four characters are left alone: they would blank half of every log.
 */
export function createRedactor(values: readonly string[], patterns: readonly RegExp[] = []): (text: string) => string {
  const known = [...new Set(values.flatMap(spellings))]
    .filter((value) => value.length >= 4)
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let masked = text;
    for (const value of known) masked = masked.replaceAll(value, REDACTED);
    for (const pattern of patterns)
      masked = masked.replace(
        new RegExp(pattern, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`),
        REDACTED,
      );
    for (const [shape, replacement] of SHAPES) masked = masked.replace(shape, replacement);
    return masked;
  };
}

/** A value as other texts carry it. */
function spellings(value: string): string[] {
  const html = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  return [
    value,
    encodeURIComponent(value),
    encodeURI(value),
    new URLSearchParams({ '': value }).toString().slice(1),
    JSON.stringify(value).slice(1, -1),
    html,
    Buffer.from(value).toString('base64').replace(/=+$/, ''),
    Buffer.from(value).toString('base64url'),
  ];
}
