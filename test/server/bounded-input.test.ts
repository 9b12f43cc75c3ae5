import { expect, test } from 'vitest';
import { BoundedInput } from '../../src/server/bounded-input.js';
import { verifies } from '../requirements.js';

/** Writes chunks, and gives what was passed on and what was answered, line by line. */
async function fed(...chunks: (string | Buffer)[]) {
  const answers: { id: unknown; error: { code: number; message: string } }[] = [];
  const input = new BoundedInput((line) => answers.push(JSON.parse(line)));
  for (const chunk of chunks) input.write(chunk);
  input.end();
  const passed: Buffer[] = [];
  for await (const chunk of input) passed.push(chunk);
  const lines = Buffer.concat(passed).toString('utf8').split('\n').slice(0, -1);
  return { lines, answers: answers.map(({ id, error }) => [id, error.code, error.message]) };
}

const call = (id: unknown, params: unknown) => JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params });
const fine = call(7, { name: 'x', arguments: { text: 'a "quoted" [[[ brace {{{ \\\\" é' } });
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

test('messages are passed on as they came, however they are cut into pieces', async () => {
  verifies('mcp.bounded');
  const bytes = Buffer.from(`${fine}\n\r\n${call('b', undefined)}\n`);
  const whole = { lines: [fine, '\r', call('b', undefined)].filter((line) => line !== '\r'), answers: [] };
  for (const at of [1, 20, fine.length - 1, fine.length, fine.length + 1, bytes.length - 1]) {
    const { lines, answers } = await fed(bytes.subarray(0, at), bytes.subarray(at));
    expect({ lines: lines.filter((line) => line.trim() !== ''), answers }).toEqual(whole);
  }
});

test.each<[string, string, [unknown, number, RegExp]]>([
  [
    'too long, its id first',
    call(3, { text: 'y'.repeat(10_000_001) }),
    [3, -32_600, /has 1\d{7} bytes; at most 10000000/],
  ],
  [
    'too long, its id last',
    `{"method":"tools/call","params":{"text":"${'y'.repeat(10_000_001)}"},"jsonrpc":"2.0","id":"four"}`,
    ['four', -32_600, /has 1\d{7} bytes/],
  ],
  [
    'too deep',
    `{"jsonrpc":"2.0","id":5,"method":"m","params":{"a":${nested(30_000)}}}`,
    [5, -32_600, /deeper than 200 levels/],
  ],
  [
    'too deep, of objects',
    `{"method":"m","params":${'{"a":'.repeat(300)}1${'}'.repeat(300)},"id":6}`,
    [6, -32_600, /deeper/],
  ],
  ['no JSON', '{"jsonrpc":"2.0","id":8,', [null, -32_700, /^The message is no JSON: /]],
  ['no object', '[1, 2]', [null, -32_600, /no object/]],
  ['parameters in a list', call(9, ['x']), [9, -32_602, /an object with names/]],
  ['parameters that are a text', call('ten', 'x'), ['ten', -32_602, /an object with names/]],
])('a message is answered with an error, and the next one is read: %s', async (_what, message, [id, code, said]) => {
  verifies('mcp.bounded');
  const { lines, answers } = await fed(`${message}\n${fine}\n`);
  expect(lines).toEqual([fine]);
  expect(answers).toEqual([[id, code, expect.stringMatching(said)]]);
  // The same in pieces, as a pipe gives them.
  const bytes = Buffer.from(`${message}\n${fine}\n`);
  const pieces = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, n) =>
    bytes.subarray(n * 65_536, (n + 1) * 65_536),
  );
  expect(await fed(...pieces)).toEqual({ lines, answers });
});

test('200 levels are read, and what has no line end is no message', async () => {
  const deep = `{"id":1,"method":"m","params":{"a":${nested(198)}}}`;
  expect(await fed(`${deep}\n`)).toEqual({ lines: [deep], answers: [] });
  expect(await fed(fine)).toEqual({ lines: [], answers: [] });
});
