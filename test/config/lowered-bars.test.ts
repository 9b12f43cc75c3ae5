import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { barFields, SAME, settingsFields } from '../../src/config/bar-rules.js';
import {
  fileBars,
  hidingBars,
  isCovered,
  loweredBars,
  settingBars,
  shippedBars,
} from '../../src/config/lowered-bars.js';
import { Config, NativeApp, ScreenConfig, SecretConfig } from '../../src/config/schema.js';
import type { Bars, BarValue } from '../../src/core/vocabulary/bars.js';
import { verifies } from '../requirements.js';

const screen = { name: 'home', path: '/' };
/** Bars of settings as somebody writes them. */
function bars(settings: Record<string, unknown> = {}): Bars {
  const config = Config.parse({ screens: [screen], ...settings });
  return settingBars(config, config.screens);
}

/** What is written instead of the defaults, and the bar that is lower then: key, before, after. */
const LOWERED: [Record<string, unknown>, string, BarValue, BarValue][] = [
  [{ design: { match_threshold: 0.9 } }, 'design.match_threshold', 0.95, 0.9],
  [{ design: { pixel_threshold: 0.5 } }, 'design.pixel_threshold', 0.1, 0.5],
  [{ design: { max_masked_ratio: 0.9 } }, 'design.max_masked_ratio', 0.2, 0.9],
  [{ visual: { max_diff_ratio: 0.01 } }, 'visual.max_diff_ratio', 0, 0.01],
  [{ visual: { approval: 'auto' } }, 'visual.approval', 'human', 'auto'],
  [{ accessibility: { enabled: false } }, 'accessibility.enabled', true, false],
  [{ accessibility: { fail_on: 'critical' } }, 'accessibility.fail_on', 'serious', 'critical'],
  [{ runtime: { allowed_console_errors: ['.*'] } }, 'runtime.allowed_console_errors', [], ['.*']],
  [{ gates: { threshold: 50 } }, 'gates.threshold', 94, 50],
  [{ gates: { max_iterations: 99 } }, 'gates.max_iterations', 15, 99],
  [{ tests: { run: false } }, 'tests.run', true, false],
  [{ tests: { waive_gate: { reason: 'later' } } }, 'tests.waive_gate', null, 'later'],
  [{ workflow: { required: false } }, 'workflow.required', null, false],
  [{ screens: [{ ...screen, threshold: 0.5 }] }, 'screens./.threshold', 0.95, 0.5],
  [{ screens: [{ ...screen, allow_size_difference: true }] }, 'screens./.allow_size_difference', false, true],
];

describe('a lowered bar is told with what it was', () => {
  test.each(LOWERED)('%j: %s', (settings, key, before, after) => {
    verifies('bars.lowered');
    const expected = [{ key, before, after, against: 'then' }];
    const found = loweredBars(bars(), bars(settings), 'then').filter((one) => one.key === key);
    expect(found).toEqual(expected);
    // Raised again it is none, and the shipped defaults say the same.
    expect(loweredBars(bars(settings), bars(), 'then').filter((one) => one.key === key)).toEqual([]);
    expect(loweredBars(shippedBars([{ ...screen, ...SCREEN }]), bars(settings), 'then')).toContainEqual(expected[0]);
  });
});

const SCREEN = { mask: [], ignore_regions: [], allow_size_difference: false };

