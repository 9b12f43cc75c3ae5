import { expect, test } from '@playwright/test';
import { verifies } from '../requirements.js';
import { FULL, sampled, sampleOf } from '../sample.js';
import { colorAt, type Photo, PhotoBooth, type PhotoOptions } from './photo-booth.js';
import { type Answer, html, type Site, startSite } from './site.js';

const some = sampled(test, 2);
const also = sampled(test, 2);

const GREEN = '#00aa00';
const WHITE = '#ffffff';

/** `count` boxes of `height` px, white until a script gives them the class `on`. */
const boxes = (count: number, height: number) =>
  `<style>.box{height:${height}px;background:${GREEN};opacity:0}.on{opacity:1}</style>${'<div class="box">text</div>'.repeat(count)}`;
const observed = (then: string, options = '{}') =>
  `<script>const seen=new IntersectionObserver((all)=>all.forEach((e)=>{${then}}),${options});document.querySelectorAll('.box').forEach((box)=>seen.observe(box))</script>`;
const once = "if(e.isIntersecting){e.target.classList.add('on');seen.unobserve(e.target)}";
const toggle = "e.target.classList.toggle('on',e.isIntersecting)";
const onScroll = (how: string) =>
  `<script>const show=()=>document.querySelectorAll('.box').forEach((box)=>{const r=box.getBoundingClientRect();if(r.top<innerHeight&&r.bottom>0)box.classList.add('on')});show();${how}</script>`;
const row = (draw: string) =>
  `<div id="list" style="height:2000px;position:relative"></div><script>
   const put=(d,i)=>{d.textContent='Row '+i;d.style.cssText='position:absolute;left:0;width:100%;height:40px;background:${GREEN};transform:translateY('+i*40+'px)';list.append(d)};
   const first=()=>Math.max(0,Math.floor(scrollY/40)-1), ends=()=>Math.min(50,first()+Math.ceil(innerHeight/40)+2);
   ${draw};draw();addEventListener('scroll',draw)</script>`;
const rows = (count: number) =>
  `<div style="height:100px;background:${GREEN};border-bottom:1px solid #fff">row</div>`.repeat(count);

/** Three screens that are as tall as the window, green, red and yellow, each with its words at its top. */
const screensOfWords = ['#008800', '#880000', '#888800']
  .map(
    (color) =>
      `<section style="height:100vh;background:${color};scroll-snap-align:start"><p style="margin:0">part</p></section>`,
  )
  .join('');

/** Boxes that are shown while most of them is in view, and have these styles out of it. */
const turned = (out: string) =>
  `<style>section{height:300px;overflow:hidden}section>div{height:300px;background:${GREEN};${out};transition:all .4s}.on>div{transform:none;clip-path:none}</style>${'<section class="box" style="opacity:1;background:none"><div>text</div></section>'.repeat(5)}${observed(toggle, '{threshold:.4}')}`;
const eachOf = (count: number, height: number): [number, string][] =>
  Array.from({ length: count }, (_, at) => [at * height + height / 2, GREEN]);

interface Case {
  body: string;
  head?: string;
  height: number;
  /** Colour by height, at x = 200 (or the x given). */
  colors: [number, string, number?][];
  unseen?: string[];
  scrollers?: { selector: string; shown_px: number; total_px: number; sideways?: boolean }[];
}

/** A page with a main part that scrolls, as tall as is told, in a frame as tall as is told. */
const shellInFrame = (frame: string, main: string) =>
  `<style>html,body{height:100%}iframe{border:0;display:block;width:100%;height:${frame}}</style><iframe srcdoc="${`<style>html,body{height:100%;margin:0}</style><div style="display:flex;flex-direction:column;height:100%"><main style="${main};overflow:auto">${rows(9)}</main></div>`.replaceAll('"', '&quot;')}"></iframe>`;

