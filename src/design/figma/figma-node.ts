import { z } from 'zod';

/** Red, green, blue and alpha, each 0-1. */
export const FigmaColor = z.object({ r: z.number(), g: z.number(), b: z.number(), a: z.number().default(1) });
export type FigmaColor = z.infer<typeof FigmaColor>;

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
export type TextStyle = z.infer<typeof TextStyle>;

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
