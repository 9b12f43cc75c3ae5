import { describe, expect, test } from 'vitest';
import type { Door } from '../../src/call/define-tool.js';
import { parseArguments } from '../../src/call/tool-schemas.js';
import { CodeloopError } from '../../src/core/errors.js';
import { verifies } from '../requirements.js';
import { echo } from '../tools/sample-tools.js';

function problem(given: unknown, door?: Door): { message: string; allowed: unknown } {
  try {
    parseArguments(echo, given, door);
  } catch (error) {
    if (error instanceof CodeloopError) return { message: error.message, allowed: error.values.allowed };
    throw error;
  }
  throw new Error('the arguments were accepted');
}

describe('arguments that fit', () => {
  test('get their defaults', () => {
    expect(parseArguments(echo, { text: 'hi', times: 2 })).toEqual({
      text: 'hi',
      times: 2,
      loud: false,
      full_page: true,
      status: 'pass',
    });
  });
});

describe('arguments that do not fit', () => {
  test.each<[string, unknown, string]>([
    ['an unknown one near a known', { text: 'a', viewport: 'x' }, 'unknown argument viewport, did you mean viewports?'],
    ['an unknown one near none', { text: 'a', zzzzzzzz: 1 }, 'unknown argument zzzzzzzz.'],
    ['a missing one', {}, 'text must be a string (it is missing).'],
    ['a wrong type', { text: 5 }, 'text must be a string (given 5).'],
    ['a list where none is', { text: ['a'] }, 'text must be a string (given ["a"]).'],
    ['an integer that is none', { text: 'a', times: 1.5 }, 'times must be an integer (given 1.5).'],
    ['a choice that is none', { text: 'a', mood: 'sad' }, 'mood must be one of calm, angry (given "sad").'],
    ['a union', { text: 'a', where: true }, 'where must be a string or a number (given true).'],
    ['a list item', { text: 'a', viewports: ['x', 1] }, 'viewports.1 must be a string (given 1).'],
    ['a nested unknown one', { text: 'a', steps: [{ action: 'x', at: 1 }] }, 'unknown argument steps.0.at.'],
    ['a number below its limit', { text: 'a', times: 0 }, 'times: Too small: expected number to be >=1 (given 0).'],
    [
      'a long value',
      { text: 'a', mood: 'x'.repeat(100) },
      `mood must be one of calm, angry (given "${'x'.repeat(56)}…).`,
    ],
    ['two at once', { txt: 'a' }, 'unknown argument txt, did you mean text? text must be a string (it is missing).'],
    ['no object', 'text', 'arguments must be an object, not "text".'],
    ['a list', [1], 'arguments must be an object, not [1].'],
    ['nothing', null, 'arguments must be an object, not null.'],
  ])('%s', (_what, given, expected) => {
    verifies('doors.friendly-arguments');
    const { message, allowed } = problem(given);
    expect(message).toBe(`codeloop_echo: ${expected}`);
    expect(allowed).toEqual(Object.keys(echo.input.shape));
  });

  test('are named as flags in the terminal', () => {
    expect(problem({ full_pag: true, text: 'a' }, 'cli').message).toBe(
      'codeloop echo: unknown argument full_pag, did you mean --full-page?',
    );
    expect(problem({}, 'cli').message).toBe('codeloop echo: <text> must be a string (it is missing).');
    expect(problem({}, 'cli').allowed).toContain('--full-page');
  });

  test('are refused over MCP when only a terminal has them', () => {
    const terse = { ...echo, command: { ...echo.command, only: ['loud'] } };
    expect(parseArguments(terse, { text: 'a', loud: true }, 'cli')).toMatchObject({ loud: true });
    expect(() => parseArguments(terse, { text: 'a', loud: true }, 'mcp')).toThrow('unknown argument loud');
    expect(parseArguments(terse, { text: 'a' }, 'mcp')).toMatchObject({ loud: false });
  });

  test('are refused by a tool whose schema would let them pass', () => {
    const lax = { ...echo, input: echo.input.loose() };
    expect(() => parseArguments(lax, { text: 'a', extra: 1 })).toThrow('unknown argument extra.');
  });
});
