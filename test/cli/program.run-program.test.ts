import { describe, expect, test } from 'vitest';
import { Dispatcher } from '../../src/call/dispatcher.js';
import { type ProgramEnvironment, runProgram } from '../../src/cli/program.js';
import { toCodeloopError } from '../../src/core/errors.js';
import { Session } from '../../src/live/session.js';
import { verifies } from '../requirements.js';
import { sampleTools } from '../tools/sample-tools.js';
import { FakeTerminal } from './fake-terminal.js';

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
  disposed: number;
}

/** Runs a command line over the sample tools. */
async function run(argv: string[], given: Partial<ProgramEnvironment> = {}): Promise<Outcome> {
  const terminal = new FakeTerminal();
  let disposed = 0;
  const code = await runProgram(argv, {
    terminal,
    env: {},
    cwd: '/cwd',
    signal: new AbortController().signal,
    disposeGraceMs: 1000,
    open: () => ({
      dispatcher: new Dispatcher(sampleTools, new Session()),
      dispose: async () => {
        disposed += 1;
      },
    }),
    ...given,
  });
  return { code, stdout: terminal.stdout, stderr: terminal.stderr, disposed };
}

/** The error that a wrong command line ends with. */
async function complaint(argv: string[]): Promise<string> {
  try {
    await run(argv);
  } catch (error) {
    expect(toCodeloopError(error).class).toBe('usage');
    return toCodeloopError(error).message;
  }
  throw new Error('the command line was accepted');
}

const echoed = async (argv: string[], given: Partial<ProgramEnvironment> = {}) =>
  JSON.parse((await run([...argv, '--json'], given)).stdout);