/** Every box of the table that is listed as green is one that a person sees who scrolls through the page. Viewport 400 x 300. */
const cases: Record<string, Case> = {
  'boxes that wait within a margin; the first and the last can never be reached': {
    body: boxes(25, 80) + observed(once, "{rootMargin:'-100px'}"),
    height: 2000,
    colors: [
      [40, WHITE],
      [120, GREEN],
      [680, GREEN],
      [1240, GREEN],
      [1880, GREEN],
      [1960, WHITE],
    ],
    unseen: ['div:nth-child(2)', 'div:nth-child(26)'],
  },
  'boxes that must be seen whole': {
    body: boxes(7, 280) + observed("if(e.intersectionRatio>=1)e.target.classList.add('on')", '{threshold:1}'),
    height: 1960,
    colors: [
      [140, GREEN],
      [420, GREEN],
      [700, GREEN],
      [1820, GREEN],
    ],
  },
  'a box taller than the screen that must be seen whole': {
    body: `${boxes(1, 100)}<div style="height:400px"></div><div class="box" style="height:500px">text</div>${observed(
      "if(e.intersectionRatio>=1)e.target.classList.add('on')",
      '{threshold:1}',
    )}`,
    height: 1000,
    colors: [
      [50, GREEN],
      [700, WHITE],
    ],
    unseen: ['div:nth-child(4)'],
  },
  'a band of a few px in the middle': {
    body: `<div style="height:300px"></div>${boxes(6, 100)}<div style="height:300px"></div>${observed(toggle, "{rootMargin:'-49% 0px'}")}`,
    height: 1200,
    colors: [
      [350, GREEN],
      [450, GREEN],
      [650, GREEN],
      [850, GREEN],
    ],
  },
  'observers that take away again what is out of sight': {
    body: boxes(25, 80) + observed(toggle),
    height: 2000,
    colors: [
      [40, GREEN],
      [760, GREEN],
      [1160, GREEN],
      [1960, GREEN],
    ],
  },
  'the same in closed shadow roots, with parts that go along': {
    body: `<header style="position:sticky;top:0;height:40px;background:#000088;z-index:1"></header><script>for(let i=0;i<12;i++){const h=document.createElement('div');document.body.append(h);
      const r=h.attachShadow({mode:'closed'});r.innerHTML='<div style="height:100px;background:${GREEN};opacity:0">text</div>';
      new IntersectionObserver((e)=>{r.firstChild.style.opacity=e[0].isIntersecting?1:0}).observe(r.firstChild)}</script>
      <footer style="position:fixed;bottom:0;left:0;width:100%;height:30px;background:#880000"></footer>`,
    height: 1240,
    colors: [
      [20, '#000088'],
      [90, GREEN],
      [285, '#880000'],
      [310, GREEN],
      [590, GREEN],
      [790, GREEN],
      [1220, GREEN],
    ],
  },
  'a listener that is throttled': {
    body:
      boxes(30, 80) +
      onScroll("let last=0;addEventListener('scroll',()=>{const now=Date.now();if(now-last>=200){last=now;show()}})"),
    height: 2400,
    colors: [
      [40, GREEN],
      [600, GREEN],
      [1240, GREEN],
      [2360, GREEN],
    ],
  },
  'a listener that waits until scrolling has ended': {
    body: boxes(30, 80) + onScroll("let t;addEventListener('scroll',()=>{clearTimeout(t);t=setTimeout(show,150)})"),
    height: 2400,
    colors: [
      [40, GREEN],
      [600, GREEN],
      [1240, GREEN],
      [2360, GREEN],
    ],
  },
  'what is animated by its way through the screen': {
    body: boxes(25, 80),
    head: '<style>@keyframes way{0%,100%{opacity:0}30%,70%{opacity:1}}.box{animation:way linear both;animation-timeline:view()}</style>',
    height: 2000,
    colors: [
      [360, GREEN],
      [520, GREEN],
      [1000, GREEN],
      [1640, GREEN],
    ],
  },
  'a list that draws only the rows near the screen': {
    body: row(
      "const draw=()=>{list.textContent='';for(let i=first();i<ends();i++)put(document.createElement('div'),i)}",
    ),
    height: 2000,
    colors: [
      [20, GREEN],
      [660, GREEN],
      [1300, GREEN],
      [1980, GREEN],
    ],
  },
  'a list that uses its rows again': {
    body: row(
      "const pool=Array.from({length:12},()=>document.createElement('div'));const draw=()=>{for(let i=first();i<ends();i++)put(pool[i%12],i)}",
    ),
    height: 2000,
    colors: [
      [20, GREEN],
      [660, GREEN],
      [1300, GREEN],
      [1980, GREEN],
    ],
  },
  'content that the browser skips off the screen': {
    body: `<ul style="list-style:none;padding:0">${'<li><div>item</div></li>'.repeat(40)}</ul>`,
    head: `<style>li{content-visibility:auto;contain-intrinsic-size:auto 60px}li div{height:60px;background:${GREEN}}</style>`,
    height: 2400,
    colors: [
      [30, GREEN],
      [900, GREEN],
      [2390, GREEN],
    ],
  },
  'backgrounds that are fixed to the screen': {
    body: `<div style="height:600px"></div><section style="height:200px;background:linear-gradient(${GREEN},${GREEN}) no-repeat fixed"></section><section style="height:200px;background:url(/green.svg) center/cover no-repeat fixed"></section><div style="height:200px"></div>`,
    height: 1200,
    colors: [
      [500, WHITE],
      [700, GREEN],
      [900, GREEN],
      [1100, WHITE],
    ],
  },
  'paint behind every screen': {
    body: '<div style="height:1200px"></div>',
    head: `<style>body::before{content:"";position:fixed;inset:0;background:url(/green.svg) center/cover no-repeat;z-index:-1}</style>`,
    height: 1200,
    colors: [
      [150, GREEN],
      [450, GREEN],
      [1190, GREEN],
    ],
  },
  'the background of the page itself': {
    body: '<div style="height:1200px"></div><div style="position:fixed;inset:0 50% 0 0;background:#000088"></div>',
    head: `<style>body{background:url(/green.svg) center/cover no-repeat fixed}</style>`,
    height: 1200,
    colors: [
      [150, GREEN, 300],
      [450, GREEN],
      [1190, GREEN],
      [290, '#000088', 100],
      [310, GREEN, 100],
    ],
  },
  'an app shell': {
    body: `<header style="height:40px;background:#000088"></header><main>${rows(20)}</main>`,
    head: '<style>html{overflow:hidden;height:100%}body{height:100%;display:flex;flex-direction:column}main{flex:1;min-height:0;overflow:auto}</style>',
    height: 2040,
    colors: [
      [20, '#000088'],
      [90, GREEN],
      [390, GREEN],
      [2030, GREEN],
    ],
  },
  'an app shell with a sticky head and a side bar of its own': {
    body: `<div style="position:fixed;inset:0;display:grid;grid-template-columns:100px 1fr"><nav style="height:250px;overflow:auto"><div style="height:900px;background:#888800"></div></nav><main style="overflow:auto"><h2 style="position:sticky;top:0;height:50px;background:#880000"></h2>${rows(10)}</main></div>`,
    height: 1050,
    colors: [
      [25, '#880000'],
      [90, GREEN],
      [325, GREEN],
      [1040, GREEN],
      [125, '#888800', 50],
      [300, WHITE, 50],
    ],
    scrollers: [{ selector: 'nav', shown_px: 250, total_px: 900 }],
  },
  'a shell whose screens are as tall as the window and hold it where they begin': {
    body: `<header style="height:40px;background:#000088"></header><main>${screensOfWords}</main>`,
    head: '<style>html,body{overflow:hidden;height:100%}body{display:flex;flex-direction:column}main{flex:1;overflow:auto;scroll-snap-type:y mandatory}</style>',
    height: 940,
    colors: [
      [20, '#000088'],
      [300, '#008800'],
      [600, '#880000'],
      [930, '#888800'],
    ],
  },
  'a part over the whole screen whose screens are as tall as the window': {
    body: `<div style="position:fixed;inset:0;overflow:auto;scroll-snap-type:y mandatory">${screensOfWords}</div>`,
    height: 900,
    colors: [
      [290, '#008800'],
      [590, '#880000'],
      [890, '#888800'],
    ],
  },
  'screens as tall as the box that cuts what is about them': {
    body: `<div style="display:grid;grid-template-rows:40px 1fr;height:100vh;overflow:hidden"><header style="background:#000088"></header><main style="overflow:auto;min-height:0">${screensOfWords}</main></div>`,
    head: '<style>html,body{height:100%;overflow:hidden}</style>',
    height: 940,
    colors: [
      [20, '#000088'],
      [330, '#008800'],
      [630, '#880000'],
      [930, '#888800'],
    ],
  },
  'a page that scrolls by its header, and a part below it by the rest': {
    body: `<header style="height:40px;background:#000088"></header><main style="height:100vh;overflow:auto">${screensOfWords}</main>`,
    height: 940,
    colors: [
      [20, '#000088'],
      [330, '#008800'],
      [630, '#880000'],
      [930, '#888800'],
    ],
  },
  'rows of words that a script moves by the wheel alone': {
    body: `<div id="all">${Array.from({ length: 30 }, (_, row) => `<div style="height:40px;background:${row % 2 ? GREEN : '#000088'}">row ${row}</div>`).join('')}</div><script>let y=0;addEventListener('wheel',(e)=>{y=Math.max(0,Math.min(900,y+e.deltaY));all.style.transform='translateY('+-y+'px)'})</script>`,
    head: '<style>html,body{height:100%;overflow:hidden}</style>',
    height: 300,
    colors: [[20, '#000088', 200]],
    scrollers: [{ selector: 'body', shown_px: 300, total_px: 1200 }],
  },
  'a body that scrolls in a page that does not': {
    body: rows(12),
    head: '<style>html{overflow:hidden;height:100%}body{overflow:auto;height:100%}</style>',
    height: 1200,
    colors: [
      [50, GREEN],
      [350, GREEN],
      [1190, GREEN],
    ],
  },
  'a shell with a list that draws what it has room for': {
    body: `<main id="m" style="height:100vh;overflow:auto"><div id="list" style="height:3000px;position:relative"></div></main><script>
      const draw=()=>{list.textContent='';for(let i=Math.floor(m.scrollTop/50);i<Math.min(60,(m.scrollTop+m.clientHeight)/50);i++){const d=document.createElement('div');d.style.cssText='position:absolute;width:100%;height:50px;background:${GREEN};top:'+i*50+'px';list.append(d)}};
      draw();m.addEventListener('scroll',draw);new ResizeObserver(draw).observe(m)</script>`,
    head: '<style>body{overflow:hidden}</style>',
    height: 3000,
    colors: [
      [20, GREEN],
      [1300, GREEN],
      [2980, GREEN],
    ],
  },
  'a part of a height of its own that scrolls in place of the page': {
    body: `<main style="height:280px;overflow:auto">${rows(10)}</main>`,
    height: 1000,
    colors: [
      [50, GREEN],
      [350, GREEN],
      [990, GREEN],
    ],
  },
  'what a timer finds where the page stands': {
    body: boxes(12, 100) + onScroll('setInterval(show,150)'),
    height: 1200,
    colors: [
      [50, GREEN],
      [650, GREEN],
      [1150, GREEN],
    ],
  },
  'what a loop of frames shows where the page stands, and hides elsewhere': {
    body: `${boxes(12, 100)}<script>const all=[...document.querySelectorAll('.box')];(function look(){for(const b of all){const r=b.getBoundingClientRect();b.classList.toggle('on',r.top<innerHeight&&r.bottom>0)}requestAnimationFrame(look)})()</script>`,
    height: 1200,
    colors: [
      [50, GREEN],
      [650, GREEN],
      [1150, GREEN],
    ],
  },
  'what takes its time, and asks whether it is still looked at': {
    body:
      boxes(10, 100) +
      observed(
        "clearTimeout(e.target.wait);if(e.isIntersecting)e.target.wait=setTimeout(()=>e.target.classList.add('on'),400)",
      ),
    height: 1000,
    colors: [
      [50, GREEN],
      [450, GREEN],
      [950, GREEN],
    ],
  },
  'pictures and cards that are let go of out of sight, with something of their size in their place': {
    body: `<style>.box{height:100px;opacity:1;background:#ddd}</style>${'<img class="box" style="display:block;width:400px" alt="" data-picture="/green.svg">'.repeat(5)}${'<div class="box"></div>'.repeat(5)}${observed(
      "const b=e.target,on=e.isIntersecting;if(b.dataset.picture){if(on)b.src=b.dataset.picture;else b.removeAttribute('src')}else b.innerHTML='<p style=\"margin:0;height:100px;background:'+(on?'#00aa00':'#ddd')+'\">'+(on?'card':'')+'</p>'",
    )}`,
    height: 1000,
    colors: [
      [50, GREEN],
      [450, GREEN],
      [550, GREEN],
      [950, GREEN],
    ],
  },
  'what comes up for who scrolls back': {
    body: `${boxes(10, 100)}<script>let last=0;addEventListener('scroll',()=>{const up=scrollY<last;last=scrollY;if(up)document.querySelectorAll('.box').forEach((box)=>{const r=box.getBoundingClientRect();if(r.top<innerHeight&&r.bottom>0)box.classList.add('on')})})</script>`,
    height: 1000,
    colors: [
      [50, GREEN],
      [450, GREEN],
      [950, GREEN],
    ],
  },
  'a frame below, whose own parts show themselves when they are seen': {
    body: `<div style="height:900px"></div><iframe style="border:0;display:block" width="400" height="200" srcdoc="${(boxes(2, 90) + observed(toggle)).replaceAll('"', '&quot;')}"></iframe>`,
    height: 1100,
    colors: [
      [450, WHITE],
      [950, GREEN],
      [1060, GREEN],
    ],
  },
  'a main part that scrolls in a frame as tall as the screen': {
    body: shellInFrame('100%', 'flex:1;min-height:0'),
    height: 909,
    colors: [
      [50, GREEN],
      [450, GREEN],
      [850, GREEN],
    ],
  },
  'a main part of a height of its own in a frame of a height of its own': {
    body: shellInFrame('260px', 'height:240px;flex:none'),
    height: 929,
    colors: [
      [50, GREEN],
      [450, GREEN],
      [850, GREEN],
    ],
  },
  'a part that scrolls in a small frame': {
    body: `<div style="height:320px"></div>${shellInFrame('100px', 'height:80px')}`,
    height: 420,
    colors: [[350, GREEN]],
    scrollers: [{ selector: 'iframe >> main', shown_px: 80, total_px: 909 }],
  },
  'a frame over the screen that scrolls': {
    body: `<style>html,body,iframe{height:100%;overflow:hidden;display:block;border:0;width:100%}</style><iframe srcdoc="${`<style>body{margin:0}</style>${rows(9)}`.replaceAll('"', '&quot;')}"></iframe>`,
    height: 909,
    colors: [
      [50, GREEN],
      [850, GREEN],
    ],
  },
  'a list in a shell that draws what it is scrolled to, and no more for being taller': {
    body: `<style>html,body,main{height:100%;overflow:hidden}main{overflow:auto}</style><main id="main"><div id="list" style="position:relative;height:2000px"></div></main><script>const draw=()=>{list.textContent='';const f=Math.floor(main.scrollTop/40);for(let i=f;i<Math.min(50,f+9);i++)list.insertAdjacentHTML('beforeend','<div style="position:absolute;width:100%;height:40px;background:${GREEN};top:'+i*40+'px">row</div>')};draw();main.onscroll=draw</script>`,
    height: 2000,
    colors: [
      [100, GREEN],
      [1900, GREEN],
    ],
  },
  'screens that a script moves on, and a strip that scrolls sideways': {
    body: `<style>html,body{height:100%;overflow:hidden}section,main{height:300px}main{overflow-x:auto;white-space:nowrap}main section{display:inline-block;width:300px}</style><div><main>${'<section>side</section>'.repeat(3)}</main><section>two</section><section>three</section></div>`,
    height: 300,
    colors: [[150, WHITE]],
    scrollers: [
      { selector: 'body', shown_px: 300, total_px: 900 },
      { selector: 'main', shown_px: 400, total_px: 900, sideways: true },
    ],
  },
  'parts made small to nothing out of sight, in a box that stays': {
    body: turned('transform:scale(0)'),
    height: 1500,
    colors: eachOf(5, 300),
  },
  'parts that wait behind the edge of their box': {
    body: turned('transform:translateX(-100%)'),
    height: 1500,
    colors: eachOf(5, 300),
  },
  'parts that wait behind a clip without an area': {
    body: turned('clip-path:polygon(0 0,0 0,0 100%,0 100%)'),
    height: 1500,
    colors: eachOf(5, 300),
  },
  'parts that stand below their place out of sight': {
    body: `<style>section{height:300px}section>div{height:200px;background:${GREEN};transform:translateY(100%)}.on>div{transform:none}</style>${'<section class="box">&nbsp;<div>text</div></section>'.repeat(5)}<div style="height:200px"></div>${observed(toggle, '{threshold:.4}')}`,
    height: 1700,
    colors: [
      [100, GREEN],
      [700, GREEN],
      [890, WHITE],
      [1000, GREEN],
      [1190, WHITE],
      [1300, GREEN],
    ],
  },
  'drawings that are wiped off their canvas out of sight': {
    body: `${'<canvas class="box" style="opacity:1;background:none;display:block" width="400" height="200"></canvas>'.repeat(6)}${observed(
      `const c=e.target.getContext('2d');c.fillStyle='${GREEN}';if(e.isIntersecting)c.fillRect(0,0,400,200);else c.clearRect(0,0,400,200)`,
    )}`,
    height: 1200,
    colors: eachOf(6, 200),
  },
  'parts that a timeline of the view brings to their full colour in the middle of the screen': {
    body: `<style>@keyframes in{from{opacity:0;transform:translateX(-400px)}}.part{height:100px;background:${GREEN};animation:in linear both;animation-timeline:view();animation-range:entry 0% cover 45%}</style>${'<div class="part">text</div>'.repeat(6)}<div style="height:300px"></div>`,
    height: 900,
    colors: eachOf(6, 100),
  },
  'parts that a loop of frames moves in, and out again': {
    body: `<style>section{height:200px;overflow:hidden}section>div{height:200px;background:${GREEN};opacity:0}</style>${'<section class="box" style="opacity:1;background:none"><div>text</div></section>'.repeat(6)}<script>
      const all=[...document.querySelectorAll('section>div')].map((el)=>({el,at:0}));
      const tick=()=>{for(const one of all){const r=one.el.parentElement.getBoundingClientRect();const to=r.top<innerHeight*.8&&r.bottom>0?1:0;if(one.at===to)continue;
      one.at=to>one.at?Math.min(to,one.at+.02):Math.max(to,one.at-.02);one.el.style.opacity=one.at;one.el.style.transform='translateY('+(1-one.at)*40+'px)'}requestAnimationFrame(tick)};tick()</script>`,
    height: 1200,
    colors: eachOf(6, 200),
  },
};

