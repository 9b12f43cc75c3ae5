import { expect, test } from '@playwright/test';
import { verifies } from '../requirements.js';
import { FULL, SEED, sampled } from '../sample.js';
import { html, type Site, startSite } from './site.js';
import { StepPages } from './step-page.js';

const some = sampled(test, 2);

/** What moves on a page by itself, and never ends. */
const MOVING = {
  'nothing else': '',
  'a style animation': `<style>@keyframes go { to { transform: translateX(600px) } } #mover { width: 60px; height: 60px; background: #06c; animation: go 9s linear infinite }</style><div id="mover"></div>`,
  'a script that moves a thing in each frame': `<div id="mover" style="position:relative;width:60px;height:60px;background:#06c"></div>
    <script>let x = 0; const go = () => { mover.style.left = (x = (x + 2) % 600) + 'px'; requestAnimationFrame(go); }; go();</script>`,
  'an animation of element.animate': `<div id="mover" style="width:60px;height:60px;background:#06c"></div>
    <script>mover.animate([{ transform: 'none' }, { transform: 'translateX(600px)' }], { duration: 7000, iterations: Infinity });</script>`,
  'a canvas that draws in each frame': `<canvas id="mover" width="600" height="80"></canvas>
    <script>let x = 0; const brush = mover.getContext('2d'); const go = () => { brush.clearRect(0, 0, 600, 80); brush.fillRect(x = (x + 3) % 600, 0, 60, 60); requestAnimationFrame(go); }; go();</script>`,
  'a clock': `<p id="clock">0</p><script>let n = 0; setInterval(() => { clock.textContent = 'It is now second number ' + (n += 7919); }, 250);</script>`,
  'a chain of timers': `<p id="clock">0</p><script>let n = 0; const tick = () => { clock.textContent = 'Round ' + (n += 7919); setTimeout(tick, 200); }; tick();</script>`,
  'a poll that shows its answer': `<p id="clock">0</p><script>setInterval(async () => { clock.textContent = (await (await fetch('/tick?' + Math.random())).text()) + Math.random(); }, 300);</script>`,
  'a slide show': `<style>.slide { width: 300px; height: 80px; display: none } .on { display: block }</style>
    <div><div class="slide on" style="background:#06c"></div><div class="slide" style="background:#c60"></div><div class="slide" style="background:#0c6"></div></div>
    <script>let n = 0; const all = document.querySelectorAll('.slide'); setInterval(() => { all[n].classList.remove('on'); n = (n + 1) % 3; all[n].classList.add('on'); }, 400);</script>`,
  'a page that talks to the console': '<script>let n = 0; setInterval(() => console.log("tick", n++), 200);</script>',
  'a heart beat in the storage':
    '<script>setInterval(() => localStorage.setItem("beat", String(Math.random())), 200);</script>',
  'a bar that runs without end': '<progress></progress>',
  'a clock in a frame': '<iframe src="/clock" width="200" height="60"></iframe>',
  'a ticker that scrolls': `<div id="tick" style="width:300px;overflow:hidden;white-space:nowrap"><span>${'News of the day that nobody reads. '.repeat(20)}</span></div><script>setInterval(() => { tick.scrollLeft += 3; }, 50);</script>`,
} as const;

