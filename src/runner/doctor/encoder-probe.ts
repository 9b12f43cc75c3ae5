import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CodeloopError } from '../../core/errors.js';
import { runCommand } from '../../core/run-command.js';
import { installCommand } from '../../project/install-command.js';
import type { Probe } from './probe.js';

/** Two seconds of a test picture encoded as H.264, the way recordings will be. */
export const encoderProbe: Probe = {
  id: 'encoder',
  title: 'Video encoder (ffmpeg with H.264)',
  required: false,
  async run({ folder, signal }) {
    const file = join(folder, 'probe.mp4');
    try {
      const { code, stderr } = await runCommand(
        'ffmpeg',
        [
          '-v',
          'error',
          '-f',
          'lavfi',
          '-i',
          'testsrc=size=320x240:rate=25',
          '-t',
          '2',
          '-c:v',
          'libx264',
          '-pix_fmt',
          'yuv420p',
          file,
        ],
        { timeoutMs: 20_000, signal },
      );
      if (code !== 0)
        return {
          ok: false,
          detail: stderr.toString('utf8').trim().split('\n')[0] ?? `exit code ${code}`,
          fix: await installCommand('ffmpeg'),
        };
      return { ok: true, detail: `2 s at 25 fps in ${(await stat(file)).size} bytes` };
    } catch (error) {
      if (error instanceof CodeloopError && error.code === 'INTERNAL')
        return {
          ok: false,
          detail: 'ffmpeg is not installed; recordings stay frames',
          fix: await installCommand('ffmpeg'),
        };
      throw error;
    }
  },
};
