import { expect, test } from '@playwright/test';
import type { Rect } from '../../src/core/vocabulary/geometry.js';
import { verifies } from '../requirements.js';
import { sampled, sampleOf } from '../sample.js';
import { colorAt, PhotoBooth, rowsWith } from './photo-booth.js';
import { html, type Site, startSite } from './site.js';

const few = sampled(test, 2);

const GREEN = '#00aa00';
const place = (left: number, top: number, width: number, height: number) =>
  `position:absolute;left:${left}px;top:${top}px;width:${width}px;height:${height}px;`;
const secret = (style: string, more = '') =>
  `<div class="secret" style="${style}background:#ff0000"${more}>secret</div>`;
const frame = `<body style='margin:0'><div style='height:20px'></div><div class='secret' style='height:30px;background:#ff0000'>secret</div><div style='height:400px'></div><div class='secret' style='height:30px'>far</div></body>`;

const INK = '#0000ff';
/** Words in blue that no box of the masked element holds. */
const elsewhereStyle = `
.secret{color:${INK};width:120px;font:16px/20px sans-serif}
.below{position:relative}.below::after{content:attr(data-mail);position:absolute;top:28px;left:0;white-space:nowrap}
.beside::before{content:'TOKEN-8841';position:absolute;left:200px;top:10px;background:${INK}}
.line{white-space:nowrap;width:60px}.line::after{content:' and a long number 4711 0815 1234'}
.apart::after{content:'8841';position:relative;left:180px}
.far::after{content:'8841 8842';position:absolute;right:10px;top:40px;padding:8px;transform:translateY(20px)}
.list{margin-left:160px}.list::marker{content:'TOKEN-8841 '}
.card{filter:drop-shadow(200px 30px 0 ${INK})}`;
const drawnElsewhere: Record<string, string> = {
  'below it, from an attribute': '<div class="secret below" data-mail="ada.lovelace@example.org">Ada</div>',
  'beside it, placed by the page around it': '<div class="secret beside">Ada</div>',
  'in its line, longer than its box': '<div class="secret line">Ada</div>',
  'moved out of its line': '<div class="secret apart">Ada</div>',
  'at the other end of what holds it, moved': '<div class="secret far">Ada</div>',
  'as the mark of a list': '<ul style="margin:0"><li class="secret list">Ada</li></ul>',
  'as a shadow of its text': `<div class="secret" style="text-shadow:140px 60px 0 ${INK}">Ada</div>`,
  'as a reflection': `<div class="secret" style="-webkit-box-reflect:below 20px">Ada</div>`,
  'as the shadow of a filter': `<div class="secret" style="filter:drop-shadow(160px 50px 0 ${INK})">Ada</div>`,
  'as the shadow of a filter around it': '<div class="card"><div class="secret">Ada</div></div>',
  'as nothing but edges': `<div class="secret" style="box-shadow:200px 30px 0 ${GREEN};outline:6px solid ${GREEN};outline-offset:10px">Ada</div>`,
};

