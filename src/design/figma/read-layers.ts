import type { FigmaLayer, FigmaLayers } from '../../core/vocabulary/figma-layer.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { NodeReply } from './figma-client.js';
import { FigmaTrouble, foreignText } from './figma-failure.js';
import { type FigmaNode, readNode } from './figma-node.js';
import { layerStyles } from './layer-styles.js';
import { layerTokens } from './layer-tokens.js';

/** Layers kept of one frame; deeper ones than this are decoration. */
const MAX_LAYERS = 5000;
const MAX_DEPTH = 64;
const MAX_TEXT = 400;
/** Shapes whose parts are one drawing. */
const DRAWINGS = new Set(['BOOLEAN_OPERATION', 'VECTOR', 'STAR', 'REGULAR_POLYGON', 'LINE']);

/** The size of a frame, CSS pixels; `undefined` when it has no box (it is invisible). */
export function frameBox(reply: NodeReply): Rect | undefined {
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
