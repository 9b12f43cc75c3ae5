import { z } from 'zod';
import type { Tool } from './define-tool.js';

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

const inputs = new WeakMap<Tool, ObjectSchema>();
const results = new WeakMap<Tool, ObjectSchema>();

/** JSON Schema of a tool's arguments as they are given: fields with a default are not required. Made once per tool. */
export function inputSchema(tool: Tool): ObjectSchema {
  return cached(inputs, tool, () => publish(tool.input, 'input'));
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
