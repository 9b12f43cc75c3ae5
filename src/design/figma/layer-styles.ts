import { modeHsl, modeLab, modeLch, modeOklab, modeOklch, modeP3, modeRgb, parse, useMode } from 'culori/fn';
import { z } from 'zod';
import { colorDistance } from '../../compare/color-distance.js';

/** Red, green, blue and alpha, each 0-1. */
const FigmaColor = z.object({ r: z.number(), g: z.number(), b: z.number(), a: z.number().default(1) });
type FigmaColor = z.infer<typeof FigmaColor>;

const Alias = z.object({ id: z.string() });
const Aliases = z.union([Alias, z.array(Alias)]);

const Paint = z.object({
  type: z.string(),
  visible: z.boolean().default(true),
  opacity: z.number().default(1),
  blendMode: z.string().default('NORMAL'),
  color: FigmaColor.optional(),
  boundVariables: z.object({ color: Alias.optional() }).optional().catch(undefined),
});
export type Paint = z.infer<typeof Paint>;

const Effect = z.object({
  type: z.string(),
  visible: z.boolean().default(true),
  radius: z.number().default(0),
  spread: z.number().default(0),
  color: FigmaColor.optional(),
  offset: z.object({ x: z.number(), y: z.number() }).optional(),
});
export type Effect = z.infer<typeof Effect>;

/** Style of a text, as far as CSS has a word for it. */
const TextStyle = z.object({
  fontFamily: z.string().optional(),
  fontSize: z.number().optional(),
  fontWeight: z.number().optional(),
  italic: z.boolean().default(false),
  letterSpacing: z.number().default(0),
  lineHeightPx: z.number().optional(),
  lineHeightUnit: z.string().optional(),
  textAlignHorizontal: z.string().optional(),
  textCase: z.string().optional(),
  textDecoration: z.string().optional(),
  boundVariables: z.record(z.string(), z.unknown()).optional(),
});
type TextStyle = z.infer<typeof TextStyle>;

const Box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

/** A list whose broken or unknown items are left out: one new kind of paint must not lose the frame. */
const lenient = <Item extends z.ZodType>(item: Item) =>
  z
    .array(z.unknown())
    .default([])
    .catch([])
    .transform((list) =>
      list.flatMap((one) => [item.safeParse(one)].flatMap((read) => (read.success ? [read.data] : []))),
    );

/** One node's own fields, as the published description of the API names them; its children are walked apart. */
export const FigmaNode = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  visible: z.boolean().default(true),
  opacity: z.number().default(1),
  isMask: z.boolean().default(false),
  clipsContent: z.boolean().default(false),
  absoluteBoundingBox: Box.nullish(),
  fills: lenient(Paint),
  strokes: lenient(Paint),
  effects: lenient(Effect),
  strokeWeight: z.number().default(0),
  individualStrokeWeights: z
    .object({ top: z.number(), right: z.number(), bottom: z.number(), left: z.number() })
    .optional(),
  cornerRadius: z.number().default(0),
  rectangleCornerRadii: z.array(z.number()).length(4).optional().catch(undefined),
  layoutMode: z.string().optional(),
  itemSpacing: z.number().default(0),
  paddingTop: z.number().default(0),
  paddingRight: z.number().default(0),
  paddingBottom: z.number().default(0),
  paddingLeft: z.number().default(0),
  primaryAxisAlignItems: z.string().optional(),
  characters: z.string().optional(),
  style: TextStyle.optional(),
  styles: z.record(z.string(), z.string()).optional(),
  boundVariables: z.record(z.string(), z.unknown()).optional(),
});
export type FigmaNode = z.infer<typeof FigmaNode>;

/** A node as read, with what is not read yet: its children. `undefined` for what is no node. */
export function readNode(value: unknown): { node: FigmaNode; children: readonly unknown[] } | undefined {
  const read = FigmaNode.safeParse(value);
  if (!read.success) return undefined;
  const children: unknown = value !== null && typeof value === 'object' ? Reflect.get(value, 'children') : undefined;
  return { node: read.data, children: Array.isArray(children) ? children : [] };
}

/** The id of the variable that a field of `boundVariables` names; the first of several. */
export function aliasOf(bound: Readonly<Record<string, unknown>> | undefined, ...fields: string[]): string | undefined {
  for (const field of fields) {
    const read = Aliases.safeParse(bound?.[field]);
    if (!read.success) continue;
    const alias = Array.isArray(read.data) ? read.data[0] : read.data;
    if (alias) return alias.id;
  }
  return undefined;
}

