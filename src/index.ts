/** The library of codeloop, for programs that use neither its command nor its MCP server. */

export type {
  CallContext,
  Door,
  Effect,
  Progress,
  Tool,
  ToolContext,
  ToolOutput,
} from './call/define-tool.js';
export { defineTool } from './call/define-tool.js';
export { Dispatcher, type DispatchReply } from './call/dispatcher.js';
export { inputSchema, resultSchema } from './call/tool-schemas.js';
export type {
  ComparatorId,
  Compared,
  CompareOptions,
  CompareResult,
  Unreadable,
} from './compare/compare.js';
export { compareImages } from './compare/compare-images.js';
export { Config } from './config/schema.js';
export { CodeloopError, type ErrorBody, type ErrorCode } from './core/errors.js';
export { VERSION } from './core/version.js';
export { CheckResult, GateVerdict, Status } from './core/vocabulary/gate.js';
export { Pair, Region } from './core/vocabulary/pair.js';
export { RunManifest, StoredVerdict } from './core/vocabulary/run.js';
export type { Toolset } from './core/vocabulary/tool-result.js';
export { NextCall, ToolResult } from './core/vocabulary/tool-result.js';
export type { RawImage } from './image/pixels.js';
export { Session } from './live/session.js';
export { tools } from './tools/index.js';
