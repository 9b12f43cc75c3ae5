import {
  type Prompt,
  ProtocolError,
  ProtocolErrorCode,
  type Resource,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { DispatchReply } from '../call/dispatcher.js';
import { toCodeloopError } from '../core/errors.js';
import { readStored } from '../core/path-walls.js';
import type { RunFile } from '../core/vocabulary/run.js';
import { besideBundle } from './opening.js';

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

/** Addresses of files of runs: `codeloop://runs/<run>/<path in its folder>`. */
const BASE = 'codeloop://runs/';
/** Longest file that travels, bytes: in base64 it is still a message. */
const MAX_BYTES = 7_000_000;

const TOOL = 'codeloop_run_files';

/** The page that chats show beside a reply with pictures (the extension MCP Apps), and its kind. */
export const PAIR_VIEWER = 'ui://codeloop/pair-viewer.html';
const VIEWER_FILE = 'chat-viewer.html';
const VIEWER_MIME = 'text/html;profile=mcp-app';
const VIEWER: Resource = {
  uri: PAIR_VIEWER,
  name: 'pair-viewer',
  title: 'Pictures of a reply',
  description: 'Reference, actual and difference with a slider. All that it shows is in the reply.',
  mimeType: VIEWER_MIME,
};

/** The viewer as it is read: it names no domain, so that a host lets it connect to none. */
function viewerContents(text: string) {
  return { uri: PAIR_VIEWER, mimeType: VIEWER_MIME, text, _meta: { ui: { csp: {}, prefersBorder: true } } };
}

/**
 * The resources of MCP: the viewer of pictures; and files of runs, by the tool `codeloop_run_files` under another name, so that a policy which hides or denies it holds for
 * these too, and each request is a line of the audit log. A file that is not as it was written is refused.
 */
export function serveResources(server: Server, call: ToolCaller): void {
  server.setRequestHandler('resources/list', async (_request, context) => {
    const reply = await call(TOOL, {}, context);
    // What may not be listed is not there: a client asks for it without being told to.
    const files = reply.kind === 'error' ? [] : filesOf(reply.result).map(resourceOf);
    return { resources: besideBundle(VIEWER_FILE) === undefined ? files : [VIEWER, ...files] };
  });

  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: [
      {
        uriTemplate: `${BASE}{run_id}/{+path}`,
        name: 'run-file',
        title: 'A file of a run',
        description: 'Report, picture, log or verdict, by the path that tools name below artifacts/runs.',
      },
    ],
  }));

  server.setRequestHandler('resources/read', async ({ params: { uri } }, context) => {
    const viewer = uri === PAIR_VIEWER ? besideBundle(VIEWER_FILE) : undefined;
    // A part of the program, as a tool's description is: nothing of a project is in it.
    if (viewer !== undefined) return { contents: [viewerContents(viewer)] };
    const [runId, path] = partsOf(uri);
    const reply = await call(TOOL, { run_id: runId, path }, context);
    if (reply.kind === 'error') throw refused(uri, `${reply.error.message} ${reply.error.fix}`, reply.error.code);
    const [file] = filesOf(reply.result);
    const folder = reply.result.folder;
    if (!file || typeof folder !== 'string') throw refused(uri, `The run has no such file.`, 'RUN_NOT_FOUND');
    try {
      const data = await readStored(folder, file, MAX_BYTES);
      const contents = isText(file.mime) ? { text: data.toString('utf8') } : { blob: data.toString('base64') };
      return { contents: [{ uri, mimeType: file.mime, ...contents }] };
    } catch (thrown) {
      const error = toCodeloopError(thrown);
      throw refused(uri, error.message, error.code);
    }
  });
}

/** The dispatcher has held them against the tool's schema. */
function filesOf(result: Record<string, unknown>): RunFile[] {
  return Array.isArray(result.files) ? result.files : [];
}

function resourceOf({ path, bytes, kind, mime }: RunFile): Resource {
  const below = path.replace(/^artifacts\/runs\//, '');
  return {
    uri: `${BASE}${below.split('/').map(encodeURIComponent).join('/')}`,
    name: below.slice(below.indexOf('/') + 1),
    description: kind,
    mimeType: mime,
    size: bytes,
  };
}

/** The run and the path that an address names; what is no address of ours names nothing. */
function partsOf(uri: string): [runId: string, path: string] {
  try {
    const [runId = '', ...rest] = uri.startsWith(BASE) ? uri.slice(BASE.length).split('/').map(decodeURIComponent) : [];
    if (runId !== '' && rest.length > 0) return [runId, rest.join('/')];
  } catch {
    // Percent signs that stand for nothing.
  }
  throw refused(uri, `An address is ${BASE}<run>/<path>.`, 'ARGUMENTS_INVALID');
}

function isText(mime: string): boolean {
  return mime.startsWith('text/') || /[/+](?:json|xml)$/.test(mime);
}

function refused(uri: string, message: string, code: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message, { uri, code });
}
