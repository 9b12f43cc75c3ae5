import { Session } from '../runner/session.js';
import type { Toolset } from './define-tool.js';
import { Dispatcher } from './dispatcher.js';
import { tools } from './index.js';

/** All tools (or those of some sets) behind a dispatcher with a session of its own. `dispose` ends what calls started. */
export function openTools(toolsets?: readonly Toolset[]): { dispatcher: Dispatcher; dispose: () => Promise<void> } {
  const session = new Session();
  const chosen = toolsets ? tools.filter((tool) => toolsets.includes(tool.toolset)) : tools;
  return { dispatcher: new Dispatcher(chosen, session), dispose: () => session.dispose() };
}
