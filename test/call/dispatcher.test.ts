import { describe, expect, test } from 'vitest';
import type { CallContext, Door, Progress } from '../../src/call/define-tool.js';
import { Dispatcher } from '../../src/call/dispatcher.js';
import { resultSchema } from '../../src/call/tool-schemas.js';
import { Session } from '../../src/live/session.js';
import { verifies } from '../requirements.js';
import { sampleTools, wait } from '../tools/sample-tools.js';

const dispatcher = new Dispatcher(sampleTools, new Session());

function contextOf(door: Door, signal = new AbortController().signal): CallContext {
  return {
    door,
    client: { name: 'test', version: '1' },
    signal,
    progress: () => undefined,
    roots: ['/r'],
    cwd: '/r',
    ci: false,
  };
}

async function errorOf(name: string, given: unknown, door: Door = 'mcp') {
  const reply = await dispatcher.call(name, given, contextOf(door));
  if (reply.kind !== 'error') throw new Error('the call worked');
  return reply;
}

async function resultOf(name: string, given: unknown, door: Door = 'mcp') {
  const reply = await dispatcher.call(name, given, contextOf(door));
  if (reply.kind !== 'result') throw new Error(reply.error.message);
  return reply;
}

describe('a call', () => {
  test('gives the tool its arguments with defaults, and the door a whole result', async () => {
    const { result, images } = await resultOf('codeloop_echo', { text: 'hi' });
    expect(result).toEqual({
      schema_version: 1,
      status: 'pass',
      summary: 'said hi',
      artifacts: [],
      next: [
        { tool: 'codeloop_echo', arguments: { text: 'it is', loud: true, viewports: ['a', 'b'] }, why: 'to hear it' },
      ],
      given: { text: 'hi', loud: false, full_page: true, status: 'pass' },
      caller: { door: 'mcp', client: { name: 'test', version: '1' }, roots: ['/r'], ci: false, cwd: '/r' },
    });
    expect(images).toEqual([]);
  });

  test('without arguments is a call with none', async () => {
    expect((await resultOf('codeloop_picture', undefined)).result.summary).toBe('seen');
  });

  test.each<[string, string, unknown, Door, string, string]>([
    [
      'an unknown tool',
      'codeloop_ecko',
      {},
      'mcp',
      'TOOL_NOT_FOUND',
      'There is no tool codeloop_ecko; did you mean codeloop_echo?',
    ],
    [
      'a name without its prefix',
      'echo',
      {},
      'mcp',
      'TOOL_NOT_FOUND',
      'There is no tool echo; did you mean codeloop_echo?',
    ],
    ['a name near none', 'codeloop_zzzzzzzzz', {}, 'mcp', 'TOOL_NOT_FOUND', 'There is no tool codeloop_zzzzzzzzz.'],
    ['a tool of the other door', 'codeloop_accept', {}, 'mcp', 'TOOL_NOT_FOUND', 'There is no tool codeloop_accept.'],
    [
      'wrong arguments',
      'codeloop_echo',
      {},
      'mcp',
      'ARGUMENTS_INVALID',
      'codeloop_echo: text must be a string (it is missing).',
    ],
    ['an error of the catalogue', 'codeloop_failing', { how: 'known' }, 'mcp', 'RUN_NOT_FOUND', 'There is no run r-1.'],
    [
      'any other error',
      'codeloop_failing',
      { how: 'unknown' },
      'mcp',
      'INTERNAL',
      'codeloop failed in a way it did not foresee: x is not a function',
    ],
  ])('%s is an error, never an exception', async (_what, name, given, door, code, message) => {
    verifies('doors.errors-are-replies');
    const { error } = await errorOf(name, given, door);
    expect(error).toMatchObject({ code, message });
    expect(error.fix).not.toBe('');
  });

  test('whose result its own schema refuses is an error', async () => {
    verifies('doors.results-match-schema');
    const { error } = await errorOf('codeloop_failing', { how: 'result' });
    expect(error.code).toBe('INTERNAL');
    expect(error.message).toContain('codeloop_failing made a result that its schema refuses: summary:');
  });
});