test.each<[string, Record<string, unknown>, Record<string, unknown>, [string, BarValue, BarValue][]]>([
  [
    'a screen that is gone',
    { screens: [screen, { name: 'cart', path: '/cart' }] },
    {},
    [['screens./cart', 'cart', null]],
  ],
  ['a screen that is called otherwise', {}, { screens: [{ name: 'start', path: '/' }] }, []],
  ['another state of the same address', {}, { screens: [screen, { name: 'menu', path: '/' }] }, []],
  [
    'a state of an address less',
    { screens: [screen, { name: 'menu', path: '/' }] },
    {},
    [['screens./ (menu)', 'menu', null]],
  ],
  [
    'another state of the same address, and a mask more',
    {},
    {
      screens: [
        { ...screen, mask: ['main'] },
        { name: 'menu', path: '/' },
      ],
    },
    [['screens./.mask', [], ['main']]],
  ],
  ['a screen more', {}, { screens: [screen, { name: 'cart', path: '/cart' }] }, []],
  [
    'a screen that another address is shown for',
    {},
    { screens: [{ name: 'home', path: '/empty' }] },
    [['screens./', 'home', null]],
  ],
  ['a mask more', {}, { screens: [{ ...screen, mask: ['main'] }] }, [['screens./.mask', [], ['main']]]],
  [
    'a larger region',
    { screens: [{ ...screen, ignore_regions: [{ x: 0, y: 0, width: 9, height: 9 }] }] },
    { screens: [{ ...screen, ignore_regions: [{ x: 0, y: 0, width: 99, height: 9 }] }] },
    [['screens./.mask', ['0,0 9x9'], ['0,0 99x9']]],
  ],
  ['a mask less', { screens: [{ ...screen, mask: ['main'] }] }, {}, []],
  [
    'a viewport that is gone',
    { viewports: { phone: { width: 320, height: 480 }, wide: { width: 900, height: 600 } } },
    { viewports: { phone: { width: 320, height: 480 } } },
    [
      ['screens./.viewports', ['phone', 'wide'], ['phone']],
      ['viewports.wide', '900x600@1', null],
    ],
  ],
  ['strictness more', {}, { design: { block_on_severity: 'minor', match_threshold: 1 } }, []],
  [
    'another folder that is served',
    { server: { static: 'dist' } },
    { server: { static: 'fake' } },
    [['server.static', 'dist', 'fake']],
  ],
  [
    'another program in the place of an app',
    { native: { apps: { sums: { command: ['sums'] } } }, screens: [{ name: 'sums', app: 'sums' }] },
    { native: { apps: { sums: { command: ['picture', 'sums.png'] } } }, screens: [{ name: 'sums', app: 'sums' }] },
    [['native.sums.command', 'sums', 'picture sums.png']],
  ],
  [
    'another app in the place of a screen',
    { native: { apps: { a: { command: ['a'] }, b: { command: ['b'] } } }, screens: [{ name: 'sums', app: 'a' }] },
    { native: { apps: { a: { command: ['a'] }, b: { command: ['b'] } } }, screens: [{ name: 'sums', app: 'b' }] },
    [['screens.app:a', 'sums', null]],
  ],
  ['a server where there was none', {}, { server: { static: 'dist' } }, []],
])('%s', (_what, before, now, expected) => {
  verifies('bars.lowered');
  const found = loweredBars(bars(before), bars(now), 'then');
  expect(found.map(({ key, before: was, after }) => [key, was, after])).toEqual(expected);
});

