import type { SpecItem, SpecScreen } from './spec-source.js';
import { placeTokens, type TokenTree } from './token-tree.js';
import { colorValue, dimensionValue, type FoundToken, shadowValues, typographyValue } from './token-values.js';

const COLORS = /(?:^|-)color$/;
const RADIUS = /-radius$/;
const SPACING = /^padding-|-gap$/;
const BORDER = /^border-.*-width$/;

/** Every value that the screens use, most used first within its group; values bound to one token are one entry. */
export function findTokens(screens: readonly SpecScreen[]): FoundToken[] {
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

function tokensOf({ kind, styles, tokens }: SpecItem): Use[] {
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
