import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { CodeloopError, isErrno } from '../core/errors.js';

/** The demuxers that are used, by ffmpeg's names. */
export type Demuxer = 'mov' | 'matroska';

/** Largest file that is opened, bytes. */
const MAX_BYTES = 4_000_000_000;
/** EBML, the beginning of Matroska and WebM (RFC 8794, section 11.2.1). */
const EBML = 0x1a45dfa3;
/** Boxes that an MP4 or MOV file can begin with (ISO/IEC 14496-12, QuickTime File Format). */
const MOV_BOXES = new Set(['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot']);

/**
 * What a video file is by its first bytes, whatever its name: ffmpeg is then told to read it as that. Left to itself it would take a text
 * file called `.mp4` for a playlist and read the files that it names. Throws VIDEO_UNREADABLE.
 */
export async function sniffVideo(path: string): Promise<Demuxer> {
  const unreadable = (reason: string) => new CodeloopError('VIDEO_UNREADABLE', { path, reason });
  try {
    // Without waiting: a pipe in place of a file must not hold anything up.
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw unreadable('it is not a plain file');
      if (stat.size > MAX_BYTES) throw unreadable(`it has more than ${MAX_BYTES} bytes`);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(12), 0, 12, 0);
      if (bytesRead < 12) throw unreadable('it is empty, or cut off');
      if (buffer.readUInt32BE(0) === EBML) return 'matroska';
      if (MOV_BOXES.has(buffer.toString('latin1', 4, 8))) return 'mov';
      throw unreadable('its first bytes are those of no MP4, MOV, WebM or MKV');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof CodeloopError || !isErrno(error)) throw error;
    throw unreadable(error.code === 'ENOENT' ? 'there is no such file' : `the system says ${error.code}`);
  }
}
