import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A clip that begins red and turns blue after half a second, as GIF or VP8 WebM, made by ffmpeg. */
export function redThenBlue(kind: 'gif' | 'webm'): Buffer {
  const dir = mkdtempSync(join(tmpdir(), 'codeloop-media-'));
  try {
    const file = join(dir, `clip.${kind}`);
    const source = (color: string) => ['-f', 'lavfi', '-i', `color=c=${color}:s=64x64:r=10:d=0.5`];
    execFileSync(
      'ffmpeg',
      [
        ...['-v', 'error', ...source('red'), ...source('blue'), '-filter_complex', '[0][1]concat=n=2'],
        ...(kind === 'gif' ? ['-loop', '0'] : ['-c:v', 'libvpx', '-b:v', '200k']),
        file,
      ],
      { stdio: 'inherit' },
    );
    return readFileSync(file);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