/** What a mask on `.secret` covers, CSS px of the picture (400 wide); the page is green where it must stay readable. */
const cases: Record<string, { body: string; head?: string; covered: Rect[]; matched: number }> = {
  'nothing of a menu that is hidden': {
    body: `<div style="${place(0, 0, 200, 100)}background:${GREEN}">price</div>${secret(`${place(0, 0, 200, 100)}visibility:hidden;`)}${secret(`${place(0, 0, 200, 100)}opacity:0;`)}`,
    covered: [],
    matched: 2,
  },
  'the part of a hidden box that is shown again': {
    body: `<div class="secret" style="${place(0, 0, 200, 100)}visibility:hidden"><b style="${place(20, 20, 50, 30)}visibility:visible;background:#ff0000">pin</b></div>`,
    covered: [{ x: 20, y: 20, width: 50, height: 30 }],
    matched: 1,
  },
  'nothing of a closed accordion, nor of closed details': {
    body: `<div style="height:0;overflow:hidden">${secret('height:200px;')}</div><details><summary style="height:20px">more</summary>${secret('height:200px;')}</details><div style="height:100px;background:${GREEN}">price</div>`,
    covered: [],
    matched: 2,
  },
  'the rows of a table that its box shows': {
    body: `<div style="${place(0, 0, 300, 100)}overflow:auto"><div style="height:80px">a</div>${secret('height:60px;')}${secret('height:60px;')}</div><div style="${place(0, 100, 300, 100)}background:${GREEN}">price</div>`,
    covered: [{ x: 0, y: 80, width: 300, height: 20 }],
    matched: 2,
  },
  'the slide on the stage': {
    body: `<div style="${place(50, 0, 100, 50)}overflow:hidden"><div style="display:flex;width:300px;transform:translateX(-100px)">${secret('flex:0 0 100px;height:50px;').repeat(3)}</div></div>`,
    covered: [{ x: 50, y: 0, width: 100, height: 50 }],
    matched: 3,
  },
  'a hint that its scroll box does not cut off, as it is placed by the page': {
    body: `<div style="overflow:hidden;height:20px">${secret(place(10, 40, 80, 30))}</div>`,
    covered: [{ x: 10, y: 40, width: 80, height: 30 }],
    matched: 1,
  },
  'what a dialog above it leaves to be seen, the dialog not': {
    body: `${secret(place(0, 0, 300, 100))}<div style="${place(100, 40, 300, 160)}background:${GREEN}">Are you sure?</div>`,
    covered: [
      { x: 0, y: 0, width: 300, height: 40 },
      { x: 0, y: 40, width: 100, height: 60 },
    ],
    matched: 1,
  },
  'what is seen through something above it, or beside its round corners': {
    body: `${secret(place(0, 0, 100, 40))}<div style="${place(0, 0, 100, 40)}background:#0008"></div>${secret(place(0, 60, 100, 40))}<div style="${place(0, 60, 100, 40)}background:${GREEN};border-radius:50%"></div>
      <details>${'<summary>more</summary>'}<div style="${place(0, 0, 300, 300)}background:${GREEN};z-index:9"></div></details>
      <div style="${place(0, 0, 300, 300)}column-count:2;z-index:9"><b style="background:${GREEN}"></b></div>
      ${secret(place(0, 120, 100, 40))}<div style="${place(0, 120, 100, 40)}background:${GREEN};opacity:.9"></div>${secret(`${place(0, 180, 100, 40)}z-index:1;`)}<div style="${place(0, 180, 100, 40)}background:${GREEN}"></div>`,
    covered: [0, 60, 120, 180].map((y) => ({ x: 0, y, width: 100, height: 40 })),
    matched: 4,
  },
  'nothing of a drawer beside the page': {
    body: `${secret('position:fixed;top:0;right:-300px;width:300px;height:200px;')}<div style="height:100px;background:${GREEN}">price</div>`,
    covered: [],
    matched: 1,
  },
  'what a zoomed page shows, where it shows it': {
    body: secret(place(40, 60, 100, 20)),
    head: '<style>html{zoom:1.5}</style>',
    covered: [{ x: 60, y: 90, width: 150, height: 30 }],
    matched: 1,
  },
  'what a frame shows': {
    body: `<iframe style="${place(30, 10, 100, 100)}border:5px solid ${GREEN};padding:3px;box-sizing:content-box" srcdoc="${frame}"></iframe>`,
    covered: [{ x: 38, y: 38, width: 100, height: 30 }],
    matched: 2,
  },
  'what lies in shadow roots, closed ones too': {
    body: `<div id="open"></div><div id="closed"></div><script>for(const mode of ['open','closed'])document.getElementById(mode).attachShadow({mode}).innerHTML='<div class="secret" style="height:30px;background:#ff0000">secret</div>'</script>`,
    covered: [
      { x: 0, y: 0, width: 400, height: 30 },
      { x: 0, y: 30, width: 400, height: 30 },
    ],
    matched: 2,
  },
  'what sticks out of an element of no size or no box of its own, and of one that is smaller': {
    body: `<div class="secret"><div style="float:left;width:90px;height:30px;background:#ff0000">pin</div></div><div style="clear:both"></div>
      <div class="secret" style="display:contents"><div style="width:70px;height:30px;background:#ff0000">pin</div></div>
      <div class="secret" style="width:50px;height:30px;background:#ff0000;position:relative"><i style="${place(120, 10, 60, 40)}background:#ff0000"></i></div>`,
    covered: [
      { x: 0, y: 0, width: 90, height: 30 },
      { x: 0, y: 30, width: 70, height: 30 },
      { x: 0, y: 60, width: 50, height: 30 },
      { x: 120, y: 70, width: 60, height: 40 },
    ],
    matched: 3,
  },
  'each line of an inline element, and nothing beside it': {
    body: `<div style="width:200px;font-size:0;line-height:0"><i style="display:inline-block;width:150px;height:30px;background:${GREEN}"></i><span class="secret"><i style="display:inline-block;width:40px;height:30px"></i><i style="display:inline-block;width:60px;height:30px"></i></span></div>`,
    covered: [
      { x: 150, y: 0, width: 40, height: 30 },
      { x: 0, y: 30, width: 60, height: 30 },
    ],
    matched: 1,
  },
  'nothing of what waits behind a clip': {
    body: `<div style="clip-path:inset(0 100% 0 0)">${secret('height:30px;')}</div><div style="height:100px;background:${GREEN}">price</div>`,
    covered: [],
    matched: 1,
  },
  'nothing of what is there for screen readers alone': {
    body: `${[
      'width:1px;height:1px;margin:-1px;overflow:hidden;white-space:nowrap;clip:rect(0,0,0,0);',
      'width:1px;height:1px;overflow:hidden;clip:rect(1px,1px,1px,1px);',
      'width:80px;height:20px;clip:rect(0,auto,0,0);',
      'width:80px;height:20px;clip-path:circle(0);',
      'width:80px;height:20px;clip-path:polygon(0 0,0 0,0 0);',
      'width:80px;height:20px;clip-path:inset(10px 0);',
      'width:80px;height:20px;clip-path:ellipse(0 50%);transform:rotate(9deg);',
    ]
      .map((style) => secret(`position:absolute;${style}`))
      .join('')}<div style="height:100px;background:${GREEN}">price</div>`,
    covered: [],
    matched: 7,
  },
  'what something else draws in its place': {
    body: `<select style="${place(0, 0, 120, 24)}"><option>open</option><option class="secret" selected>secret</option></select>
      <select style="${place(200, 0, 120, 24)}"><option selected>open</option><option class="secret">secret</option></select>
      <svg style="display:none"><symbol id="sign"><rect class="secret" width="40" height="30" fill="red"/></symbol></svg>
      <svg style="${place(0, 40, 300, 100)}"><defs><g id="two"><use href="#sign"/></g></defs><use href="#sign" x="20" y="10"/><use href="#two" x="100" y="10"/><rect x="200" y="10" width="40" height="30" fill="${GREEN}"/></svg>
      <div style="${place(0, 150, 50, 20)}overflow:clip;overflow-clip-margin:20px"><div class="secret" style="width:200px;height:20px"></div></div>`,
    covered: [
      { x: 0, y: 0, width: 120, height: 24 },
      { x: 20, y: 50, width: 40, height: 30 },
      { x: 100, y: 50, width: 40, height: 30 },
      { x: 0, y: 150, width: 70, height: 20 },
    ],
    matched: 4,
  },
  'what a clip leaves to be seen': {
    body: `${secret(`${place(0, 0, 200, 20)}clip:rect(0,60px,auto,auto);`)}${secret(`${place(0, 40, 200, 20)}clip-path:inset(0 25% 0 calc(10% + 5px));`)}
      ${secret(`${place(0, 80, 200, 40)}clip-path:circle(20px at 100px 50%);`)}<div style="${place(0, 140, 200, 40)}clip-path:polygon(0 0,50% 0,50% 100%)">${secret('height:30px;')}</div>
      <div style="${place(100, 200, 100, 20)}transform:scale(2);transform-origin:0 0">${secret(`${place(0, 0, 100, 20)}clip-path:inset(5px 50px 5px 0);`)}</div>`,
    covered: [
      { x: 0, y: 0, width: 60, height: 20 },
      { x: 25, y: 40, width: 125, height: 20 },
      { x: 80, y: 80, width: 40, height: 40 },
      { x: 0, y: 140, width: 100, height: 30 },
      { x: 100, y: 210, width: 100, height: 20 },
    ],
    matched: 5,
  },
  nothing: { body: '<p>text</p>', covered: [], matched: 0 },
};

