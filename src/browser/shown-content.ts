import { sha256 } from '../core/digest.js';
import type { SnapshotElement } from './snapshot-tree.js';

/** Inputs whose caption is their `value` attribute. */
const CAPTIONED = new Set(['submit', 'button', 'reset']);
/** Elements whose `src` is what they show. */
const SHOWS_SRC = new Set(['img', 'iframe', 'embed', 'audio', 'video', 'source']);
/** Attributes that are the shape of a drawing's part. */
const SHAPES = ['d', 'points', 'href', 'xlink:href', 'r', 'rx', 'x1', 'y1', 'x2', 'y2', 'viewBox'];
const DRAWN = new Set(['path', 'polygon', 'polyline', 'use', 'image', 'circle', 'ellipse', 'rect', 'line', 'svg']);
/** Longest shape that is stored as it is. */
const MAX_SHAPE = 40;

/**
 * The text that an element shows by itself: its text nodes, the caption of a button, or the placeholder of a field. What is typed
 * into fields is never part of it: it may be secret.
 */
export function shownText(element: SnapshotElement): string {
  if (element.tag === 'input' && CAPTIONED.has((element.attributes.get('type') ?? '').toLowerCase()))
    return element.attributes.get('value') ?? '';
  if (element.tag === 'input' || element.tag === 'textarea') return element.attributes.get('placeholder') ?? '';
  return element.text;
}

/**
 * What an element shows besides text: the address of its picture without query and fragment (they are often signatures), and
 * without the page's own origin (a port may be new at every start), or the shape of a drawing's part, both as a short digest when long. Empty for most.
 */
export function shownSource(element: SnapshotElement, pageUrl: string): string {
  const { tag, attributes } = element;
  if (SHOWS_SRC.has(tag))
    return address(element.chosenSource || attributes.get('src') || attributes.get('poster') || '', pageUrl);
  if (!DRAWN.has(tag)) return '';
  const shape = SHAPES.flatMap((name) => attributes.get(name) ?? []).join(' ');
  return shape.length <= MAX_SHAPE ? shape : `sha256:${sha256(shape).slice(0, 16)}`;
}

function address(url: string, pageUrl: string): string {
  // An address of a blob is new at every load.
  if (url.startsWith('blob:')) return 'blob:';
  if (url.startsWith('data:')) return `${/^[^;,]*/.exec(url)?.[0]};sha256:${sha256(url).slice(0, 16)}`;
  const plain = url.replace(/[?#].*$/s, '');
  const origin = URL.canParse(pageUrl) ? new URL(pageUrl).origin : '';
  return origin !== '' && plain.startsWith(`${origin}/`) ? plain.slice(origin.length) : plain;
}
