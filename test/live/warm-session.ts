import { Dispatcher } from '../../src/call/dispatcher.js';
import type { CaptureDriver } from '../../src/capture/capture.js';
import type { Config } from '../../src/config/schema.js';
import { Session } from '../../src/live/session.js';
import { tools } from '../../src/tools/index.js';
import { warmDriver } from '../browser/warm-driver.js';

/** A session like that of any door, except that its browser is the worker's: warm already, and left so. */
export class WarmSession extends Session {
  override async browser(config: Config): Promise<CaptureDriver> {
    return warmDriver(config.browser);
  }
}

/**
 * All tools behind a dispatcher with a session of its own: a warm one, or one that shares nothing with others, as on another machine.
 * `dispose` ends what their calls started.
 */
export function openWarm({ warm = true } = {}): { dispatcher: Dispatcher; dispose(): Promise<void> } {
  // Whether the tests themselves run in CI says nothing of the projects that they make.
  const session = warm ? new WarmSession({ ci: false }) : new Session({ ci: false });
  return { dispatcher: new Dispatcher(tools, session), dispose: () => session.dispose() };
}
