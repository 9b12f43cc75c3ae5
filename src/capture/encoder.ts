import { CodeloopError } from '../core/errors.js';
import { findProgram } from '../core/find-program.js';
import { runCommand } from '../core/run-command.js';

/** The system's ffmpeg, and which of its H.264 encoders is used. */
export interface Encoder {
  program: string;
  codec: string;
  /** Settings of that codec. */
  args: readonly string[];
}

/** H.264 encoders by preference. Quality by constant rate factor where there is one; crf 20 keeps small text sharp. */
const CODECS: readonly (readonly [string, readonly string[]])[] = [
  ['libx264', ['-preset', 'veryfast', '-crf', '20']],
  ['libopenh264', ['-b:v', '4M']],
  ['h264_videotoolbox', ['-b:v', '6M', '-allow_sw', '1']],
  ['h264_mf', ['-b:v', '6M']],
];

const found = new Map<string, Promise<Encoder>>();

/** The encoder for recordings, from PATH; asked once per program. Throws ENCODER_NOT_FOUND. */
export async function findEncoder(env: NodeJS.ProcessEnv = process.env): Promise<Encoder> {
  const program = findProgram('ffmpeg', { env });
  if (program === undefined) throw new CodeloopError('ENCODER_NOT_FOUND', { reason: 'there is no ffmpeg on the PATH' });
  let asked = found.get(program);
  if (!asked) {
    asked = ask(program);
    found.set(program, asked);
    // A failure is not remembered: somebody may install it meanwhile.
    asked.catch(() => found.delete(program));
  }
  return asked;
}

async function ask(program: string): Promise<Encoder> {
  const { stdout } = await runCommand(program, ['-hide_banner', '-encoders'], { timeoutMs: 10_000 });
  const listed = new Set([...stdout.toString('utf8').matchAll(/^\s*V\S*\s+(\S+)/gm)].map(([, name]) => name));
  const codec = CODECS.find(([name]) => listed.has(name));
  if (!codec) throw new CodeloopError('ENCODER_NOT_FOUND', { reason: `${program} has no H.264 encoder` });
  return { program, codec: codec[0], args: codec[1] };
}
