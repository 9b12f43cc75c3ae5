import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { CaptureDriver } from '../../src/capture/capture.js';
import type { Config } from '../../src/config/schema.js';
import { CodeloopError } from '../../src/core/errors.js';
import { RunningApps } from '../../src/live/running-apps.js';
import type { AppServer } from '../../src/project/app-server.js';
import { findProject } from '../../src/project/locate.js';
import { captureScreens } from '../../src/verify/capture-screens.js';
import { WarmSession } from '../live/warm-session.js';
import { folderWith, freePort } from '../project/sample-project.js';
import { verifies } from '../requirements.js';

const PAGE = '<!doctype html><html lang="en"><title>Lamps</title><h1>Lamps</h1></html>';

/** An app that two others start and stop one after the other, each before anybody has looked at it; the third start is our own. */
class StoppedByOthers extends RunningApps {
  starts = 0;
  override async get(...given: Parameters<RunningApps['get']>): Promise<AppServer | undefined> {
    this.starts += 1;
    if (this.starts > 2) return super.get(...given);
    const url = given[0].config.server.url ?? '';
    return {
      url: `${url}/`,
      started: false,
      ended: new Promise<never>(() => undefined),
      stillThere: async () => false,
      stop: async () => undefined,
    };
  }
}

class Session extends WarmSession {
  override readonly apps = new StoppedByOthers();
}

test('a screen is photographed anew as often as others stop the app, until it was started here', async () => {
  verifies('app.shared');
  const url = `http://127.0.0.1:${await freePort()}`;
  const server = `import { createServer } from 'node:http';
createServer((_, response) => response.setHeader('content-type', 'text/html').end(${JSON.stringify(PAGE)})).listen(${new URL(url).port}, '127.0.0.1');`;
  const dir = folderWith({
    'server.mjs': server,
    'package.json': '{ "name": "lamps" }',
    '.codeloop/config.json': JSON.stringify({
      server: { command: ['node', 'server.mjs'], url },
      screens: [{ name: 'home', path: '/' }],
      viewports: { phone: { width: 320, height: 240 } },
    }),
  });
  const session = new Session({ ci: false });
  onTestFinished(() => session.dispose());
  const { cells } = await captureScreens({
    project: await findProject(dir, [dir]),
    session,
    tool: 'test',
    screenName: 'home',
    overrides: {},
    signal: new AbortController().signal,
  });
  expect(cells.map(({ failure, screenshot }) => [failure, screenshot?.title])).toEqual([[undefined, 'Lamps']]);
  expect(session.apps.starts).toBe(3);
});

/** A browser that dies as the accessibility of its first pages is examined, which is after their picture. */
class DyingSession extends WarmSession {
  opened = 0;

  constructor(readonly deaths: number) {
    super({ ci: false });
  }

  override async browser(config: Config): Promise<CaptureDriver> {
    const driver = await super.browser(config);
    return {
      ...driver,
      create: (...given) => {
        this.opened += 1;
        const capture = driver.create(...given);
        if (this.opened <= this.deaths)
          capture.accessibility = () => Promise.reject(new CodeloopError('BROWSER_CRASHED', { during: 'examining' }));
        return capture;
      },
    };
  }
}

test.each([
  ['once: the cell is whole', 1, ['examined']],
  ['each time: the picture is kept, and what is not known', 2, ['BROWSER_CRASHED']],
])(
  'a browser that dies after the picture takes what comes after it to another one, %s',
  async (_how, deaths, known) => {
    verifies('remote.retried');
    const dir = folderWith({
      'site/index.html': PAGE,
      'package.json': '{ "name": "lamps" }',
      '.codeloop/config.json': JSON.stringify({
        server: { static: 'site' },
        screens: [{ name: 'home', path: '/' }],
        viewports: { phone: { width: 320, height: 240 } },
      }),
    });
    const session = new DyingSession(deaths);
    onTestFinished(() => session.dispose());
    const { cells } = await captureScreens({
      ...{ project: await findProject(dir, [dir]), session, tool: 'test', screenName: 'home', overrides: {} },
      signal: new AbortController().signal,
    });
    expect(cells.map(({ screenshot }) => screenshot?.title)).toEqual(['Lamps']);
    expect(cells.map(({ accessibility }) => accessibility?.failure?.code ?? 'examined')).toEqual(known);
    // Of the first attempt nothing is left: the files have the names that they have where no browser dies.
    expect(cells.map(({ screenshot }) => path.basename(screenshot?.image.path ?? ''))).toEqual(['home.phone.png']);
    const stored = readdirSync(path.join(dir, path.dirname(cells[0]?.screenshot?.image.path ?? '')));
    expect(stored.filter((name) => !/^home\.phone\.(?:png|dom\.json|layout\.json\.gz|axe\.json)$/.test(name))).toEqual(
      [],
    );
    expect(session.opened).toBe(2);
  },
);
