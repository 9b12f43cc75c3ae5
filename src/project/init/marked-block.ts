/** The marks around what codeloop wrote into a file. */
interface BlockMarks {
  start: string;
  end: string;
}

/** Marks for Markdown files, invisible when rendered. */
export const MARKDOWN_MARKS: BlockMarks = { start: '<!-- codeloop:start -->', end: '<!-- codeloop:end -->' };
/** Marks for files with `#` comments. */
export const HASH_MARKS: BlockMarks = { start: '# codeloop:start', end: '# codeloop:end' };

/**
 * `text` with codeloop's block set to `body`: replaced where its marks stand, appended otherwise. Everything else stays
 * byte for byte, so that running it twice changes nothing.
 */
export function setBlock(text: string, body: string, marks: BlockMarks): string {
  const block = `${marks.start}\n${body.trim()}\n${marks.end}`;
  const start = text.indexOf(marks.start);
  const end = start < 0 ? -1 : text.indexOf(marks.end, start);
  if (end >= 0) return text.slice(0, start) + block + text.slice(end + marks.end.length);
  if (text === '') return `${block}\n`;
  return `${text}${text.endsWith('\n') ? '' : '\n'}\n${block}\n`;
}

/** The text without that block: what others wrote. */
export function withoutBlock(text: string, marks: BlockMarks): string {
  const start = text.indexOf(marks.start);
  const end = start < 0 ? -1 : text.indexOf(marks.end, start);
  return end < 0 ? text : text.slice(0, start) + text.slice(end + marks.end.length);
}
