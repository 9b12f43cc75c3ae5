import { describe, expect, test } from 'vitest';
import { toolEntry } from '../../src/server/mcp-server.js';
import { verifies } from '../requirements.js';
import { echo, picture, wait } from '../tools/sample-tools.js';

describe('a tool in the list', () => {
  test('has an input schema that any draft understands and that refuses what it does not know', () => {
    const { inputSchema } = toolEntry(echo);
    expect(inputSchema).not.toHaveProperty('$schema');
    expect(inputSchema).toMatchObject({ type: 'object', required: ['text'], additionalProperties: false });
    expect(inputSchema.properties?.times).toEqual({ type: 'integer', minimum: 1 });
  });

  test('shows no field that only a terminal has', () => {
    const { inputSchema } = toolEntry({ ...echo, command: { ...echo.command, only: ['loud', 'text'] } });
    expect(inputSchema.properties).not.toHaveProperty('loud');
    expect(inputSchema.required ?? []).toEqual([]);
    expect(inputSchema).toMatchObject({ additionalProperties: false });
  });

  test('declares the fields of its result only when it has no pictures, and says where all of it is described', () => {
    verifies('doors.travel');
    const [plain, pictured] = [toolEntry(echo), toolEntry(picture)];
    expect(plain.outputSchema).toMatchObject({
      type: 'object',
      properties: { summary: { type: 'string' }, artifacts: { type: 'array' }, status: { type: 'string' } },
      required: expect.arrayContaining(['status', 'summary']),
    });
    expect(plain._meta).toEqual({ 'codeloop/resultSchema': 'docs/tools.md#codeloop_echo' });
    expect(pictured).not.toHaveProperty('outputSchema');
    expect(pictured._meta).toEqual({
      'codeloop/resultSchema': 'docs/tools.md#codeloop_picture',
      ui: { resourceUri: 'ui://codeloop/pair-viewer.html' },
    });
  });

  test.each([
    [echo, { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false }],
    [wait, { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false }],
    [picture, { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true }],
  ])('has the hints of its effect', (tool, hints) => {
    expect(toolEntry(tool).annotations).toEqual({ title: tool.title, ...hints });
  });
});
