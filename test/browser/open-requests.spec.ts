import { expect, test } from '@playwright/test';
import { verifies } from '../requirements.js';
import { sampled, sampleOf } from '../sample.js';
import { colorAt, PhotoBooth } from './photo-booth.js';
import { type Answer, html, type Site, startSite } from './site.js';

const some = sampled(test, 2);

const WORDS = '<h1>Shop</h1><p>Words of the page.</p>';
const ask = (script: string) => `${WORDS}<script>addEventListener('load',async()=>{${script}})</script>`;
const waits = (sign: string) => `${sign}${ask("fetch('/never')")}`;
const grey = 'width:200px;height:20px;background:#ddd';
/** Asks for it once the page is there. */
const adds = (element: string, how: string) =>
  ask(`const one=document.createElement('${element}');${how};document.head.append(one)`);

/** Body, and of each open request kind, path, whether the page is unfinished without, and what shows it. */
type Told = [kind: string, path: string, unfinished: boolean, shown?: string];
const told: Record<string, [string, ...Told[]]> = {
  'a turning ring whose names say nothing': [
    waits(
      '<i class="x1z" style="display:block;width:40px;height:40px;border:4px solid #ccc;border-top-color:#00f;border-radius:50%"></i>',
    ),
    ['fetch', '/never', true, 'i.x1z'],
  ],
  'a spinner of Bootstrap': [
    waits('<div class="spinner-border" style="width:32px;height:32px"></div>'),
    ['fetch', '/never', true, 'div.spinner-border'],
  ],
  'a skeleton of MUI': [
    waits(`<span class="MuiSkeleton-root css-1" style="display:block;${grey}"></span>`),
    ['fetch', '/never', true, 'span.MuiSkeleton-root'],
  ],
  'a skeleton of Tailwind': [
    waits(`<div class="animate-pulse"><div style="${grey}"></div></div>`),
    ['fetch', '/never', true, 'div.animate-pulse'],
  ],
  'a part that is busy': [waits('<ul aria-busy="true" style="height:50px"></ul>'), ['fetch', '/never', true, 'ul']],
  'a bar of unknown length': [waits('<progress></progress>'), ['fetch', '/never', true, 'progress']],
  'a short text': [waits('<p id="list">Loading products…</p>'), ['fetch', '/never', true, '#list']],
  'a short text in another language': [waits('<p id="list">読み込み中</p>'), ['fetch', '/never', true, '#list']],
  'a main part with nothing in it': [
    `<header>Shop</header><main></main><script>fetch('/never')</script>`,
    ['fetch', '/never', true, 'main'],
  ],
  'a main part with nothing in it, about which only bars stand': [
    `<div id="root"><header>Shop</header><nav><a href="/">Home</a></nav><main></main><footer>Terms</footer></div><script>fetch('/never')</script>`,
    ['fetch', '/never', true, 'main'],
  ],
  'an empty part for dialogs beside the content': [
    `<div id="root"></div><div>${ask("fetch('/never')")}</div><div id="app"></div>`,
    ['fetch', '/never', false],
  ],
  'a second main part that is empty': [
    `<main></main><main>${ask("fetch('/never')")}</main>`,
    ['fetch', '/never', false],
  ],
  'a dot that beats beside words': [
    waits('<p><span class="pulse spin" style="display:inline-block;width:12px;height:12px"></span> Live</p>'),
    ['fetch', '/never', false],
  ],
  'a small ring in a bar': [
    waits(
      '<nav><a href="/">Jobs<i class="x1z" style="display:block;width:14px;height:14px;border:2px solid #ccc;border-top-color:#00f;border-radius:50%"></i></a></nav>',
    ),
    ['fetch', '/never', false],
  ],
  'a face that glows': [
    waits('<div class="animate-pulse" style="width:60px;height:60px;border-radius:50%;background:#0a0"></div>'),
    ['fetch', '/never', false],
  ],
  'a small ring beside a text that says it': [
    waits('<p id="list"><i class="spinner" style="display:inline-block;width:12px;height:12px"></i> Loading</p>'),
    ['fetch', '/never', true, '#list'],
  ],
  'a small ring alone': [
    waits('<div><i class="spinner" style="display:block;width:12px;height:12px"></i></div>'),
    ['fetch', '/never', true, 'i.spinner'],
  ],
  'nothing that shows it': [ask("fetch('/never')"), ['fetch', '/never', false]],
  'an XMLHttpRequest': [ask("const x=new XMLHttpRequest();x.open('GET','/never');x.send()"), ['xhr', '/never', false]],
  'the same asked again and again, and never answered': [
    ask("setInterval(()=>fetch('/never'),400)"),
    ['fetch', '/never', false],
  ],
  'given up and asked again': [
    `<p id="list">Loading…</p>${ask("for(;;){const c=new AbortController();setTimeout(()=>c.abort(),300);await fetch('/never',{signal:c.signal}).catch(()=>0);await new Promise((r)=>setTimeout(r,300))}")}`,
    ['fetch', '/never', true, '#list'],
  ],
  'a second question to one address, after the first was answered': [
    `<p id="list">Please wait</p>${ask('const q=(body)=>fetch(\'/graphql\',{method:\'POST\',body});await q(\'{"query":"shop"}\');await q(\'{"query":"never"}\')')}`,
    ['fetch', '/graphql', true, '#list'],
  ],
  'half an answer': [`<p id="list">Loading…</p>${ask("fetch('/half')")}`, ['fetch', '/half', true, '#list']],
  'half of a text': [`<p id="list">Loading…</p>${ask("fetch('/half.txt')")}`, ['fetch', '/half.txt', true, '#list']],
  'half of a text, and nothing that shows it': [ask("fetch('/half.txt')"), ['fetch', '/half.txt', false]],
  'half of a file that is no text': [ask("fetch('/half.bin')"), ['fetch', '/half.bin', false]],
  'half of an answer without a type': [ask("fetch('/half.none')"), ['fetch', '/half.none', false]],
  'a script of its own': [adds('script', "one.src='/never.js'"), ['script', '/never.js', true]],
  'a style sheet of its own': [
    adds('link', "one.rel='stylesheet';one.href='/never.css'"),
    ['stylesheet', '/never.css', true],
  ],
  'a background picture': [ask("document.body.style.background='url(/never.png)'"), ['image', '/never.png', false]],
  'asked for once when it is seen': [
    `${WORDS}<div style="height:1500px"></div><p id="end">End</p><script>let asked;new IntersectionObserver((all)=>{if(all[0].isIntersecting&&!asked)asked=fetch('/never')}).observe(document.getElementById('end'))</script>`,
    ['fetch', '/never', true],
  ],
};