/** Another value of each field that decides what is seen, and how it is told: key, before, after. */
const SEEN: [Record<string, unknown>, Record<string, unknown>, [string, BarValue, BarValue][]][] = [
  [
    { server: { static: 'site' } },
    { server: { command: 'node mock.mjs' } },
    [
      ['server.command', null, 'node mock.mjs'],
      ['server.static', 'site', null],
    ],
  ],
  [
    { server: { command: 'npm run dev' } },
    { server: { command: ['npm', 'run', 'dev'], url: 'http://localhost:9999' } },
    [['server.url', null, 'http://localhost:9999']],
  ],
  [{}, { browser: { executable: '/tmp/chrome' } }, [['browser.executable', null, '/tmp/chrome']]],
  [{}, { browser: { channel: 'chrome' } }, [['browser.channel', null, 'chrome']]],
  [{}, { browser: { engine: 'webkit' } }, [['browser.engine', 'chromium', 'webkit']]],
  [{}, { browser: { args: ['--disable-web-security'] } }, [['browser.args', [], ['--disable-web-security']]]],
  [
    { browser: { args: ['--a', '--b'] } },
    { browser: { args: ['--b', '--a'] } },
    [['browser.args', ['--a', '--b'], ['--b', '--a']]],
  ],
  [{}, { screens: [{ ...screen, wait_for: { text: 'Fine' } }] }, [['screens./.wait_for', null, '{"text":"Fine"}']]],
  [
    {},
    { screens: [{ ...screen, steps: [{ action: 'click', target: '#mock' }] }] },
    [['screens./.steps', null, ['click d4ebfa7bd997']]],
  ],
  [
    { screens: [{ ...screen, steps: [{ action: 'type', text: 'a' }] }] },
    { screens: [{ ...screen, steps: [{ action: 'type', text: 'b' }] }] },
    [['screens./.steps', ['type 2cd1c7f0a90d'], ['type 6515a5c640b2']]],
  ],
  [
    { viewports: { phone: { width: 320, height: 480 } } },
    { viewports: { phone: { width: 320, height: 480, color_scheme: 'dark', locale: 'de-DE', has_touch: true } } },
    [
      ['viewports.phone.color_scheme', 'light', 'dark'],
      ['viewports.phone.has_touch', false, true],
      ['viewports.phone.locale', 'en-US', 'de-DE'],
    ],
  ],
  [
    { capture: { freeze_time: '2026-01-01T00:00:00Z' } },
    { capture: { freeze_time: '2020-01-01T00:00:00Z', settle_timeout_ms: 600 } },
    [
      ['capture.freeze_time', '2026-01-01T00:00:00Z', '2020-01-01T00:00:00Z'],
      ['capture.settle_timeout_ms', 10_000, 600],
    ],
  ],
  [
    {},
    { network: { allowed_origins: ['https://mock.example'] } },
    [['network.allowed_origins', [], ['https://mock.example']]],
  ],
  [{ redact: ['id-\\d+'] }, {}, [['redact', ['id-\\d+'], []]]],
  // What is masked is not judged by its words.
  ...['.*', '(?s).+', '[/:.]', '[a-z]{3}', 'Cannot', '(?i)error', 'not found', '\\w+', 'undefined|null'].map(
    (one): (typeof SEEN)[number] => [
      { redact: ['id-\\d+'] },
      { redact: ['id-\\d+', one] },
      [['redact', ['id-\\d+'], ['id-\\d+', one].sort()]],
    ],
  ),
  [
    {},
    {
      redact: [
        'order-\\d+',
        '[\\w.+-]+@[\\w.-]+',
        '(?i)bearer .*',
        '\\b[0-9a-f]{32}\\b',
        'token=\\S+',
        'Ada Lovelace',
        '[A-Z]{2}\\d{6}',
        '\\d{6}',
        '$',
      ],
    },
    [],
  ],
  [
    { secrets: [{ env: 'PIN', origins: ['http://localhost'] }, { env: 'KEY' }] },
    { secrets: [{ env: 'PIN', origins: ['http://localhost', 'https://mock.example'] }] },
    [
      ['secrets', ['KEY', 'PIN'], ['PIN']],
      ['secrets.PIN.origins', ['http://localhost'], ['http://localhost', 'https://mock.example']],
    ],
  ],
  [{}, { project_type: 'static' }, [['project_type', 'auto', 'static']]],
  [
    {},
    { recording: { fps: 1, max_seconds: 1 } },
    [
      ['recording.fps', 25, 1],
      ['recording.max_seconds', 600, 1],
    ],
  ],
];

test.each(SEEN)('what decides what is seen is a bar: %j → %j', (before, now, expected) => {
  verifies('bars.every-field');
  const found = loweredBars(bars(before), bars(now), 'then');
  expect(found.map(({ key, before: was, after }) => [key, was, after])).toEqual(expected);
});

