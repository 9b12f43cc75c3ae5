import check from '../../../src/checks/behaviour/screens-covered.js';
import { checkTable } from '../tables.js';
import { agents, finding, recorded, replayed, runtime, saved, step, workflow } from '../workflow-samples.js';

const home = { screen: 'home', viewport: 'mobile', url: 'http://127.0.0.1/', width: 375 };
const cart = { screen: 'cart', viewport: 'mobile', url: 'http://127.0.0.1/cart.html', width: 375 };
const desktop = { ...home, viewport: 'desktop' };
const given = (extra: Parameters<typeof workflow>[0] = {}, expected = [home]) => ({
  expected,
  workflow: workflow(extra),
  runtime,
});
const none = 'No recorded interaction covers this screen.';
const only = (who: string) => `Only interactions that do not count reach this screen: ${who}.`;
const nothing = 'No recorded interaction counts for the project as it is now.';
const agentOnly = (...recordings: ReturnType<typeof agents>[]) => ({ saved: [], replays: [], recordings });

checkTable(check, [
  ['a flow that passed', given(), 'pass', 1],
  ['an agent’s recording that was looked through', given(agentOnly(agents())), 'pass', 1],
  [
    'a step that led there',
    given(
      { recordings: [recorded({ steps: [step({ urls: ['http://127.0.0.1/', 'http://127.0.0.1/cart?bag=1'] })] })] },
      [home, cart],
    ),
    'pass',
    1,
  ],
  ['a screen that nothing reaches', given({}, [home, cart]), 'fail', 1, { title: none, screen: 'cart' }],
  [
    'going there and waiting prove nothing',
    given({
      recordings: [recorded({ steps: [step({ action: 'navigate_url' }), step({ action: 'wait' })] })],
    }),
    'fail',
    1,
    { title: none, screen: 'home' },
  ],
  [
    'an assertion that held does',
    given({ recordings: [recorded({ steps: [step({ action: 'assert_visible' })] })] }),
    'pass',
    1,
  ],
  [
    'another server at the same path is not the screen',
    given({ recordings: [recorded({ steps: [step({ urls: ['http://127.0.0.1:81/'] })] })] }),
    'fail',
    1,
    none,
  ],
  [
    'loopback has several names',
    given({ recordings: [recorded({ steps: [step({ urls: ['http://localhost/index.html'] })] })] }),
    'pass',
    1,
  ],
  ['at a section any viewport will do', given({}, [home, desktop]), 'pass', 1],
  [
    'later each one is asked for',
    given({ everyViewport: true }, [home, desktop]),
    'fail',
    1,
    { title: none, screen: 'home', viewport: 'desktop' },
  ],
  [
    'a recording that was never looked through does not count',
    given(agentOnly(agents({ findings: undefined }))),
    'could_not_run',
    0,
    nothing,
  ],
  [
    'one with findings does not count beside one that does',
    given({ recordings: [recorded(), agents({ findings: [finding('crash')], steps: [step({ urls: [cart.url] })] })] }, [
      home,
      cart,
    ]),
    'fail',
    1,
    { title: only('rec-2'), screen: 'cart' },
  ],
  ['nor one that cannot be read', given(agentOnly(agents({ broken: 'its log is gone' }))), 'could_not_run', 0, nothing],
  [
    'nor a video in which nothing moves',
    given(agentOnly(agents({ findings: [finding('static_video')] }))),
    'could_not_run',
    0,
    nothing,
  ],
  ['nor a flow that failed', given({ replays: [replayed({ status: 'fail' })] }), 'could_not_run', 0, nothing],
  ['nor one that was edited since', given({ saved: [saved({ sha256: 'f2' })] }), 'could_not_run', 0, nothing],
  ['nor one that is gone', given({ saved: [] }), 'could_not_run', 0, nothing],
  [
    'nor one replayed while files changed',
    given({ replays: [replayed({ stale: { reason: 'changed', files: [] } })] }),
    'could_not_run',
    0,
    nothing,
  ],
  [
    'nor one whose log tells of a failed step',
    given({ recordings: [recorded({ steps: [step(), step({ ok: false })] })] }),
    'could_not_run',
    0,
    nothing,
  ],
  ['nor one whose recording is gone', given({ recordings: [] }), 'could_not_run', 0, nothing],
]);