const silent: Record<string, string> = {
  'an EventSource': ask("new EventSource('/events')"),
  'events by fetch': ask("fetch('/events',{headers:{accept:'text/event-stream'}})"),
  'events by fetch that have not begun': ask("fetch('/never',{headers:{accept:'text/event-stream'}})"),
  'lines of JSON': ask("fetch('/lines')"),
  'a text that says that nobody is to wait for all of it': ask("fetch('/tail')"),
  'a WebSocket that is refused': ask("new WebSocket('ws://'+location.host+'/socket')"),
  'a long poll that repeats': ask("for(let n=0;;n++)await fetch('/updates?since='+n+(n>0?'&never':''))"),
  'the long poll of Socket.IO': ask(
    "const q='/socket.io/?EIO=4&transport=polling&t=P3a';await fetch(q+'1');await fetch(q+'2&sid=Ab3');await fetch(q+'3&sid=Ab3&never')",
  ),
  'one that says how long it may be held': ask("fetch('/never?timeout=30000')"),
  'a first long poll by its name': ask("fetch('/api/poll?never')"),
  'a poll that is answered': `<p>Loading</p>${ask("setInterval(()=>fetch('/ok?ts='+Date.now()),200)")}`,
  'reports about visitors': ask(
    "navigator.sendBeacon('/never','x');fetch('/collect?never',{method:'POST',body:'x'});new Image().src='/pixel.gif?never'",
  ),
  'a film': `${WORDS}<video src="/film.mp4" width="100" height="50"></video>`,
  'pictures of a camera': ask("const i=new Image();i.src='/camera';document.body.append(i)"),
  'a shared worker, of whose script no page is told': `${WORDS}<script>new SharedWorker('/shared.js').port.start()</script>`,
  'what no list allows': `<p class="spinner">Loading…</p>${ask("fetch('http://127.0.0.2:9/x').catch(()=>0)")}`,
};

