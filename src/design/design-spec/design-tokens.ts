import { slug } from '../../core/ids.js';
import type { DomBoxes } from '../../core/vocabulary/dom-boxes.js';
import type { Size } from '../../core/vocabulary/geometry.js';
import type { FigmaLayers } from '../../core/vocabulary/pair.js';
import { colorValue, dimensionValue, type FoundToken, shadowValues, typographyValue } from './token-values.js';

/** One styled thing of a screen: computed CSS, and the names of the tokens that values are bound to. Names and texts are untrusted. */
export interface DesignItem {
  name: string;
  kind: 'text' | 'box';
  /** CSS pixels. */
  size: Size;
  text?: string;
  styles: Readonly<Record<string, string>>;
  tokens: Readonly<Record<string, string>>;
}

/** One screen at one viewport, as drawn or as built. */
export interface DesignScreen {
  screen: string;
  viewport: string;
  /** CSS pixels. */
  size: Size;
  items: DesignItem[];
}

/** Parts of a page that are drawn as boxes of their own. */
const PAINTED = ['background-color', 'box-shadow', 'border-top-width', 'border-bottom-width', 'border-left-width'];

/** A Figma frame's layers as items. */
export function itemsOfLayers({ layers }: FigmaLayers): DesignItem[] {
  return layers.map(({ name, type, rect, text, styles, tokens }) => ({
    name,
    kind: type === 'TEXT' ? 'text' : 'box',
    size: { width: rect.width, height: rect.height },
    ...(text === undefined ? {} : { text }),
    styles,
    tokens,
  }));
}

/** A page's elements as items: each text, and each box that is seen. Values that are inherited unseen say nothing of a box. */
export function itemsOfPage({ elements }: DomBoxes): DesignItem[] {
  return elements.flatMap((element): DesignItem[] => {
    const { role, name, tag, rect, text, styles } = element;
    const common = {
      name: [role ?? tag, name].filter(Boolean).join(' '),
      size: { width: rect.width, height: rect.height },
      tokens: {},
    };
    const typed = Object.fromEntries(Object.entries(styles).filter(([property]) => TYPE.test(property)));
    const boxed = Object.fromEntries(Object.entries(styles).filter(([property]) => BOX.test(property)));
    return [
      ...(text === undefined ? [] : [{ ...common, kind: 'text' as const, text, styles: typed }]),
      ...(PAINTED.some((property) => styles[property] !== undefined)
        ? [{ ...common, kind: 'box' as const, styles: boxed }]
        : []),
    ];
  });
}

const TYPE = /^(?:color|font-(?:family|size|weight)|line-height|letter-spacing)$/;
const BOX = /^(?:background-color|box-shadow|border-.*|padding-.*|(?:row|column)-gap)$/;

/** Groups and tokens of a document, by name. */
interface TokenTree {
  [name: string]: unknown;
}

/**
 * Tokens in their groups. The design's own names become groups at each `/`; the others are named for what they are. A name that is
 * taken (by another value, or by a group) gets a number. Names cannot begin with `$` or hold `{`, `}`, `.` (Format Module, 5.1.1).
 */
export function placeTokens(tokens: readonly FoundToken[]): TokenTree {
  const root: TokenTree = {};
  // The design's own names first, so that made ones give way to them.
  for (const token of [...tokens].sort((a, b) => Number(a.name === undefined) - Number(b.name === undefined))) {
    const parts = token.name === undefined ? [madeName(token)] : token.name.split('/').map(safePart).filter(Boolean);
    place(root, [token.group, ...(parts.length === 0 ? [madeName(token)] : parts)], {
      $type: token.type,
      $value: token.value,
      $description: `Used ${token.uses} time${token.uses === 1 ? '' : 's'}: ${token.properties.join(', ')}.`,
    });
  }
  return root;
}

function place(root: TokenTree, path: readonly string[], token: object): void {
  let group = root;
  for (const part of path.slice(0, -1)) {
    const next = free(group, part, isGroup);
    if (!Object.hasOwn(group, next)) group[next] = {};
    const inner = group[next];
    if (isGroup(inner)) group = inner;
  }
  group[free(group, path.at(-1) ?? 'token', () => false)] = token;
}

/** The name, or the first of `name-2`, `name-3` … that is not taken by something that cannot be shared. */
function free(group: TokenTree, name: string, mayShare: (value: unknown) => boolean): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!Object.hasOwn(group, candidate) || mayShare(group[candidate])) return candidate;
  }
}