describe('flags', () => {
  test('of every kind reach the tool', async () => {
    verifies('doors.flags-from-schema');
    const { given } = await echoed([
      'echo',
      'hello',
      '--loud',
      '--no-full-page',
      '--times=3',
      '--mood',
      'calm',
      '--viewports',
      'mobile,tablet',
      '--viewports',
      'desktop',
      '--sizes',
      '1,2.5',
      '--steps',
      '{"action":"click"}',
      '--where',
      '7',
    ]);
    expect(given).toEqual({
      text: 'hello',
      loud: true,
      full_page: false,
      times: 3,
      mood: 'calm',
      viewports: ['mobile', 'tablet', 'desktop'],
      sizes: [1, 2.5],
      steps: [{ action: 'click' }],
      where: 7,
      status: 'pass',
    });
  });

  test('may stand in for what is given by position', async () => {
    expect((await echoed(['echo', '--text', 'hello'])).given.text).toBe('hello');
    expect((await run(['echo'])).stderr).toContain('codeloop echo: <text> must be a string (it is missing).');
  });

  test('may be the other way round than their default', async () => {
    const { given } = await echoed(['echo', 'a', '--no-loud', '--full-page']);
    expect(given).toMatchObject({ loud: false, full_page: true });
  });

  test.each([
    [['echo', 'a', '--viewport', 'x'], 'codeloop echo: unknown flag --viewport, did you mean --viewports?'],
    [['echo', 'a', '--viewport=x'], 'codeloop echo: unknown flag --viewport, did you mean --viewports?'],
    [['echo', 'a', '--times'], 'codeloop echo: --times needs a value.'],
    [['call'], 'codeloop call: <tool> is missing.'],
    [['echo', 'a', 'b'], "codeloop echo: too many arguments for 'echo'. Expected 1 argument but got 2."],
    [['eco'], 'codeloop: there is no command eco; did you mean echo?'],
    [['baseline', 'acept'], 'codeloop baseline: there is no command acept; did you mean accept?'],
    [['call', 'echo', '--json', '{'], 'codeloop call: --json is not JSON: '],
    [['serve', '--toolsets', 'core,sea'], 'codeloop serve: --toolsets: there is no set sea; sets: core, see, '],
  ])('that are wrong are refused: %o', async (argv, message) => {
    verifies('doors.friendly-arguments');
    expect(await complaint(argv)).toContain(message);
  });

  test('whose values are wrong are refused by their names', async () => {
    verifies('doors.friendly-arguments', 'doors.exit-codes');
    const { code, stdout, stderr } = await run(['echo', 'a', '--times', 'x', '--no-color']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('codeloop echo: --times must be a number (given "x").');
  });
});

describe('flags of every command', () => {
  test('may stand before and after its name', async () => {
    const before = await run(['--json', '--root', '/a', 'echo', 'x', '--root', 'b']);
    expect(JSON.parse(before.stdout).caller.roots).toEqual(['/a', '/cwd/b', '/cwd']);
  });

  test('give the roots in their order', async () => {
    verifies('doors.roots');
    const env = { CODELOOP_PROJECT_DIR: '/env' };
    const { caller, given } = await echoed(['echo', 'x', '--root', '/flag', '--project-dir', 'here'], { env });
    expect(given.project_dir).toBe('/cwd/here');
    expect(caller.roots).toEqual(['/cwd/here', '/flag', '/env', '/cwd']);
    expect(caller).toMatchObject({ door: 'cli', cwd: '/cwd', client: { name: 'codeloop-cli' } });
  });

  test.each<[string[], NodeJS.ProcessEnv, boolean]>([
    [[], {}, false],
    [['--ci'], {}, true],
    [[], { CI: 'true' }, true],
    [[], { CI: '1' }, true],
    [[], { CI: 'false' }, false],
    [[], { CI: '' }, false],
  ])('%o with %o: CI is %o', async (flags, env, ci) => {
    expect((await echoed(['echo', 'x', ...flags], { env })).caller.ci).toBe(ci);
    // What the evidence is gathered with, too: under CI the history has to be seen.
    const opened: boolean[] = [];
    const open: ProgramEnvironment['open'] = (opening) => {
      opened.push(opening.ci);
      return {
        dispatcher: new Dispatcher(sampleTools, new Session({ ci: opening.ci })),
        dispose: async () => undefined,
      };
    };
    await run(['echo', 'x', ...flags], { env, open });
    expect(opened).toEqual([ci]);
  });

  test('--quiet prints one line and no progress', async () => {
    expect(await run(['echo', 'x', '--quiet'])).toEqual({
      code: 0,
      stdout: '✔ pass  said x\n',
      stderr: '',
      disposed: 1,
    });
  });
});

describe('the exit code', () => {
  test.each<[string[], number]>([
    [['echo', 'x'], 0],
    [['echo', 'x', '--status', 'fail'], 1],
    [['echo', 'x', '--status', 'needs_human'], 1],
    [['echo', 'x', '--status', 'could_not_run'], 3],
    [['echo', 'x', '--status', 'nothing'], 2],
    [['failing', '--how', 'known'], 2],
    [['failing', '--how', 'missing_browser'], 3],
    [['failing', '--how', 'unknown'], 3],
    [['call', 'nothing'], 2],
    [['--help'], 0],
    [['echo', '--help'], 0],
    [['help', 'echo'], 0],
    [[], 2],
  ])('of %o is %i', async (argv, code) => {
    verifies('doors.exit-codes');
    expect(await run(argv)).toMatchObject({ code, disposed: 1 });
  });

  test('of an interrupted command is 130', async () => {
    verifies('doors.exit-codes', 'doors.cancel');
    const stop = new AbortController();
    const terminal = new FakeTerminal();
    terminal.err = () => void setImmediate(() => stop.abort());
    expect((await run(['wait'], { signal: stop.signal, terminal })).code).toBe(130);
  });
});

describe('JSON', () => {
  test('is the result object, alone and whole', async () => {
    verifies('doors.json-alone');
    const { stdout, stderr } = await run(['huge', '--rows', '1000', '--json']);
    expect(JSON.parse(stdout).rows).toHaveLength(1000);
    expect(stdout.trimEnd()).not.toContain('\n');
    expect(stderr).toBe('');
  });

  test('is the error when there is one', async () => {
    verifies('doors.json-alone');
    const { stdout, stderr } = await run(['failing', '--how', 'known', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'RUN_NOT_FOUND', message: 'There is no run r-1.' });
    expect(stderr).toBe('');
  });

  test.each(['echo', 'codeloop_echo', 'codeloop-echo'])('goes in and out by call %s', async (name) => {
    const { stdout } = await run(['call', name, '--json', '{"text":"x","steps":[{"action":"a"}]}']);
    expect(JSON.parse(stdout)).toMatchObject({ summary: 'said x', given: { steps: [{ action: 'a' }] } });
  });

  test('of a call names wrong arguments as the tool’s door does', async () => {
    const { stdout, code } = await run(['call', 'echo', '--json', '{"text":"x","tims":1}']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'ARGUMENTS_INVALID' });
  });
});

describe('help', () => {
  test('of the program lists every command of the terminal', async () => {
    const { stdout } = await run(['--help']);
    for (const name of ['echo', 'picture', 'wait', 'failing', 'huge', 'baseline', 'call', 'serve'])
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    expect(stdout).not.toMatch(/^ {2}noisy/m);
  });

  test('of a command lists a flag for every field, with its choices and default', async () => {
    verifies('doors.flags-from-schema');
    const { stdout } = await run(['echo', '--help']);
    for (const flag of [
      '--loud',
      '--no-full-page',
      '--times <number>',
      '--mood <calm|angry>',
      '--viewports <text,...>',
      '--where',
    ])
      expect(stdout).toContain(flag);
    expect(stdout).toContain('one of pass, fail, needs_human, could_not_run');
    expect(stdout).toContain('default "pass"');
    expect(stdout).not.toContain('--project_dir');
  });

  test('of a command with a parent works', async () => {
    expect((await run(['baseline', 'accept'])).stdout).toContain('accepted');
  });
});
