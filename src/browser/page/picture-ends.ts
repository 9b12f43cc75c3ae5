import type { CDPSession, Frame } from 'playwright';
import { CodeloopError } from '../../core/errors.js';
import type { PageSession } from '../page-session.js';
import { everyFrame, type RestLog } from '../rest-page.js';
import { pictureEnd, replacePictures } from './drawing-ends.js';

/** Files larger than this are not looked into, bytes: of plain pictures they are many. */
const LARGEST = 2_000_000;
const LARGEST_PNG = 400_000;

/** What is known of the picture files of a session: each is looked into once. */
const known = new WeakMap<PageSession, Map<string, string | undefined>>();
/** Files in which nothing moves, by address, size and date: other sessions need not look into them again. */
const still = new Set<string>();
const MOST_KNOWN = 5000;

interface Resources {
  frame: { id: string };
  resources: { url: string; type: string; mimeType: string; contentSize?: number; lastModified?: number }[];
  childFrames?: Resources[];
}

/**
 * Shows picture files that play some times and end, and drawings in picture files, as they are at their end. The browser shows all of
 * them as they begin. Chromium only. What cannot be shown so goes into `log` as not seen.
 */
export async function showPictureEnds(session: PageSession, log: RestLog, signal: AbortSignal): Promise<void> {
  const { page, protocol } = session;
  if (!protocol) return;
  const ends = known.get(session) ?? new Map<string, string | undefined>();
  known.set(session, ends);
  const work = async () => {
    const { frameTree } = await protocol.send('Page.getResourceTree');
    const queue: Resources[] = [frameTree];
    const shown = new Set<string>();
    const looking: Promise<unknown>[] = [];
    for (let at = queue.pop(); at; at = queue.pop()) {
      queue.push(...(at.childFrames ?? []));
      for (const { url, type, mimeType, contentSize = 0, lastModified } of at.resources) {
        if (type !== 'Image' || !/^image\/(?:gif|webp|a?png|svg)/.test(mimeType)) continue;
        if (contentSize > (mimeType === 'image/png' ? LARGEST_PNG : LARGEST)) continue;
        const file = lastModified === undefined ? undefined : `${url} ${contentSize} ${lastModified}`;
        shown.add(url);
        if (ends.has(url) || (file !== undefined && still.has(file))) continue;
        ends.set(url, undefined);
        const look = async (frameId: string) => {
          const end = await endOf(page.mainFrame(), mimeType, await contentOf(protocol, frameId, url));
          ends.set(url, end);
          if (end === undefined && file !== undefined && still.size < MOST_KNOWN) still.add(file);
        };
        looking.push(look(at.frame.id));
      }
    }
    await Promise.all(looking);
    const stills = Object.fromEntries([...ends].flatMap(([url, end]) => (end && shown.has(url) ? [[url, end]] : [])));
    if (Object.keys(stills).length === 0) return;
    await everyFrame(
      session,
      async (frame) => {
        for (const url of await frame.evaluate(replacePictures, { stills }))
          log.settle.unseen = [
            ...(log.settle.unseen ?? []),
            {
              selector: url.slice(0, 200),
              reason: "it plays and ends, but the page's own content policy lets nobody show its end",
            },
          ];
      },
      signal,
    );
  };
  try {
    await session.call('looking at pictures that play', work, signal);
  } catch (error) {
    // A page that went away meanwhile is met again by the rest.
    if (!(error instanceof CodeloopError) || error.code === 'CANCELLED') throw error;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A bare % in it: it is taken as it stands.
    return text;
  }
}

async function contentOf(protocol: CDPSession, frameId: string, url: string): Promise<string> {
  const [, coding, data] = /^data:[^,]*?(;base64)?,(.*)$/s.exec(url) ?? [];
  if (data !== undefined) return coding ? data : Buffer.from(decoded(data)).toString('base64');
  try {
    const { content, base64Encoded } = await protocol.send('Page.getResourceContent', { frameId, url });
    return base64Encoded ? content : Buffer.from(content).toString('base64');
  } catch (error) {
    // The browser has let go of it.
    if (!(error instanceof Error)) throw error;
    return '';
  }
}

/** The end of a picture file, when its bytes say that it has one. */
async function endOf(frame: Frame, type: string, base64: string): Promise<string | undefined> {
  return mayEnd(type, Buffer.from(base64, 'base64')) ? frame.evaluate(pictureEnd, { type, base64 }) : undefined;
}

/** Whether a file may play and end, by its first bytes: GIF89a, APNG's acTL, WebP's ANIM, a drawing's elements and rules. */
export function mayEnd(type: string, bytes: Buffer): boolean {
  if (type.startsWith('image/svg')) return /<(?:\w+:)?(?:animate|set\b)|@keyframes/.test(bytes.toString('utf8'));
  if (type === 'image/gif') {
    const loop = bytes.indexOf('NETSCAPE2.0', 0, 'latin1');
    // Without a loop it plays once; a count of 0 is for ever.
    return loop < 0 ? bytes.length > 0 : bytes.readUInt16LE(loop + 13) !== 0;
  }
  if (type === 'image/webp') {
    const chunk = bytes.subarray(0, 200).indexOf('ANIM', 0, 'latin1');
    return chunk >= 0 && bytes.length > chunk + 14 && bytes.readUInt16LE(chunk + 12) !== 0;
  }
  const control = bytes.subarray(0, 2000).indexOf('acTL', 0, 'latin1');
  return control >= 0 && bytes.length > control + 12 && bytes.readUInt32BE(control + 8) !== 0;
}
