import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifies } from '../requirements.js';
import { BIN, run } from './programs.js';
import { runWarm } from './warm-program.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'codeloop-terminal-'));
  await mkdir(path.join(dir, '.codeloop'));
  await mkdir(path.join(dir, 'site'));
  const config = {
    server: { static: 'site' },
    screens: [{ name: 'home', path: '/' }],
    viewports: { phone: { width: 320, height: 240 } },
  };
  await writeFile(path.join(dir, '.codeloop/config.json'), JSON.stringify(config));
  await writeFile(path.join(dir, 'package.json'), '{ "name": "lamps" }\n');
  const page =
    '<!doctype html><html lang="en"><title>x</title><meta name="viewport" content="width=device-width"><h1>x</h1>';
  await writeFile(path.join(dir, 'site/index.html'), page);
  await runWarm(['verify', '--quiet'], { cwd: dir, env: personEnv() });
  const proposed = await runWarm(['update-baseline', 'home', '--reason', 'first'], { cwd: dir, env: personEnv() });
  if (proposed.code !== 1) throw new Error(`nothing was proposed: ${proposed.stdout}${proposed.stderr}`);
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** The environment of a person's terminal, whoever runs these tests. */
function personEnv(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const agents = /^(CI|CURSOR_.*|CLAUDE.*|CODEX_.*|GEMINI_CLI|OPENCODE.*|AI_AGENT|AGENT|COPILOT.*)$/;
  const cleared = Object.keys(process.env).filter((name) => agents.test(name));
  return { ...Object.fromEntries(cleared.map((name) => [name, ''])), ...extra };
}

/** Runs the program on a pseudo-terminal (`script` of util-linux, which every Debian has) and types a line. */
async function typed(
  argv: readonly string[],
  words: string,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; text: string }> {
  const command = [process.execPath, BIN, ...argv].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-q', '-e', '-c', command, '/dev/null'], {
    cwd: dir,
    env: { ...process.env, ...env },
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    if (part.includes('to confirm: ')) child.stdin.write(`${words}\n`);
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, text };
}

async function accepted(): Promise<string[]> {
  const names = await readdir(path.join(dir, '.codeloop/baselines'), { recursive: true });
  return names.filter((name) => name.endsWith('.png') && !name.startsWith('.proposals'));
}

test.each([
  ['without a terminal', {}, 'there is no terminal here'],
  ['under CI', { CI: 'true' }, 'this runs under CI'],
  ['for an agent', { CLAUDECODE: '1' }, 'CLAUDECODE is set'],
])('accepts nothing %s', async (_when, env, why) => {
  verifies('baselines.person');
  const { code, stderr } = await run(BIN, ['baseline', 'accept'], {
    cwd: dir,
    env: personEnv(env),
    input: 'accept 1\n',
  });
  expect(code).toBe(2);
  expect(stderr).toContain(why);
  expect(await accepted()).toEqual([]);
});

test.runIf(process.platform === 'linux')(
  'accepts nothing on a terminal that an agent has, or for other words',
  async () => {
    verifies('baselines.person');
    const agent = await typed(['baseline', 'accept'], 'accept 1', personEnv({ CURSOR_AGENT: '1' }));
    expect([agent.code, agent.text.includes('CURSOR_AGENT is set')]).toEqual([2, true]);
    const hasty = await typed(['baseline', 'accept'], 'y', personEnv());
    expect([hasty.code, hasty.text.includes('"accept 1" was not typed')]).toEqual([2, true]);
    expect(await accepted()).toEqual([]);
  },
);

test.runIf(process.platform === 'linux')('accepts what a person confirms on a terminal', async () => {
  verifies('baselines.person');
  expect(existsSync('/usr/bin/script')).toBe(true);
  const { code, text } = await typed(['baseline', 'accept'], 'accept 1', personEnv());
  expect(text).toContain('home@phone  new, from run run-');
  expect(text).toContain('Accepted 1 picture(s).');
  expect(code).toBe(0);
  expect(await accepted()).toHaveLength(1);
  const { stdout } = await runWarm(['baseline', 'list', '--json'], { cwd: dir, env: personEnv() });
  expect(JSON.parse(stdout)).toMatchObject({ baselines: [{ standing: 'counts', event: 'accepted' }], proposals: [] });
});
