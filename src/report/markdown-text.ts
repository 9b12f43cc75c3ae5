import { showLine } from './untrusted-text.js';

/**
 * Our own words inside Markdown: on one line, with every character escaped that Markdown or HTML gives a meaning, so that a
 * screen's name cannot start a heading, a link, a table cell or a mention. Foreign text goes through {@link markdownCode}.
 */
export function markdownText(text: string, limit = 300): string {
  return (
    showLine(text, limit)
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/[\\`*_{}[\]#+!|~>-]/g, '\\$&')
      // A zero-width joiner would do it too, but text that is copied should not carry one.
      .replace(/@/g, '&#64;')
      .replace(/:\/\//g, '&#58;//')
      .replace(/\bwww\./gi, 'www&#46;')
  );
}

/**
 * Foreign text as a code span: nothing in it is rendered, linked or mentions anyone. The fence is one backtick longer than
 * the longest run inside; `|` is escaped because GitHub's tables split cells before they look for code.
 */
export function markdownCode(text: string, limit = 160): string {
  const line = showLine(text, limit).replace(/\|/g, '\\|');
  if (line === '') return '';
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** A Markdown table; cells are ready-made Markdown without line ends. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