/** Pages of which nothing may be told and nothing put in a second place: what they show at the top is all there is. */
const calm: Record<string, Case> = {
  'slides that take turns': {
    body: `<style>.slide{position:absolute;inset:0;background:${GREEN}}</style><div style="position:relative;height:600px"><div class="slide">one</div><div class="slide" style="opacity:0">two</div></div><div style="height:900px"></div>
      <script>let now=0;const all=document.querySelectorAll('.slide');setInterval(()=>{all[now].style.opacity=0;now=1-now;all[now].style.opacity=1},1700)</script>`,
    height: 1500,
    colors: [
      [300, GREEN],
      [590, GREEN],
      [700, WHITE],
    ],
  },
  'a strip that a clock moves on, with something in it that changes': {
    body: `<style>#strip{display:flex;width:1200px}#strip>div{width:400px;height:400px;background:${GREEN}}</style><div style="height:400px"></div><div style="overflow:hidden"><div id="strip"><div>one</div><div>two</div><div>three</div></div></div><div style="height:600px"></div>
      <script>let at=0;setInterval(()=>{at=(at+1)%3;strip.style.transform='translateX('+-400*at+'px)'},1700);document.querySelectorAll('#strip>div').forEach((one)=>new IntersectionObserver(()=>{}).observe(one))</script>`,
    height: 1400,
    colors: [
      [200, WHITE],
      [600, GREEN],
      [900, WHITE],
      [1300, WHITE],
    ],
  },
  'a head that moves along at half the speed': {
    body: `<div id="head" style="height:200px;background:${GREEN}">head</div><div style="height:1300px"></div><script>addEventListener('scroll',()=>{head.style.transform='translateY('+scrollY/2+'px)'})</script>`,
    height: 1500,
    colors: [
      [100, GREEN],
      [250, WHITE],
      [600, WHITE],
      [1000, WHITE],
    ],
  },
  'a bar that is fixed and changes its look': {
    body: `<nav id="bar" style="position:fixed;top:0;width:100%;height:60px;background:${GREEN}">bar</nav><div style="height:1500px"></div><script>addEventListener('scroll',()=>{bar.style.background=scrollY>50?'#000000':'${GREEN}'})</script>`,
    height: 1500,
    colors: [
      [30, GREEN],
      [400, WHITE],
      [900, WHITE],
      [1450, WHITE],
    ],
  },
  'a bar that becomes fixed': {
    body: `<nav id="bar" style="height:60px;background:${GREEN}">bar</nav><div style="height:1440px"></div><script>addEventListener('scroll',()=>{bar.style.cssText+=scrollY>50?';position:fixed;top:0;width:100%':';position:static'})</script>`,
    height: 1500,
    colors: [
      [30, GREEN],
      [100, WHITE],
      [400, WHITE],
      [900, WHITE],
    ],
  },
  'menus and hints that wait for a pointer': {
    body: `<div style="position:relative;height:50px">menu<ul style="position:absolute;top:50px;opacity:0;visibility:hidden"><li>one</li></ul></div><p style="height:20px"><a style="opacity:0">#</a> heading</p><div style="height:1000px"></div>${observed('')}`,
    height: 1070,
    colors: [[300, WHITE]],
  },
  ...Object.fromEntries(
    (
      [
        ['', 'new IntersectionObserver((e)=>e[0].isIntersecting&&more()).observe(last)'],
        [', a moment later', 'new IntersectionObserver((e)=>e[0].isIntersecting&&setTimeout(more,150)).observe(last)'],
        [
          ', most of a second later',
          'new IntersectionObserver((e)=>e[0].isIntersecting&&setTimeout(more,800)).observe(last)',
        ],
        [
          ' where it is scrolled to, and later',
          "let busy;addEventListener('scroll',()=>{if(busy||innerHeight+scrollY<document.documentElement.scrollHeight-50)return;busy=setTimeout(()=>{busy=0;more()},300)})",
        ],
      ] as const
    ).map(([when, listen]) => [
      `a feed that grows a few times${when}`,
      {
        body: `<div id="feed"></div><div id="last" style="height:1px"></div><script>let n=0;const more=()=>{for(let i=0;i<4&&n<16;i++,n++)feed.insertAdjacentHTML('beforeend','<div style="height:100px;background:${GREEN}">post</div>')};more();${listen}</script>`,
        height: 1601,
        colors: [
          [50, GREEN],
          [750, GREEN],
          [1590, GREEN],
        ] as [number, string][],
      },
    ]),
  ),
};