function isGroup(value: unknown): value is TokenTree {
  return value !== null && typeof value === 'object' && !Object.hasOwn(value, '$value');
}

function safePart(part: string): string {
  const safe = part.trim().replace(/[{}.]/g, '-').replace(/^\$+/, '');
  return safe === '__proto__' ? '' : safe;
}

function madeName({ type, value }: FoundToken): string {
  const field = (name: string): unknown =>
    value !== null && typeof value === 'object' ? Reflect.get(value, name) : undefined;
  if (type === 'color') {
    const alpha = field('alpha');
    return `${String(field('hex')).slice(1)}${typeof alpha === 'number' ? `-${Math.round(alpha * 100)}` : ''}`;
  }
  if (type === 'dimension') return String(field('value')).replace('.', '_');
  if (type === 'shadow') return 'shadow';
  const [family, size] = [field('fontFamily'), field('fontSize')];
  const px = size !== null && typeof size === 'object' ? Reflect.get(size, 'value') : '';
  return slug(`${Array.isArray(family) ? family[0] : ''} ${px} ${field('fontWeight')}`).replaceAll('.', '_');
}

const COLORS = /(?:^|-)color$/;
const RADIUS = /-radius$/;
const SPACING = /^padding-|-gap$/;
const BORDER = /^border-.*-width$/;

/** Every value that the screens use, most used first within its group; values bound to one token are one entry. */
export function findTokens(screens: readonly DesignScreen[]): FoundToken[] {
  const found = new Map<string, FoundToken>();
  for (const item of screens.flatMap((screen) => screen.items)) for (const token of tokensOf(item)) count(found, token);
  const order = ['color', 'typography', 'spacing', 'radius', 'border', 'shadow'];
  const rank = (token: FoundToken) => order.indexOf(token.group);
  return [...found.values()].sort(
    (a, b) => rank(a) - rank(b) || b.uses - a.uses || (JSON.stringify(a.value) < JSON.stringify(b.value) ? -1 : 1),
  );
}

/** The tokens as a document of the Design Tokens Format Module 2025.10. `from` says what they were read from. */
export function tokenDocument(tokens: readonly FoundToken[], from: string): TokenTree {
  return {
    $description: `Design tokens, read from ${from}.`,
    // How a later run knows that the file is its own to write over.
    $extensions: { 'codeloop.generate-spec': { from } },
    ...placeTokens(tokens),
  };
}

type Use = Pick<FoundToken, 'type' | 'group' | 'value'> & { name?: string | undefined; property: string };

function tokensOf({ kind, styles, tokens }: DesignItem): Use[] {
  const uses: Use[] = [];
  const use = (property: string, type: Use['type'], group: string, value: unknown, name = tokens[property]) => {
    if (value !== undefined) uses.push({ property, type, group, value, name });
  };
  for (const [property, text] of Object.entries(styles)) {
    if (COLORS.test(property)) use(property, 'color', 'color', colorValue(text));
    else if (RADIUS.test(property)) use('border-radius', 'dimension', 'radius', dimensionValue(text), tokens[property]);
    else if (SPACING.test(property)) use(property, 'dimension', 'spacing', dimensionValue(text));
    else if (BORDER.test(property)) use('border-width', 'dimension', 'border', dimensionValue(text), tokens[property]);
  }
  const shadows = shadowValues(styles['box-shadow']);
  if (shadows.length > 0) use('box-shadow', 'shadow', 'shadow', shadows.length === 1 ? shadows[0] : shadows);
  // A text style names the whole; a variable of one part of it does not.
  const names = new Set(['font-family', 'font-size', 'font-weight', 'line-height'].map((property) => tokens[property]));
  if (kind === 'text')
    use('font', 'typography', 'typography', typographyValue(styles), names.size === 1 ? [...names][0] : undefined);
  return uses;
}

function count(found: Map<string, FoundToken>, { property, name, ...use }: Use): void {
  const key = JSON.stringify([use.group, name, use.value]);
  const known = found.get(key);
  if (!known) found.set(key, { ...use, ...(name === undefined ? {} : { name }), uses: 1, properties: [property] });
  else {
    known.uses += 1;
    if (!known.properties.includes(property)) known.properties.push(property);
  }
}

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
