import {
  type Prompt,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { DispatchReply } from '../call/dispatcher.js';

/** Calls a tool for a request, through the one funnel. */
type ToolCaller = (tool: string, given: Record<string, unknown>, context: ServerContext) => Promise<DispatchReply>;

/**
 * The prompts of MCP, which are the tools `codeloop_list_prompts` and `codeloop_get_prompt` under other names: a policy that hides or
 * denies those holds for these too, and each request is a line of the audit log.
 */
export function servePrompts(server: Server, call: ToolCaller): void {
  server.setRequestHandler('prompts/list', async (_request, context) => {
    const reply = await call('codeloop_list_prompts', {}, context);
    // What may not be listed is not there: a client asks for it without being told to.
    return { prompts: reply.kind === 'error' ? [] : listOf(reply.result).flatMap(entryOf) };
  });

  server.setRequestHandler('prompts/get', async ({ params }, context) => {
    const variables = params.arguments === undefined ? {} : { variables: params.arguments };
    const reply = await call('codeloop_get_prompt', { id: params.name, ...variables }, context);
    if (reply.kind === 'error') {
      const { code, message, fix } = reply.error;
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `${message} ${fix}`, { code });
    }
    const { description, prompt } = reply.result;
    return {
      description: String(description),
      messages: [{ role: 'user' as const, content: { type: 'text' as const, text: String(prompt) } }],
    };
  });
}

function listOf(result: Record<string, unknown>): unknown[] {
  return Array.isArray(result.prompts) ? result.prompts : [];
}

/** A row of the tool's result as MCP lists a prompt. The dispatcher has held it against the tool's schema. */
function entryOf(row: unknown): Prompt[] {
  if (row === null || typeof row !== 'object') return [];
  const text = (of: object, field: string) => String(Reflect.get(of, field));
  const variables: unknown = Reflect.get(row, 'variables');
  return [
    {
      name: text(row, 'id'),
      title: text(row, 'title'),
      description: text(row, 'description'),
      arguments: (Array.isArray(variables) ? variables : []).map((one: object) => ({
        name: text(one, 'name'),
        description: text(one, 'description'),
        required: Reflect.get(one, 'required') === true,
      })),
    },
  ];
}
