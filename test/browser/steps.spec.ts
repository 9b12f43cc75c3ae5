import { expect, test } from '@playwright/test';
import type { Step } from '../../src/core/vocabulary/step.js';
import { verifies } from '../requirements.js';
import { sampleOf } from '../sample.js';
import { html, type Site, startSite } from './site.js';
import { type StepPage, StepPages } from './step-page.js';

/** Everything a step can act on; each event is written down in #log. */
const playground = html(
  `<div id="log"></div>
   <button id="one" data-testid="first">First</button>
   <button id="two">Second</button>
   <label>Mail <input id="mail" type="email" placeholder="you@example.com"></label>
   <input id="pass" type="password" aria-label="Password">
   <label><input id="box" type="checkbox"> Agree</label>
   <button id="switch" role="switch" aria-checked="false" onclick="this.setAttribute('aria-checked', this.getAttribute('aria-checked') !== 'true')">Dark mode</button>
   <select id="pick" aria-label="Colour"><option value="r">Red</option><option value="g">Green</option></select>
   <form id="form" onsubmit="event.preventDefault(); say('submitted ' + new FormData(this).get('city'))"><label>City <input name="city"></label><input name="zip" placeholder="Postcode"></form>
   <input id="file" type="file" aria-label="Attachment" onchange="say('file ' + [...this.files].map((f) => f.name))">
   <div id="from" style="width:50px;height:50px;background:#ccc">from</div>
   <div id="to" style="width:50px;height:50px;background:#eee">to</div>
   <a id="away" href="/second">Go on</a> <a id="popup" href="/second" target="_blank">New window</a>
   <a id="save" href="data:text/plain,hello" download="notes.txt">Save notes</a>
   <button id="ask" onclick="say('confirm ' + confirm('Sure?'))">Ask</button>
   <button id="name" onclick="say('prompt ' + prompt('Name?'))">Name</button>
   <button id="place" onclick="navigator.geolocation.getCurrentPosition((p) => say('at ' + p.coords.latitude), (e) => say('no place'))">Where</button>
   <button id="late" disabled>Late</button>
   <div style="height:3000px"></div><p id="bottom">The end</p>`,
  `<script>
    const say = (text) => { document.getElementById('log').append(Object.assign(document.createElement('p'), {textContent: text})) };
    addEventListener('DOMContentLoaded', () => {
      for (const id of ['one', 'two', 'late']) for (const type of ['click', 'dblclick', 'contextmenu', 'mouseover', 'focus'])
        document.getElementById(id).addEventListener(type, () => say(id + ' ' + type));
      document.getElementById('mail').addEventListener('keydown', (e) => say('key ' + (e.ctrlKey ? 'Ctrl+' : '') + e.key));
      document.getElementById('from').addEventListener('mousedown', () => say('down'));
      document.getElementById('to').addEventListener('mouseup', () => say('dropped'));
      setTimeout(() => document.getElementById('late').disabled = false, 300);
    });
  </script>`,
);
const second = html(
  '<h1>Second page</h1><a href="/">Back home</a><script>localStorage.setItem("k", "v"); document.cookie = "c=1"</script>',
);

/** Cases that leave something in the session: they have a page of their own. */
const LASTING = new Set([
  'go, back, forward, reload',
  'tabs',
  'answer a confirmation and a prompt',
  'dismiss a dialog by default',
  'place and permission',
  'storage',
  'size and colours',
]);

