import type { FigmaLayers } from '../core/vocabulary/figma-layer.js';
import type { Size } from '../core/vocabulary/geometry.js';

/** A design picture that stands for one screen at one viewport. */
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
  /** Worth saying with every pair: how old the frame is. */
  note?: string;
}

/** A file in the designs folder that stands for nothing we know. */
export interface UnmatchedReference {
  path: string;
  reason: string;
  nearest?: string;
}