/** A list in the main scroller of a shell that always draws twelve of its rows, green and blue in turn, each 40 px tall. */
const listOf = (
  draw: string,
  at = '',
) => `<style>html,body{height:100%;overflow:hidden}main{position:absolute;inset:40px 0 0;overflow:auto}.row{height:40px;font-size:20px}</style>
  <main id="main"></main><script>const last = 59, most = 12; const row = (n) => '<div class="row" style="${at}background:' + (n % 2 ? '#0000aa' : '${GREEN}') + '">row ' + n + '</div>';
  const first = () => Math.max(0, Math.min(last + 1 - most, Math.floor(main.scrollTop / 40) - 2)); const rows = () => Array.from({ length: most }, (_, i) => row(first() + i)).join('');
  const draw = () => { main.innerHTML = '<div style="height:' + (last + 1) * 40 + 'px"><div style="transform:translateY(' + first() * 40 + 'px)">' + rows() + '</div></div>' };
  ${draw}; draw()</script>`;
/** How a list hears that it was scrolled; `seen`: whether every row can be had. */
const lists: Record<string, { body: string; seen: boolean }> = {
  'at once': { body: listOf('main.onscroll = draw'), seen: true },
  'a little later': {
    body: listOf('let later; main.onscroll = () => { later ??= setTimeout(() => { later = undefined; draw() }, 150) }'),
    seen: true,
  },
  'by a loop of frames': {
    body: listOf(
      'let at = -1; const loop = () => { if (main.scrollTop !== at) { at = main.scrollTop; draw() } requestAnimationFrame(loop) }; loop()',
    ),
    seen: true,
  },
  'most of a second later': {
    body: listOf('let later; main.onscroll = () => { clearTimeout(later); later = setTimeout(draw, 900) }'),
    seen: true,
  },
  'and may stand only at a row that is drawn': {
    body: `<style>main{scroll-snap-type:y mandatory}.row{scroll-snap-align:start}</style>${listOf('main.onscroll = draw')}`,
    seen: true,
  },
  'where it stops by itself': {
    body: listOf(
      'main.onscroll = () => { if (main.scrollTop % 200) main.scrollTop = Math.round(main.scrollTop / 200) * 200; draw() }',
    ),
    seen: true,
  },
  'and shows nothing in its middle': {
    body: listOf(
      'main.onscroll = () => { draw(); if (main.scrollTop > 600 && main.scrollTop < 1500) main.firstChild.firstChild.innerHTML = "" }',
    ),
    seen: false,
  },
};

