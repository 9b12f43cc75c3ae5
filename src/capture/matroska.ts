import type { Size } from '../core/vocabulary/geometry.js';

/**
 * The least Matroska (RFC 9559) that carries pictures with their times to an encoder over a pipe: one track, one cluster per picture,
 * a segment of unknown length. Times are whole ms.
 */
export function matroskaHeader(size: Size, type: 'jpg' | 'png'): Buffer {
  const codec =
    type === 'jpg'
      ? [element('86', Buffer.from('V_MJPEG'))]
      : [element('86', Buffer.from('V_MS/VFW/FOURCC')), element('63a2', bitmapInfo(size, 'MPNG'))];
  const video = element('e0', element('b0', number(size.width)), element('ba', number(size.height)));
  const track = element(
    'ae',
    element('d7', number(1)),
    element('73c5', number(1)),
    element('83', number(1)),
    ...codec,
    video,
  );
  return Buffer.concat([
    element(
      '1a45dfa3',
      element('4286', number(1)),
      element('42f7', number(1)),
      element('42f2', number(4)),
      element('42f3', number(8)),
      element('4282', Buffer.from('matroska')),
      element('4287', number(4)),
      element('4285', number(2)),
    ),
    Buffer.from('1853806701ffffffffffffff', 'hex'),
    element('1549a966', element('2ad7b1', number(1_000_000))),
    element('1654ae6b', track),
  ]);
}

/** One picture that comes up at `tMs`. */
export function matroskaFrame(tMs: number, data: Buffer): Buffer {
  const block = Buffer.concat([Buffer.from([0x81, 0, 0, 0x80]), data]);
  return element('1f43b675', element('e7', number(Math.round(tMs))), element('a3', block));
}

function element(id: string, ...content: Buffer[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  const size = Buffer.alloc(8);
  // Eight bytes with the marker bit of that length: no need to choose a width.
  size.writeBigUInt64BE(BigInt(length) | (1n << 56n));
  return Buffer.concat([Buffer.from(id, 'hex'), size, ...content]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** BITMAPINFOHEADER, by which Matroska names codecs that it has no name of its own for. */
function bitmapInfo(size: Size, fourcc: string): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(size.width, 4);
  header.writeInt32LE(size.height, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(24, 14);
  header.write(fourcc, 16, 'latin1');
  return header;
}