/** What leaves the plane, is turned by something else than `transform`, or is cut by what is: a mask may hide more of it, never less. */
const box = (style: string) => secret(`${place(130, 40, 140, 60)}${style}`);
const within = (style: string) =>
  `<div style="${place(130, 20, 100, 160)}overflow:hidden;${style}">${secret('height:300px;')}</div>`;
const turnedAway: Record<string, string> = {
  'out of the plane': `<div style="${place(0, 0, 400, 200)}perspective:300px">${box('transform:rotateX(50deg) rotateZ(20deg);')}</div>`,
  'with its parent, out of the plane': `<div style="${place(100, 0, 200, 200)}transform:perspective(200px) rotateY(50deg)"><div class="secret" style="${place(10, 20, 150, 90)}background:#ff0000;transform:rotate(20deg)">secret</div></div>`,
  'by a path': `<div style="${place(0, 0, 400, 200)}transform:rotate(8deg)">${box('left:0;top:0;offset-path:path(&quot;M 200 100 L 260 160&quot;);')}</div>`,
  'and stretched by one property, turned by another': box('transform:rotate(40deg);scale:1.6 .5;'),
  'by a quarter, in a box with one thick border': within(
    'border-left:60px solid #0a0;width:40px;transform:rotate(90deg);',
  ),
  'in a box with a border that is turned': within('border:24px solid #0a0;height:60px;transform:rotate(50deg);'),
  'in a box that is mirrored': within('border-left:60px solid #0a0;width:40px;transform:scaleX(-1);'),
  'in a box that is stretched': within('border-top:10px solid #0a0;height:60px;transform:scale(.5,1.9);'),
  'behind a clip that begins outside of it': box('clip-path:inset(-100% 0 0 0);'),
  'behind a clip with round corners': box('clip-path:inset(0 round 100%);'),
  'behind a clip of any shape': box('clip-path:polygon(50% 0,100% 100%,0 60%);'),
  'beside what lies over it along a path': `${box('')}<div style="${place(0, 0, 40, 160)}background:#0a0;offset-path:path(&quot;M 200 70 L 260 130&quot;)"></div>`,
};

