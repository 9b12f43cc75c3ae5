import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifies } from '../requirements.js';
import { sampled, sampleOf } from '../sample.js';
import { alive, descendants, type FixtureProject, makeFixtureProject } from './fixture-project.js';
import { BIN, run, start } from './programs.js';
import { runWarm } from './warm-program.js';

const some = sampled(test, 2);

let project: FixtureProject;
beforeAll(async () => {
  project = await makeFixtureProject();
  for (const [name, background] of [
    ['red', '#f00'],
    ['blue', '#00f'],
  ] as const) {
    const picture = sharp({ create: { width: 60, height: 40, channels: 3, background } });
    await writeFile(path.join(project.dir, `${name}.png`), await picture.png().toBuffer());
  }
});
afterAll(async () => {
  await project?.remove();
});

const here = () => ({ cwd: project.dir });

describe('the exit code of the built program is', () => {
  some('0 when what was asked passed', async () => {
    verifies('doors.exit-codes');
    expect(await run(BIN, ['compare', 'red.png', 'red.png'], here())).toMatchObject({ code: 0, stderr: '' });
    expect(await runWarm(['verify', '--quiet'], here())).toMatchObject({ code: 0 });
  });

  test('3 when a place that it needs cannot be used, said before anything runs, with what to set', async () => {
    verifies('app.place-refused');
    const nowhere = path.join(BIN, 'x');
    const without = async (env: NodeJS.ProcessEnv) => {
      const { code, stdout, stderr } = await run(BIN, ['verify', '--json'], {
        ...here(),
        env: { ...process.env, ...env },
      });
      expect(stderr).not.toContain('photographing');
      const { code: name, message, fix } = JSON.parse(stdout);
      return [code, name, message, fix];
    };
    expect(await without({ TMPDIR: nowhere })).toEqual([
      3,
      'TEMP_FOLDER_UNUSABLE',
      `The folder for temporary files ${nowhere} cannot be used: it is no folder.`,
      'Make it, or set TMPDIR to a folder that you may write: TMPDIR=/tmp.',
    ]);
    const [code, name, message, fix] = await without({ XDG_STATE_HOME: '', HOME: nowhere });
    expect([code, name]).toEqual([3, 'STATE_FOLDER_UNUSABLE']);
    expect(message).toContain(`${nowhere}/.local/state/codeloop/ledger`);
    expect(fix).toContain('XDG_STATE_HOME=');
  });

  some('1 when it did not', async () => {
    verifies('doors.exit-codes');
    expect(await run(BIN, ['compare', 'red.png', 'blue.png'], here())).toMatchObject({ code: 1 });
    await project.show('wrong');
    const reports = ['--reporter', 'junit,html', '--output', 'artifacts/ci/run'];
    const { code, stdout } = await run(BIN, ['verify', '--json', ...reports], here());
    await project.show('right');
    expect(code).toBe(1);
    expect(await readFile(path.join(project.dir, 'artifacts/ci/run.xml'), 'utf8')).toContain('<failure');
    expect(await readFile(path.join(project.dir, 'artifacts/ci/run.html'), 'utf8')).toContain('<!doctype html>');
    expect(JSON.parse(stdout)).toMatchObject({ status: 'fail', gate: { recommendation: 'continue_fixing' } });
  });

  const WRONG = [
    [['verify', '--viewport', 'phone']],
    [['verify', '--viewports']],
    [['verfy']],
    [['compare', 'red.png']],
    [['compare', 'red.png', 'nothing.png', '--threshold', 'x']],
    [['capture', 'home', '--viewports', 'watch']],
    [['call', 'nothing', '--json', '{}']],
    [[]],
  ];
  test.each(sampleOf(WRONG))('2 for %o', async (argv) => {
    verifies('doors.exit-codes');
    const { code, stdout, stderr } = await run(BIN, argv, here());
    expect(code).toBe(2);
    expect(stdout + stderr).not.toBe('');
  });

  some('2 outside of any project', async () => {
    verifies('doors.exit-codes');
    const { code, stdout } = await run(BIN, ['verify', '--project-dir', '/', '--json'], here());
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'PROJECT_NOT_FOUND' });
  });

  some('3 when the work could not be done', async () => {
    verifies('doors.exit-codes');
    const env = { CODELOOP_BROWSER: '/nonexistent/chromium' };
    const { code, stdout } = await run(BIN, ['capture', 'home', '--json'], { ...here(), env });
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'BROWSER_NOT_FOUND' });
  });

  some('130 when it is interrupted, and nothing it started is left', async () => {
    verifies('doors.exit-codes', 'doors.cancel');
    let asked: () => void = () => undefined;
    const request = new Promise<void>((resolve) => {
      asked = resolve;
    });
    // A page that is asked for and never comes.
    const silent = createServer(() => asked());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const command = start(
      BIN,
      ['capture', 'slow', '--url', `http://127.0.0.1:${port}/`, '--viewports', 'phone'],
      here(),
    );
    await Promise.race([request, command.ended]);
    const started = await descendants(command.child.pid ?? 0);
    expect(started).not.toEqual([]);
    command.child.kill('SIGINT');
    expect(await command.ended).toMatchObject({ code: 130, stdout: '' });
    silent.closeAllConnections();
    silent.close();
    await expect.poll(() => alive(started), { timeout: 60_000 }).toEqual([]);
  });
});

describe('the built program', () => {
  test('prints its version', async () => {
    const { version } = JSON.parse(await readFile(path.join(import.meta.dirname, '../../package.json'), 'utf8'));
    for (const flag of ['--version', '-V'])
      expect(await run(BIN, [flag])).toEqual({ code: 0, signal: null, stdout: `${version}\n`, stderr: '' });
  });

  test('has help for every command it lists', async () => {
    const { stdout } = await run(BIN, ['--help']);
    const commands = [...stdout.matchAll(/^ {2}([a-z][a-z-]+)/gm)].map(([, name = '']) => name);
    expect(commands).toEqual(
      expect.arrayContaining(['init', 'verify', 'capture', 'compare', 'gate', 'runs', 'doctor', 'serve', 'call']),
    );
    // A command in a list of them says what it does, beside its name or below it.
    expect(stdout.match(/^ {2}\S+(?: \S+)*\n(?! {20})/gm) ?? []).toEqual([]);
    for (const command of commands.filter((name) => name !== 'help')) {
      const help = await runWarm([command, '--help'], here());
      expect({ command, code: help.code }).toEqual({ command, code: 0 });
      expect(help.stdout).toContain(`Usage: codeloop ${command}`);
    }
  });

  test('prints JSON alone with --json, with progress beside it', async () => {
    verifies('doors.json-alone');
    const { stdout, code } = await run(BIN, ['compare', 'red.png', 'blue.png', '--json'], here());
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      schema_version: 1,
      status: 'fail',
      pair: { outcome: 'mismatch', score: 0 },
    });
  });
});
