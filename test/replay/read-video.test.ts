import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insideRoots } from '../../src/core/path-walls.js';
import { decode } from '../../src/image/decode.js';
import { extractPictures, inputArgs, PgmStream, sampleVideo, sniffVideo } from '../../src/replay/read-video.js';
import { verifies } from '../requirements.js';

const folder = mkdtempSync(join(tmpdir(), 'codeloop-video-'));
const outside = mkdtempSync(join(tmpdir(), 'codeloop-outside-'));
const at = (name: string) => join(folder, name);
afterAll(() => {
  for (const dir of [folder, outside]) rmSync(dir, { recursive: true, force: true });
});

/** Three seconds: red, then blue. */
const SOURCE = [
  '-f',
  'lavfi',
  '-i',
  'color=red:s=320x200:d=1.5:r=25',
  '-f',
  'lavfi',
  '-i',
  'color=blue:s=320x200:d=1.5:r=25',
];
const make = (file: string, ...codec: string[]) =>
  execFileSync('ffmpeg', ['-v', 'error', ...SOURCE, '-filter_complex', 'concat=n=2:v=1', ...codec, file]);

beforeAll(() => {
  make(at('good.mp4'), '-c:v', 'libx264', '-pix_fmt', 'yuv420p');
  execFileSync('ffmpeg', ['-v', 'error', '-i', at('good.mp4'), '-c', 'copy', at('good.mov')]);
  execFileSync('ffmpeg', ['-v', 'error', '-i', at('good.mp4'), '-c', 'copy', at('good.mkv')]);
  make(at('good.webm'), '-c:v', 'libvpx', '-deadline', 'realtime');
  execFileSync('cp', [at('good.mp4'), join(outside, 'secret.mp4')]);
});

describe.each(['good.mp4', 'good.mov', 'good.mkv', 'good.webm'])('%s', (name) => {
  test('is looked through, and its pictures come out', async () => {
    verifies('replay.any-video');
    const file = { path: at(name), demuxer: await sniffVideo(at(name)) };
    const { samples, durationMs, size } = await sampleVideo(file);
    expect([durationMs, size]).toEqual([3000, { width: 320, height: 200 }]);
    const changes = samples.map(({ tMs }) => tMs);
    expect(changes[0]).toBe(0);
    expect(changes).toContain(1500);
    const pictures = await extractPictures(file, [0, 2000]);
    const colors = await Promise.all(
      pictures.map(async ({ data }) => [...(await decode({ bytes: data, name })).data.subarray(0, 3)]),
    );
    expect(colors.map(([red = 0, , blue = 0]) => (red > blue ? 'red' : 'blue'))).toEqual(['red', 'blue']);
    expect(pictures.map(({ tMs }) => tMs)).toEqual([0, 2000]);
  });
});

describe('a hostile file', () => {
  const pipe = () => {
    execFileSync('mkfifo', [at('pipe.mp4')]);
    return at('pipe.mp4');
  };
  const playlist = () =>
    `#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nfile:${join(outside, 'secret.mp4')}\n#EXT-X-ENDLIST\n`;
  test.each<[string, () => string | Buffer, string]>([
    ['an HLS playlist', playlist, 'no MP4'],
    ['an ffconcat script', () => `ffconcat version 1.0\nfile '${join(outside, 'secret.mp4')}'\n`, 'no MP4'],
    ['a DASH manifest', () => '<?xml version="1.0"?><MPD></MPD>', 'no MP4'],
    ['an SDP', () => 'v=0\no=- 0 0 IN IP4 127.0.0.1\n', 'no MP4'],
    ['a picture', () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'no MP4'],
    ['an AVI', () => 'RIFF\0\0\0\0AVI LIST', 'no MP4'],
    ['nothing', () => '', 'empty'],
    ['a few bytes', () => 'ftyp', 'cut off'],
  ])('%s named .mp4 is refused by its bytes', async (_name, content, reason) => {
    verifies('replay.video-walls');
    writeFileSync(at('hostile.mp4'), content());
    await expect(sniffVideo(at('hostile.mp4'))).rejects.toMatchObject({
      code: 'VIDEO_UNREADABLE',
      message: expect.stringContaining(reason),
    });
  });

  test.each<[string, () => string | Buffer]>([
    ['a playlist behind the first bytes of an MP4', () => `\0\0\0\x18ftypisom\0\0\0\0isommp42\n${playlist()}`],
    [
      'a playlist behind the first bytes of a Matroska',
      () => Buffer.concat([Buffer.from('1a45dfa3', 'hex'), Buffer.from(playlist())]),
    ],
    ['an MP4 that is cut off', () => execFileSync('head', ['-c', '2000', at('good.mp4')])],
    ['an MP4 of noise', () => Buffer.concat([Buffer.from('\0\0\0\x18ftypisom'), Buffer.alloc(5000, 0xa5)])],
  ])('%s gives no picture', async (_name, content) => {
    verifies('replay.video-walls');
    writeFileSync(at('hostile.mp4'), content());
    const demuxer = await sniffVideo(at('hostile.mp4'));
    await expect(sampleVideo({ path: at('hostile.mp4'), demuxer })).rejects.toMatchObject({ code: 'VIDEO_UNREADABLE' });
  });

  test('left to itself ffmpeg would follow the playlist: the forced container is what stops it', () => {
    verifies('replay.video-walls');
    writeFileSync(at('hostile.mp4'), playlist());
    const free = [
      '-v',
      'error',
      '-allowed_extensions',
      'ALL',
      '-i',
      at('hostile.mp4'),
      '-frames:v',
      '1',
      '-f',
      'null',
      '-',
    ];
    expect(() => execFileSync('ffmpeg', free, { stdio: 'ignore' })).not.toThrow();
    const args = inputArgs({ path: at('hostile.mp4'), demuxer: 'mov' });
    expect(args).toEqual(
      expect.arrayContaining(['-protocol_whitelist', 'file', '-f', 'mov', '-i', `file:${at('hostile.mp4')}`]),
    );
    expect(() => execFileSync('ffmpeg', [...args, '-f', 'null', '-'], { stdio: 'ignore' })).toThrow();
  });

  test.each([
    ['a link out of the project', () => symlinkSync(join(outside, 'secret.mp4'), at('link.mp4')), 'link.mp4'],
    ['a way up', () => undefined, '../secret.mp4'],
    ['an absolute path', () => undefined, join(outside, 'secret.mp4')],
  ])('%s is refused', async (_name, prepare, path) => {
    verifies('replay.video-walls');
    prepare();
    await expect(insideRoots(path, [folder])).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOTS' });
  });

  test.each([
    ['a folder', () => folder, 'not a plain file'],
    ['a pipe', () => pipe(), 'not a plain file'],
    ['what is not there', () => at('missing.mp4'), 'no such file'],
  ])('%s is refused without waiting', async (_name, path, reason) => {
    verifies('replay.video-walls');
    await expect(sniffVideo(path())).rejects.toMatchObject({ message: expect.stringContaining(reason) });
  });
});

test('a stream of grey pictures may be cut anywhere', () => {
  verifies('replay.any-video');
  const whole = Buffer.from('P5\n2 1\n255\n\x01\x02P5\n2 1\n255\n\x03\x04', 'latin1');
  for (let cut = 1; cut < whole.length; cut++) {
    const stream = new PgmStream();
    const pictures = [...stream.push(whole.subarray(0, cut)), ...stream.push(whole.subarray(cut))];
    expect(pictures.map(({ data }) => [...data])).toEqual([
      [1, 2],
      [3, 4],
    ]);
  }
});
