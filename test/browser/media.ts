import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A clip that begins red and turns blue after half a second, as GIF or VP8 WebM, made by ffmpeg. */
export function redThenBlue(kind: 'gif' | 'webm'): Buffer {
  return made(`clip.${kind}`, kind === 'gif' ? ['-loop', '0'] : ['-c:v', 'libvpx', '-b:v', '200k']);
}

/** The same as a picture file that plays `times` times, without end for 0. */
export function clip(kind: 'gif' | 'webp' | 'apng', times: number): { type: string; body: Buffer } {
  const loops = {
    // A GIF that plays once has no loop in it.
    gif: ['-loop', times === 1 ? '-1' : String(times)],
    webp: ['-c:v', 'libwebp_anim', '-lossless', '1', '-loop', String(times)],
    apng: ['-f', 'apng', '-plays', String(times)],
  }[kind];
  const type = kind === 'apng' ? 'image/png' : `image/${kind}`;
  return { type, body: made(kind === 'apng' ? 'clip.png' : `clip.${kind}`, loops) };
}

function made(name: string, options: readonly string[]): Buffer {
  const dir = mkdtempSync(join(tmpdir(), 'codeloop-media-'));
  try {
    const file = join(dir, name);
    const source = (color: string) => ['-f', 'lavfi', '-i', `color=c=${color}:s=64x64:r=10:d=0.5`];
    const joined = [...source('red'), ...source('blue'), '-filter_complex', '[0][1]concat=n=2'];
    execFileSync('ffmpeg', ['-v', 'error', ...joined, ...options, file], { stdio: 'inherit' });
    return readFileSync(file);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
