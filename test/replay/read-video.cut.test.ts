import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sampleVideo } from '../../src/replay/read-video.js';

test('a video that is cut off tells how long it should be', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'codeloop-cut-'));
  try {
    const whole = join(dir, 'whole.mp4');
    const source = ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=25:d=8'];
    execFileSync('ffmpeg', [...source, '-c:v', 'mpeg4', '-movflags', '+faststart', whole]);
    const bytes = readFileSync(whole);
    const cut = join(dir, 'cut.mp4');
    writeFileSync(cut, bytes.subarray(0, Math.floor(bytes.length / 2)));
    const seen = await sampleVideo({ path: whole, demuxer: 'mov' });
    expect([seen.durationMs, seen.declaredMs]).toEqual([8000, 8000]);
    const part = await sampleVideo({ path: cut, demuxer: 'mov' });
    expect(part.declaredMs).toBe(8000);
    expect(part.durationMs).toBeLessThan(6000);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