const words = '<p>Words about what can be bought here.</p>'.repeat(20);
const skeleton = `<div class="skeleton" style="${grey}"></div>`.repeat(5);
/** Pages without an open request: what shows that they wait, and whether nothing else is there; nothing for those that do not wait. */
const alone: Record<string, [body: string, ...told: [selector: string, whole: boolean][]]> = {
  'a short text alone': ['<header>Shop</header><main><h1>List</h1><p id="list">Loading…</p></main>', ['#list', true]],
  'skeletons alone': [`<header>Shop</header><main>${skeleton}</main>`, ['div:nth-child(1)', true]],
  'a part that is busy alone': ['<main aria-busy="true" style="height:200px"></main>', ['main', true]],
  'a ring alone whose names say nothing': [
    '<main><i class="x1z" style="display:block;width:40px;height:40px;border:4px solid #ccc;border-top-color:#00f;border-radius:50%"></i></main>',
    ['i.x1z', true],
  ],
  'a curtain that never goes up': [
    `<div id="curtain" style="position:fixed;inset:0;background:#fff"><i class="spinner" style="display:block;width:40px;height:40px"></i></div>${words}`,
    ['i.spinner', true],
  ],
  'a part that says what is loading': [`<p id="reviews">Loading reviews…</p>${words}`, ['#reviews', false]],
  'a part that is busy': [`<div id="x" aria-busy="true" style="height:90px"></div>${words}`, ['#x', false]],
  'a main part that a script left empty': ['<header>Shop</header><main></main><script>void 0</script>', ['main', true]],
  'the place of an app that nobody filled': ['<header>Shop</header><div id="app"></div>', ['#app', false]],
  'a page that tells of spinners': [
    `<h1>Spinners</h1><p id="list">Loading…</p><i class="spinner" style="display:block;width:40px;height:40px"></i>${words}`,
  ],
  'a button that turns': [`<button><i class="spinner"></i> Loading…</button>${words}`],
  'a part that is written anew': [`<main aria-busy="true">${words}</main>`],
  'a bar of unknown length in a form': [`<progress></progress>${words}`],
  'one grey shape beside much else': [
    `<div style="height:99px"><div class="skeleton" style="${grey}"></div></div>${words}`,
  ],
  'an empty part beside the content': [`<main></main>${words}<script>void 0</script>`],
  'an empty part under a dialog': [
    `<main></main><div role="dialog" style="position:fixed;inset:20px">${words}</div><script>void 0</script>`,
  ],
  'a picture in the place of words': [
    '<main style="height:300px;background:linear-gradient(red,blue)"></main><script>void 0</script>',
  ],
};

const begun =
  (type: string, text: string): Answer =>
  (_request, response) =>
    response.writeHead(200, { 'content-type': type }).write(text);
const answers: Record<string, Answer> = {
  '/shared.js': { type: 'text/javascript', body: 'onconnect = ({ ports }) => ports[0].postMessage(1)' },
  '/events': begun('text/event-stream', 'data: 1\n\n'),
  '/lines': begun('application/x-ndjson', '{}\n'),
  '/camera': begun('multipart/x-mixed-replace; boundary=x', '--x\r\n'),
  '/film.mp4': begun('video/mp4', 'film'),
  '/half': begun('application/json', '{"a":'),
  '/half.txt': begun('text/plain', 'half '),
  '/half.bin': begun('application/octet-stream', 'half '),
  '/half.none': (_request, response) => response.writeHead(200).write('half '),
  '/tail': (_request, response) =>
    response.writeHead(200, { 'content-type': 'text/plain', 'x-accel-buffering': 'no' }).write('one '),
  '/graphql': (request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => (body.includes('never') ? undefined : response.end('{}')));
  },
  '/late': { type: 'text/plain', body: 'x', delayMs: 5000 },
};

