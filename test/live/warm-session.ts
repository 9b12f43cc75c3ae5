import { expect } from 'vitest';
import { Dispatcher } from '../../src/call/dispatcher.js';
import type { CaptureDriver, Resizable, Shared } from '../../src/capture/capture.js';
import type { Config } from '../../src/config/schema.js';
import { sha256 } from '../../src/core/digest.js';
import type { AccessibilityResult } from '../../src/core/vocabulary/accessibility.js';
import type { ArtifactSink } from '../../src/core/vocabulary/run.js';
import { Session } from '../../src/live/session.js';
import { tools } from '../../src/tools/index.js';
import { warmDriver } from '../browser/warm-driver.js';
import { FULL } from '../sample.js';

/** What sessions are made with. */
type Options = ConstructorParameters<typeof Session>[0];

/**
 * A session like that of any door, except that its browser is the worker's: warm already, and left so. What opens a page once more for
 * others' sight of it, or lays it out at many widths, is half of the work of a verification, and to examine the accessibility of a page that
 * looks as before is a quarter of the rest: that is done where it is the matter (`whole`), and everywhere in the full run.
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
  return {
    ...driver,
    create(options, sink) {
      const page = lookOf(sink);
      const capture = Object.defineProperties(driver.create(options, page.sink), left);
      const examine = capture.accessibility?.bind(capture);
      if (!examine) return capture;
      capture.accessibility = async (signal) => {
        const key = page.key();
        const known = key === undefined ? undefined : EXAMINED.get(key);
        if (known) return { ...known, url: page.url() };
        const found = await examine(signal);
        if (key !== undefined) EXAMINED.set(key, found);
        return found;
      };
      return capture;
    },
  };
}

/** What was found on the pages of a test file, by their pictures and by boxes, words, roles and styles of their elements. */
const EXAMINED = new Map<string, AccessibilityResult>();

/** A sink that remembers how the page looked whose picture and boxes it was given last: `key` is the same for a page that looks the same. */
function lookOf(sink: ArtifactSink): { sink: ArtifactSink; key(): string | undefined; url(): string } {
  let picture: string | undefined;
  let boxes: { url: string; look: string } | undefined;
  return {
    sink: {
      put(request) {
        if (request.kind === 'screenshot') [picture, boxes] = [sha256(request.data), undefined];
        if (request.kind === 'dom') {
          const { url, ...rest } = JSON.parse(String(request.data));
          boxes = { url, look: JSON.stringify(rest) };
        }
        return sink.put(request);
      },
    },
    key: () => boxes && picture && sha256(JSON.stringify([testFile(), picture, boxes.look])),
    url: () => boxes?.url ?? '',
  };
}

/** The file whose tests run. Vitest may run several in one process; Playwright, which knows nothing of Vitest, starts each file's session anew. */
function testFile(): string | undefined {
  return process.env.VITEST === undefined ? undefined : expect.getState().testPath;
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