/** What brings the picture `src` into a box that is seen, and how it is let go of again. Each takes a while to come. */
const arrivals: Record<string, [inBox: string, on: string, off?: string]> = {
  'a picture': ['<img alt="">', 'first.src=src', "first.removeAttribute('src')"],
  'a picture two frames later': [
    '<img alt="">',
    'requestAnimationFrame(()=>requestAnimationFrame(()=>{if(b.on)first.src=src}))',
    "first.removeAttribute('src')",
  ],
  'a picture that was fetched': [
    '<img alt="">',
    'fetch(src).then((r)=>r.blob()).then((blob)=>{if(b.on)first.src=URL.createObjectURL(blob)})',
    "first.removeAttribute('src')",
  ],
  'a picture that fades in': [
    '<img alt="" style="opacity:0;transition:opacity .3s" onload="style.opacity=1">',
    'first.src=src',
    "first.removeAttribute('src');first.style.opacity=0",
  ],
  'a picture that stays': ['<img alt="">', 'first.src=src'],
  'the picture of a film': [
    '<video style="object-fit:fill"></video>',
    'first.poster=src',
    "first.removeAttribute('poster')",
  ],
  'a picture in a drawing': [
    '<svg><image width="400" height="100"/></svg>',
    "first.firstChild.setAttribute('href',src)",
    "first.firstChild.removeAttribute('href')",
  ],
  'a background': ['', "b.style.backgroundImage='url('+src+')'", "b.style.backgroundImage=''"],
  'content of a style': ['', "b.classList.add('on')", "b.classList.remove('on')"],
  'a part that is written anew': ['', "b.innerHTML='<img alt src='+src+'>'", "b.textContent=''"],
};

