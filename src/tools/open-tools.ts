import { Dispatcher } from '../call/dispatcher.js';
import type { Toolset } from '../core/vocabulary/toolset.js';
import { Session } from '../live/session.js';
import { tools } from './index.js';

/** Tools ready to be called. `dispose` ends what their calls started. */
export interface OpenTools {
  dispatcher: Dispatcher;
  dispose(): Promise<void>;
}

/** Opens the tools of a door when it needs them: all, or those of some toolsets. */
export type ToolOpener = (toolsets?: readonly Toolset[]) => OpenTools;

/** All tools (or those of some sets) behind a dispatcher with a session of its own. */
export function openTools(toolsets?: readonly Toolset[]): OpenTools {
  const session = new Session();
  const chosen = toolsets ? tools.filter((tool) => toolsets.includes(tool.toolset)) : tools;
  return { dispatcher: new Dispatcher(chosen, session), dispose: () => session.dispose() };
}
