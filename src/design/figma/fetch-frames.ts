import { CodeloopError } from '../../core/errors.js';
import { nearestName } from '../../core/ids.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { FigmaLayer, FigmaLayers } from '../../core/vocabulary/pair.js';
import { decode } from '../../image/decode.js';
import type { CachedVersion, FigmaCache, ListedFrame } from './figma-cache.js';
import type { ExportOrder, FigmaClient, NodeReply } from './figma-client.js';
import { FigmaTrouble, foreignText } from './figma-http.js';
import type { WantedFrame } from './figma-references.js';
import { aliasOf, type FigmaNode, layerStyles, readNode } from './layer-styles.js';

/** Node types that can be a screen. */
const FRAMES = new Set(['FRAME', 'COMPONENT', 'INSTANCE']);
const MAX_LISTED = 2000;

/** The frames that lie on a file's pages, or in sections of pages, in document order. */
function listFrames(document: unknown): ListedFrame[] {
  const listed: ListedFrame[] = [];
  const take = (values: readonly unknown[], mayDescend: boolean): void => {
    for (const value of values) {
      const read = readNode(value);
      if (!read?.node.visible) continue;
      const { node, children } = read;
      const box = node.absoluteBoundingBox;
      if (FRAMES.has(node.type) && box && listed.length < MAX_LISTED)
        listed.push({ node_id: node.id, name: foreignText(node.name), width: box.width, height: box.height });
      else if (node.type === 'SECTION' && mayDescend) take(children, false);
    }
  };
  for (const page of readNode(document)?.children ?? []) take(readNode(page)?.children ?? [], true);
  return listed;
}

