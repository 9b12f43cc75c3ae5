import { expect, test } from '@playwright/test';
import type { Step } from '../../src/core/vocabulary/step.js';
import { verifies } from '../requirements.js';
import { sampled, sampleOf } from '../sample.js';
import { html, type Site, startSite } from './site.js';
import { StepPages } from './step-page.js';

const some = sampled(test, 2);
const few = sampled(test, 2);

/** What asks a server that wants a login, besides documents and scripts' own questions. */
const logins = {
  picture: 'new Image().src = "/staff"',
  script: 'document.head.append(Object.assign(document.createElement("script"), { src: "/staff" }))',
  style: 'document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/staff" }))',
  beacon: 'navigator.sendBeacon("/staff", "x")',
  worker: 'new Worker("/staff")',
};
const asking = html(
  `<a href="tel:123">Call</a> <a href="sms:123"><b>Write</b></a> <a href="mailto:a@example.org">Mail</a>
   <button onclick="location.href='zoommtg://meet'">Meet</button>
   <form action="myapp://send"><button>Send</button></form>
   <button onclick="navigation.navigate('magnet:?x').finished.catch(() => 0)">Load</button>
   <button onclick="const f = document.createElement('iframe'); f.src = 'myapp://open'; document.body.append(f)">Frame</button>
   <button onclick="key()">Key</button> <button onclick="make()">Make</button>
   <button onclick="said(navigator.mediaDevices.getDisplayMedia({ video: true }))">Share</button>
   <form id="app" action="myapp://sent"></form><button onclick="app.submit()">Script</button>
   ${Object.entries(logins)
     .map(([name, script]) => `<button onclick='${script}'>Login by ${name}</button>`)
     .join(' ')}
   <button onclick="fetch('/staff').then(({ status }) => { out.textContent += ' status ' + status; })">Staff</button>
   <button onclick="out.textContent += ' counted'">Count</button><p id="out"></p>
   <iframe srcdoc="<a href='skype:me'>Inner</a>"></iframe>`,
  `<script>
    const said = (promise) => promise.then((got) => { out.textContent += ' ' + got.type; }, (error) => { out.textContent += ' ' + error.name; });
    const key = () => said(navigator.credentials.get({ publicKey: { challenge: new Uint8Array(16), rpId: 'localhost' } }));
    const make = () => said(navigator.credentials.create({ publicKey: { challenge: new Uint8Array(16), rp: { id: 'localhost', name: 'Shop' },
      user: { id: new Uint8Array(8), name: 'ada', displayName: 'Ada' }, pubKeyCredParams: [{ type: 'public-key', alg: -7 }], authenticatorSelection: { residentKey: 'required' } } }));
  </script>`,
);
/** What a page asks of the browser at a press, what is told of it, and what the page hears. */
const ASKED: Readonly<Record<string, readonly [script: string, told: string, heard?: string]>> = {
  paper: ['print()', 'print print refused'],
  framed: ['frames[0].print()', 'print print refused'],
  'a file': ['said(showOpenFilePicker())', 'file_picker showOpenFilePicker refused', 'AbortError'],
  'a folder': ['said(showDirectoryPicker())', 'file_picker showDirectoryPicker refused', 'AbortError'],
  'a field': ['file.click()', 'file_chooser cv cancelled; upload_file gives it files'],
  'a field nowhere': [
    'Object.assign(document.createElement("input"), { type: "file", name: "odd" }).click()',
    'file_chooser odd cancelled; upload_file gives it files',
  ],
  'the place': [
    'navigator.geolocation.getCurrentPosition(() => 1, ({ code }) => { out.textContent += " code " + code })',
    'permission Geolocation.getCurrentPosition refused',
    'code 1',
  ],
  notices: [
    'Notification.requestPermission().then((how) => { out.textContent += " " + how })',
    'permission Notification.requestPermission refused',
    'denied',
  ],
  'the clipboard': [
    'said(navigator.clipboard.readText())',
    'permission Clipboard.readText refused (NotAllowedError)',
    'NotAllowedError',
  ],
  music: [
    'said(navigator.requestMIDIAccess({ sysex: true }))',
    'permission Navigator.requestMIDIAccess refused (NotAllowedError)',
    'NotAllowedError',
  ],
  'a stick': ['said(navigator.usb.requestDevice({ filters: [] }))', 'device requestDevice refused', 'NotFoundError'],
  'a pad': [
    'navigator.hid.requestDevice({ filters: [] }).then((all) => { out.textContent += " pads " + all.length })',
    'device requestDevice refused',
    'pads 0',
  ],
  'a port': ['said(navigator.serial.requestPort())', 'device requestPort refused', 'NotFoundError'],
  'a colour': ['said(new EyeDropper().open())', 'colour_of_the_screen open refused', 'AbortError'],
  'a scheme': [
    'navigator.registerProtocolHandler("web+tea", location.origin + "/?q=%s")',
    'protocol_handler web+tea refused',
  ],
  'all the screen': ['document.documentElement.requestFullscreen()', 'full_screen requestFullscreen given'],
};
const asks = html(
  `${Object.entries(ASKED)
    .map(([name, [script]]) => `<button onclick='${script}'>${name}</button>`)
    .join(' ')} <button onclick="document.body.requestPointerLock()">the pointer</button>
   <input id="file" name="cv" type="file" hidden><button onclick="out.textContent += ' counted'">Count</button><p id="out"></p><iframe srcdoc="inner"></iframe>`,
  `<script>const said = (promise) => promise.then(() => { out.textContent += ' got it'; }, (error) => { out.textContent += ' ' + error.name; });</script>`,
);
const dirty = html(
  `<input aria-label="Text"><a href="/asking">Away</a>`,
  `<script>addEventListener('beforeunload', (event) => { if (document.querySelector('input').value) event.preventDefault(); });</script>`,
);
const count: Step = { action: 'click', target: { role: 'button', name: 'Count' } };

