import { withDeadline } from '../core/clock.js';
import { CodeloopError, type ErrorBody, type ErrorClass, toCodeloopError } from '../core/errors.js';
import { nearestName } from '../core/ids.js';
import { redactValue } from '../core/redact.js';
import type { Toolset } from '../core/vocabulary/tool-result.js';
import type { InlinePicture } from '../image/inline-pictures.js';
import type { Session } from '../live/session.js';
import { findFolder, findProject } from '../project/locate.js';
import type { CallContext, Door, Tool, ToolContext, ToolOutput } from './define-tool.js';
import { GuardedCall } from './guarded-call.js';
import { identityOf } from './policy/identity.js';
import { governedFolders, hiddenByAny, PolicyGuards } from './policy/policy-guards.js';
import { fitImages, fitReply, MAX_REPLY_CHARACTERS } from './reply-budget.js';
import { parseArguments } from './tool-schemas.js';

/** Milliseconds a call may take when its tool names no limit. */
const DEFAULT_DEADLINE_MS = 600_000;
/** Milliseconds a cancelled tool has to put its evidence in order before its call is answered without it. */
const CANCEL_GRACE_MS = 2_000;

/**
 * Runs a tool's function within its deadline. A call whose signal fires gets a short time to end by itself, so that what it
 * wrote is closed properly; after that it is abandoned. Throws DEADLINE_EXCEEDED, CANCELLED, and what the tool throws.
 */
async function runTool(
  tool: Tool,
  input: Record<string, unknown>,
  context: ToolContext,
): Promise<ToolOutput<Record<string, unknown>>> {
  return withDeadline(tool.name, tool.deadlineMs ?? DEFAULT_DEADLINE_MS, async (deadline) => {
    const work = tool.run(input, { ...context, signal: AbortSignal.any([deadline, context.signal]) });
    return untilAbandoned(tool.name, work, context.signal);
  });
}

async function untilAbandoned<T>(what: string, work: Promise<T>, signal: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const abandoned = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      timer = setTimeout(() => reject(new CodeloopError('CANCELLED', { what })), CANCEL_GRACE_MS);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, abandoned]);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}

/** A call that worked: what to show. `images` lie within the caps. */
export interface ResultReply {
  kind: 'result';
  tool: Tool;
  result: Record<string, unknown>;
  images: InlinePicture[];
}

/** A call that failed, in the catalogue's form. `cause` is for a person who looks for the fault; it never travels. */
interface ErrorReply {
  kind: 'error';
  tool?: Tool;
  error: ErrorBody;
  class: ErrorClass;
  cause: unknown;
}

/** The reply to a door: a result to show, or an error. Never an exception. */
export type DispatchReply = ResultReply | ErrorReply;

/** Characters kept free for the list of what was cut. */
const CUTS_RESERVE = 1_000;

/**
 * The one funnel of every call, by either door: find, ask the policy, parse, count, run within the deadline, check the result
 * against the tool's own schema, fit it to the reply budget, log. Tools hold none of this.
 */
export class Dispatcher {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #session: Session;
  readonly #guards: PolicyGuards;
  readonly #active = new Set<Promise<unknown>>();
  readonly #unlogged = new Set<GuardedCall>();

