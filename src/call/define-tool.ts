import type { z } from 'zod';
import type { Status } from '../core/vocabulary/gate.js';
import type { Toolset } from '../core/vocabulary/tool-result.js';
import { ToolResult } from '../core/vocabulary/tool-result.js';
import type { InlinePicture } from '../image/inline-pictures.js';
import type { Session } from '../live/session.js';
import type { WorkInHand } from '../live/work-log.js';
import type { Project } from '../project/project.js';

/** `review`: a person's browser, on the page that `codeloop review` serves. */
export type Door = 'mcp' | 'cli' | 'review';
/** `read` changes nothing, `write` writes inside the project, `drive` also runs an app or a browser. */
export type Effect = 'read' | 'write' | 'drive';

/** Progress of a long call. `total` is absent where it is not known. */
export interface Progress {
  done: number;
  total?: number;
  message: string;
  /** What a person sees of it, where the work knows. */
  work?: WorkInHand;
}

/** A person who can be asked. */
interface PersonAtTerminal {
  /** Shows a question and resolves with the line that is typed, '' when there comes none. */
  ask(question: string, signal: AbortSignal): Promise<string>;
}

/** The caller, the door, and the signal that stops the call. */
export interface CallContext {
  door: Door;
  client: { name: string; version: string };
  signal: AbortSignal;
  progress: (progress: Progress) => void;
  /** Folders a project may lie in, in the order in which they are asked. */
  roots: readonly string[];
  /** Folder that relative paths typed by a person start at. */
  cwd: string;
  /** True under CI: no prompts, no baseline writes. */
  ci: boolean;
  /** The person at this terminal; absent where there is no terminal on both ends. */
  person?: PersonAtTerminal | undefined;
  /** The environment variable by which a coding agent shows that it runs this; absent: none does. */
  agent?: string | undefined;
  /** Name of the token by which the caller has proved itself; absent: by none. */
  token?: string | undefined;
  /** The connection that a call came by: limits by session are counted by it, and end with it. */
  connection?: string | undefined;
}

/** The context of a tool's function besides its input. */
export interface ToolContext extends CallContext {
  session: Session;
  /** All tools of this process, for tools that name others. */
  tools: readonly Tool[];
  /** The project that `project_dir` or the roots lead to. Throws PROJECT_NOT_FOUND, CONFIG_INVALID, PATH_OUTSIDE_ROOTS. */
  project(): Promise<Project>;
  /** The same, but a folder without configuration will do: the defaults stand in. */
  folder(): Promise<Project>;
  /**
   * The folders whose policies hold for the call, the outermost, which keeps the audit log, first; their settings are not read.
   * Throws PROJECT_NOT_FOUND, PATH_OUTSIDE_ROOTS.
   */
  governed(): Promise<readonly [string, ...string[]]>;
}

/** A tool's answer: the result object and, for tools with pictures, what to show inline. */
export interface ToolOutput<Result> {
  result: Result;
  images?: InlinePicture[];
}

/** The fields that every tool's function returns; empty lists may be left out, `schema_version` is added. */
interface CommonFields {
  status: Status;
  summary: string;
  artifacts?: ToolResult['artifacts'];
  next?: ToolResult['next'];
}

/** A tool's command in the terminal. `Field`: the fields of its input. */
interface Command<Field extends string> {
  name: string;
  /** Input fields that are given by position, in order. */
  positionals?: readonly Field[];
  /** The field that `--json '{…}'` gives, where the tool is about another call's arguments. */
  json?: Field;
  /** Input fields that a person at a terminal has and agents have not: unlisted and refused over MCP. */
  only?: readonly Field[];
}

/** A tool as its file declares it. */
interface ToolDefinition<In extends z.ZodObject, Out extends z.ZodRawShape> {
  /** `codeloop_<verb>_<noun>`. */
  name: `codeloop_${string}`;
  command: Command<Extract<keyof z.output<In>, string>>;
  title: string;
  /** For agents: what it does, when to call it; counts against the 4,500 tokens of the list. */
  description: string;
  toolset: Toolset;
  doors: readonly Door[];
  effect: Effect;
  /** True when replies can hold pictures: then no `outputSchema` is declared and nothing travels as `structuredContent`. */
  pictures: boolean;
  /** Milliseconds until the dispatcher gives the call up; default 600,000. */
  deadlineMs?: number;
  input: In;
  /** Its own result fields, besides the common ones of `ToolResult`. */
  output: Out;
  run(input: z.output<In>, context: ToolContext): Promise<ToolOutput<CommonFields & z.input<z.ZodObject<Out>>>>;
}

/** A tool as the dispatcher holds it: `input` parses what comes in, `output` is the whole result's schema. */
export interface Tool extends Omit<ToolDefinition<z.ZodObject, z.ZodRawShape>, 'name' | 'command' | 'run' | 'output'> {
  name: string;
  command: Command<string>;
  output: z.ZodObject;
  run(input: Record<string, unknown>, context: ToolContext): Promise<ToolOutput<Record<string, unknown>>>;
}

/** Declares a tool. */
export function defineTool<In extends z.ZodObject, Out extends z.ZodRawShape>(
  definition: ToolDefinition<In, Out>,
): Tool {
  return {
    ...definition,
    output: ToolResult.extend(definition.output),
    async run(input, context) {
      // The dispatcher has parsed `input` with this very schema; parsing again would apply transforms twice.
      const output = await definition.run(input as z.output<In>, context);
      const next = output.result.next ?? [];
      const told = next.length > 0 ? next : nextOfFailure(definition.doors, output.result);
      return { ...output, result: { artifacts: [], ...output.result, next: told, schema_version: 1 } };
    },
  };
}

/** The call after a result that is not green and names none: nobody is left without a next step. Terminal commands say it in their summary. */
function nextOfFailure(doors: readonly Door[], result: CommonFields & { run_id?: unknown }): ToolResult['next'] {
  if (result.status === 'pass' || !doors.includes('mcp')) return [];
  return typeof result.run_id === 'string'
    ? [{ tool: 'codeloop_diagnose', arguments: { run_id: result.run_id }, why: 'what to fix, and in which order' }]
    : [{ tool: 'codeloop_recommend_action', arguments: {}, why: 'what helps now' }];
}