/** A box of one screen that stays in sight over 900 px, and is told how far (`p`, 0 to 1) the page is through. */
const stays = (inside: string, told: string) =>
  `<div style="height:100px">before</div><div id="w" style="height:1200px"><div style="position:sticky;top:0;height:300px;overflow:hidden;background:#eeeeff">${inside}</div></div><div style="height:300px">after</div>
   <script>addEventListener('scroll',()=>{const p=Math.min(1,Math.max(0,-w.getBoundingClientRect().top/900));${told}})</script>`;
const thoughts = ['The first thought', 'The second thought', 'The third thought'];
const list = (count: number, ms = 0) =>
  `<div id="l" style="position:relative;height:${count * 50}px"></div><script>const d=()=>{l.textContent='';const f=Math.max(0,Math.floor(scrollY/50)-1);for(let n=f;n<Math.min(${count},f+10);n++)l.insertAdjacentHTML('beforeend','<p style=\\'position:absolute;margin:0;left:0;right:0;height:50px;background:${GREEN};top:'+n*50+'px\\'>r'+n+'</p>')};d();let t;onscroll=()=>{clearTimeout(t);t=setTimeout(d,${ms})}</script>`;
const inFrame = (page: string) =>
  `<style>html,body,iframe{height:100%;overflow:hidden;width:100%;border:0;display:block}</style><iframe srcdoc="<style>body{margin:0}</style>${page.replaceAll('"', '&quot;')}"></iframe>`;

const SAID = '<h2>Part</h2><p>Words that a person wants to read.</p><a href="/">More</a>';
const parts = (count: number, style: string, name = 'part') =>
  `<section style="height:200px"><h2>First</h2></section>${`<section class="${name}" style="height:200px;${style}">${SAID}</section>`.repeat(count)}`;
const stacked = (style: string) =>
  `<div style="display:grid">${['', style, style].map((one) => `<div style="grid-area:1/1;height:200px;${one}">${SAID}</div>`).join('')}</div>`;
/** Pages with parts that keep their place and show nothing: of each that is told the selector, and whether it is certain. */
const kept: Record<string, [body: string, ...told: [selector: string, sure: boolean][]]> = {
  'parts that are clear': [parts(2, 'opacity:0'), ['section:nth-child(2)', true], ['section:nth-child(3)', true]],
  'parts that are not visible': [
    parts(2, 'visibility:hidden'),
    ['section:nth-child(2)', true],
    ['section:nth-child(3)', true],
  ],
  'parts that are clipped to nothing': [
    parts(2, 'clip-path:inset(0 100% 0 0)'),
    ['section:nth-child(2)', true],
    ['section:nth-child(3)', true],
  ],
  'parts of no size': [parts(2, 'transform:scale(0)'), ['section:nth-child(2)', true], ['section:nth-child(3)', true]],
  'parts that a filter hides': [
    parts(2, 'filter:opacity(0)'),
    ['section:nth-child(2)', true],
    ['section:nth-child(3)', true],
  ],
  'a title': ['<h1 style="opacity:0;font-size:36px">The title of all of the page</h1><p>Words</p>', ['h1', false]],
  'the whole page': [`<div id="page" style="visibility:hidden">${parts(1, '')}</div>`, ['#page', true]],
  'a part that somebody may bring up': [
    `<p>Words</p><div class="part" style="height:100px;visibility:hidden">${SAID}</div>`,
    ['div.part', false],
  ],
  'parts that come up under the pointer': [
    `<style>.part{opacity:0}section:hover+.part,.part:focus-within{opacity:1}</style>${parts(2, '')}`,
  ],
  'parts that a control opens': [
    `<button aria-controls="a">More</button><div id="a" style="height:200px;opacity:0">${SAID}</div>`,
  ],
  'slides that lie on one another': [stacked('opacity:0')],
  'tabs that lie on one another': [stacked('visibility:hidden')],
  'slides beside the box that shows them': [
    `<div style="display:flex;overflow:hidden">${`<div style="flex:0 0 100%;height:200px">${SAID}</div>`}${`<div style="flex:0 0 100%;height:200px;opacity:0">${SAID}</div>`.repeat(2)}</div>`,
  ],
  'a menu by its name': [parts(1, 'visibility:hidden', 'dropdown-menu')],
  'what only measures': [`<div aria-hidden="true" style="visibility:hidden;height:200px">${SAID}</div><p>Words</p>`],
  'a place for what may be wrong': [
    '<form><input aria-label="a"><p style="visibility:hidden">Please fill in this one.</p></form>',
  ],
};