/** Names of what is asked of an element or of the document: a form answers with its field, a document with its picture of that name. */
const asked =
  'checkVisibility getBoundingClientRect getClientRects querySelectorAll childNodes parentNode parentElement'
    .concat(' assignedSlot offsetWidth clientWidth clientLeft localName id shadowRoot')
    .split(' ');
const fields = asked.map((name) => `<input type="hidden" name="${name}">`).join('');
const lies = `for (const one of document.querySelectorAll('.secret')) { for (const name of ['getBoundingClientRect', 'getClientRects', 'checkVisibility', 'querySelectorAll']) one[name] = () => []; for (const name of ['childNodes', 'parentNode', 'assignedSlot']) Object.defineProperty(one, name, { value: null }) }`;
const shadowed = (mode: string, content: string, light = '') =>
  `<div class="host">${light}</div><script>document.currentScript.previousElementSibling.attachShadow({ mode: '${mode}' }).innerHTML = ${JSON.stringify(content)}</script>`;
const pin = secret('width:100px;height:20px;');
/** What a page, or a frame of it, does to keep its masked parts from being found; each shows red. */
const hiders: Record<string, string> = {
  'properties of its own': pin,
  'fields that are called like what is asked': `<form class="secret" style="width:100px;height:20px;background:#ff0000">${fields}</form><form style="overflow:hidden">${pin}${fields}</form>`,
  'pictures that are called like what the document is asked':
    ['querySelectorAll', 'createRange', 'createElement', 'body', 'documentElement', 'getElementById', 'querySelector']
      .map((name) => `<img name="${name}" hidden>`)
      .join('') + pin,
  'a class of its own': `<script>customElements.define('own-one', class extends HTMLElement { getBoundingClientRect() { return new DOMRect() } checkVisibility() { return false } get childNodes() { return [] } })</script><own-one class="secret" style="display:block;width:100px;height:20px;background:#ff0000"></own-one>`,
  'a closed root': shadowed('closed', pin),
  'a closed root that a text declares': `<div id="told"></div><script>told.setHTMLUnsafe('<div><template shadowrootmode="closed">' + ${JSON.stringify(pin)} + '</template></div>')</script>`,
  'a slot': shadowed('open', '<div style="margin-top:20px"><slot></slot></div>', pin),
  'a card that the selector reaches into': `<div class="card">${shadowed('open', pin.replace('"secret"', '"price"'))}</div>`,
  'a frame with properties of its own': `<iframe width="200" height="40" srcdoc='${`${pin}<script>${lies.replaceAll("'", '`')}</script>`.replaceAll('"', '&quot;')}'></iframe>`,
  'a frame of another site': `<iframe style="border:9px solid ${GREEN};padding:4px" width="200" height="40" src="OTHER/framed"></iframe>`,
  'a frame that is turned': `<iframe style="transform:rotate(20deg);margin:30px" width="120" height="40" srcdoc='${pin.replaceAll('"', '&quot;')}'></iframe>`,
  'a frame that is stretched': `<iframe style="transform:scale(1.5,.7);transform-origin:0 0" width="200" height="60" srcdoc='<p>.</p>${pin.replaceAll('"', '&quot;')}'></iframe>`,
};
const replaced = `for (const name of ['map', 'filter', 'flatMap', 'find', 'some', 'forEach']) Array.prototype[name] = () => [];
  Set.prototype[Symbol.iterator] = Map.prototype[Symbol.iterator] = Array.prototype[Symbol.iterator] = function* () {};
  for (const name of ['scrollX', 'scrollY', 'innerHeight']) Object.defineProperty(window, name, { get: () => 500 })`;
