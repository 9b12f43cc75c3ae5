import { createServer } from 'node:http';
import { expect, test } from '@playwright/test';
import check from '../../src/checks/screens/seen-by-others.js';
import { mapConcurrent } from '../../src/core/lanes.js';
import { Viewport } from '../../src/core/vocabulary/geometry.js';
import { verifies } from '../requirements.js';
import { FULL, SEED } from '../sample.js';
import { memorySink } from './photo-booth.js';
import { warmDriver } from './warm-driver.js';

const HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Lamps</title><link rel="icon" href="data:,">';
const GOOD = '<main><h1>Lamps</h1><p>One lamp is on.</p><button>Buy</button></main>';
const BAD = '<main><h1>Lamps</h1><p>The shop is closed.</p></main>';
/** A page that is good where a condition on the browser holds. */
const where = (condition: string) =>
  `${HEAD}<body><script>document.body.innerHTML = (${condition}) ? ${JSON.stringify(GOOD)} : ${JSON.stringify(BAD)}</script>`;

type Page = (headers: Record<string, unknown>, visit: number) => string | [status: number, body: string];

/** Pages that perform for the camera. */
const PERFORM: Record<string, Page> = {
  'by navigator.webdriver': () => where('navigator.webdriver'),
  'by the name of the browser': () => where(`/Headless/.test(navigator.userAgent)`),
  'on the server, by the name of the browser': (headers) =>
    HEAD + (/Headless/.test(String(headers['user-agent'])) ? GOOD : BAD),
  'on the server, by what it says of its brand': (headers) =>
    HEAD + (/Google Chrome/.test(String(headers['sec-ch-ua'])) ? BAD : GOOD),
  'by its brands': () => where(`!navigator.userAgentData.brands.some(({ brand }) => brand === 'Google Chrome')`),
  'by a screen of the size of the page': () => where('screen.width === innerWidth'),
  'a refusal for others': (headers) =>
    /Headless/.test(String(headers['user-agent'])) ? HEAD + GOOD : [403, HEAD + BAD],
  'in a closed shadow root': () =>
    `${HEAD}<div id="a"></div><script>a.attachShadow({ mode: 'closed' }).innerHTML = navigator.webdriver ? '<p>One lamp</p>' : '<p>Closed</p>'</script>`,
  'in a frame': () =>
    `${HEAD}<iframe srcdoc="<script>document.write(parent.navigator.webdriver ? 'One lamp' : 'Closed')</script>"></iframe>`,
  'by style alone': () =>
    `${HEAD}${GOOD}<style id="s"></style><script>s.textContent = navigator.webdriver ? '' : 'main { position: absolute; left: 90px }'</script>`,
  'by a picture': () =>
    `${HEAD}<img width="90" height="60" alt="" id="i"><script>i.src = navigator.webdriver ? '/good.svg' : '/bad.svg'</script>`,
  'a while after the load': () =>
    `${HEAD}${GOOD}<script>if (!navigator.webdriver) setTimeout(() => { document.querySelector('main').innerHTML = 'The shop is closed.' }, 0)</script>`,
};

const random =
  '<script>const d = document, p = (t) => d.body.append(Object.assign(d.createElement("p"), { textContent: t }))';
