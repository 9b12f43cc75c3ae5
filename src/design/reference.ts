import type { Size, Viewport } from '../core/vocabulary/geometry.js';
import type { FigmaLayers } from '../core/vocabulary/pair.js';

/** The design picture of one screen at one viewport. */
export interface Reference {
  screen: string;
  viewport: string;
  /** Relative to the project folder, with `/`. */
  path: string;
  /** Absolute and real. */
  file: string;
  /** Device pixels per CSS pixel, from `@2x`; absent when the name does not say. */
  scale?: number;
  /** Device pixels, from the file's header; absent when it could not be read. */
  size?: Size;
  /** The frame that the picture was exported from. */
  figma?: { name: string; nodeId: string; layers: FigmaLayers };
  /** A note for every pair: how old the frame is. */
  note?: string;
}

/** A file in the designs folder that matches no screen. */
export interface UnmatchedReference {
  path: string;
  reason: string;
  nearest?: string;
}

/**
 * Device pixels per CSS pixel of a reference: what its name says (`@2x`), else the whole number by which its width is the
 * viewport's (tools export at 2x without saying so), else the viewport's own ratio. `inferred` is worth a note.
 */
export function referenceScale(
  reference: Pick<Reference, 'scale' | 'size'>,
  viewport: Viewport,
): { scale: number; inferred: boolean } {
  if (reference.scale !== undefined) return { scale: reference.scale, inferred: false };
  const own = viewport.device_scale_factor;
  const ratio = reference.size === undefined ? own : reference.size.width / viewport.width;
  return ratio !== own && [1, 2, 3, 4].includes(ratio)
    ? { scale: ratio, inferred: true }
    : { scale: own, inferred: false };
}

/** Height of a reference in CSS pixels, rounded up. */
export function cssHeight(size: Size, scale: number): number {
  return Math.ceil(size.height / scale);
}
