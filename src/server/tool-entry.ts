import type { Tool as McpTool, ToolAnnotations } from '@modelcontextprotocol/server';
import type { Effect, Tool } from '../tools/define-tool.js';
import { inputSchema, type ObjectSchema, resultSchema } from '../tools/tool-schemas.js';

/** Key of `_meta` under which each tool's result schema is published, pictures or not. */
export const RESULT_SCHEMA_META = 'codeloop/resultSchema';

/**
 * A tool as `tools/list` shows it. Tools with pictures declare no `outputSchema`, because clients that see one show their
 * model only `structuredContent` and drop the pictures (contract section 1).
 */
export function toolEntry(tool: Tool): McpTool {
  const result = published(resultSchema(tool));
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: published(inputSchema(tool, 'mcp')),
    ...(tool.pictures ? {} : { outputSchema: result }),
    annotations: { title: tool.title, ...HINTS[tool.effect] },
    _meta: { [RESULT_SCHEMA_META]: result },
  };
}

/** `write` adds evidence and settings, it removes nothing; `drive` also opens pages and starts the app. */
const HINTS: Readonly<Record<Effect, ToolAnnotations>> = {
  read: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  write: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  drive: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
};

/** The same schema under the SDK's type, which spells JSON out where ours says `unknown`; both hold plain JSON. */
function published(schema: ObjectSchema): McpTool['inputSchema'] {
  return schema as McpTool['inputSchema'];
}
