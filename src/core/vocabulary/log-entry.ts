import { z } from 'zod';

/**
 * One message or event of the app while it was observed. Text comes from the page: untrusted, secrets already masked.
 * `blocked_request` is a request that codeloop's own allow list stopped; it is never the app's fault.
 */
export const LogEntry = z.object({
  at: z.string(),
  kind: z.enum([
    'console',
    'page_error',
    'failed_request',
    'http_error',
    'blocked_request',
    'dialog',
    'crash',
    'app_output',
    'action',
    'navigation',
  ]),
  level: z.enum(['error', 'warning', 'info', 'debug']),
  text: z.string(),
  url: z.string().optional(),
  location: z.string().optional(),
  /** Place in the project's own sources, by source maps where the app serves them; line and column from 1. */
  source: z
    .object({ file: z.string(), line: z.number().int().positive(), column: z.number().int().positive() })
    .optional(),
  status: z.number().int().optional(),
  method: z.string().optional(),
  resource_type: z.string().optional(),
  same_origin: z.boolean().optional(),
  /** Errors among what was dropped because there was too much: nobody knows what they say. */
  lost_errors: z.number().int().positive().optional(),
  /** For blocked requests: the line to add to the configuration. */
  config_line: z.string().optional(),
});
export type LogEntry = z.infer<typeof LogEntry>;
