import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import headless from '@xterm/headless';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encode } from '../../src/image/encode.js';
import { blankImage } from '../../src/image/resize.js';
import { verifies } from '../requirements.js';
import { buildSampleProgram, run } from './programs.js';

let program: Awaited<ReturnType<typeof buildSampleProgram>>;
let picture = '';
beforeAll(async () => {
  program = await buildSampleProgram();
  picture = path.join(path.dirname(program.file), 'red.png');
  await writeFile(picture, await encode(blankImage(30, 20, 0xff0000ff), 'png-fast'));
});
afterAll(async () => {
  await program?.remove();
});

/** Runs the program on a pseudo-terminal of that size (`script` of util-linux) and answers all that it wrote to it. */
async function onTerminal(
  argv: readonly string[],
  columns: number,
  rows: number,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const command = [process.execPath, program.file, ...argv].map((word) => `'${word}'`).join(' ');
  const agents =
    /^(CI|NO_COLOR|FORCE_COLOR|CURSOR_.*|CLAUDE.*|CODEX_.*|GEMINI_CLI|OPENCODE.*|AI_AGENT|AGENT|COPILOT.*|TMUX|STY|TERM_PROGRAM)$/;
  const cleared = Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => agents.test(name))
      .map((name) => [name, '']),
  );
  const child = spawn('script', ['-q', '-e', '-c', `stty cols ${columns} rows ${rows}; exec ${command}`, '/dev/null'], {
    env: { ...process.env, ...cleared, TERM: 'xterm-256color', ...env },
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await new Promise((resolve) => child.on('close', resolve));
  return text;
}

/** The lines that a terminal of that size shows after a text (xterm.js, a whole emulator), without empty ones; and its title. */
async function screen(text: string, columns: number, rows: number): Promise<{ lines: string[]; title: string }> {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  let title = '';
  terminal.onTitleChange((next) => {
    title = next;
  });
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
  return { lines: lines.filter((line) => line !== ''), title };
}

/** What is written to the terminal up to the first frame's being taken back. */
const firstFrame = (text: string) => text.slice(0, text.indexOf('\u001b[J'));

test.runIf(process.platform === 'linux')(
  'a person watches a list that fits the terminal and is gone at the end',
  async () => {
    verifies('doors.live-list', 'doors.terminal-safe');
    const env = { CODELOOP_PICTURES: 'iterm2' };
    for (const [columns, rows] of [
      [60, 14],
      [34, 7],
    ] as const) {
      const text = await onTerminal(['work', '--picture', picture], columns, rows, env);
      const frame = await screen(firstFrame(text), columns, rows);
      const wide = columns >= 40;
      const ended = rows === 14 ? [22, 23, 24, 25, 26, 27, 28, 29] : [28, 29];
      expect(frame.title).toBe('');
      expect(frame.lines).toEqual([
        ...ended.map((number) => `✔ ${wide ? '  1.0 s ' : ''}cell ${number}`),
        expect.stringMatching(wide ? /^[\u2800-\u28ff] {3}\d\.\d s 大きさ@phone$/ : /^[\u2800-\u28ff] 大きさ@phone$/),
        expect.stringMatching(/^0:0\d {2}\[30\/31\] working$/),
        expect.stringMatching(/^worst {2}大きさ@phone: Uncaught/),
        expect.stringMatching(/very.*…$/),
      ]);
      const after = await screen(text, columns, rows);
      expect(after.lines[0]).toBe('✔ pass  worked');
      expect(after.lines.join('\n')).not.toMatch(/cell|worst|working/);
      verifies('doors.terminal-pictures');
      expect(text).toContain('\u001b]1337;File=inline=1;');
    }
  },
);

test('without a terminal there is no escape, and no picture', async () => {
  verifies('doors.live-list', 'doors.terminal-pictures');
  const { stdout, stderr } = await run(program.file, ['work', '--picture', picture], {
    env: { CODELOOP_PICTURES: 'kitty' },
  });
  expect(stderr.split('\n')).toEqual([
    ...Array.from({ length: 30 }, (_, index) => `✔ cell ${index}  1.0 s`),
    expect.stringMatching(/^worst so far: 大きさ@phone: Uncaught error: very/),
    '',
  ]);
  expect(stdout + stderr).not.toContain('\u001b');
});

test.runIf(process.platform === 'linux')(
  'NO_COLOR leaves the list and takes its colours; CI takes the list',
  async () => {
    verifies('doors.live-list');
    const pale = await onTerminal(['work'], 80, 24, { NO_COLOR: '1' });
    expect([pale.includes('\u001b[J'), pale.includes('\u001b[3')]).toEqual([true, false]);
    const ci = await onTerminal(['work', '--picture', picture], 80, 24, {
      CI: 'true',
      KITTY_WINDOW_ID: '1',
      NO_COLOR: '1',
    });
    expect(ci).not.toContain('\u001b');
  },
);
