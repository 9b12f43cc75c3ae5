import type { Tool } from './define-tool.js';
import { inputSchema } from './tool-schemas.js';

/** The tool that a person means by a name: the tool's own, with or without `codeloop_`, or its command's. */
export function namedTool(name: string, tools: readonly Tool[]): Tool | undefined {
  const plain = name.replaceAll('-', '_');
  return tools.find((tool) => [plain, `codeloop_${plain}`].includes(tool.name) || tool.command.name === name);
}

/** Arguments that must be given: a field with a default need not be. */
export function requiredOf(tool: Tool): readonly string[] {
  return inputSchema(tool).required ?? [];
}

/** Arguments with the defaults of the fields that are not given; nothing is validated. */
export function withDefaults(tool: Tool, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const filled: Record<string, unknown> = { ...given };
  for (const [field, schema] of Object.entries(tool.input.shape)) {
    if (Object.hasOwn(given, field)) continue;
    const parsed = schema.safeParse(undefined);
    if (parsed.success && parsed.data !== undefined) filled[field] = parsed.data;
  }
  return filled;
}