test.describe('what belongs to the browser @once', () => {
  let pages: StepPages;
  let site: Site;
  let home: string;
  test.beforeAll(async () => {
    pages = new StepPages();
    site = await startSite({
      '/asking': asking,
      '/asks': asks,
      '/dirty': dirty,
      '/plain': html('<h1>Plain</h1>'),
      '/staff': {
        type: 'text/html',
        body: '<h1>Members only</h1>',
        status: 401,
        headers: { 'www-authenticate': 'Basic realm="staff"' },
      },
      '/greeting': html("<script>alert('hi')</script><h1>Hi</h1>"),
    });
    // Passkeys belong to names, not to numbers.
    home = site.url.replace('127.0.0.1', 'localhost');
  });
  test.afterEach(() => pages.closePages());
  test.afterAll(async () => {
    await pages.dispose();
    await site.close();
  });

  some('another program is refused, told, and holds up no input', async () => {
    verifies('steps.prompts');
    const page = await pages.open(`${home}/asking`);
    const programs = sampleOf([
      ['Call', 'tel:123'],
      ['Write', 'sms:123'],
      ['Mail', 'mailto:a@example.org'],
      ['Meet', 'zoommtg://meet'],
      ['Send', 'myapp://send'],
      ['Load', 'magnet:?x'],
      ['Script', 'myapp://sent'],
    ] as const);
    const told: [string, string | undefined, string | undefined][] = [];
    for (const [name] of programs) {
      const { dialogs, url } = await page.take({ action: 'click', target: { text: name } });
      expect(url).toBe(`${home}/asking`);
      told.push([name, dialogs?.[0]?.message, dialogs?.[0]?.answer]);
      await page.take(count);
    }
    expect(told).toEqual(programs.map(([name, address]) => [name, address, 'refused']));
    expect((await page.lines()).join()).toContain(programs.map(() => 'counted').join(' '));
    expect(page.capture.drainLogs()).toEqual([]);
  });

  some(
    'what else opens a window of the browser is answered as by a person who cancels, told, and holds up no input',
    async () => {
      verifies('steps.prompts');
      const page = await pages.open(`${home}/asks`);
      const kinds = sampleOf(Object.entries(ASKED));
      const told: [string, string | undefined, unknown][] = [];
      for (const [name] of kinds) {
        const { dialogs, remarks } = await page.take({ action: 'click', target: { role: 'button', name } });
        told.push([name, dialogs?.map(({ type, message, answer }) => `${type} ${message} ${answer}`).join(), remarks]);
      }
      expect(told).toEqual(kinds.map(([name, [, say]]) => [name, say, undefined]));
      await page.take(count);
      const heard = kinds.flatMap(([, [, , hear]]) => hear ?? []);
      // A text of the tree ends after a hundred letters.
      expect((await page.lines()).join()).toContain([...heard, 'count'].join(' '));
    },
  );

  some('a page that holds the pointer gives it back before the next press', async () => {
    verifies('steps.prompts');
    const page = await pages.open(`${home}/asks`);
    const { dialogs } = await page.take({ action: 'click', target: { role: 'button', name: 'the pointer' } });
    const lock = { type: 'pointer_lock', message: 'requestPointerLock' };
    expect(dialogs).toEqual([{ ...lock, answer: 'given' }]);
    const next = await page.take(count);
    expect(next.dialogs).toEqual([{ ...lock, answer: 'given back before the next press' }]);
    expect((await page.lines()).join()).toContain('counted');
  });

  some('the choice of a window to share is cancelled, and holds up no input', async () => {
    verifies('steps.prompts');
    const page = await pages.open(`${home}/asking`);
    const { dialogs } = await page.take({ action: 'click', target: { text: 'Share' } });
    expect(dialogs).toEqual([{ type: 'screen_share', message: 'getDisplayMedia', answer: 'refused' }]);
    await page.take(count);
    expect((await page.lines()).join()).toContain('NotAllowedError counted');
  });

  some('a frame that begins with another program is told, and input arrives again', async () => {
    verifies('steps.prompts');
    const page = await pages.open(`${home}/asking`);
    const { dialogs } = await page.take({ action: 'click', target: { text: 'Frame' } });
    expect(dialogs).toEqual([
      {
        type: 'other_program',
        message: 'myapp://open',
        answer: 'refused; the page was loaded again, because the question held all its input',
      },
    ]);
    await page.take(count);
    expect((await page.lines()).join()).toContain('counted');
  });

  some('a server that asks for a user and a password is refused, told, and holds up no input', async () => {
    verifies('steps.prompts');
    const page = await pages.open(`${home}/asking`);
    const refused = [{ type: 'login', message: `${home} staff`, answer: 'refused' }];
    const asked = await page.take({ action: 'click', target: { text: 'Staff' } });
    expect(asked.dialogs).toEqual(refused);
    await page.take(count);
    expect((await page.lines()).join()).toContain('status 401 counted');
    const gone = await page.take({ action: 'navigate_url', value: '/staff' });
    expect([gone.url, gone.dialogs]).toEqual([`${home}/staff`, refused]);
    expect((await page.lines()).join()).toContain('Members only');
  });

  some('whatever else of a page makes its server ask for a login holds up no input', async () => {
    verifies('steps.prompts');
    const page = await pages.open(`${home}/asking`);
    const kinds = sampleOf(Object.keys(logins));
    for (const name of kinds) {
      await page.take({ action: 'click', target: { role: 'button', name: `Login by ${name}` } });
      await page.take(count);
    }
    expect((await page.lines()).join()).toContain(kinds.map(() => 'counted').join(' '));
  });

  some('a passkey is asked for in vain, made, and then found', async () => {
    verifies('steps.prompts');
    const page = await pages.open(`${home}/asking`);
    for (const name of ['Key', 'Make', 'Key', 'Count'])
      await page.take({ action: 'click', target: { role: 'button', name } });
    await page.take({ action: 'wait', value: { text: 'counted' } });
    expect((await page.lines()).join()).toContain('NotAllowedError public-key public-key counted');
  });

  const LEAVING: readonly [string, Step][] = [
    ['another address', { action: 'navigate_url', value: '/plain' }],
    ['the same again', { action: 'reload' }],
    ['the page before', { action: 'navigate_back' }],
  ];
  for (const [name, step] of sampleOf(LEAVING, 3))
    few(`a page that asks before it is left stays, and says so at once: ${name}`, async () => {
      verifies('steps.leaving');
      const page = await pages.open(`${home}/plain`);
      await page.take({ action: 'navigate_url', value: '/dirty' });
      await page.take({ action: 'type', target: { label: 'Text' }, value: 'not saved' });
      await expect(page.take(step)).rejects.toMatchObject({ code: 'PAGE_KEPT' });
      expect((await page.lines()).join()).toContain('not saved');
      await page.take({ action: 'dialog', value: 'accept' });
      const { dialogs, url } = await page.take(step);
      expect(dialogs?.map(({ type, answer }) => [type, answer])).toEqual([['beforeunload', 'accepted']]);
      expect(url).toBe(`${home}${name === 'the same again' ? '/dirty' : '/plain'}`);
    });

  few('a link of a page that asks before it is left leads nowhere, and the next press arrives', async () => {
    verifies('steps.leaving');
    const page = await pages.open(`${home}/dirty`);
    await page.take({ action: 'type', target: { label: 'Text' }, value: 'not saved' });
    const stayed = await page.take({ action: 'click', target: { text: 'Away' } });
    expect([stayed.url, stayed.dialogs?.map(({ type, answer }) => [type, answer])]).toEqual([
      `${home}/dirty`,
      [['beforeunload', 'dismissed']],
    ]);
    await page.take({ action: 'clear', target: { label: 'Text' } });
    expect((await page.take({ action: 'click', target: { text: 'Away' } })).url).toBe(`${home}/asking`);
  });

  test('a dialog of a page that is still loading holds up no navigation', async () => {
    verifies('steps.leaving');
    const page = await pages.open(`${home}/plain`);
    const { dialogs, url } = await page.take({ action: 'navigate_url', value: '/greeting' });
    expect([url, dialogs]).toEqual([`${home}/greeting`, [{ type: 'alert', message: 'hi', answer: 'dismissed' }]]);
  });

  few('a history that ends says so', async () => {
    verifies('steps.leaving');
    const page = await pages.open(`${home}/plain`);
    await expect(page.take({ action: 'navigate_back' })).rejects.toMatchObject({
      code: 'STEP_INVALID',
      message: expect.stringContaining('there is no page before this one'),
    });
    await expect(page.take({ action: 'navigate_forward' })).rejects.toMatchObject({ code: 'STEP_INVALID' });
    await page.take({ action: 'navigate_url', value: '/asking' });
    expect((await page.take({ action: 'navigate_back' })).url).toBe(`${home}/plain`);
    expect((await page.take({ action: 'navigate_forward' })).url).toBe(`${home}/asking`);
  });
});