test('every field of the settings says how it is compared', () => {
  verifies('bars.every-field');
  const silent = [Config, ScreenConfig, NativeApp, SecretConfig]
    .flatMap((schema) => settingsFields(schema))
    .filter(({ compared }) => compared === undefined);
  expect(silent.map(({ path }) => path.join('.'))).toEqual([]);
});

test('a field that says nothing is compared all the same: each change is shown', () => {
  verifies('bars.every-field');
  const schema = z.strictObject({ part: z.strictObject({ novel: z.string().optional() }).prefault({}) });
  expect(barFields(schema).map(({ path, rule }) => [path.join('.'), rule])).toEqual([['part.novel', SAME]]);
  expect(loweredBars({ 'some.key': 'a' }, { 'some.key': 'b' }, 'then')).toEqual([
    { key: 'some.key', before: 'a', after: 'b', against: 'then', changed: true },
  ]);
});

test.each([
  '--host-resolver-rules=MAP * 127.0.0.1:9',
  '--host-rules=MAP a b',
  '--proxy-server=x:1',
  '--renderer-cmd-prefix=sh',
])('a flag that leads the browser elsewhere is refused: %s', (flag) => {
  expect(() => Config.parse({ browser: { args: [flag] } })).toThrow(/past the walls/);
});

test('a flow that does something else with as many assertions is another one; more steps at its end are not', () => {
  verifies('bars.every-field');
  const of = (flow: object) => fileBars(new Map([['.codeloop/flows/pay.json', JSON.stringify(flow)]]));
  const click = { action: 'click', target: '#pay' };
  const paid = { action: 'assert_text', target: '#paid', text: 'Paid' };
  const before = of({ start: '/cart', steps: [click, paid] });
  const lowered = (flow: object) => loweredBars(before, of(flow), 'then').map(({ key }) => key);
  const steps = ['flows/pay.steps'];
  expect(lowered({ start: '/cart', steps: [click, paid, { action: 'assert_url', url: '/done' }] })).toEqual([]);
  expect(
    lowered({
      start: '/cart',
      steps: [
        { action: 'hover', target: '#pay' },
        { action: 'assert_visible', target: 'body' },
      ],
    }),
  ).toEqual(steps);
  expect(lowered({ start: '/cart', steps: [click, { ...paid, text: '' }] })).toEqual(steps);
  expect(lowered({ start: '/mock', steps: [click, paid] })).toEqual(steps);
  expect(lowered({ start: '/cart', steps: [{ action: 'navigate_url', url: '/mock' }, click, paid] })).toEqual(steps);
  expect(lowered({ start: '/cart', viewports: ['phone'], steps: [click, paid] })).toEqual(['flows/pay.viewports']);
});

test('files besides the settings are bars: policy, criteria, flows, accepted violations', () => {
  verifies('bars.lowered');
  const flow = (...actions: string[]) => JSON.stringify({ steps: actions.map((action) => ({ action })) });
  const before = fileBars(
    new Map([
      ['.codeloop/policy.yaml', 'default: deny'],
      ['docs/acceptance/a.yaml', '- {id: one, text: Lamps, proof: {screen: home}}\n- {id: two, text: Pay}'],
      ['docs/acceptance/b.md', '- [ ] A line above\n- [ ] It pays [proof: flow pay]\n'],
      ['.codeloop/flows/pay.json', flow('click', 'assert_text', 'assert_url')],
      ['.codeloop/flows/buy.json', flow('click')],
    ]),
  );
  const now = fileBars(
    new Map([
      ['.codeloop/policy.yaml', 'default: allow'],
      ['docs/acceptance/a.yaml', '- {id: one, text: Lamps, proof: {screen: other}}'],
      ['docs/acceptance/b.md', '- [x] It pays [proof: flow pay]\n'],
      ['.codeloop/flows/pay.json', flow('click', 'assert_url')],
      ['.codeloop/accessibility.json', '{"accepted":[{"rule":"label","selector":"#q","reason":"later"}]}'],
    ]),
  );
  expect(loweredBars(before, now, 'then').map(({ key, after }) => [key, after])).toEqual([
    ['acceptance/a.yaml#one', 'Lamps [screen other]'],
    ['acceptance/a.yaml#two', null],
    ['acceptance/b.md#A line above', null],
    ['accessibility.accepted', ['label #q on every screen']],
    ['flows/buy', null],
    ['flows/pay', 1],
    ['flows/pay.steps', ['start ', 'click cf5edce96393', 'assert_url a67f815e48ce']],
    ['policy', expect.stringMatching(/^[0-9a-f]{64}$/)],
  ]);
});

