import type { ScreenshotRequest } from '../capture/capture.js';
import { differingRegion, isBlank, steadyFrames } from '../capture/steady-frames.js';
import { CodeloopError } from '../core/errors.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { ArtifactSink } from '../core/vocabulary/run.js';
import type { LogEntry, Screenshot } from '../core/vocabulary/screenshot.js';
import type { RawImage } from '../image/pixels.js';

/** The window to photograph, as its session knows it. */
interface WindowSubject {
  /** `app:<name>`; stands where a page has its address. */
  url: string;
  still(): Promise<{ image: RawImage; title: string }>;
  /** True while the app is at work: what is there may be half drawn. Takes some time. */
  busy(): Promise<boolean>;
  redact: (text: string) => string;
  drainLogs(): LogEntry[];
}

/** A window is steady when its pixels did not change for this long, ms: a drawing toolkit pauses between two parts of a window. */
const QUIET_MS = 250;

/** One steady (or honestly unsteady) picture of a window. Throws TARGET_NOT_FOUND for selectors, and as `still` does. */
export async function photographWindow(
  subject: WindowSubject,
  request: ScreenshotRequest,
  sink: ArtifactSink,
  signal: AbortSignal,
): Promise<Screenshot> {
  const selector = request.selector ?? request.masks.find((mask) => typeof mask === 'string');
  if (selector !== undefined)
    throw new CodeloopError('TARGET_NOT_FOUND', {
      target: selector,
      url: `${subject.url}, a window without selectors`,
      candidates: ['rectangles in px of the picture'],
    });
  const { encode } = await import('../image/encode.js');
  const { clipRect } = await import('../image/pixels.js');
  let size = { width: 0, height: 0 };
  let title = '';
  let masks: Rect[] = [];
  let masked = 0;
  const taken = await steadyFrames(
    {
      rest: async () => ({ busy: await subject.busy(), periodMs: QUIET_MS }),
      async shoot() {
        const still = await subject.still();
        title = still.title;
        size = { width: still.image.width, height: still.image.height };
        masks = request.masks.flatMap((mask) => (typeof mask === 'string' ? [] : (clipRect(mask, size) ?? [])));
        masked = paintMasks(still.image, masks);
        return encode(still.image, 'png-fast');
      },
    },
    request.settleTimeoutMs,
    signal,
  );
  const region = taken.settled ? undefined : await differingRegion(taken.before, taken.frame);
  const figures = { frames: taken.frames, waited_ms: Math.round(taken.waitedMs) };
  const [image, blank] = await Promise.all([
    sink.put({ kind: 'screenshot', name: `${request.name}.png`, data: taken.frame, size }),
    isBlank(taken.frame, size),
  ]);
  return {
    image,
    size,
    device_scale_factor: 1,
    full_page: false,
    requested_url: subject.url,
    url: subject.url,
    title: subject.redact(title),
    steady:
      region === undefined
        ? { settled: true, ...figures }
        : { settled: false, ...figures, moving_region: region, mask_proposal: region },
    settle: {
      fonts_missing: [],
      images_missing: [],
      lazy_scroll_px: 0,
      lazy_complete: true,
      media_pinned: 0,
      animations_stopped: 0,
    },
    masks,
    masked_ratio: size.width * size.height === 0 ? 0 : masked / (size.width * size.height),
    blank,
    logs: subject.drainLogs(),
  };
}

/** Paints rectangles over in the colour that masked parts of pages have; the number of pixels painted. */
function paintMasks(image: RawImage, masks: readonly Rect[]): number {
  const pixels = new Uint32Array(image.data.buffer, image.data.byteOffset, image.width * image.height);
  const covered = new Uint8Array(pixels.length);
  for (const { x, y, width, height } of masks)
    for (let row = y; row < y + height; row++) covered.fill(1, row * image.width + x, row * image.width + x + width);
  let count = 0;
  for (let index = 0; index < pixels.length; index++) {
    if (covered[index] === 0) continue;
    // #ff00ff, bytes red to alpha in memory.
    pixels[index] = 0xffff00ff;
    count++;
  }
  return count;
}
