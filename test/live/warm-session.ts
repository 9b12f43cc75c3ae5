import { Dispatcher } from '../../src/call/dispatcher.js';
import type { CaptureDriver, Resizable, Shared } from '../../src/capture/capture.js';
import type { Config } from '../../src/config/schema.js';
import { Session } from '../../src/live/session.js';
import { tools } from '../../src/tools/index.js';
import { warmDriver } from '../browser/warm-driver.js';
import { FULL } from '../sample.js';

/** What sessions are made with. */
type Options = ConstructorParameters<typeof Session>[0];

/**
 * A session like that of any door, except that its browser is the worker's: warm already, and left so. What opens a page once more for
 * others' sight of it, or lays it out at many widths, is half of the work of a verification: that is done where it is the matter (`whole`),
 * and everywhere in the full run.
 */
export class WarmSession extends Session {
  readonly #whole: boolean;

  constructor({ whole = FULL, ...options }: Options & { whole?: boolean } = {}) {
    super(options);
    this.#whole = whole;
  }

  override async browser(config: Config): Promise<CaptureDriver> {
    const driver = warmDriver(config.browser);
    return this.#whole ? driver : once(driver);
  }
}

/** The driver without the second look and the widths between, as drivers are that cannot do them. */
function once(driver: CaptureDriver): CaptureDriver {
  const absent = { value: undefined };
  // Their names are the compiler's to check: under another name, everything would be done everywhere again, unseen.
  const left = { seenByOthers: absent, breakpoints: absent } satisfies {
    [name in keyof (Shared & Resizable)]?: object;
  };
  return { ...driver, create: (options, sink) => Object.defineProperties(driver.create(options, sink), left) };
}

/**
 * All tools behind a dispatcher with a session of its own: a warm one, or one that shares nothing with others, as on another machine.
 * `dispose` ends what their calls started, `whole` is a warm session's.
 */
export function openWarm({ warm = true, whole = FULL } = {}): { dispatcher: Dispatcher; dispose(): Promise<void> } {
  // Whether the tests themselves run in CI says nothing of the projects that they make.
  const session = warm ? new WarmSession({ ci: false, whole }) : new Session({ ci: false });
  return { dispatcher: new Dispatcher(tools, session), dispose: () => session.dispose() };
}
