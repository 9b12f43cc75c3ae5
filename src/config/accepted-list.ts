import { applyEdits, modify } from 'jsonc-parser';

/** Returns the text of a file of accepted findings with entries added behind those that are there; what a person wrote stays byte for byte. */
export function withAccepted(text: string | undefined, entries: readonly object[]): string {
  if (text === undefined || text.trim() === '') return `${JSON.stringify({ accepted: entries }, null, 2)}\n`;
  const formattingOptions = { insertSpaces: true, tabSize: 2 };
  return entries.reduce<string>(
    (changed, entry) =>
      applyEdits(changed, modify(changed, ['accepted', -1], entry, { formattingOptions, isArrayInsertion: true })),
    text,
  );
}

/** Returns the text of a file of accepted findings or bars without the entries at these places; what else a person wrote stays byte for byte. */
export function withoutAccepted(text: string, places: readonly number[]): string {
  const formattingOptions = { insertSpaces: true, tabSize: 2 };
  return [...places]
    .sort((a, b) => b - a)
    .reduce(
      (changed, at) => applyEdits(changed, modify(changed, ['accepted', at], undefined, { formattingOptions })),
      text,
    );
}
