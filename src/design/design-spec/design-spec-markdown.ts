import type { DesignItem, DesignScreen } from './design-tokens.js';
import type { FoundToken } from './token-values.js';

/** First line of a written specification: how a later run knows that the file is its own to write over. */
export const SPEC_MARK = '<!-- Written by codeloop_generate_spec; it is written over when called again. -->';

/** Parts of one screen that are listed. */
const MOST_ITEMS = 60;

/** A specification for people: the tokens by group, then each screen with its parts. */
export function designSpecMarkdown(
  screens: readonly DesignScreen[],
  tokens: readonly FoundToken[],
  from: string,
): string {
  const groups = [...new Set(tokens.map((token) => token.group))];
  return `${[
    SPEC_MARK,
    '# Design specification',
    `Read from ${cell(from)}.`,
    '## Tokens',
    ...groups.flatMap((group) => [
      `### ${group}`,
      table(
        ['Token', 'Value', 'Used', 'For'],
        tokens
          .filter((token) => token.group === group)
          .map((token) => [token.name ?? '(unnamed)', shown(token), String(token.uses), token.properties.join(', ')]),
      ),
    ]),
    ...screens.flatMap((screen) => [
      `## ${cell(screen.screen)} at ${cell(screen.viewport)} (${screen.size.width} x ${screen.size.height} px)`,
      table(['Part', 'Size', 'Styles'], screen.items.slice(0, MOST_ITEMS).map(row)),
      ...(screen.items.length > MOST_ITEMS ? [`… and ${screen.items.length - MOST_ITEMS} more parts.`] : []),
    ]),
  ].join('\n\n')}\n`;
}

function row({ name, size, text, styles, tokens }: DesignItem): string[] {
  const said = Object.entries(styles)
    .filter(([, value]) => !/^(?:none|normal|0px|rgba\(.*, 0\))$/.test(value))
    .map(
      ([property, value]) => `${property}: ${value}${tokens[property] === undefined ? '' : ` [${tokens[property]}]`}`,
    );
  const words = text === undefined ? '' : ` “${text.length > 60 ? `${text.slice(0, 59)}…` : text}”`;
  return [`${name}${words}`, `${round(size.width)} x ${round(size.height)}`, said.join('; ')];
}

function shown({ type, value }: FoundToken): string {
  const field = (of: unknown, name: string): unknown =>
    of !== null && typeof of === 'object' ? Reflect.get(of, name) : undefined;
  if (type === 'color') {
    const alpha = field(value, 'alpha');
    return `${String(field(value, 'hex'))}${typeof alpha === 'number' ? ` at ${Math.round(alpha * 100)} %` : ''}`;
  }
  if (type === 'dimension') return `${String(field(value, 'value'))}px`;
  if (type === 'shadow') {
    const px = (one: unknown, name: string) => `${String(field(field(one, name), 'value'))}px`;
    const all = Array.isArray(value) ? value : [value];
    return all
      .map(
        (one) =>
          `${['offsetX', 'offsetY', 'blur', 'spread'].map((name) => px(one, name)).join(' ')} ${String(field(field(one, 'color'), 'hex'))}`,
      )
      .join(', ');
  }
  const family = field(value, 'fontFamily');
  return `${Array.isArray(family) ? family.join(', ') : ''} ${String(field(field(value, 'fontSize'), 'value'))}px/${String(field(value, 'lineHeight'))} ${String(field(value, 'fontWeight'))}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** Foreign text as one cell: no line breaks, no way out of the table, no markup. */
function cell(text: string): string {
  return text
    .replace(/[\p{C}\s]+/gu, ' ')
    .replace(/[\\|`*_[\]<>#]/g, (sign) => `\\${sign}`)
    .trim();
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
