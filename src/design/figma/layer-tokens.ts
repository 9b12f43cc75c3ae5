import { foreignText } from './figma-failure.js';
import { aliasOf, type FigmaNode } from './figma-node.js';

/** Names of variables and styles by their ids. */
export interface TokenNames {
  variables: ReadonlyMap<string, string>;
  styles: ReadonlyMap<string, string>;
}

/** Fields of `boundVariables` for each CSS property that may be bound by itself. */
const BOUND: Readonly<Record<string, readonly string[]>> = {
  'border-top-left-radius': ['topLeftRadius', 'cornerRadius'],
  'border-top-right-radius': ['topRightRadius', 'cornerRadius'],
  'border-bottom-right-radius': ['bottomRightRadius', 'cornerRadius'],
  'border-bottom-left-radius': ['bottomLeftRadius', 'cornerRadius'],
  'padding-top': ['paddingTop'],
  'padding-right': ['paddingRight'],
  'padding-bottom': ['paddingBottom'],
  'padding-left': ['paddingLeft'],
  opacity: ['opacity'],
  text: ['characters'],
};
const TYPE_FIELDS: Readonly<Record<string, string>> = {
  'font-family': 'fontFamily',
  'font-size': 'fontSize',
  'font-weight': 'fontWeight',
  'line-height': 'lineHeight',
  'letter-spacing': 'letterSpacing',
};
const SIDES = ['top', 'right', 'bottom', 'left'] as const;

/** The token behind each property of a layer that is bound to one: a variable's name before a style's; unknown ones by their id. */
export function layerTokens(node: FigmaNode, names: TokenNames): Record<string, string> {
  const tokens: Record<string, string> = {};
  const variable = (id: string | undefined) => (id === undefined ? undefined : (names.variables.get(id) ?? id));
  const style = (...kinds: string[]) => {
    const id = kinds.map((kind) => node.styles?.[kind]).find((found) => found !== undefined);
    return id === undefined ? undefined : (names.styles.get(id) ?? id);
  };
  const put = (property: string, name: string | undefined) => {
    if (name !== undefined) tokens[property] = foreignText(name);
  };
  const paint = (paints: FigmaNode['fills'], field: string) =>
    variable(
      paints.filter((one) => one.visible).at(-1)?.boundVariables?.color?.id ?? aliasOf(node.boundVariables, field),
    );

  const isText = node.type === 'TEXT';
  put(isText ? 'color' : 'background-color', paint(node.fills, 'fills') ?? style('fill', 'fills'));
  const stroke = paint(node.strokes, 'strokes') ?? style('stroke', 'strokes');
  if (!isText) for (const side of SIDES) put(`border-${side}-color`, stroke);
  put('box-shadow', variable(aliasOf(node.boundVariables, 'effects')) ?? style('effect', 'effects'));
  for (const [property, fields] of Object.entries(BOUND))
    put(property, variable(aliasOf(node.boundVariables, ...fields)));
  const gap = node.layoutMode === 'HORIZONTAL' ? 'column-gap' : 'row-gap';
  put(gap, variable(aliasOf(node.boundVariables, 'itemSpacing')));
  if (isText) {
    const text = style('text');
    for (const [property, field] of Object.entries(TYPE_FIELDS))
      put(
        property,
        variable(aliasOf(node.boundVariables, field) ?? aliasOf(node.style?.boundVariables, field)) ?? text,
      );
  }
  return tokens;
}