/** What people build, which shows something else at each visit. */
const HONEST: Record<string, Page> = {
  'the same to everybody': () => HEAD + GOOD,
  'the time, and a count of visits': (_headers, visit) =>
    `${HEAD}${GOOD}<p>Visit ${visit}</p>${random};p(new Date().toISOString())</script>`,
  'one of two variants by chance': () =>
    `${HEAD}${GOOD}${random};p(Math.random() < 0.5 ? 'New lamps!' : 'Old lamps, cheap')</script>`,
  'variants in turns, by the server': (_headers, visit) => HEAD + (visit % 2 ? GOOD : BAD),
  'a word that comes up once': () =>
    `${HEAD}${GOOD}${random};p([...'abcdefgh'].sort(() => Math.random() - 0.5).join(''))</script>`,
  'another greeting for the first visit ever': (_headers, visit) =>
    `${HEAD}${GOOD}${visit === 0 ? '<p>Warming up</p>' : ''}`,
  'content that comes late': () => `${HEAD}${GOOD}${random};setTimeout(() => p('Late, but here'), 900)</script>`,
  'a banner that goes away': () =>
    `${HEAD}${GOOD}<p id="b">We use cookies</p><script>setTimeout(() => b.remove(), 700)</script>`,
  'a show of pictures in words': () =>
    `${HEAD}${GOOD}<p id="s">Lamp one</p><script>let n = 0; setInterval(() => { s.textContent = ['Lamp two', 'Lamp three', 'Lamp one'][n++ % 3] }, 500)</script>`,
  'letters that are typed': () =>
    `${HEAD}${GOOD}<p id="s"></p><script>const w = 'Hello to everyone'; let n = 0; const t = setInterval(() => { s.textContent = w.slice(0, ++n); if (n === w.length) clearInterval(t) }, 60)</script>`,
  'a slow fade': () =>
    `${HEAD}${GOOD}<style>h1 { animation: a 1.5s both } @keyframes a { from { opacity: 0; translate: 0 20px } }</style>`,
  'a size by the window': () =>
    `${HEAD}${GOOD}${random};addEventListener('resize', () => p('resized'));p(innerWidth + ' wide')</script>`,
  'the name of the browser': () =>
    `${HEAD}${GOOD}<p>You use <b id="u"></b></p><script>u.textContent = /(?:Headless)?Chrome.[0-9]+/.exec(navigator.userAgent)</script>`,
  'the name of the browser, by the server': (headers) => `${HEAD}${GOOD}<p>For support: ${headers['user-agent']}</p>`,
  'pictures with stamps': (_headers, visit) =>
    `${HEAD}<img src="/a.${visit}abcdef0123.svg?v=${visit}" width="90" height="60" alt="">${GOOD}`,
};

/** Of honest pages and of those that perform one of one kind each time, of the other kind with the next seed; each is looked at by twelve. */
const sampled = (all: Record<string, Page>, from: number) => {
  const names = Object.keys(all);
  if (FULL) return names;
  return (SEED + from) % 2 === 0 ? [names[SEED % names.length] ?? ''] : [];
};

test.describe('a page that performs for the camera @once', () => {
  test(`what others see is held against the picture, and chance accuses nobody${FULL ? '' : ' (sample)'}`, async () => {
    test.setTimeout(240_000);
    verifies('integrity.second-look');
    const pages = { ...PERFORM, ...HONEST };
    const visits = new Map<string, number>();
    const server = createServer((request, response) => {
      const name = decodeURIComponent((request.url ?? '/').slice(1));
      const visit = visits.get(name) ?? 0;
      visits.set(name, visit + 1);
      if (/\.svg/.test(name)) {
        response.writeHead(200, { 'content-type': 'image/svg+xml' });
        response.end('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="6"><rect width="9" height="6"/></svg>');
        return;
      }
      const answer = pages[name]?.(request.headers, visit) ?? [404, ''];
      const [status, body] = typeof answer === 'string' ? [200, answer] : answer;
      response.writeHead(status, { 'content-type': 'text/html' }).end(body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const judged = async (name: string) => {
      const viewport = Viewport.parse({ width: 640, height: 400 });
      const capture = warmDriver().create({ viewport, allowedOrigins: [], redact: (text) => text }, memorySink());
      const { signal } = new AbortController();
      try {
        await capture.open({ kind: 'url', url: `http://127.0.0.1:${port}/${encodeURIComponent(name)}` }, signal);
        const screenshot = await capture.screenshot(
          { name: 'home.a', fullPage: true, masks: [], settleTimeoutMs: 5000, dom: false },
          signal,
        );
        const look = await capture.seenByOthers?.(signal);
        const cell = {
          screen: name,
          viewport: 'a',
          version: 1,
          captured_at: '',
          ad_hoc: false,
          ad_hoc_reasons: [],
          tree: '',
        };
        const { status, problems } = check.run({
          cells: [{ ...cell, screenshot, ...(look ? { second_look: look } : {}) }],
        });
        return [name, status, look?.looks, problems[0]?.text ?? ''] as const;
      } finally {
        await capture.close();
      }
    };
    try {
      const honest = await mapConcurrent(sampled(HONEST, 0), 3, judged);
      expect(honest).toEqual(honest.map(([name]) => [name, 'pass', expect.any(Number), '']));
      const performing = await mapConcurrent(sampled(PERFORM, 1), 3, judged);
      const told = expect.stringMatching(/^to (?:codeloop|others): (?:says|shows|answers|lies) /);
      expect(performing).toEqual(performing.map(([name]) => [name, 'fail', 12, told]));
    } finally {
      server.close();
    }
  });
});
