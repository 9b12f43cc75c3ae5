import { Dispatcher } from '../call/dispatcher.js';
import type { Toolset } from '../core/vocabulary/tool-result.js';
import { Session } from '../live/session.js';
import { tools } from './index.js';

/** Tools ready to be called. `dispose` ends what their calls started. */
export interface OpenTools {
  dispatcher: Dispatcher;
  dispose(): Promise<void>;
}

/** The choice of a door: tools of these sets only (default: all), and whether it stands under CI. */
interface Opening {
  toolsets?: readonly Toolset[] | undefined;
  ci: boolean;
}

/** Opens the tools of a door when it needs them. */
export type ToolOpener = (opening: Opening) => OpenTools;

/** All tools (or those of some sets) behind a dispatcher with a session of its own. */
export function openTools({ toolsets, ci }: Opening): OpenTools {
  const session = new Session({ ci });
  const chosen = toolsets ? tools.filter((tool) => toolsets.includes(tool.toolset)) : tools;
  return { dispatcher: new Dispatcher(chosen, session), dispose: () => session.dispose() };
}
