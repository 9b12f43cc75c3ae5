import { describe, expect, test } from 'vitest';
import { inputSchema, resultSchema } from '../../src/call/tool-schemas.js';
import { buildProgram } from '../../src/cli/program.js';
import { toolEntry } from '../../src/server/mcp-server.js';
import { tools } from '../../src/tools/index.js';
import { FakeTerminal } from '../cli/fake-terminal.js';
import { verifies } from '../requirements.js';

/** Tokens of a list as they are counted here: characters of names, descriptions and input schemas, by four. */
function listTokens(toolsets?: readonly string[]): number {
  const texts = tools
    .filter(({ doors, toolset }) => doors.includes('mcp') && (toolsets?.includes(toolset) ?? true))
    .map(toolEntry)
    .map(({ name, description, inputSchema }) => name + (description ?? '') + JSON.stringify(inputSchema));
  return texts.join('').length / 4;
}

describe('the tools', () => {
  test('cost an agent at most 4,500 tokens to know, the core set 1,500', () => {
    verifies('doors.list-budget');
    expect(listTokens()).toBeLessThanOrEqual(4500);
    expect(listTokens(['core'])).toBeLessThanOrEqual(1500);
    const whole = tools.filter(({ doors }) => doors.includes('mcp')).map(toolEntry);
    expect(JSON.stringify(whole).length / 4).toBeLessThanOrEqual(10_000);
  });

  test('have names of one kind, and names and commands of their own', () => {
    for (const { name } of tools) expect(name).toMatch(/^codeloop_[a-z]+(_[a-z]+)*$/);
    expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
    expect(new Set(tools.map(({ command }) => command.name)).size).toBe(tools.length);
  });

  test('take a project folder, and nothing under the name of a flag of every command', () => {
    const taken = ['json', 'quiet', 'color', 'no_color', 'ci', 'root', 'help', 'version'];
    for (const tool of tools) {
      const fields = Object.keys(inputSchema(tool).properties);
      expect(
        fields.filter((field) => taken.includes(field)),
        tool.name,
      ).toEqual([]);
      expect(fields, tool.name).toContain('project_dir');
      expect(fields, tool.name).toEqual(expect.arrayContaining([...(tool.command.positionals ?? [])]));
    }
  });

  test('publish a result with the common fields', () => {
    for (const tool of tools)
      expect(Object.keys(resultSchema(tool).properties), tool.name).toEqual(
        expect.arrayContaining(['schema_version', 'status', 'summary', 'artifacts', 'next', 'truncated']),
      );
  });

  test('become a command line without a clash', () => {
    verifies('doors.flags-from-schema');
    const program = buildProgram(tools, '0', new FakeTerminal(), {
      signal: new AbortController().signal,
      open: undefined,
      call: async () => undefined,
      served: () => undefined,
      review: async () => undefined,
    });
    for (const tool of tools.filter(({ doors }) => doors.includes('cli'))) {
      const words = tool.command.name.split(' ');
      const command = words.reduce<typeof program | undefined>(
        (parent, word) => parent?.commands.find((inner) => inner.name() === word),
        program,
      );
      const flags = command?.options.flatMap((option) => option.long ?? []) ?? [];
      for (const field of Object.keys(inputSchema(tool).properties))
        expect(flags, tool.name).toContain(tool.command.json === field ? '--json' : `--${field.replaceAll('_', '-')}`);
    }
  });
});
