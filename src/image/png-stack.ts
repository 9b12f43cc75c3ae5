import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflate, createInflate } from 'node:zlib';
import { CodeloopError } from '../core/errors.js';
import type { Size } from '../core/vocabulary/geometry.js';

/*
 * A stack: PNG files one after the other, which lie one below the other. A page too tall for one picture is taken so; pixels are in
 * memory only while they pass through. One PNG is a stack of one.
 */

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** Bytes of a picture's head: signature, length, type, 13 bytes, checksum. */
const HEAD = 33;
/** Types of a PNG's filters that differ where there is no row above (PNG specification, third edition, section 9.2). */
const NONE = 0;
const SUB = 1;
const UP = 2;
const AVERAGE = 3;
const PAETH = 4;

/** The PNG files of a stack. Throws IMAGE_UNREADABLE when the bytes are none. */
export function stackParts(stack: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < stack.length; ) {
    const start = at;
    if (!stack.subarray(at, at + 8).equals(SIGNATURE)) throw noStack('a part does not begin like a PNG');
    at += 8;
    for (let type = ''; type !== 'IEND'; ) {
      if (at + 12 > stack.length) throw noStack('a part is cut off');
      type = stack.toString('latin1', at + 4, at + 8);
      at += 12 + stack.readUInt32BE(at);
    }
    parts.push(stack.subarray(start, at));
  }
  return parts;
}

/** Width and height of a stack, pixels, from the heads of its parts. */
export function stackSize(stack: Buffer): Size {
  const sizes = stackParts(stack).map(pngSize);
  return { width: sizes[0]?.width ?? 0, height: sizes.reduce((sum, { height }) => sum + height, 0) };
}

/** Width and height of a PNG, from its head. */
export function pngSize(png: Buffer): Size {
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

/** The parts of a stack as one PNG; see `joinRows`. */
export function joinStack(stack: Buffer): Promise<Buffer> {
  return joinRows(stackParts(stack).map((png) => ({ png, rows: pngSize(png).height })));
}

/**
 * The first `rows` rows of each picture, one below the other, as one PNG: the same pixels, packed again as they come. All pictures have
 * one width and one kind of pixel, 8 bits a sample, not interlaced, and one palette or none. Throws IMAGE_UNREADABLE for others.
 */
export async function joinRows(parts: readonly { png: Buffer; rows: number }[]): Promise<Buffer> {
  const first = parts[0]?.png;
  if (first === undefined) throw noStack('it has no part');
  const { width, height: own } = pngSize(first);
  const height = parts.reduce((sum, { rows }) => sum + rows, 0);
  if (parts.length === 1 && height === own) return first;
  const kind = first.subarray(24, 29);
  const samples = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[kind[1] ?? -1];
  const odd = parts.some(({ png }) => pngSize(png).width !== width || !png.subarray(24, 29).equals(kind));
  if (samples === undefined || kind[0] !== 8 || kind[4] !== 0 || odd) throw noStack('its parts are of different kinds');
  const packed: Buffer[] = [];
  const deflate = createDeflate({ level: 1 });
  deflate.on('data', (chunk: Buffer) => packed.push(chunk));
  const ended = new Promise<void>((resolve, reject) => deflate.once('end', resolve).once('error', reject));
  for (const part of parts) await unpackInto(part, { row: width * samples + 1, samples }, deflate);
  deflate.end();
  await ended;
  const head = Buffer.from(first.subarray(8, HEAD));
  head.writeUInt32BE(height, 12);
  head.writeUInt32BE(crc32(head.subarray(4, 21)), 21);
  return Buffer.concat([SIGNATURE, head, ...palette(first), ...packed.flatMap(dataChunk), END]);
}

/** Writes the filtered rows of a picture on, its first row so that it needs no row above. `row`: bytes of one. */
async function unpackInto(
  { png, rows }: { png: Buffer; rows: number },
  { row, samples }: { row: number; samples: number },
  target: Writable,
): Promise<void> {
  const inflate = createInflate();
  let left = rows * row;
  let top: Buffer | undefined = Buffer.alloc(0);
  const pass = new Writable({
    write(chunk: Buffer, _encoding, done) {
      let rest = chunk;
      if (top !== undefined) {
        top = Buffer.concat([top, chunk]);
        if (top.length < row) return done();
        rest = top;
        freeFirstRow(rest.subarray(0, row), samples);
        top = undefined;
      }
      if (rest.length > left) rest = rest.subarray(0, left);
      left -= rest.length;
      if (target.write(rest)) done();
      else target.once('drain', done);
    },
  });
  const piped = pipeline(inflate, pass);
  for (const { type, data } of chunks(png)) if (type === 'IDAT') inflate.write(data);
  inflate.end();
  await piped;
}

/** A first row with a filter that looks upwards, where nothing is, as one that does not. In place. */
function freeFirstRow(row: Buffer, samples: number): void {
  if (row[0] === UP) row[0] = NONE;
  else if (row[0] === PAETH) row[0] = SUB;
  else if (row[0] === AVERAGE) {
    row[0] = NONE;
    for (let at = 1 + samples; at < row.length; at++)
      row[at] = ((row[at] ?? 0) + ((row[at - samples] ?? 0) >> 1)) & 255;
  }
}

function* chunks(png: Buffer): Generator<{ type: string; data: Buffer; whole: Buffer }> {
  for (let at = 8; at + 12 <= png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    yield { type, data: png.subarray(at + 8, at + 8 + length), whole: png.subarray(at, at + 12 + length) };
    at += 12 + length;
  }
}

function palette(png: Buffer): Buffer[] {
  return [...chunks(png)].filter(({ type }) => type === 'PLTE').map(({ whole }) => whole);
}

const END = Buffer.from('0000000049454e44ae426082', 'hex');

function dataChunk(data: Buffer): Buffer[] {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length, 0);
  head.write('IDAT', 4, 'latin1');
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(data, crc32(head.subarray(4))), 0);
  return [head, data, tail];
}

function noStack(reason: string): CodeloopError {
  return new CodeloopError('IMAGE_UNREADABLE', { path: 'a stack of pictures', reason });
}
