import { withDeadline } from '../core/deadline.js';
import { CodeloopError } from '../core/errors.js';
import type { Tool, ToolContext, ToolOutput } from './define-tool.js';

/** Milliseconds a call may take when its tool names no limit. */
const DEFAULT_DEADLINE_MS = 600_000;
/** Milliseconds a cancelled tool has to put its evidence in order before its call is answered without it. */
const CANCEL_GRACE_MS = 2_000;

/**
 * Runs a tool's function within its deadline. A call whose signal fires gets a short grace to end by itself, so that what it
 * wrote is closed properly; after that it is abandoned. Throws DEADLINE_EXCEEDED, CANCELLED, and what the tool throws.
 */
export async function runTool(
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