describe('the budget', () => {
  test('cuts a long result for an agent and says what is missing', async () => {
    verifies('doors.reply-budget');
    const { result } = await resultOf('codeloop_huge', { rows: 1000 });
    expect(JSON.stringify(result).length).toBeLessThanOrEqual(40_000);
    expect(result.truncated).toEqual([{ field: 'rows', shown: 250, total: 1000 }]);
    expect(result.rows).toHaveLength(250);
  });

  test('refuses what cannot be cut', async () => {
    const { error } = await errorOf('codeloop_huge', { fields: 1000 });
    expect(error).toMatchObject({
      code: 'REPLY_TOO_LARGE',
      message: 'The result of codeloop_huge does not fit into a reply of 40000 characters.',
    });
  });

  test('does not touch what a terminal gets', async () => {
    const { result } = await resultOf('codeloop_huge', { rows: 1000, fields: 1000 }, 'cli');
    expect(result.rows).toHaveLength(1000);
    expect(result).not.toHaveProperty('truncated');
  });

  test('lists pictures that stayed behind', async () => {
    const reply = await resultOf('codeloop_picture', { count: 9, oversized: true });
    expect(reply.images).toHaveLength(8);
    expect(reply.result.truncated).toEqual([{ field: 'images', shown: 8, total: 10 }]);
  });
});

describe('cancellation', () => {
  test('reaches the tool, and the answer says so', async () => {
    verifies('doors.cancel');
    const stop = new AbortController();
    const seen: Progress[] = [];
    const reply = await dispatcher.call(
      'codeloop_wait',
      {},
      {
        ...contextOf('mcp', stop.signal),
        progress: (progress) => {
          seen.push(progress);
          setImmediate(() => stop.abort());
        },
      },
    );
    expect(seen).toEqual([{ done: 1, total: 3, message: 'waiting' }]);
    expect(reply).toMatchObject({ kind: 'error', class: 'interrupted', error: { code: 'CANCELLED' } });
  });

  test('does not wait for a tool that will not listen', async () => {
    verifies('doors.cancel');
    const stop = new AbortController();
    const progress = () => setImmediate(() => stop.abort());
    const reply = await dispatcher.call(
      'codeloop_wait',
      { stubborn: true },
      { ...contextOf('mcp', stop.signal), progress },
    );
    expect(reply).toMatchObject({ kind: 'error', error: { code: 'CANCELLED' } });
    await dispatcher.idle();
  });

  test('a call that takes longer than its tool may is given up', async () => {
    const hasty = new Dispatcher([{ ...wait, deadlineMs: 5 }], new Session());
    const reply = await hasty.call('codeloop_wait', { stubborn: true }, contextOf('mcp'));
    expect(reply).toMatchObject({ error: { code: 'DEADLINE_EXCEEDED' }, class: 'could_not_run' });
  });
});

describe('the list', () => {
  test('is what the door offers', () => {
    const names = (door: Door) => dispatcher.list(door).map(({ command }) => command.name);
    expect(names('mcp')).toEqual(['echo', 'picture', 'wait', 'failing', 'huge', 'noisy']);
    expect(names('cli')).toEqual(['echo', 'picture', 'wait', 'work', 'failing', 'huge', 'baseline accept']);
    expect(dispatcher.list('mcp', ['see']).map(({ name }) => name)).toEqual(['codeloop_picture']);
  });

  test('publishes a result schema that holds the common fields', () => {
    for (const tool of dispatcher.list('mcp')) {
      expect(Object.keys(resultSchema(tool).properties)).toEqual(
        expect.arrayContaining(['schema_version', 'status', 'summary', 'artifacts', 'next', 'truncated']),
      );
    }
  });
});
