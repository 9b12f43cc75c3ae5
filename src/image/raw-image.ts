/** Decoded pixels: RGBA8, row-major, `data.length === width * height * 4`, flattened onto white (alpha is 255). */
export interface RawImage {
  data: Uint8Array;
  width: number;
  height: number;
}

/** A picture to look at: a file, encoded bytes (with the name to use in messages), or pixels that are decoded already. */
export type ImageSource = { path: string } | { bytes: Buffer; name: string } | { raw: RawImage; name: string };

/** The name of a source for messages: its path, or the name it was given. */
export function sourceName(source: ImageSource): string {
  return 'path' in source ? source.path : source.name;
}
