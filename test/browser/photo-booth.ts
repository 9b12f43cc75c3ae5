import sharp, { type OutputInfo } from 'sharp';
import { createBrowserDriver } from '../../src/browser/browser-driver.js';
import type { CaptureDriver, CaptureOptions, ScreenshotRequest, Target } from '../../src/capture/capture.js';
import { sha256 } from '../../src/core/digest.js';
import type { DomBoxes } from '../../src/core/vocabulary/dom-boxes.js';
import { Viewport } from '../../src/core/vocabulary/geometry.js';
import type { ArtifactRequest, ArtifactSink } from '../../src/core/vocabulary/run.js';
import type { Screenshot } from '../../src/core/vocabulary/screenshot.js';
import { warmDriver } from './warm-driver.js';

/** A sink that keeps everything in memory, by name. */
export interface MemorySink extends ArtifactSink {
  readonly files: Map<string, ArtifactRequest>;
}

/** An empty sink. */
export function memorySink(): MemorySink {
  const files = new Map<string, ArtifactRequest>();
  return {
    files,
    async put(request) {
      files.set(request.name, request);
      const data = Buffer.from(request.data);
      return { path: request.name, sha256: sha256(data), bytes: data.length, ...request.size };
    },
  };
}

/** One picture with its bytes and boxes. */
export interface Photo {
  shot: Screenshot;
  png: Buffer;
  boxes: DomBoxes | undefined;
}

export interface PhotoOptions extends Partial<ScreenshotRequest> {
  viewport?: Partial<Viewport>;
  allowedOrigins?: readonly string[];
  freezeTime?: string;
  live?: boolean;
  redact?: CaptureOptions['redact'];
  waitFor?: (Target & { kind: 'url' })['waitFor'];
}

/** The worker's browser (`own`: one of its own), and one call that opens an address, photographs it and closes the session. */
export class PhotoBooth {
  readonly driver: CaptureDriver;
  readonly #own: boolean;

  constructor({ own = false } = {}) {
    this.#own = own;
    this.driver = own ? createBrowserDriver() : warmDriver();
  }

  async photo(url: string, options: PhotoOptions = {}): Promise<Photo> {
    const { viewport, allowedOrigins = [], freezeTime, live, redact = (text) => text, waitFor, ...request } = options;
    const sink = memorySink();
    const capture = this.driver.create(
      {
        viewport: Viewport.parse({ width: 400, height: 300, ...viewport }),
        allowedOrigins,
        redact,
        ...(freezeTime === undefined ? {} : { freezeTime }),
        ...(live === undefined ? {} : { live }),
      },
      sink,
    );
    const { signal } = new AbortController();
    try {
      await capture.open({ kind: 'url', url, ...(waitFor ? { waitFor } : {}) }, signal);
      const shot = await capture.screenshot(
        { name: 'photo', fullPage: false, masks: [], settleTimeoutMs: 8000, ...request },
        signal,
      );
      const boxes = sink.files.get('photo.dom.json')?.data;
      return {
        shot,
        png: Buffer.from(sink.files.get('photo.png')?.data ?? ''),
        boxes: boxes === undefined ? undefined : JSON.parse(String(boxes)),
      };
    } finally {
      await capture.close();
    }
  }

  async dispose(): Promise<void> {
    if (this.#own) await this.driver.dispose();
  }
}

/** Colour of one pixel as `#rrggbb`; device pixels. A picture is decoded once, however often it is asked. */
export async function colorAt(png: Buffer, x: number, y: number): Promise<string> {
  const raw = DECODED.get(png) ?? sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  DECODED.set(png, raw);
  const { data, info } = await raw;
  if (x < 0 || y < 0 || x >= info.width || y >= info.height)
    throw new Error(`${x}, ${y} lies outside of ${info.width} x ${info.height}`);
  const at = (y * info.width + x) * info.channels;
  return `#${data.subarray(at, at + info.channels).toString('hex')}`;
}

const DECODED = new WeakMap<Buffer, Promise<{ data: Buffer; info: OutputInfo }>>();

/** The rows, of `height` px each from the top, in which a pixel of the picture is such a one; by its red, green and blue. */
export async function rowsWith(
  png: Buffer,
  height: number,
  isSuch: (red: number, green: number, blue: number) => boolean,
): Promise<number[]> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const rows = new Set<number>();
  for (let at = 0; at < data.length; at += info.channels)
    if (isSuch(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0))
      rows.add(Math.floor(at / info.channels / info.width / height));
  return [...rows];
}

/** Largest difference of a channel between two `#rrggbb` colours. */
export function colorDistance(one: string, other: string): number {
  const channels = (color: string) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  const theirs = channels(other);
  return Math.max(...channels(one).map((value, index) => Math.abs(value - (theirs[index] ?? 0))));
}
