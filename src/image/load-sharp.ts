import type sharp from 'sharp';
import type { Sharp, SharpOptions } from 'sharp';

type SharpModule = typeof sharp;

let loading: Promise<SharpModule> | undefined;

/**
 * sharp, loaded on first use and set up for a long-lived process: no operation cache, so that memory stays flat over any number of
 * pictures, and one libvips thread per operation, because the pictures of a pair are decoded side by side already.
 */
export function loadSharp(): Promise<SharpModule> {
  loading ??= import('sharp').then(({ default: module }) => {
    module.cache(false);
    module.concurrency(1);
    return module;
  });
  return loading;
}

/** A sharp pipeline over decoded pixels, without a copy of them. `channels` 4: RGBA8, 3: RGB8, 1: grey. */
export async function pipelineFromPixels(
  data: Uint8Array,
  size: { width: number; height: number },
  channels: 1 | 3 | 4 = 4,
): Promise<Sharp> {
  const open = await loadSharp();
  const options: SharpOptions = {
    raw: { width: size.width, height: size.height, channels },
    limitInputPixels: false,
  };
  return open(data, options);
}