test.describe('the steps @once', () => {
  let pages: StepPages;
  let shared: StepPages;
  let page: StepPage | undefined;
  let site: Site;
  /** The page that the cases share, loaded anew. */
  const fresh = async (): Promise<StepPage> => {
    page ??= await shared.open(site.url);
    await page.take({ action: 'navigate_url', value: site.url });
    return page;
  };
  // A worker may begin this file more than once.
  test.beforeAll(async () => {
    pages = new StepPages();
    shared = new StepPages();
    page = undefined;
    site = await startSite({ '/': playground, '/second': second });
  });
  test.afterEach(() => pages.closePages());
  test.afterAll(async () => {
    await pages.dispose();
    await shared.dispose();
    await site.close();
  });

  /** A name, the steps, and what the tree then holds. */
  const table: [string, Step[], string[]][] = [
    ['click by test id', [{ action: 'click', target: { test_id: 'first' } }], ['one click']],
    ['click by role and name', [{ action: 'click', target: { role: 'button', name: 'Second' } }], ['two click']],
    ['click by part of a text', [{ action: 'click', target: { text: 'seco' } }], ['two click']],
    ['click by the nth of several', [{ action: 'click', target: { role: 'button', nth: 2 } }], ['two click']],
    ['click by selector', [{ action: 'click', target: { selector: '#one' } }], ['one click']],
    ['double click', [{ action: 'double_click', target: { text: 'First' } }], ['one dblclick']],
    ['right click', [{ action: 'right_click', target: { text: 'First' } }], ['one contextmenu']],
    ['hover', [{ action: 'hover', target: { text: 'First' } }], ['one mouseover']],
    ['focus', [{ action: 'focus', target: { text: 'First' } }], ['one focus']],
    ['wait until it is enabled', [{ action: 'click', target: { text: 'Late' } }], ['late click']],
    ['drag', [{ action: 'drag', target: { selector: '#from' }, value: { selector: '#to' } }], ['down', 'dropped']],
    ['fill by label', [{ action: 'fill', target: { label: 'Mail' }, value: 'a@b.c' }], ['textbox "Mail"', ': a@b.c']],
    [
      'type by placeholder, then clear',
      [
        { action: 'type', target: { placeholder: 'you@example.com' }, value: 'x' },
        { action: 'clear', target: { label: 'Mail' } },
      ],
      ['key x'],
    ],
    [
      'press and hotkey',
      [
        { action: 'focus', target: { label: 'Mail' } },
        { action: 'press', value: 'Enter' },
        { action: 'hotkey', value: 'Ctrl+B' },
      ],
      ['key Enter', 'key Ctrl+b'],
    ],
    [
      'select by label',
      [{ action: 'select_option', target: { label: 'Colour' }, value: 'Green' }],
      ['option "Green" selected'],
    ],
    ['check', [{ action: 'check', target: { label: 'Agree' } }], ['checkbox "Agree"', 'checked']],
    [
      'check and uncheck',
      [
        { action: 'check', target: { label: 'Agree' } },
        { action: 'uncheck', target: { label: 'Agree' } },
        { action: 'assert_count', target: { selector: '#box:checked' }, value: 0 },
      ],
      [],
    ],
    [
      'toggle a switch',
      [{ action: 'toggle', target: { role: 'switch', name: 'Dark mode' } }],
      ['switch "Dark mode"', 'checked'],
    ],
    [
      'fill a form and submit it',
      [
        { action: 'fill_form', value: { City: 'Cork', Postcode: '12345', Agree: true, Colour: 'Green' } },
        { action: 'submit', target: { label: 'City' } },
      ],
      ['submitted Cork', ': "12345"|: 12345', 'checkbox "Agree"', 'option "Green" selected'],
    ],
    [
      'scroll into view',
      [
        { action: 'scroll_into_view', target: { text: 'The end' } },
        { action: 'assert_visible', target: { text: 'The end' } },
      ],
      [],
    ],
    [
      'scroll to the end',
      [
        { action: 'scroll', value: 'bottom' },
        { action: 'scroll', value: -200 },
        { action: 'scroll', value: 'top' },
      ],
      [],
    ],
    [
      'go, back, forward, reload',
      [
        { action: 'click', target: { role: 'link', name: 'Go on' } },
        { action: 'assert_url', value: '/second' },
        { action: 'navigate_back' },
        { action: 'assert_url', value: '/' },
        { action: 'navigate_forward' },
        { action: 'reload' },
        { action: 'assert_text', value: 'Second page' },
        { action: 'navigate_url', value: '/' },
        { action: 'assert_text', target: { test_id: 'first' }, value: 'First' },
      ],
      [],
    ],
    [
      'tabs',
      [
        { action: 'new_tab', value: '/second' },
        { action: 'assert_text', value: 'Second page' },
        { action: 'switch_tab', value: 1 },
        { action: 'assert_visible', target: { text: 'First' } },
        { action: 'switch_tab', value: 2 },
        { action: 'close_tab' },
        { action: 'assert_visible', target: { text: 'First' } },
      ],
      [],
    ],
    [
      'answer a confirmation and a prompt',
      [
        { action: 'dialog', value: 'accept' },
        { action: 'click', target: { text: 'Ask' } },
        { action: 'dialog', value: { accept: true, text: 'Ada' } },
        { action: 'click', target: { role: 'button', name: 'Name' } },
      ],
      ['confirm true', 'prompt Ada'],
    ],
    ['dismiss a dialog by default', [{ action: 'click', target: { text: 'Ask' } }], ['confirm false']],
    [
      'place and permission',
      [
        { action: 'set_geolocation', value: { latitude: 53, longitude: -8 } },
        { action: 'grant_permission', value: 'geolocation' },
        { action: 'click', target: { text: 'Where' } },
        { action: 'wait', value: { text: 'at 53' } },
      ],
      ['at 53'],
    ],
    ['storage', [{ action: 'navigate_url', value: '/second' }, { action: 'clear_storage' }], ['Second page']],
    [
      'waits',
      [
        { action: 'wait', value: 10 },
        { action: 'wait', value: 'networkidle' },
        { action: 'wait', target: { text: 'First' } },
        { action: 'wait', value: { text_gone: 'never there' } },
        { action: 'wait', value: { url: '/' } },
        { action: 'wait', value: 'First' },
        { action: 'wait', value: { selector: '#one' } },
      ],
      [],
    ],
    [
      'size and colours',
      [
        { action: 'set_viewport', value: { width: 400, height: 500 } },
        { action: 'set_color_scheme', value: 'dark' },
      ],
      [],
    ],
  ];
  for (const [name, steps, expected] of sampleOf(table, 4)) {
    test(name, async () => {
      verifies('steps.actions');
      const page = LASTING.has(name) ? await pages.open(site.url) : await fresh();
      for (const step of steps) {
        const result = await page.take(step);
        expect(result.ok, `${step.action}: ${result.detail}`).toBe(true);
        expect(result.action).toBe(step.action);
      }
      const text = (await page.lines()).join('\n');
      for (const part of expected)
        expect(
          part.split('|').some((one) => text.includes(one)),
          `${part} in\n${text}`,
        ).toBe(true);
    });
  }
});