/** What a press does that a person would notice, or that somebody else hears of. */
const DOING = {
  'writes a little later beside a clock':
    '<p id="clock"></p><p id="out"></p><button id="press">Save</button><script>setInterval(() => { clock.textContent = Date.now(); }, 250); press.onclick = () => setTimeout(() => { out.textContent = "Done"; }, 600);</script>',
  'writes beside what a poll writes':
    '<p id="news"></p><p id="out"></p><button id="press">Save</button><script>setInterval(async () => { news.textContent = await (await fetch("/tick")).text() + Math.random(); }, 300); press.onclick = () => setTimeout(() => { out.textContent = "Done"; }, 300);</script>',
  'opens a list': '<select id="press"><option>One<option>Two</select>',
  'takes the focus': '<input id="press">',
  'takes the focus by its label': '<label id="press">Name <input></label>',
  copies: '<button id="press" onclick="navigator.clipboard.writeText(\'text\')">Press</button>',
  'saves a file': '<a id="press" href="data:text/plain,hello" download="a.txt">Press</a>',
  'draws on a canvas':
    '<canvas id="board" width="300" height="100"></canvas><button id="press" onclick="board.getContext(\'2d\').fillRect(20, 20, 60, 60)">Press</button>',
  'draws on the pressed canvas':
    '<canvas id="press" width="300" height="100" onclick="this.getContext(\'2d\').fillRect(20, 20, 60, 60)"></canvas>',
  stores: '<button id="press" onclick="localStorage.setItem(\'theme\', \'dark\')">Press</button>',
  'sets a cookie': '<button id="press" onclick="document.cookie = \'a=b\'">Press</button>',
  'asks the server': '<button id="press" onclick="fetch(\'/tick\')">Press</button>',
  'opens by style alone':
    '<style>#menu { display: none; position: absolute; left: 300px; top: 200px } .box:focus-within #menu { display: block }</style><div class="box"><button id="press">Menu</button><ul id="menu"><li>First</li><li>Second entry</li></ul></div>',
  'opens a popover': '<button id="press" popovertarget="pop">Press</button><div id="pop" popover>Hello there</div>',
  'opens a dialog': '<button id="press" onclick="box.showModal()">Press</button><dialog id="box">Hello</dialog>',
  'opens details': '<details><summary id="press">More</summary>Text</details>',
  'answers later':
    '<p id="out"></p><button id="press" onclick="setTimeout(() => { out.textContent = \'late\'; }, 1200)">Press</button>',
  'changes a shadow tree':
    '<div id="host"></div><button id="press">Press</button><script>const root = host.attachShadow({ mode: "closed" }); root.innerHTML = "<p>Before</p>"; press.onclick = () => { root.innerHTML = "<p>After, and much longer</p>"; };</script>',
  scrolls: '<button id="press" onclick="window.scrollTo(0, 300)">Press</button><div style="height:3000px"></div>',
  'opens a window': '<button id="press" onclick="window.open(\'/tick\')">Press</button>',
  'stops what moves':
    '<div id="run" style="width:50px;height:50px;background:#06c"></div><button id="press">Stop</button><script>const a = run.animate([{ transform: "none" }, { transform: "translateX(300px)" }], { duration: 3000, iterations: Infinity }); press.onclick = () => a.pause();</script>',
  'stops a loop':
    '<p id="clock"></p><button id="press">Stop</button><script>let n = 0; const id = setInterval(() => { clock.textContent = String(n++); }, 100); press.onclick = () => clearInterval(id);</script>',
  'steers a loop':
    '<canvas id="game" width="300" height="100"></canvas><button id="press">Jump</button><script>let x = 0, y = 0; const brush = game.getContext("2d"); const go = () => { brush.clearRect(0, 0, 300, 100); brush.fillRect(x = (x + 2) % 300, y, 20, 20); requestAnimationFrame(go); }; go(); press.onclick = () => { y = 60; };</script>',
  'writes to a database':
    '<button id="press">Save</button><script>const open = indexedDB.open("d", 1); open.onupgradeneeded = () => open.result.createObjectStore("s"); press.onclick = () => open.result.transaction("s", "readwrite").objectStore("s").put(1, "k");</script>',
  'sends to a socket that others use too':
    '<button id="press">Send</button><script>const c = new BroadcastChannel("c"); press.onclick = () => c.postMessage(1);</script>',
  'asks again what is asked all the time':
    '<button id="press" onclick="ask()">Refresh</button><script>const ask = () => fetch("/tick"); setInterval(ask, 300);</script>',
  'goes to an empty answer': '<a id="press" href="/empty">Press</a>',
  'is what was chosen already': '<button id="press" role="tab" aria-selected="true">Press</button>',
} as const;

/** Forms that send once, twice, again after a failure, and two different things. */
const FORMS = html(`<h1>Orders</h1><p id="out"></p><nav>${'<a href="/forms">Orders</a> '.repeat(20)}</nav>
  <button id="twice">Twice</button> <button id="parts">Parts</button> <button id="once">Once</button> <button id="two">Two</button> <button id="again">Again</button>
  <button id="asked">Asked</button> <button id="search">Search</button> <button id="lost">Lost</button> <button id="lost2">Lost</button>
  <script>
    let n = 0;
    const send = (body, path = '/sent') => fetch(path, { method: 'POST', body }).then((answer) => { out.textContent = 'sent ' + ++n; return answer; });
    const order = JSON.stringify({ item: 'mug' });
    twice.addEventListener('click', () => send(order));
    twice.addEventListener('click', () => send(order));
    once.onclick = () => send(order);
    parts.onclick = () => { for (const _ of [1, 2]) { const form = new FormData(); form.set('item', 'mug'); send(form, '/parts'); } };
    two.onclick = () => { send('{"item":"mug"}'); send('{"item":"cup"}'); };
    again.onclick = async () => { if (!(await send(order, '/flaky')).ok) await send(order, '/flaky'); };
    asked.onclick = () => { send('{"query":"{ items { id } }"}'); send('{"query":"{ items { id } }"}'); };
    search.onclick = () => { document.querySelector('h1').textContent = 'Nothing found for mug'; };
    lost.onclick = () => { history.pushState(null, '', '/nowhere'); document.querySelector('h1').textContent = 'Page not found'; };
    lost2.onclick = () => { out.textContent = 'Still here'; };
  </script>`);

/** One in five of them each time, all in the full run. */
const fifth = (names: readonly string[]) => names.filter((_, at) => FULL || at % 5 === SEED % 5);

