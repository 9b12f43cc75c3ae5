import { z } from 'zod';
import type { Door } from './define-tool.js';

/** Clients give up on a call after 60 s. */
const MCP_WAIT_S = 45;

/** For tools whose work goes on when the call is over. */
export const waitSeconds = z
  .number()
  .min(0)
  .max(3600)
  .optional()
  .describe(`Answer by then, finished or not; default ${MCP_WAIT_S} over MCP, unlimited in a terminal`);

/** How long a call waits for the end, ms; undefined: as long as it takes. */
export function waitMs(seconds: number | undefined, door: Door): number | undefined {
  const wait = seconds ?? (door === 'mcp' ? MCP_WAIT_S : undefined);
  return wait === undefined ? undefined : wait * 1000;
}
