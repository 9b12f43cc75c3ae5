import type { Sharp } from 'sharp';
import { pipelineFromPixels } from './load-sharp.js';
import type { RawImage } from './raw-image.js';

/** `png-fast` for pictures that are looked at once, `png-small` for those that are kept, `webp` and `jpeg` for copies in a reply. */
export type Encoding = 'png-fast' | 'png-small' | 'webp' | 'jpeg';

/** Quality of copies in a reply: text stays readable, photographs shrink (field.md section 5). */
const COPY_QUALITY = 75;

/** Sets a pipeline's output format. */
export function withEncoding(pipeline: Sharp, encoding: Encoding): Sharp {
  switch (encoding) {
    case 'png-fast':
      return pipeline.png({ compressionLevel: 1, adaptiveFiltering: false });
    case 'png-small':
      return pipeline.png({ compressionLevel: 9, adaptiveFiltering: true });
    case 'webp':
      return pipeline.webp({ quality: COPY_QUALITY, effort: 2 });
    case 'jpeg':
      return pipeline.jpeg({ quality: COPY_QUALITY });
  }
}

/** Pixels as a file's bytes. PNG loses nothing (alpha, always 255, is left out). */
export async function encode(image: RawImage, encoding: Encoding): Promise<Buffer> {
  const pipeline = await pipelineFromPixels(image.data, image);
  return withEncoding(pipeline.removeAlpha(), encoding).toBuffer();
}