test.describe('what came of a press @once', () => {
  let pages: StepPages;
  let site: Site;
  test.beforeAll(async () => {
    pages = new StepPages();
    const routes: Record<string, string> = {
      '/tick': 'tick',
      '/clock': html('<p id="clock"></p><script>setInterval(() => { clock.textContent = Date.now(); }, 150);</script>'),
    };
    for (const [name, moving] of Object.entries(MOVING))
      routes[`/m/${encodeURIComponent(name)}`] = html(`<button id="press">Dead</button>${moving}`);
    for (const [name, doing] of Object.entries(DOING))
      routes[`/d/${encodeURIComponent(name)}`] = html(`<h1>Page</h1>${doing}`);
    routes['/throws'] = html(
      '<button id="thrown">A</button> <button id="rejected">B</button> <button id="late">C</button> <button id="dead">D</button><script>thrown.onclick = () => { throw new TypeError("cart is gone"); }; rejected.onclick = async () => { throw new Error("no stock"); }; late.onclick = () => setTimeout(() => { throw new Error("too late"); }, 100);</script>',
    );
    routes['/forms'] = FORMS;
    routes['/gone'] = html("<h1>Sorry, we can't find that page</h1><p>Go home.</p>");
    let tries = 0;
    site = await startSite({
      ...routes,
      '/sent': 'ok',
      '/parts': 'ok',
      '/empty': (_request, response) => response.writeHead(204).end(),
      '/flaky': (_request, response) => response.writeHead(++tries === 1 ? 503 : 200).end(),
    });
  });
  test.afterAll(async () => {
    await pages.dispose();
    await site.close();
  });

  const pressed = async (path: string) => {
    const page = await pages.open(`${site.url}${path}`);
    // Four pages at once on a busy machine: a press that comes late is still a press.
    const { remarks } = await page.take({ action: 'click', target: { selector: '#press' }, timeout_ms: 120_000 });
    return remarks?.map(({ kind }) => kind) ?? [];
  };
  const all = async (folder: string, names: readonly string[]) => {
    const found: [string, string[]][] = [];
    for (let at = 0; at < names.length; at += 4)
      found.push(
        ...(await Promise.all(
          names
            .slice(at, at + 4)
            .map(
              async (name): Promise<[string, string[]]> => [
                name,
                await pressed(`/${folder}/${encodeURIComponent(name)}`),
              ],
            ),
        )),
      );
    return found;
  };

  some('nothing, beside what moves by itself', async () => {
    verifies('steps.remarks');
    const names = fifth(Object.keys(MOVING));
    expect(await all('m', names)).toEqual(names.map((name) => [name, ['nothing_came']]));
  });

  some('something, of which most shows in no document', async () => {
    verifies('steps.remarks');
    const names = fifth(Object.keys(DOING));
    expect(await all('d', names)).toEqual(names.map((name) => [name, []]));
  });

  test('an error that nobody caught, by its words', async () => {
    verifies('steps.remarks');
    const told = [];
    for (const id of ['thrown', 'rejected', 'late', 'dead']) {
      const page = await pages.open(`${site.url}/throws`);
      const { remarks } = await page.take({ action: 'click', target: { selector: `#${id}` } });
      told.push([id, ...(remarks ?? []).map(({ kind, said }) => [kind, said])]);
    }
    expect(told).toEqual([
      ['thrown', ['nothing_came', 'cart is gone']],
      ['rejected', ['nothing_came', 'no stock']],
      ['late', ['nothing_came', 'too late']],
      ['dead', ['nothing_came', undefined]],
    ]);
  });

  some('the same submission twice, and an error page that is answered as any other', async () => {
    verifies('steps.remarks');
    const page = await pages.open(`${site.url}/forms`);
    const take = async (id: string) => {
      const { remarks } = await page.take({ action: 'click', target: { selector: `#${id}` } });
      return remarks?.map(({ kind, said }) => [kind, said?.replace(site.url, '')]);
    };
    expect(await take('twice')).toEqual([['sent_twice', 'POST /sent']]);
    expect(await take('parts')).toEqual([['sent_twice', 'POST /parts']]);
    expect(await take('once')).toBeUndefined();
    expect(await take('two')).toBeUndefined();
    expect(await take('again')).toBeUndefined();
    expect(await take('asked')).toBeUndefined();
    expect(await take('search')).toBeUndefined();
    expect(await take('lost')).toEqual([['error_page', 'Page not found']]);
    // It was said; what happens on it is another matter.
    expect(await take('lost2')).toBeUndefined();
    expect((await page.take({ action: 'navigate_url', value: '/gone' })).remarks).toEqual([
      {
        kind: 'error_page',
        text: 'the page shows an error in place of the app',
        said: "Sorry, we can't find that page",
      },
    ]);
  });
});