  constructor(tools: readonly Tool[], session: Session) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.#session = session;
    this.#guards = new PolicyGuards(session.clock);
  }

  /** Tools that a caller is shown: what `list` gives without what the policy of the project that the roots lead to hides or does not grant. */
  async offered(
    caller: Pick<CallContext, 'door' | 'roots' | 'client' | 'ci' | 'agent' | 'token' | 'person'>,
  ): Promise<Tool[]> {
    const governed = await this.#guards.find(undefined, caller.roots);
    const hidden = governed && (await hiddenByAny(governed.guards, identityOf(caller)));
    return this.list(caller.door).filter((tool) => !hidden?.(tool.name));
  }

  /** Tools that a door offers, in the order of the list. */
  list(door: Door, toolsets?: readonly Toolset[]): Tool[] {
    return [...this.#tools.values()].filter(
      (tool) => tool.doors.includes(door) && (!toolsets || toolsets.includes(tool.toolset)),
    );
  }

  /** Calls a tool by its name. Never rejects. */
  async call(name: string, given: unknown, context: CallContext): Promise<DispatchReply> {
    const work = this.#call(name, given, context);
    this.#active.add(work);
    try {
      return await work;
    } finally {
      this.#active.delete(work);
    }
  }

  /** A connection has ended: limits by session end with it. */
  endSession(connection: string): void {
    this.#guards.endSession(connection);
  }

  /** Resolves when the calls that are under way now have been answered. */
  async idle(): Promise<void> {
    await Promise.all(this.#active);
  }

  /** Logs the calls that are still under way as cancelled: the process ends, and nobody else will. */
  async giveUp(): Promise<void> {
    const error = new CodeloopError('CANCELLED');
    await Promise.allSettled([...this.#unlogged].map((guarded) => guarded.record({ error })));
  }

  async #call(name: string, given: unknown, context: CallContext): Promise<DispatchReply> {
    const tool = this.#tools.get(name);
    const guarded = new GuardedCall(this.#guards, name, given, context);
    this.#unlogged.add(guarded);
    try {
      const reply = await this.#run(tool, guarded, name, given, context);
      await guarded.record({ result: reply.result });
      return reply;
    } catch (thrown) {
      let error = context.signal.aborted
        ? new CodeloopError('CANCELLED', {}, { cause: thrown })
        : toCodeloopError(thrown);
      // What could not be logged has failed to be logged already; everything else that fails is a line of the log too.
      if (error.code !== 'AUDIT_UNWRITABLE')
        await guarded.record({ error }).catch((unlogged: unknown) => {
          error = toCodeloopError(unlogged);
        });
      return {
        kind: 'error',
        ...(tool ? { tool } : {}),
        error: redactValue(error.toBody()),
        class: error.class,
        cause: thrown,
      };
    } finally {
      this.#unlogged.delete(guarded);
    }
  }

  async #run(
    tool: Tool | undefined,
    guarded: GuardedCall,
    name: string,
    given: unknown,
    context: CallContext,
  ): Promise<ResultReply> {
    if (!tool?.doors.includes(context.door)) throw await this.#unknown(name, context);
    await guarded.admit(tool);
    const input = parseArguments(tool, given ?? {}, context.door);
    return guarded.run(input, async () => {
      const output = await runTool(tool, input, this.#contextOf(input, context));
      const result = redactValue(checkResult(tool, output.result));
      const images = output.images ?? [];
      // The budget is for a model's context; a terminal, a file or a pipe takes the result as it is.
      return context.door === 'mcp' ? fitResult(tool, result, images) : { kind: 'result', tool, result, images };
    });
  }

  #contextOf(input: Record<string, unknown>, context: CallContext): ToolContext {
    const projectDir = typeof input.project_dir === 'string' ? input.project_dir : undefined;
    return {
      ...context,
      session: this.#session,
      tools: [...this.#tools.values()],
      project: () => findProject(projectDir, context.roots),
      folder: () => findFolder(projectDir, context.roots),
      governed: () => governedFolders(projectDir, context.roots),
    };
  }

  async #unknown(name: string, context: CallContext): Promise<CodeloopError> {
    const known = (await this.offered(context)).map((tool) => tool.name);
    // Compared without the prefix that all of them share, which would make any two names alike.
    const bare = (text: string) => text.replace(/^codeloop_/, '');
    const near = nearestName(bare(name), known.map(bare));
    const nearest = known.find((candidate) => near !== undefined && bare(candidate) === near);
    return new CodeloopError('TOOL_NOT_FOUND', { tool: name, allowed: known, ...(nearest ? { nearest } : {}) });
  }
}

/** The result as the tool's schema lets it through. Throws INTERNAL. */
function checkResult(tool: Tool, result: Record<string, unknown>): Record<string, unknown> {
  const checked = tool.output.safeParse(result);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new CodeloopError('INTERNAL', {
    reason: `${tool.name} made a result that its schema refuses: ${issue?.path.join('.')}: ${issue?.message}`,
  });
}

/** The reply within its budget; what was left out is listed in `truncated`. Throws REPLY_TOO_LARGE. */
function fitResult(tool: Tool, given: Record<string, unknown>, pictures: readonly InlinePicture[]): ResultReply {
  const { result, cuts } = fitReply(given, MAX_REPLY_CHARACTERS - CUTS_RESERVE);
  const { images, cuts: imageCuts } = fitImages(pictures);
  const truncated = [...cuts, ...imageCuts];
  if (truncated.length > 0) result.truncated = truncated;
  const characters = JSON.stringify(result).length;
  const stillValid = tool.output.safeParse(result);
  if (characters > MAX_REPLY_CHARACTERS || !stillValid.success)
    throw new CodeloopError('REPLY_TOO_LARGE', { tool: tool.name, limit: MAX_REPLY_CHARACTERS });
  return { kind: 'result', tool, result: stillValid.data, images };
}