const toRgb = useMode(modeRgb);
for (const mode of [modeHsl, modeLab, modeLch, modeOklab, modeOklch, modeP3]) useMode(mode);

/** A colour in sRGB: channels 0-255, alpha 0-1. */
interface CssColor {
  r: number;
  g: number;
  b: number;
  alpha: number;
}

/** A computed colour, in any notation that browsers write; `undefined` for anything else. */
export function readColor(text: string): CssColor | undefined {
  if (text === 'transparent') return { r: 0, g: 0, b: 0, alpha: 0 };
  const parsed = parse(text);
  if (!parsed) return undefined;
  const { r, g, b, alpha } = toRgb(parsed);
  const byte = (part: number) => Math.round(Math.min(1, Math.max(0, part)) * 255);
  return { r: byte(r), g: byte(g), b: byte(b), alpha: alpha ?? 1 };
}

/** CIEDE2000 distance of two colours, alpha left aside; 0 when both are clear. */
export function distance(a: CssColor, b: CssColor): number {
  if (a.alpha === 0 && b.alpha === 0) return 0;
  return colorDistance(pixel(a), pixel(b));
}

/** Returns a colour as people read it: `#1a2b3c`, with two more digits when it is not opaque. */
export function hex({ r, g, b, alpha }: CssColor): string {
  const digits = [r, g, b, ...(alpha < 1 ? [Math.round(alpha * 255)] : [])];
  return `#${digits.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

function pixel({ r, g, b }: CssColor): number {
  return (b << 16) | (g << 8) | r;
}

/** Computed CSS of a layer, by property. */
type LayerStyles = Record<string, string>;

/** Kinds of layers that are drawn as a box with a background. */
const BOXES = new Set(['FRAME', 'COMPONENT', 'INSTANCE', 'RECTANGLE', 'ELLIPSE', 'SECTION', 'COMPONENT_SET']);
const SIDES = ['top', 'right', 'bottom', 'left'] as const;
const CORNERS = ['top-left', 'top-right', 'bottom-right', 'bottom-left'] as const;
const ALIGN: Readonly<Record<string, string>> = {
  LEFT: 'left',
  RIGHT: 'right',
  CENTER: 'center',
  JUSTIFIED: 'justify',
};
const CASE: Readonly<Record<string, string>> = { UPPER: 'uppercase', LOWER: 'lowercase', TITLE: 'capitalize' };
const DECORATION: Readonly<Record<string, string>> = { STRIKETHROUGH: 'line-through', UNDERLINE: 'underline' };

/**
 * Returns the styles that a browser would compute for an element that looks like this layer. A property is left out where Figma says nothing that
 * CSS has one value for: gradients, pictures, blends, several strokes, a line height left to the font.
 */
export function layerStyles(node: FigmaNode): LayerStyles {
  // A text shares its element with the box around it, which has the opacity.
  const own: LayerStyles = node.type !== 'TEXT' || node.opacity < 1 ? { opacity: number(node.opacity) } : {};
  if (node.type === 'TEXT') return { ...own, ...textStyles(node) };
  return BOXES.has(node.type) ? { ...own, ...boxStyles(node) } : own;
}

function boxStyles(node: FigmaNode): LayerStyles {
  const background = solid(node.fills);
  const shadows = shadowsOf(node.effects);
  const styles: LayerStyles = {
    ...(background === undefined ? {} : { 'background-color': background }),
    'box-shadow': shadows,
    ...strokeStyles(node),
  };
  const radii = node.rectangleCornerRadii ?? CORNERS.map(() => node.cornerRadius);
  for (const [index, corner] of CORNERS.entries())
    styles[`border-${corner}-radius`] = node.type === 'ELLIPSE' ? '50%' : px(radii[index] ?? 0);
  if (node.layoutMode === 'HORIZONTAL' || node.layoutMode === 'VERTICAL') {
    for (const [index, value] of [node.paddingTop, node.paddingRight, node.paddingBottom, node.paddingLeft].entries())
      styles[`padding-${SIDES[index]}`] = px(value);
    // A spread-out row has a spacing field that is not in force.
    if (node.primaryAxisAlignItems !== 'SPACE_BETWEEN')
      styles[node.layoutMode === 'HORIZONTAL' ? 'column-gap' : 'row-gap'] = px(node.itemSpacing);
  }
  return styles;
}

function strokeStyles(node: FigmaNode): LayerStyles {
  const visible = node.strokes.filter((paint) => paint.visible);
  if (visible.length === 0) return Object.fromEntries(SIDES.map((side) => [`border-${side}-width`, '0px']));
  const color = solid(visible);
  if (color === undefined) return {};
  const styles: LayerStyles = {};
  for (const side of SIDES) {
    const width = node.individualStrokeWeights?.[side] ?? node.strokeWeight;
    styles[`border-${side}-width`] = px(width);
    if (width > 0) styles[`border-${side}-color`] = color;
  }
  return styles;
}

function textStyles(node: FigmaNode): LayerStyles {
  const color = solid(node.fills);
  return { ...(color === undefined ? {} : { color }), ...(node.style ? typeStyles(node.style) : {}) };
}

function typeStyles(style: TextStyle): LayerStyles {
  const { fontFamily, fontSize, fontWeight, lineHeightPx, lineHeightUnit } = style;
  const align = ALIGN[style.textAlignHorizontal ?? ''];
  return {
    ...(fontFamily === undefined ? {} : { 'font-family': fontFamily }),
    ...(fontSize === undefined ? {} : { 'font-size': px(fontSize) }),
    ...(fontWeight === undefined ? {} : { 'font-weight': number(fontWeight) }),
    // "Auto" is left to the font, and browsers disagree with Figma about that.
    ...(lineHeightPx === undefined || lineHeightUnit === 'INTRINSIC_%' ? {} : { 'line-height': px(lineHeightPx) }),
    'letter-spacing': px(style.letterSpacing),
    'font-style': style.italic ? 'italic' : 'normal',
    ...(align === undefined ? {} : { 'text-align': align }),
    'text-transform': CASE[style.textCase ?? ''] ?? 'none',
    'text-decoration-line': DECORATION[style.textDecoration ?? ''] ?? 'none',
  };
}

/** The colour that visible solid paints, first at the bottom, give together; transparent for none, `undefined` for other paints. */
function solid(paints: readonly Paint[]): string | undefined {
  let under: FigmaColor = { r: 0, g: 0, b: 0, a: 0 };
  for (const paint of paints) {
    if (!paint.visible || paint.opacity === 0) continue;
    if (paint.type !== 'SOLID' || !paint.color || !['NORMAL', 'PASS_THROUGH'].includes(paint.blendMode))
      return undefined;
    under = over({ ...paint.color, a: paint.color.a * paint.opacity }, under);
  }
  return cssColor(under);
}

/** Porter and Duff, "Compositing Digital Images", 1984: source over destination. */
function over(top: FigmaColor, under: FigmaColor): FigmaColor {
  const a = top.a + under.a * (1 - top.a);
  if (a === 0) return { r: 0, g: 0, b: 0, a: 0 };
  const mix = (x: number, y: number) => (x * top.a + y * under.a * (1 - top.a)) / a;
  return { r: mix(top.r, under.r), g: mix(top.g, under.g), b: mix(top.b, under.b), a };
}

function shadowsOf(effects: readonly Effect[]): string {
  const shadows = effects.flatMap((effect) => {
    const inset = effect.type === 'INNER_SHADOW';
    if (!effect.visible || !effect.color || (effect.type !== 'DROP_SHADOW' && !inset)) return [];
    const { x, y } = effect.offset ?? { x: 0, y: 0 };
    const lengths = [x, y, effect.radius, effect.spread].map(px).join(' ');
    return [`${cssColor(effect.color)} ${lengths}${inset ? ' inset' : ''}`];
  });
  return shadows.length === 0 ? 'none' : shadows.join(', ');
}

/** A colour as browsers write computed ones: `rgb(1, 2, 3)`, `rgba(1, 2, 3, 0.5)`. */
function cssColor({ r, g, b, a }: FigmaColor): string {
  const parts = [r, g, b].map((part) => Math.round(Math.min(1, Math.max(0, part)) * 255)).join(', ');
  return a >= 1 ? `rgb(${parts})` : `rgba(${parts}, ${number(a)})`;
}

function px(value: number): string {
  return `${number(value)}px`;
}

function number(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