/** Names of variables and styles by their ids. */
interface TokenNames {
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
function layerTokens(node: FigmaNode, names: TokenNames): Record<string, string> {
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

/** Layers kept of one frame; deeper ones than this are decoration. */
const MAX_LAYERS = 5000;
const MAX_DEPTH = 64;
const MAX_TEXT = 400;
/** Shapes whose parts are one drawing. */
const DRAWINGS = new Set(['BOOLEAN_OPERATION', 'VECTOR', 'STAR', 'REGULAR_POLYGON', 'LINE']);

/** The size of a frame, CSS pixels; `undefined` when it has no box (it is invisible). */
function frameBox(reply: NodeReply): Rect | undefined {
  return readNode(reply.document)?.node.absoluteBoundingBox ?? undefined;
}

/**
 * The visible layers of a frame, in painting order, the frame first. `variables` are names by id. Throws FigmaTrouble when the
 * node is none or has no box.
 */
export function readLayers(reply: NodeReply, variables: ReadonlyMap<string, string>): FigmaLayers {
  const top = readNode(reply.document);
  const box = top?.node.absoluteBoundingBox;
  if (!top || !box) throw new FigmaTrouble('a frame comes without its box');
  const names = { variables, styles: new Map(Object.entries(reply.styles).map(([id, style]) => [id, style.name])) };
  const layers: FigmaLayer[] = [];
  let truncated = false;
  const visit = (value: unknown, parent: number | undefined, clip: Rect, depth: number): void => {
    const read = readNode(value);
    if (!read || !shown(read.node)) return;
    if (layers.length >= MAX_LAYERS || depth > MAX_DEPTH) {
      truncated = true;
      return;
    }
    const { node, children } = read;
    const rect = node.absoluteBoundingBox;
    if (rect && !meets(rect, clip)) return;
    let at = parent;
    if (rect) {
      at = layers.length;
      layers.push({
        id: node.id,
        name: foreignText(node.name),
        type: node.type,
        rect: { x: tidy(rect.x - box.x), y: tidy(rect.y - box.y), width: tidy(rect.width), height: tidy(rect.height) },
        ...(parent === undefined ? {} : { parent }),
        ...(node.characters === undefined ? {} : { text: node.characters.slice(0, MAX_TEXT) }),
        styles: layerStyles(node),
        tokens: layerTokens(node, names),
      });
    }
    if (DRAWINGS.has(node.type)) return;
    for (const child of children) visit(child, at, rect && node.clipsContent ? rect : clip, depth + 1);
  };
  visit(reply.document, undefined, box, 0);
  return { schema_version: 1, node_id: top.node.id, name: foreignText(top.node.name), layers, truncated };
}

function shown(node: FigmaNode): boolean {
  return node.visible && node.opacity > 0 && !node.isMask;
}

function meets(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && a.y < b.y + b.height && a.x + a.width > b.x && a.y + a.height > b.y;
}

function tidy(value: number): number {
  return Math.round(value * 100) / 100;
}

/** A request for frames, and the cache that receives them. */
interface FetchRequest {
  client: FigmaClient;
  cache: FigmaCache;
  /** The version's index so far; it is extended, and written after each frame. */
  index: CachedVersion;
  fileKey: string;
  signal: AbortSignal;
}

/**
 * Fetches the frames that the cache does not hold: their nodes, their names of variables, their pictures. Every picture is decoded
 * before it is kept. Throws FIGMA_FRAME_NOT_FOUND, as the client does, and FigmaTrouble for a frame that cannot be rendered or read.
 */
export async function fetchFrames(request: FetchRequest, wanted: readonly WantedFrame[]): Promise<void> {
  const { client, cache, index } = request;
  const missing = wanted.filter(({ nodeId, scale }) => cache.frame(index, nodeId, scale) === undefined);
  if (missing.length === 0) return;
  const nodes = await client.nodes([...new Set(missing.map((frame) => frame.nodeId))], index.version);
  const orders: ExportOrder[] = [];
  for (const frame of missing) {
    const node = nodes.get(frame.nodeId);
    const box = node && frameBox(node);
    if (!box || box.width <= 0 || box.height <= 0) throw await frameNotFound(request, frame);
    const order = { nodeId: frame.nodeId, scale: frame.scale, width: box.width, height: box.height };
    if (!orders.some((one) => one.nodeId === order.nodeId && one.scale === order.scale)) orders.push(order);
  }
  const variables = [...nodes.values()].some(bindsVariables) ? await client.variableNames() : new Map<string, string>();
  await client.export(orders, index.version, async (order, png) => {
    const node = nodes.get(order.nodeId);
    if (!node || png === undefined) throw new FigmaTrouble(`frame ${order.nodeId} could not be rendered`);
    await checkPicture(order, png);
    const layers = readLayers(node, variables);
    const { nodeId: node_id, ...size } = order;
    const stored = await cache.putFrame(index.version, { node_id, name: layers.name, ...size }, png, layers);
    index.frames = [...index.frames.filter((one) => one.node_id !== node_id || one.scale !== order.scale), stored];
    await cache.write(index);
  });
}

/** Lists the version's frames by name, once. */
export async function fetchListing({
  client,
  cache,
  index,
}: FetchRequest): Promise<NonNullable<CachedVersion['listing']>> {
  if (index.listing) return index.listing;
  index.listing = listFrames(await client.outline(index.version));
  await cache.write(index);
  return index.listing;
}

/** FIGMA_FRAME_NOT_FOUND for a cell whose node is gone, with the names there are; asking for them costs one call. */
async function frameNotFound(request: FetchRequest, frame: WantedFrame): Promise<CodeloopError> {
  const { cache, fileKey } = request;
  const was = (await cache.newest())?.frames.find((one) => one.node_id === frame.nodeId)?.name;
  const listing = await fetchListing(request).catch((error: unknown) => {
    // The finding stands without the names.
    if (error instanceof FigmaTrouble || error instanceof CodeloopError) return [];
    throw error;
  });
  const names = listing.map((one) => one.name);
  const near = nearestName(was ?? '', names) ?? nearestName(`${frame.viewport}/${frame.screen}`, names);
  const nearest = listing.find((one) => one.name === near);
  return new CodeloopError('FIGMA_FRAME_NOT_FOUND', {
    file_key: fileKey,
    frame: `${frame.nodeId} for ${frame.viewport}/${frame.screen}`,
    ...(was === undefined ? {} : { was }),
    ...(nearest ? { nearest: `${nearest.name} (${nearest.node_id})` } : {}),
    allowed: listing.slice(0, 20).map((one) => `${one.name} (${one.node_id})`),
  });
}

async function checkPicture(order: ExportOrder, png: Buffer): Promise<void> {
  try {
    await decode({ bytes: png, name: `frame ${order.nodeId}` });
  } catch (error) {
    if (error instanceof CodeloopError) throw new FigmaTrouble(error.message, { cause: error });
    throw error;
  }
}

function bindsVariables(node: NodeReply | null): boolean {
  return node !== null && JSON.stringify(node.document).includes('"VARIABLE_ALIAS"');
}