test('what init writes lowers nothing against a gate that was green before there were settings', () => {
  verifies('bars.every-field');
  const before = settingBars(Config.parse({}), [{ ...screen, ...SCREEN }], false);
  const now = bars({
    ...{
      project_type: 'vite',
      server: { command: 'npm run dev' },
      network: { allowed_origins: ['https://fonts.test'] },
    },
    ...{ browser: { channel: 'chrome' }, capture: { freeze_time: '2026-01-01T00:00:00Z' }, redact: ['id-[0-9]+'] },
  });
  expect(loweredBars(before, now, 'then')).toEqual([]);
  expect(loweredBars(before, bars({ design: { match_threshold: 0.5 } }), 'then').map(({ key }) => key)).toEqual([
    'design.match_threshold',
  ]);
});

test('what npm runs scripts with is a bar, in whichever way it is written', () => {
  verifies('bars.every-field');
  const npmrc = (text: string) => fileBars(new Map([['.npmrc', text]]));
  const lowered = (text: string) =>
    loweredBars(fileBars(new Map()), npmrc(text), 'then').map(({ key, after }) => [key, after]);
  expect(lowered('registry=https://r.test/\nsave-exact = true\n')).toEqual([]);
  expect(lowered('script-shell=./yes.sh')).toEqual([['npmrc.script-shell', './yes.sh']]);
  expect(lowered('a=b\n  node-options = --require ./x.cjs \n')).toEqual([['npmrc.node-options', '--require ./x.cjs']]);
  expect(loweredBars(npmrc('script-shell=bash'), fileBars(new Map()), 'then').map(({ key }) => key)).toEqual([
    'npmrc.script-shell',
  ]);
});

test.each([
  ['.npmrc', 'registry=https://r.test/\nworkspaces-update=false\n', ''],
  ['.npmrc', 'workspace = easy\n', 'workspace = easy'],
  ['.npmrc', 'if-present\nworkspace[]=easy\n', 'if-present; workspace[]=easy'],
  ['pnpm-workspace.yaml', 'packages:\n  - easy\n', ''],
  ['pnpm-workspace.yaml', 'packages: []\nscriptShell: ./yes.sh\n', 'scriptShell: ./yes.sh'],
  ['.yarnrc.yml', 'nodeLinker: node-modules\nyarnPath: .yarn/releases/yarn-4.9.1.cjs\n', ''],
  ['.yarnrc.yml', 'yarnPath: "./yes.cjs"\n', 'yarnPath: "./yes.cjs"'],
  ['.yarnrc.yml', 'plugins:\n  - ./yes.cjs\nnodeLinker: pnp\n', 'plugins: - ./yes.cjs'],
  ['.yarnrc', 'yarn-path ".yarn/releases/yarn-1.22.19.cjs"\n', ''],
  ['.yarnrc', 'yarn-path "yes.js"\n', 'yarn-path "yes.js"'],
  ['bunfig.toml', '[install]\nexact = true\n', ''],
  ['bunfig.toml', '[test]\npreload = ["./yes.ts"]\nroot = "easy"\n', 'preload = ["./yes.ts"]; root = "easy"'],
])('whose scripts a package manager runs, and by what, is a bar: %s with %j', (path, text, said) => {
  verifies('bars.every-field');
  const lowered = loweredBars(fileBars(new Map()), fileBars(new Map([[path, text]])), 'then');
  expect(lowered.map(({ key, after }) => [key, after])).toEqual(said === '' ? [] : [[`runs.${path}`, said]]);
});

