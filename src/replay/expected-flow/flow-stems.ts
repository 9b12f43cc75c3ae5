/** The stems of a text. */
export function stemsOf(text: string): Set<string> {
  return new Set(split(text).map(stem));
}

/** A text as it is searched for quotes: lower case, single blanks. */
export function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

/** The words of a text, in lower case. */
export function split(text: string): string[] {
  return plain(text).match(/[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu) ?? [];
}

/** The word without the endings of English inflection; numbers and short words as they are. */
export function stem(word: string): string {
  if (/\d/.test(word) || word.length <= 3) return word;
  return word
    .replace(/(?<=\p{L}{3})(?:ies)$/u, 'y')
    .replace(/(?<=\p{L}{3})(?:ing|ed|es)$/u, '')
    .replace(/(?<=\p{L}{3})(?<!s)s$/u, '')
    .replace(/(?<=\p{L}{3})e$/u, '')
    .replace(/(?<=\p{L}{2})(\p{L})\1$/u, '$1');
}