/** Pages whose parts a picture from the top does not hold; `named`: selectors, `rows`: green down to there. Those of neither hold nothing back. */
const elsewhere: Record<string, { body: string; named?: string[]; rows?: number }> = {
  'a strip that scrolling moves sideways': {
    body: stays(
      `<div id="t" style="display:flex;width:400%;height:100%">${thoughts.map((text) => `<p style="width:25%">${text}</p>`).join('')}</div>`,
      "t.style.transform='translateX('+-50*p+'%)'",
    ),
    named: ['unseen #w > div:nth-child(1)'],
  },
  'one text after another in one place': {
    body: stays(
      thoughts.map((text, at) => `<p class="s" style="position:absolute;opacity:${at ? 0 : 1}">${text}</p>`).join(''),
      "document.querySelectorAll('.s').forEach((one,at)=>{one.style.opacity=at===Math.min(2,Math.floor(p*3))?1:0})",
    ),
    named: ['unseen #w > div:nth-child(1)'],
  },
  'a text that scrolling writes anew': {
    body: stays(
      '<p id="s">The first thought</p>',
      `s.textContent=${JSON.stringify(thoughts)}[Math.min(2,Math.floor(p*3))]`,
    ),
    named: ['unseen #w > div:nth-child(1)'],
  },
  'a title that fades while it goes along, and comes back': {
    body: stays('<h1 id="s">Title</h1>', "s.style.opacity=1-p;s.style.transform='translateY('+100*p+'px)'"),
  },
  'cards that lie over each other': {
    body: `${thoughts.map((text) => `<section style="position:sticky;top:0;height:300px;background:#eeeeff">${text}</section>`).join('')}<div style="height:400px">after</div>`,
  },
  'boxes that show at first, and only to who comes from above after that': {
    body: `${boxes(12, 100)}<script>const all=[...document.querySelectorAll('.box')];const at=(b)=>b.getBoundingClientRect().top;all.forEach((b,n)=>{b.was=at(b);if(n<3)b.classList.add('on')});
      addEventListener('scroll',()=>{for(const b of all){const y=at(b);if(y<-99)b.classList.remove('on');else if(b.was>=300&&y<300)b.classList.add('on');b.was=y}})</script>`,
    named: ['unseen div:nth-child(2)', 'unseen div:nth-child(3)', 'unseen div:nth-child(4)'],
  },
  'a small row of cards': {
    body: `<div style="display:flex;overflow-x:auto;height:120px;width:180px">${'<p style="flex:0 0 90px">card</p>'.repeat(9)}</div>`,
    named: ['scrolls div'],
  },
  'code and a table that go on a little': {
    body: `<pre style="width:150px;height:120px;overflow:auto">${'x'.repeat(200)}</pre><div style="width:150px;height:120px;overflow:auto"><table><tr>${'<td style="min-width:90px">cell</td>'.repeat(9)}</tr></table></div>`,
  },
  'a list that draws only some, in a frame that fills the screen': { body: inFrame(list(40)), rows: 2000 },
  'the same a little later': { body: inFrame(list(40, 150)), rows: 2000 },
};