/** Throws away, or runs away from, what masks are painted with. */
const reacts = `let turn = 0; new MutationObserver((all) => { for (const { addedNodes } of all) for (const node of addedNodes) if (node.popover) { node.remove(); document.body.style.paddingTop = turn++ % 2 ? '0' : '60px' } }).observe(document.documentElement, { childList: true })`;

const isRed = (red: number, green: number, blue: number) => red > 200 && green < 60 && blue < 60;

test.describe('a mask @once', () => {
  const booth = new PhotoBooth();
  const all = Object.entries(cases);
  let site: Site;
  test.beforeAll(async () => {
    const words = ['serif', 'sans-serif', 'monospace', 'italic 20px serif', '31px serif'].map(
      (font) =>
        `<p style="margin:20px;font:${/px/.test(font) ? font : `16px ${font}`}"><span class="secret">jgÅfqp Ég</span></p>`,
    );
    site = await startSite({
      ...Object.fromEntries(all.map(([, { body, head }], index) => [`/${index}`, html(body, head)])),
      '/letters': html(words.join('')),
      '/away': html(
        Object.values(turnedAway)
          .map((body, at) => `<div style="${place(0, at * 200, 400, 200)}overflow:hidden">${body}</div>`)
          .join(''),
      ),
      '/zoomed': html(box('transform:rotate(30deg);'), '<style>html{zoom:1.5}</style>'),
      '/turned': html(
        ['rotate(45deg)', 'rotate(-60deg)', 'skewX(40deg)', 'rotate(30deg) scale(1.3)']
          .map(
            (turn, at) =>
              `<div style="${place(0, at * 200, 400, 200)}"><div style="${place(130, 88, 140, 24)}transform:${turn}"><div class="secret" style="height:24px;overflow:hidden;white-space:nowrap">${'secret '.repeat(4)}</div></div>
             <i style="${place(70, 20, 8, 8)}background:${GREEN}"></i><i style="${place(330, 20, 8, 8)}background:${GREEN}"></i></div>`,
          )
          .join(''),
      ),
    });
  });
  test.afterAll(async () => {
    await site.close();
    await booth.dispose();
  });

  for (const [index, [name, { covered, matched }]] of sampleOf([...all.entries()], 8))
    few(`covers ${name}`, async () => {
      verifies('capture.masks-visible', 'capture.masks');
      const { shot, png } = await booth.photo(`${site.url}/${index}`, {
        fullPage: true,
        masks: ['.secret', ...(matched === 0 ? ['.secret::after'] : [])],
        dom: false,
      });
      expect(shot.size.width).toBe(400);
      expect(shot.masks).toEqual(covered);
      expect(shot.mask_matches).toEqual([
        { selector: '.secret', matched, covered: covered.length },
        // What is no selector of elements is told as finding nothing.
        ...(matched === 0 ? [{ selector: '.secret::after', matched: 0, covered: 0 }] : []),
      ]);
      for (let y = 2; y < 300; y += 8)
        for (const x of [12, 60, 100, 180, 350]) {
          const inside = covered.some(
            (box) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height,
          );
          expect([x, y, (await colorAt(png, x, y)) === '#ff00ff']).toEqual([x, y, inside]);
        }
    });

  test('covers what a page, a root or a frame hides by what is its own', async () => {
    verifies('capture.masks-hidden');
    const other = await startSite({ '/framed': html(`${shadowed('closed', pin)}${pin}<script>${lies}</script>`) });
    const elsewhere = other.url.replace('127.0.0.1', 'localhost');
    const hiding = Object.values(hiders).map((body) => `<div style="height:100px;overflow:hidden">${body}</div>`);
    const own = await startSite({
      '/hides': html(`${hiding.join('').replace('OTHER', elsewhere)}<script>${lies}</script>`),
      '/replaces': html(`<script>${replaced}</script>${pin}`),
      '/reacts': html(`${pin}<div style="height:900px"></div><script>${reacts}</script>`),
    });
    for (const path of ['/hides', '/replaces', '/reacts']) {
      const { png, shot } = await booth.photo(`${own.url}${path}`, {
        ...{ fullPage: true, masks: ['.secret', '.card .price', 'text=secret'].slice(0, path === '/hides' ? 2 : 3) },
        ...{ dom: false, settleTimeoutMs: 1500, allowedOrigins: [elsewhere] },
      });
      const rows = await rowsWith(png, 100, isRed);
      expect.soft([path, rows.map((row) => Object.keys(hiders)[row])]).toEqual([path, []]);
      if (path !== '/hides') continue;
      expect(shot.mask_matches).toEqual([
        { selector: '.secret', matched: 13, covered: 13 },
        { selector: '.card .price', matched: 1, covered: 1 },
      ]);
      // Beside the masks everything stays to be seen.
      expect(await colorAt(png, 4, 904)).toBe(GREEN);
    }
    await own.close();
    await other.close();
  });

  test('covers words that its style draws elsewhere, and nothing that only its edges are drawn with', async () => {
    verifies('capture.masks-visible');
    const rows = Object.values(drawnElsewhere).map(
      (body) => `<div style="height:100px;position:relative">${body}</div>`,
    );
    const own = await startSite({ '/': html(`<style>${elsewhereStyle}</style>${rows.join('')}`) });
    const { png } = await booth.photo(`${own.url}/`, { fullPage: true, masks: ['.secret'], dom: false });
    // Words are dark blue or softer, what has none is red or green: of words nothing is left.
    const seen = await rowsWith(png, 100, (red, green, blue) => blue > 150 && green < 120 && red < 120);
    expect(seen.map((row) => Object.keys(drawnElsewhere)[row])).toEqual([]);
    // The shadow of a box, and what stands in it, are no words.
    const last = (Object.keys(drawnElsewhere).length - 1) * 100;
    expect([await colorAt(png, 250, last + 40), await colorAt(png, 133, last + 10)]).toEqual([GREEN, GREEN]);
    await own.close();
  });

  test('covers all of what is turned, and not the corners beside it', async () => {
    verifies('capture.masks-visible');
    const { png } = await booth.photo(`${site.url}/turned`, { fullPage: true, masks: ['.secret'], dom: false });
    const dark = await rowsWith(png, 1, (red, green) => red < 200 && green < 120);
    expect(dark).toEqual([]);
    for (const top of [0, 200, 400, 600])
      for (const x of [74, 334]) expect([top, x, await colorAt(png, x, top + 24)]).toEqual([top, x, GREEN]);
  });

  test('hides all of what leaves the plane, is cut askew or zoomed', async () => {
    verifies('capture.masks-visible');
    const readable = async (path: string) => {
      const { png } = await booth.photo(`${site.url}${path}`, { fullPage: true, masks: ['.secret'], dom: false });
      return (await rowsWith(png, 200, isRed)).map((row) => Object.keys(turnedAway)[row]);
    };
    expect([await readable('/away'), await readable('/zoomed')]).toEqual([[], []]);
  });

  test('covers the tails of letters that stick out of their line', async () => {
    verifies('capture.masks');
    const { png } = await booth.photo(`${site.url}/letters`, { fullPage: true, masks: ['.secret'], dom: false });
    const dark = await rowsWith(png, 1, (red, green) => red < 200 && green < 200);
    expect(dark).toEqual([]);
  });
});
