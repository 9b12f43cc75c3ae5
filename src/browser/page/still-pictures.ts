/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Agenda } from './agenda.js';

/** `ImageDecoder` of WebCodecs, as far as it is used. */
interface Decoder {
  tracks: { ready: Promise<void>; selectedTrack: { frameCount: number; repetitionCount: number } | null };
  completed: Promise<void>;
  decode(options: {
    frameIndex: number;
  }): Promise<{ image: CanvasImageSource & { displayWidth: number; displayHeight: number } }>;
  close(): void;
}

/** The last picture of a file that plays some times and ends, or a drawing at its end, as a `data:` address; undefined for all others. */
export async function pictureEnd({ type, base64 }: { type: string; base64: string }): Promise<string | undefined> {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  if (type.startsWith('image/svg')) {
    const agenda = Reflect.get(window, Symbol.for('codeloop.agenda')) as Agenda | undefined;
    const still = agenda?.drawings?.still(new TextDecoder().decode(bytes));
    return still === undefined ? undefined : `data:image/svg+xml,${encodeURIComponent(still)}`;
  }
  const Decode = Reflect.get(window, 'ImageDecoder') as
    | (new (init: {
        data: Uint8Array;
        type: string;
      }) => Decoder)
    | undefined;
  // Pages that did not come over a safe line have none.
  if (!Decode) return undefined;
  const decoder = new Decode({ data: bytes, type: type === 'image/apng' ? 'image/png' : type });
  try {
    await decoder.tracks.ready;
    await decoder.completed;
    const track = decoder.tracks.selectedTrack;
    if (!track || track.frameCount < 2 || !Number.isFinite(track.repetitionCount)) return undefined;
    const { image } = await decoder.decode({ frameIndex: track.frameCount - 1 });
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.displayWidth, image.displayHeight];
    canvas.getContext('2d')?.drawImage(image, 0, 0);
    return canvas.toDataURL('image/png');
  } catch {
    // What cannot be decoded does not play either.
    return undefined;
  } finally {
    decoder.close();
  }
}

/**
 * Shows in one frame the given pictures in the place of others, by address, wherever an image or a style shows one; no attribute
 * changes. Answers which of them the page's own policy keeps out.
 */
export async function replacePictures({ stills }: { stills: Record<string, string> }): Promise<string[]> {
  const scene = (Reflect.get(window, Symbol.for('codeloop.agenda')) as Agenda | undefined)?.scene;
  const kept = new Map<string, string>();
  const refused: string[] = [];
  for (const [address, still] of Object.entries(stills)) {
    const picture = new Image();
    picture.src = still;
    try {
      await picture.decode();
      kept.set(address, still);
    } catch {
      refused.push(address);
    }
  }
  const PROPERTIES = ['backgroundImage', 'content', 'listStyleImage', 'borderImageSource', 'maskImage'] as const;
  const replaced = (style: CSSStyleDeclaration) => {
    const styles: Record<string, string> = {};
    for (const property of PROPERTIES) {
      const value = style[property];
      if (!value.includes('url(')) continue;
      const other = value.replace(/url\("([^"]*)"\)/g, (whole, address: string) =>
        kept.has(address) ? `url("${kept.get(address)}")` : whole,
      );
      if (other !== value) styles[property] = other;
    }
    return styles;
  };
  for (const root of scene?.roots() ?? [])
    for (const element of Array.from(root.querySelectorAll('*'))) {
      const still = element instanceof HTMLImageElement ? kept.get(element.currentSrc) : undefined;
      const own = {
        ...replaced(getComputedStyle(element)),
        ...(still === undefined ? {} : { content: `url("${still}")` }),
      };
      if (Object.keys(own).length > 0) scene?.style(element, own);
      for (const pseudo of ['::before', '::after']) {
        const styles = replaced(getComputedStyle(element, pseudo));
        if (Object.keys(styles).length > 0) scene?.style(element, styles, pseudo);
      }
    }
  return refused;
}