test.describe('what a page has asked for when its picture is taken @once', () => {
  let booth: PhotoBooth;
  let site: Site;
  test.beforeAll(async () => {
    booth = new PhotoBooth();
    const pages = [
      ...[...Object.values(told), ...Object.values(alone)].map(([body]) => body),
      ...Object.values(silent),
    ];
    const quick = (request: { url?: string | undefined }, end: () => void) => request.url?.includes('never') || end();
    site = await startSite({
      ...Object.fromEntries(pages.map((body, at) => [`/${at}`, html(body)])),
      ...Object.fromEntries(
        [
          '/never',
          '/never.js',
          '/never.css',
          '/never.png',
          '/updates',
          '/socket.io/',
          '/api/poll',
          '/collect',
          '/ok',
          '/pixel.gif',
        ].map((path): [string, Answer] => [path, (request, response) => void quick(request, () => response.end('ok'))]),
      ),
      ...answers,
      '/wait-first': html(
        `<p id="list" style="height:99px">Loading…</p><script>addEventListener('load',()=>setTimeout(()=>fetch('/ok').then(()=>{list.textContent='';list.style.background='#00aa00'}),1500))</script>`,
      ),
      '/wait': html(
        `<p id="list" style="height:99px">Loading…</p><script>fetch('/late').then(()=>{list.textContent='';list.style.background='#00aa00'})</script>`,
      ),
    });
  });
  test.afterAll(async () => {
    await booth.dispose();
    await site.close();
  });

  const look = async (at: number, name = '') => {
    // The whole page only where scrolling asks for something.
    const fullPage = name.includes('seen');
    const { shot } = await booth.photo(`${site.url}/${at}`, { fullPage, dom: false, settleTimeoutMs: 2500 });
    return shot.settle;
  };

  some('is named with its kind, and makes the page unfinished where that shows', async () => {
    verifies('capture.open-requests');
    const rows = sampleOf([...Object.entries(told).entries()], 6);
    const results = await Promise.all(
      rows.map(async ([at, [name]]) => {
        const { open_requests: open = [], unseen } = await look(at, name);
        expect.soft(open.every(({ open_ms }) => open_ms > 0)).toBe(true);
        return [
          name,
          unseen,
          ...open.map(({ url, kind, unfinished, shown_at: shown }) => [
            kind,
            new URL(url).pathname,
            unfinished,
            ...(shown === undefined ? [] : [shown]),
          ]),
        ];
      }),
    );
    expect(results).toEqual(rows.map(([, [name, [, ...open]]]) => [name, undefined, ...open]));
  });

  some('is not told of where pages keep it open on purpose', async () => {
    verifies('capture.open-requests');
    const before = Object.keys(told).length + Object.keys(alone).length;
    const rows = sampleOf([...Object.keys(silent).entries()], 6);
    const results = await Promise.all(
      rows.map(async ([at, name]) => {
        const { open_requests: open, unseen, images_missing: missing } = await look(before + at);
        return [name, open, unseen, missing];
      }),
    );
    expect(results).toEqual(rows.map(([, name]) => [name, undefined, undefined, []]));
  });

  test('may be nothing: what shows that the page waits, or is empty, is named all the same', async () => {
    verifies('capture.waits-alone');
    const before = Object.keys(told).length;
    const rows = sampleOf([...Object.entries(alone).entries()], 4);
    const results = await Promise.all(
      rows.map(async ([at, [name]]) => {
        const { unseen = [], open_requests: open } = await look(before + at);
        return [name, open, ...unseen.map(({ selector, likely }) => [selector, !likely])];
      }),
    );
    expect(results).toEqual(rows.map(([, [name, [, ...parts]]]) => [name, undefined, ...parts]));
  });

  some('is waited for as long as the page shows that it waits, unless that is what was asked for', async () => {
    verifies('capture.open-requests');
    const [late, later, meant] = await Promise.all([
      booth.photo(`${site.url}/wait`, { dom: false, settleTimeoutMs: 8000 }),
      booth.photo(`${site.url}/wait-first`, { dom: false, settleTimeoutMs: 8000 }),
      booth.photo(`${site.url}/wait`, { dom: false, settleTimeoutMs: 2500, waitFor: { selector: '#list' } }),
    ]);
    expect(await colorAt(late.png, 200, 50)).toBe('#00aa00');
    expect(late.shot.settle.open_requests).toBeUndefined();
    expect(await colorAt(later.png, 200, 50)).toBe('#00aa00');
    expect(later.shot.settle.unseen).toBeUndefined();
    expect(meant.shot.settle.unseen).toBeUndefined();
    expect(await colorAt(meant.png, 200, 50)).toBe('#ffffff');
    expect(meant.shot.settle.open_requests).toBeUndefined();
  });
});
