import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineTool } from '../../src/call/define-tool.js';

const fields = {
  name: 'codeloop_echo',
  title: 'Echo',
  description: 'Says it again.',
  toolset: 'core',
  doors: ['mcp', 'cli'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({ text: z.string() }),
  output: { said: z.string() },
  run: async ({ text }: { text: string }) => ({ result: { status: 'pass' as const, summary: text, said: text } }),
} as const;
const command = { name: 'echo' };

test('a field that a tool cannot have does not compile', () => {
  const right = defineTool({ ...fields, command: { name: 'echo', positionals: ['text'] } });
  // The type check fails where one of these is no error.
  const wrong = [
    // @ts-expect-error: no such set of tools
    defineTool({ ...fields, command, toolset: 'sea' }),
    // @ts-expect-error: no such effect
    defineTool({ ...fields, command, effect: 'destroy' }),
    // @ts-expect-error: no such door
    defineTool({ ...fields, command, doors: ['http'] }),
    // @ts-expect-error: a name that no client would find
    defineTool({ ...fields, command, name: 'echo' }),
    // @ts-expect-error: no such field of the input
    defineTool({ ...fields, command: { name: 'echo', positionals: ['words'] } }),
    // @ts-expect-error: no such field of a tool
    defineTool({ ...fields, command, tags: [] }),
    // @ts-expect-error: a result without the field that it promises
    defineTool({ ...fields, command, run: async () => ({ result: { status: 'pass' as const, summary: '' } }) }),
  ];
  expect([right, ...wrong].every(({ output }) => 'schema_version' in output.shape)).toBe(true);
});
