import { withDeadline } from '../core/deadline.js';
import { CodeloopError, type ErrorBody, type ErrorClass, toCodeloopError } from '../core/errors.js';
import { nearestName } from '../core/nearest-name.js';
import { findFolder, findProject } from '../project/locate.js';
import type { Session } from '../runner/session.js';
import type { CallContext, Door, InlineImage, Tool, Toolset } from './define-tool.js';
import { parseArguments } from './parse-arguments.js';
import { fitReply, MAX_REPLY_IMAGES } from './reply-budget.js';

/** What a door gets back: a result to show, or an error in the catalogue's form. Never an exception. */
export type DispatchReply =
  | { kind: 'result'; tool: Tool; result: Record<string, unknown>; images: InlineImage[] }
  | { kind: 'error'; tool?: Tool; error: ErrorBody; class: ErrorClass };

/** Milliseconds a call may take when its tool names no limit. */
const DEFAULT_DEADLINE_MS = 600_000;

/**
 * The one funnel of every call, by either door: find, parse, lane with deadline, run, check the result against the tool's own
 * schema, fit it to the reply budget. Tools hold none of this.
 */
export class Dispatcher {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #session: Session;

  constructor(tools: readonly Tool[], session: Session) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.#session = session;
  }

  /** Tools that a door offers, in the order of their names within their toolset's order. */
  list(door: Door, toolsets?: readonly Toolset[]): Tool[] {
    return [...this.#tools.values()].filter(
      (tool) => tool.doors.includes(door) && (!toolsets || toolsets.includes(tool.toolset)),
    );
  }

  /** Calls a tool by its name. */
  async call(name: string, given: unknown, context: CallContext): Promise<DispatchReply> {
    const tool = this.#tools.get(name);
    try {
      if (!tool?.doors.includes(context.door)) throw this.#unknown(name, context.door);
      const input = parseArguments(tool, given ?? {});
      const output = await withDeadline(tool.name, tool.deadlineMs ?? DEFAULT_DEADLINE_MS, async (deadline) => {
        const signal = AbortSignal.any([deadline, context.signal]);
        const projectDir = typeof input.project_dir === 'string' ? input.project_dir : undefined;
        return tool.run(input, {
          ...context,
          signal,
          session: this.#session,
          project: () => findProject(projectDir, context.roots),
          folder: () => findFolder(projectDir, context.roots),
        });
      });
      const checked = tool.output.safeParse(output.result);
      if (!checked.success) {
        throw new CodeloopError('INTERNAL', {
          reason: `${name} made a result that its schema refuses: ${checked.error.issues[0]?.path.join('.')}: ${checked.error.issues[0]?.message}`,
        });
      }
      const { result, cuts } = fitReply(checked.data);
      if (cuts.length > 0) result.truncated = cuts;
      return { kind: 'result', tool, result, images: (output.images ?? []).slice(0, MAX_REPLY_IMAGES) };
    } catch (thrown) {
      const error = context.signal.aborted
        ? new CodeloopError('CANCELLED', {}, { cause: thrown })
        : toCodeloopError(thrown);
      return { kind: 'error', ...(tool ? { tool } : {}), error: error.toBody(), class: error.class };
    }
  }

  #unknown(name: string, door: Door): CodeloopError {
    const known = this.list(door).map((tool) => tool.name);
    const nearest = nearestName(name, known) ?? nearestName(`codeloop_${name}`, known);
    return new CodeloopError('TOOL_NOT_FOUND', { tool: name, allowed: known, ...(nearest ? { nearest } : {}) });
  }
}
