import { expect, test } from '@playwright/test';
import { createRedactor } from '../../src/core/redact.js';
import { verifies } from '../requirements.js';
import { FULL, SEED, sampled } from '../sample.js';
import { html, type Site, startSite } from './site.js';
import { StepPages } from './step-page.js';

const few = sampled(test, 2);

/** A page that gives away what is typed into it by every way there is. */
const leaky = html(
  `<label>Key <input id="key" style="width:400px"></label><p id="echo">nothing</p><textarea id="copy" aria-label="Copy" rows="2" cols="60"></textarea>
   <div id="host"></div><p id="split"></p><button onclick="ask()">Ask</button><a href="/other">Away</a>`,
  `<script>
    const ask = () => alert('key ' + document.getElementById('key').value);
    addEventListener('DOMContentLoaded', () => {
      const key = document.getElementById('key');
      const root = document.getElementById('host').attachShadow({ mode: 'open' });
      key.addEventListener('input', () => {
        const value = key.value;
        document.getElementById('echo').textContent = 'You typed ' + value;
        document.getElementById('copy').value = value;
        root.innerHTML = '<em></em>';
        root.querySelector('em').textContent = value;
        document.getElementById('split').append(value.slice(0, 5), value.slice(5));
        console.error('typed ' + value, JSON.stringify({ value }));
        document.title = 'Key ' + value;
        history.replaceState(null, '', '?key=' + encodeURIComponent(value));
        localStorage.setItem('key', value);
        fetch('/gone?' + new URLSearchParams({ q: value })).catch(() => 0);
        key.style.width = '420px';
      });
      key.addEventListener('keydown', (event) => console.error('key ' + event.key));
    });
  </script>`,
);
const other = html(
  '<p id="again"></p><script>document.getElementById("again").textContent = localStorage.getItem("key")</script>',
);

/** Pairs of equal length: pictures of the two must be the same, or something of them is to be seen. */
const CANARIES: readonly [string, string][] = [
  ['canary-7f3a91c2', 'CANARY_0b8d44e6'],
  ['a "quoted" + & <b>', "x 'single' % ? /i>"],
  ['ключ-ünï-🔑🔑-1', 'ключ-äöß-🔒🔒-2'],
];

test.describe('secrets @once', () => {
  let pages: StepPages;
  let site: Site;
  // A worker may begin this file more than once.
  test.beforeAll(async () => {
    pages = new StepPages();
    site = await startSite({ '/': leaky, '/other': other });
  });
  test.afterEach(() => pages.closePages());
  test.afterAll(async () => {
    await pages.dispose();
    await site.close();
  });

  for (const [index, pair] of [...CANARIES.entries()].filter(([at]) => FULL || at === SEED % CANARIES.length)) {
    few(`show in no reply, log or picture: kind ${index + 1}`, async () => {
      verifies('steps.secrets');
      const pictures = [];
      for (const value of pair) {
        const page = await pages.open(site.url, {
          redact: createRedactor([value]),
          secrets: [{ name: 'KEY', origins: [], value: () => value }],
        });
        const said: unknown[] = [];
        page.capture.onLog?.((entry) => said.push(entry));
        said.push(await page.take({ action: 'fill', target: { label: 'Key' }, value: { secret: 'KEY' } }));
        said.push(await page.take({ action: 'focus', target: { text: 'Ask' } }));
        pictures.push((await shoot(page))[0]);
        said.push(await page.take({ action: 'clear', target: { label: 'Key' } }));
        said.push(await page.take({ action: 'type', target: { label: 'Key' }, value: { secret: 'KEY' } }));
        said.push(await page.take({ action: 'click', target: { text: 'Ask' } }));
        said.push(await page.lines());
        said.push(await page.take({ action: 'click', target: { text: 'Away' } }));
        said.push(await page.lines());
        pictures.push((await shoot(page))[0]);
        for (const file of page.sink.files.values()) if (typeof file.data === 'string') said.push(file.data);
        const text = JSON.stringify(said);
        for (const form of [
          value,
          JSON.stringify(value).slice(1, -1),
          encodeURIComponent(value),
          new URLSearchParams({ q: value }).toString().slice(2),
        ])
          expect(text.includes(form) || text.includes(JSON.stringify(form).slice(1, -1)), `${form} in ${text}`).toBe(
            false,
          );
        await pages.closePages();
      }
      const [typed, away, typedOther, awayOther] = pictures;
      expect(typed?.equals(typedOther ?? Buffer.of())).toBe(true);
      expect(away?.equals(awayOther ?? Buffer.of())).toBe(true);
    });
  }

  few('what is typed into a password field shows in no reply, log or picture, though no setting names it', async () => {
    verifies('secrets.typed');
    const open = leaky.replace('<input id="key"', '<input id="key" type="password"');
    const own = await startSite({ '/': open, '/other': other });
    const pictures = [];
    for (const value of ['canary-7f3a91c2', 'CANARY_0b8d44e6']) {
      const page = await pages.open(own.url, { redact: createRedactor([]) });
      const said: unknown[] = [];
      page.capture.onLog?.((entry) => said.push(entry));
      said.push(await page.take({ action: 'fill', target: { label: 'Key' }, value }));
      said.push(await page.take({ action: 'click', target: { text: 'Ask' } }));
      said.push(await page.lines());
      pictures.push((await shoot(page))[0]);
      for (const file of page.sink.files.values()) if (typeof file.data === 'string') said.push(file.data);
      // The page's own log of each key is a single letter.
      expect(JSON.stringify(said)).not.toContain(value);
      await pages.closePages();
    }
    await own.close();
    expect(pictures[0]?.equals(pictures[1] ?? Buffer.of())).toBe(true);
  });

  async function shoot(page: Awaited<ReturnType<StepPages['open']>>): Promise<Buffer[]> {
    const request = { name: 'secret', fullPage: false, masks: [], settleTimeoutMs: 3000, dom: true };
    await page.capture.screenshot(request, new AbortController().signal);
    return [Buffer.from(page.sink.files.get('secret.png')?.data ?? '')];
  }

  test('are typed only when configured, set, long enough, and on their origins', async () => {
    verifies('steps.secrets');
    const secret = (name: string, value: string | undefined, origins: string[] = []) => ({
      name,
      origins,
      value: () => value,
    });
    const page = await pages.open(site.url, {
      secrets: [
        secret('OK', 'long enough'),
        secret('UNSET', undefined),
        secret('SHORT', 'abc'),
        secret('ELSEWHERE', 'long enough', ['https://codeloop.example']),
      ],
    });
    const fill = (name: string) => page.take({ action: 'fill', target: { label: 'Key' }, value: { secret: name } });
    for (const name of ['PATH', 'UNSET', 'SHORT', 'ELSEWHERE'])
      await expect(fill(name), name).rejects.toMatchObject({ code: 'STEP_INVALID' });
    expect((await fill('OK')).ok).toBe(true);
  });
});
