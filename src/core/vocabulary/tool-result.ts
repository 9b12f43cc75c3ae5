import { z } from 'zod';
import { Status } from './gate.js';
import { Artifact } from './screenshot.js';

/** The sets of tools that a client can ask for, in the order in which they are listed, each with its heading in the help. */
export const TOOLSETS = {
  core: 'Verify',
  see: 'Look',
  design: 'Design',
  act: 'Interact',
  flows: 'Flows',
  reports: 'Reports',
} as const;
export type Toolset = keyof typeof TOOLSETS;

/** A concrete call that would help next, arguments filled in. */
export const NextCall = z.object({
  tool: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  why: z.string().optional(),
});
export type NextCall = z.infer<typeof NextCall>;

/** The fields that every tool's result has. */
export const ToolResult = z.object({
  schema_version: z.literal(1),
  status: Status,
  summary: z.string(),
  artifacts: z.array(Artifact),
  next: z.array(NextCall).max(3),
  /** Lists whose tails were left out so that the reply fits its budget. */
  truncated: z.array(z.object({ field: z.string(), shown: z.number().int(), total: z.number().int() })).optional(),
});
export type ToolResult = z.infer<typeof ToolResult>;