test('what was let through covers that value and stricter ones, nothing lower', () => {
  verifies('bars.person');
  const lowering = (after: BarValue) => ({ key: 'design.match_threshold', before: 0.95, after, against: 'then' });
  const accepted = [{ key: 'design.match_threshold', after: 0.9 }];
  expect([0.9, 0.92, 0.89].map((after) => isCovered(lowering(after), accepted))).toEqual([true, true, false]);
  expect(isCovered({ ...lowering(0.9), key: 'gates.threshold' }, accepted)).toBe(false);
});

/** Settings in a first commit, what they keep out of the pictures, and the bars that are told: key, after, what it hides. */
const HIDING: [string, Record<string, unknown>, ['mask' | 'window', string][], [string, BarValue, string][]][] = [
  ['nothing hidden', { screens: [{ ...screen, mask: ['.ad'], full_page: false }] }, [], []],
  [
    'a mask over two faults',
    { screens: [{ ...screen, mask: ['.ad'] }] },
    [
      ['mask', 'text_overlap at 320 px'],
      ['mask', 'clipped at 320 px'],
      ['mask', 'clipped at 320 px'],
    ],
    [['screens./.mask', ['.ad'], 'clipped at 320 px; text_overlap at 320 px']],
  ],
  [
    'the window of a screen',
    { screens: [{ ...screen, full_page: false }] },
    [['window', 'clipped at 320 px']],
    [['screens./.full_page', false, 'clipped at 320 px']],
  ],
  [
    'the window of every screen',
    { capture: { full_page: false } },
    [['window', 'clipped at 320 px']],
    [['capture.full_page', false, 'clipped at 320 px']],
  ],
  // What lies outside of a picture of the whole page is there for nobody to see.
  ['no setting', {}, [['window', 'clipped at 320 px']], []],
  [
    'windows that nobody looks through',
    { viewports: { dot: { width: 16, height: 16 }, line: { width: 1000, height: 40 } } },
    [],
    [
      ['viewports.dot', '16x16@1', 'what people with larger windows see'],
      ['viewports.line', '1000x40@1', 'what people with larger windows see'],
    ],
  ],
  [
    'a small window beside a usual one',
    { viewports: { dot: { width: 16, height: 16 }, watch: { width: 198, height: 242 } } },
    [],
    [],
  ],
];

test.each(HIDING)('in a first commit, %s', (_what, settings, faults, expected) => {
  verifies('bars.hiding');
  const config = Config.parse({ screens: [screen], ...settings });
  const found = faults.map(([by, what]) => ({ screen: 'home', by, what }));
  const told = hidingBars(config, config.screens ?? [], found);
  expect(told.map(({ key, after, hides }) => [key, after, hides])).toEqual(expected);
  // A person's word on that very value lets it through, and on no other.
  for (const one of told) {
    expect(isCovered(one, [{ key: one.key, after: one.after }])).toBe(true);
    expect(isCovered(one, [{ key: one.key, after: one.key.endsWith('mask') ? [] : 'auto' }])).toBe(false);
  }
});

test('findings that are accepted in the first commit, and screens that count as drawn, are laxer than what is shipped', () => {
  verifies('bars.lowered');
  const text = JSON.stringify({ accepted: [{ kind: 'clipped', selector: 'p', reason: 'x' }] });
  const now = {
    ...bars({ screens: [{ ...screen, drawn: true }] }),
    ...fileBars(new Map([['.codeloop/layout.json', text]])),
  };
  const found = loweredBars(shippedBars([{ ...screen, ...SCREEN }]), now, 'then');
  expect(found.map(({ key, before, after }) => [key, before, after])).toEqual([
    ['layout.accepted', [], ['clipped p on every screen']],
    ['screens./.drawn', null, true],
  ]);
});