test.describe('a picture of everything @once', () => {
  const booth = new PhotoBooth();
  let site: Site;
  const all = Object.entries({ ...cases, ...calm });
  const path = (name: string) => `/${all.findIndex(([one]) => one === name)}`;
  const photo = (name: string, options: PhotoOptions = {}): Promise<Photo> =>
    booth.photo(site.url + path(name), { fullPage: true, dom: false, ...options });
  test.beforeAll(async () => {
    const answers = Object.fromEntries(
      all.map(([name, { body, head }]): [string, Answer] => [path(name), html(body, head)]),
    );
    const body = `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="60"><rect width="80" height="60" fill="${GREEN}"/></svg>`;
    site = await startSite({ ...answers, '/green.svg': { type: 'image/svg+xml', body } });
  });
  test.afterAll(async () => {
    await site.close();
    await booth.dispose();
  });

  for (const [name, { height, colors, unseen = [], scrollers }] of sampleOf(all, 8))
    test(`has ${name}`, async () => {
      verifies('capture.whole');
      const { shot, png } = await photo(name);
      expect(shot.size).toEqual({ width: 400, height });
      const drawn = await Promise.all(colors.map(async ([y, , x = 200]) => [y, await colorAt(png, x, y)]));
      expect(drawn).toEqual(colors.map(([y, color]) => [y, color]));
      expect((shot.settle.unseen ?? []).map(({ selector }) => selector)).toEqual(unseen);
      expect(shot.settle.scrollers).toEqual(scrollers);
      expect(shot.steady.settled).toBe(true);
    });

  some(
    'is the same each time, at the pixel ratio of a phone too, and covers what is masked in every part',
    async () => {
      verifies('capture.whole', 'capture.same-bytes', 'capture.masks');
      const name = 'observers that take away again what is out of sight';
      const viewport = { device_scale_factor: 2, is_mobile: true, has_touch: true };
      const options = { viewport, masks: ['.box:nth-child(20)'] };
      const [one, other] = [await photo(name, options), await photo(name, options)];
      expect(other.shot.image.sha256).toBe(one.shot.image.sha256);
      // The page of a phone without a viewport of its own is 980 px wide: the boxes keep their height.
      expect(one.shot.masks).toHaveLength(1);
      const [mask] = one.shot.masks;
      if (!mask) throw new Error('nothing was masked');
      expect(await colorAt(one.png, mask.x + 10, mask.y + 80)).toBe('#ff00ff');
      expect(await colorAt(one.png, mask.x + 10, mask.y + mask.height + 80)).toBe(GREEN);
      expect(await colorAt(one.png, mask.x + 10, mask.y - 20)).toBe(GREEN);
    },
  );

  some('waits for what a place asks for when it is seen, and names what never comes', async () => {
    verifies('capture.whole');
    const green = `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="100"><rect width="400" height="100" fill="${GREEN}"/></svg>`;
    const own = await startSite({
      ...Object.fromEntries(
        Object.entries(arrivals).map(([, [inBox, on, off = '']], at) => [
          `/${at}`,
          html(
            `<style>.box,.box *{display:block;width:400px;height:100px}.box{background-color:#ddd}.on::before{content:url(/slow.svg?class)}</style>${`<div class="box">${inBox}</div>`.repeat(8)}${observed(
              `const b=e.target,first=b.firstChild;b.on=e.isIntersecting;b.n??=Math.random();const src=location.search==='?never'&&b.offsetTop>600?'/never.svg':'/slow.svg?'+b.n;if(b.on){${on}}else{${off}}`,
            )}`,
          ),
        ]),
      ),
      '/slow.svg': {
        type: 'image/svg+xml',
        body: green,
        delayMs: FULL ? 1500 : 300,
        headers: { 'cache-control': 'no-store' },
      },
      '/never.svg': () => undefined,
    });
    const shows = async (path: string) => {
      const { shot, png } = await booth.photo(own.url + path, { fullPage: true, dom: false });
      const colors = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((row) => colorAt(png, 200, row * 100 + 50)));
      return { colors, unseen: shot.settle.unseen, size: shot.size };
    };
    for (const [at, [name]] of sampleOf([...Object.entries(arrivals).entries()], 20)) {
      const { colors, unseen, size } = await shows(`/${at}`);
      const wanted = { colors: colors.map(() => GREEN), unseen: undefined, size: { width: 400, height: 800 } };
      expect.soft([name, { colors, unseen, size }]).toEqual([name, wanted]);
    }
    const { colors, unseen } = await shows('/0?never');
    expect(colors).toEqual([...Array.from({ length: 7 }, () => GREEN), '#dddddd']);
    expect([...new Set(unseen?.map(({ selector }) => selector))]).toEqual([`${own.url}/never.svg`]);
    await own.close();
  });

  also('names what shows further down only in a box that goes along, or once, and has what a frame draws', async () => {
    verifies('capture.whole', 'capture.lists');
    const own = await startSite(
      Object.fromEntries(Object.values(elsewhere).map(({ body }, at) => [`/${at}`, html(body)])),
    );
    for (const [at, [name, { named = [], rows = 0 }]] of sampleOf([...Object.entries(elsewhere).entries()], 5)) {
      const { shot, png } = await booth.photo(`${own.url}/${at}`, { fullPage: true, dom: false });
      const { unseen = [], scrollers = [] } = shot.settle;
      const told = [
        ...unseen.map(({ selector }) => `unseen ${selector}`),
        ...scrollers.map(({ selector }) => `scrolls ${selector}`),
      ];
      expect.soft([name, told, shot.steady.settled]).toEqual([name, named, true]);
      const colors = await Promise.all(Array.from({ length: rows / 50 }, (_, row) => colorAt(png, 380, 25 + row * 50)));
      expect.soft([name, colors]).toEqual([name, colors.map(() => GREEN)]);
    }
    await own.close();
  });

  test('names what keeps its place and is shown nowhere, and not what opens, takes turns or measures', async () => {
    verifies('capture.never-shown');
    const own = await startSite(Object.fromEntries(Object.values(kept).map(([body], at) => [`/${at}`, html(body)])));
    const rows = sampleOf([...Object.entries(kept).entries()], 4);
    const results = await Promise.all(
      rows.map(async ([at, [name]]) => {
        const { shot } = await booth.photo(`${own.url}/${at}`, { fullPage: true, dom: false });
        return [name, ...(shot.settle.unseen ?? []).map(({ selector, likely }) => [selector, !likely])];
      }),
    );
    expect(results).toEqual(rows.map(([, [name, [, ...parts]]]) => [name, ...parts]));
    await own.close();
  });

  also('has each row of lists that draw only some, put together from what was seen, or says how much was', async () => {
    verifies('capture.lists');
    const own = await startSite(Object.fromEntries(Object.values(lists).map(({ body }, at) => [`/${at}`, html(body)])));
    for (const [at, [name, { seen }]] of sampleOf([...Object.entries(lists).entries()], 6)) {
      const { shot, png } = await booth.photo(`${own.url}/${at}`, {
        fullPage: true,
        dom: false,
        masks: ['text="row 30"'],
      });
      expect.soft([name, shot.size, shot.steady.settled]).toEqual([name, { width: 400, height: 2440 }, true]);
      const unseen = (shot.settle.unseen ?? []).map(({ selector, reason }) => `${selector}: ${reason.slice(0, 23)}`);
      expect.soft([name, unseen]).toEqual([name, seen ? [] : ['#main: 845 of 2400 px were see']]);
      const colors = await Promise.all(Array.from({ length: 60 }, (_, row) => colorAt(png, 380, 60 + row * 40)));
      const wanted = colors.map((_, row): string => (row % 2 ? '#0000aa' : GREEN));
      if (seen) expect.soft([name, colors]).toEqual([name, wanted.with(30, '#ff00ff')]);
    }
    await own.close();
  });
});
