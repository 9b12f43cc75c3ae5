import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { buildSampleProgram, run, start } from './programs.js';

const some = sampled(test, 2);
const few = sampled(test, 2);

let program: Awaited<ReturnType<typeof buildSampleProgram>>;
beforeAll(async () => {
  program = await buildSampleProgram();
});
afterAll(async () => {
  await program?.remove();
});

describe('a command', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'that gets %s ends with 130, its tool cancelled',
    async (signal) => {
      verifies('doors.exit-codes', 'doors.cancel');
      const command = start(program.file, ['wait']);
      await command.printed('stderr', '[1/3] waiting');
      command.child.kill(signal);
      const { code, stderr, stdout } = await command.ended;
      expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
      expect(stderr).toContain('CANCELLED');
    },
  );

  some('that gets it twice ends at once', async () => {
    verifies('doors.exit-codes');
    const command = start(program.file, ['wait', '--stubborn']);
    await command.printed('stderr', '[1/3] waiting');
    command.child.kill('SIGINT');
    command.child.kill('SIGTERM');
    expect(await command.ended).toMatchObject({ code: 130 });
  });

  some('that cannot end what it started ends all the same', async () => {
    verifies('doors.exit-codes');
    const command = start(program.file, ['wait'], { env: { SAMPLE_STUCK: '1' } });
    await command.printed('stderr', '[1/3] waiting');
    command.child.kill('SIGINT');
    expect(await command.ended).toMatchObject({ code: 130 });
  });

  few('and a server in which a decoder hangs end all the same, with the thread that nobody else can end', async () => {
    verifies('doors.hung-decoder');
    const pipe = path.join(path.dirname(program.file), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const env = { SAMPLE_HUNG_PIPE: pipe };
    const command = start(program.file, ['wait'], { env });
    await command.printed('stderr', '[1/3] waiting');
    command.child.kill('SIGTERM');
    expect(await command.ended).toMatchObject({ code: null, signal: 'SIGKILL', stdout: '' });
    const server = start(program.file, ['serve'], { env });
    server.child.stdin.write(
      `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } } })}\n`,
    );
    await server.printed('stdout', '"id":1');
    server.child.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  some('that waits for its standard input can be interrupted too', async () => {
    verifies('doors.exit-codes');
    const command = start(program.file, ['call', 'echo', '--json', '-']);
    // More than a pipe holds: once it is written, the program reads, and so listens to signals too.
    await new Promise<void>((resolve) => command.child.stdin.write(' '.repeat(1024 * 1024), () => resolve()));
    command.child.kill('SIGINT');
    expect(await command.ended).toMatchObject({ code: 130, signal: null });
  });

  some('reads its arguments from the standard input', async () => {
    const { stdout, code } = await run(program.file, ['call', 'echo', '--json', '-'], { input: '{"text":"piped"}' });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ summary: 'said piped' });
  });

  some('whose reader has gone ends quietly with its own code', async () => {
    const command = start(program.file, ['huge', '--rows', '50000', '--json']);
    command.child.stdout.destroy();
    const { code, stderr } = await command.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  some('prints a large result whole', async () => {
    verifies('doors.json-alone');
    const { stdout } = await run(program.file, ['huge', '--rows', '20000', '--json']);
    expect(JSON.parse(stdout).rows).toHaveLength(20_000);
  });

  some('prints a fault’s origin only when asked', async () => {
    const quiet = await run(program.file, ['failing', '--how', 'unknown']);
    expect(quiet.stderr).not.toContain('    at ');
    const loud = await run(program.file, ['failing', '--how', 'unknown'], { env: { CODELOOP_DEBUG: '1' } });
    expect(loud.stderr).toContain('TypeError: x is not a function');
    expect([quiet.code, loud.code]).toEqual([3, 3]);
  });

  some('has colours only when they are wanted', async () => {
    const plain = await run(program.file, ['echo', 'x']);
    const colored = await run(program.file, ['echo', 'x'], { env: { FORCE_COLOR: '1' } });
    const refused = await run(program.file, ['echo', 'x'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    expect(plain.stdout).toContain('✔ pass');
    expect(plain.stdout).not.toContain('\u001b');
    expect(colored.stdout).toContain('\u001b[32m✔ pass');
    expect(refused.stdout).toBe(plain.stdout);
  });
});
