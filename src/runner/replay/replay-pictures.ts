import { contactSheet } from '../../capture/contact-sheet.js';
import type { Artifact } from '../../core/vocabulary/artifact.js';
import { encode } from '../../image/encode.js';
import { frameCopy } from '../../image/thumbnail.js';
import type { InlinePicture } from '../inline-pictures.js';
import type { ReplayFrame } from './replay-frame.js';
import type { KeptPicture, ReplaySource } from './replay-source.js';

/** Most pictures of a reply; of more frames a contact sheet is shown. */
export const MAX_INLINE_FRAMES = 8;
/** Greatest width and height of one frame, px (contract section 2: at most 640 px wide). */
const FRAME_WIDTH = 640;
const FRAME_HEIGHT = 900;

/** The frames as pictures for a reply: each for itself, or one contact sheet, which is stored beside them. */
export async function replayPictures(
  source: ReplaySource,
  frames: readonly ReplayFrame[],
  pictures: readonly KeptPicture[],
  asSheet: boolean,
): Promise<{ images: InlinePicture[]; sheet: Artifact | undefined }> {
  if (asSheet || frames.length > MAX_INLINE_FRAMES) return sheetOf(source, frames, pictures);
  const images = await Promise.all(
    pictures.map(async ({ data, file }, index) => {
      const copy = await frameCopy(data, { maxWidth: FRAME_WIDTH, maxHeight: FRAME_HEIGHT });
      return {
        data: copy.bytes,
        mime: 'image/webp' as const,
        label: label(frames[index]),
        width: copy.size.width,
        height: copy.size.height,
        scale: copy.scale,
        path: file.path,
      };
    }),
  );
  return { images, sheet: undefined };
}

async function sheetOf(source: ReplaySource, frames: readonly ReplayFrame[], pictures: readonly KeptPicture[]) {
  const image = await contactSheet(
    pictures.map(({ data }, index) => ({
      data,
      label: `#${index + 1} ${((frames[index]?.at_ms ?? 0) / 1000).toFixed(1)}s`,
    })),
  );
  const size = { width: image.width, height: image.height };
  const data = await encode(image, 'webp');
  const sheet = await source.run.recordingSink(source.id).put({ kind: 'frame', name: 'sheet.webp', data, size });
  return {
    images: [
      {
        data,
        mime: 'image/webp' as const,
        label: `${frames.length} frames, left to right, top to bottom`,
        ...size,
        scale: 1,
        path: sheet.path,
      },
    ],
    sheet,
  };
}

function label(frame: ReplayFrame | undefined): string {
  if (!frame) return '';
  const steps = frame.steps.map(({ step, action }) => `${step} (${action})`);
  const after = steps.length === 0 ? frame.why.join(', ') : `after step ${steps.join(', ')}`;
  return `frame ${frame.frame} at ${(frame.at_ms / 1000).toFixed(1)} s: ${after}`;
}
