import { z } from 'zod';
import type { Door, Tool } from './define-tool.js';

/** A JSON Schema of an object, as it is published: no `$schema`, because only keywords that draft 7 and 2020-12 share are used. */
export interface ObjectSchema {
  [keyword: string]: unknown;
  type: 'object';
  properties: Record<string, FieldSchema>;
  required?: string[];
}

/** The parts of a field's JSON Schema that a door reads; the rest is for clients. */
export interface FieldSchema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  items?: FieldSchema;
  anyOf?: FieldSchema[];
}

const inputs: Readonly<Record<Door, WeakMap<Tool, ObjectSchema>>> = {
  mcp: new WeakMap(),
  cli: new WeakMap(),
  review: new WeakMap(),
};
const results = new WeakMap<Tool, ObjectSchema>();

/** JSON Schema of a tool's arguments as they are given by a door: fields with a default are not required. Made once per tool. */
export function inputSchema(tool: Tool, door: Door = 'cli'): ObjectSchema {
  return cached(inputs[door], tool, () => publish(tool.input.pick(picked(fieldsOf(tool, door))), 'input'));
}

/** Names of the input fields that a door offers. */
export function fieldsOf(tool: Tool, door: Door): string[] {
  const only = door !== 'mcp' ? [] : (tool.command.only ?? []);
  return Object.keys(tool.input.shape).filter((field) => !only.includes(field));
}

function picked(fields: readonly string[]): Record<string, true> {
  return Object.fromEntries(fields.map((field) => [field, true]));
}

/** JSON Schema of a tool's result exactly as the dispatcher validates it. Made once per tool. */
export function resultSchema(tool: Tool): ObjectSchema {
  return cached(results, tool, () => publish(tool.output, 'output'));
}

function cached(cache: WeakMap<Tool, ObjectSchema>, tool: Tool, make: () => ObjectSchema): ObjectSchema {
  const known = cache.get(tool);
  if (known) return known;
  const made = make();
  cache.set(tool, made);
  return made;
}

function publish(schema: z.ZodObject, io: 'input' | 'output'): ObjectSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // The bounds of every safe integer say nothing to a caller and cost tokens in each tool.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      // So does the rule that an object's keys are texts.
      if (JSON.stringify(jsonSchema.propertyNames) === '{"type":"string"}') delete jsonSchema.propertyNames;
    },
  });
  // An object schema of zod always becomes this shape; its fields' keywords are a superset of FieldSchema.
  const object = rest as ObjectSchema;
  return io === 'input' ? { ...object, additionalProperties: false } : object;
}

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
