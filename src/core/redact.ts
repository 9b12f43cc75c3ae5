/** What stands in a text where a secret was. */
export const REDACTED = '[redacted]';

/**
 * Shapes of secrets whose value need not be known: JSON web tokens, authorization values, keys of well-known issuers,
 * credentials in addresses, values of query fields and headers that are named like secrets. Each keeps what names it ($1).
 */
const SHAPES: readonly [RegExp, string][] = [
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, REDACTED],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [/\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|figd_[\w-]{20,}|xox[abprs]-[\w-]{10,}|sk-[\w-]{16,}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,})/g, REDACTED],
  [/(\/\/)[^/\s:@]{1,64}:[^/\s@]{1,256}@/g, `$1${REDACTED}@`],
  [/([?&;](?:access_?token|refresh_?token|id_?token|token|api_?key|key|secret|client_secret|password|passwd|pwd|auth|signature|sig|session|code)=)[^&#\s"']+/gi, `$1${REDACTED}`],
  [/\b((?:set-)?cookie|authorization|x-api-key)(["']?\s*[:=]\s*["']?)[^\n"']+/gi, `$1$2${REDACTED}`],
  [/(["']?(?:password|passwd|secret|api_?key|access_?token|client_secret)["']?\s*[:=]\s*["'])[^"'\n]+/gi, `$1${REDACTED}`],
];

/**
 * A function that masks secrets in any text before it is stored: given values (and their URL-encoded form), given patterns,
 * and the shapes above. Values shorter than four characters are left alone: they would blank half of every log.
 */
export function createRedactor(values: readonly string[], patterns: readonly RegExp[] = []): (text: string) => string {
  const known = [...new Set(values.flatMap((value) => [value, encodeURIComponent(value)]))].filter((value) => value.length >= 4).sort((a, b) => b.length - a.length);
  return (text) => {
    let masked = text;
    for (const value of known) masked = masked.replaceAll(value, REDACTED);
    for (const pattern of patterns) masked = masked.replace(new RegExp(pattern, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`), REDACTED);
    for (const [shape, replacement] of SHAPES) masked = masked.replace(shape, replacement);
    return masked;
  };
}
