import { describe, expect, test } from 'vitest';
import { inputSchema } from '../../src/call/tool-schemas.js';
import { flagKind, readList, readValue, valueName } from '../../src/cli/flags.js';
import { commandLine } from '../../src/cli/render-result.js';
import { verifies } from '../requirements.js';
import { echo, sampleTools } from '../tools/sample-tools.js';

const { properties } = inputSchema(echo);
const field = (name: string) => properties[name] ?? {};

describe('a field of the input', () => {
  test.each([
    ['text', 'value', 'text'],
    ['loud', 'boolean', 'text'],
    ['times', 'value', 'number'],
    ['mood', 'value', 'calm|angry'],
    ['viewports', 'list', 'text,...'],
    ['sizes', 'list', 'number,...'],
    ['steps', 'list', 'json,...'],
    ['where', 'value', 'text'],
  ])('%s is given as a %s', (name, kind, value) => {
    verifies('doors.flags-from-schema');
    expect([flagKind(field(name)), valueName(field(name))]).toEqual([kind, value]);
  });

  test.each<[string, string, unknown]>([
    ['text', '5', '5'],
    ['text', '{"a":1}', '{"a":1}'],
    ['times', '5', 5],
    ['times', 'five', 'five'],
    ['times', '', ''],
    ['where', '1.5', 1.5],
    ['where', 'here', 'here'],
    ['mood', 'sad', 'sad'],
  ])('%s %s is read as %o', (name, text, value) => {
    expect(readValue(field(name), text)).toEqual(value);
  });

  test('without a type takes JSON or text; a choice of words and truth takes both', () => {
    expect(readValue({}, '{"a":1}')).toEqual({ a: 1 });
    expect(readValue({}, '{"a":')).toBe('{"a":');
    const fullPage = { anyOf: [{ type: 'boolean' }, { const: 'auto' }] };
    expect(flagKind(fullPage)).toBe('value');
    expect([readValue(fullPage, 'true'), readValue(fullPage, 'auto')]).toEqual([true, 'auto']);
  });

  test.each<[string, string, unknown[]]>([
    ['viewports', 'mobile, desktop', ['mobile', 'desktop']],
    ['viewports', 'mobile,,', ['mobile']],
    ['viewports', '["a,b","c"]', ['a,b', 'c']],
    ['sizes', '1,2.5,x', [1, 2.5, 'x']],
    ['steps', '[{"action":"click"},{"action":"type"}]', [{ action: 'click' }, { action: 'type' }]],
    ['steps', '{"action":"click","at":[1,2]}', [{ action: 'click', at: [1, 2] }]],
    ['mask', '.ad, :is(.a, .b)', ['.ad', ':is(.a, .b)']],
    ['mask', '[data-x="a,b"],[data-y]', ['[data-x="a,b"]', '[data-y]']],
  ])('%s %s is the list %o', (name, text, values) => {
    expect(readList(field(name), text)).toEqual(values);
  });
});

describe('a suggested call as a command', () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      'codeloop_echo',
      { text: 'it is', loud: true, full_page: false, viewports: ['a', 'b'] },
      "codeloop echo 'it is' --loud --no-full-page --viewports a,b",
    ],
    [
      'codeloop_echo',
      { text: "it's", steps: [{ action: 'x' }] },
      `codeloop echo 'it'\\''s' --steps '[{"action":"x"}]'`,
    ],
    ['codeloop_echo', { viewports: ['a,b'], mask: [] }, `codeloop echo --viewports '["a,b"]'`],
    ['codeloop_accept', {}, 'codeloop baseline accept'],
    ['codeloop_later', { a: 1 }, `codeloop call codeloop_later --json '{"a":1}'`],
  ])('%s %o', (name, given, line) => {
    expect(commandLine(name, given, sampleTools)).toBe(line);
  });
});
