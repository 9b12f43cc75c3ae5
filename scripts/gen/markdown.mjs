/** What every generated page starts with. */
export const generatedNote = '<!-- Written by `npm run gen`; do not edit. -->';

/** A Markdown table. Cells are texts; line ends, bars and angle brackets in them are made harmless. A column without any text is left out. */
export function table(head, rows) {
  const columns = [...head.keys()].filter((column) => column === 0 || rows.some((row) => cell(row[column]) !== ''));
  const line = (cells) => `| ${columns.map((column) => cell(cells[column])).join(' | ')} |`;
  return [line(head), `|${columns.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** Text as inline code, or nothing for nothing. */
export function code(text) {
  return text === undefined || text === '' ? '' : `\`${text}\``;
}

function cell(text) {
  const line = String(text ?? '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\|/g, '\\|')
    .trim();
  // Outside inline code, an angle bracket would start a tag. Odd parts lie between backticks.
  const parts = line.split('`');
  return parts.map((part, index) => (index % 2 === 0 ? part.replace(/</g, '&lt;') : part)).join('`');
}
