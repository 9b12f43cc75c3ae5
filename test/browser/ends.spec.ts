import { expect, test } from '@playwright/test';
import { verifies } from '../requirements.js';
import { clip, redThenBlue } from './media.js';
import { colorAt, colorDistance, PhotoBooth } from './photo-booth.js';
import { type Answer, html, type Site, startSite } from './site.js';

const SVG = 'xmlns="http://www.w3.org/2000/svg" width="40" height="40"';
const rest = { red: '#aa0000', green: '#00aa00', blue: '#0000aa' };
/** A square of 40 px that stands at `column` of `row`, both from 0. */
const cell = (column: number, row: number, content: string) =>
  `<div style="position:absolute;left:${column * 40}px;top:${row * 40}px;width:40px;height:40px">${content}</div>`;
const css = (animation: string) =>
  `<style>@keyframes turn{from{background:${rest.red}}to{background:${rest.green}}}b{display:block;width:40px;height:40px;background:${rest.blue};animation:turn ${animation}}</style><b></b>`;
const host = (mode: string, inside: string) =>
  `<div></div><script>{const h=document.currentScript.previousElementSibling;h.attachShadow({mode:'${mode}'}).innerHTML=${JSON.stringify(inside).replaceAll('</', '<\\/')}}</script>`;
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
const rect = (inside: string, attributes = '') =>
  `<rect width="40" height="40" fill="${rest.green}" ${attributes}>${inside}</rect>`;
const grows = rect('<animate attributeName="height" to="40" dur="0.6s" fill="freeze"/>').replace(
  'height="40"',
  'height="0"',
);

/** A loop of frames that draws something for four seconds, and is done. */
const counting = `<b style="display:block;height:40px;background:${rest.red}"></b><script>{const b=document.currentScript.previousElementSibling;let first;requestAnimationFrame(function draw(now){first??=now;if(now-first<4000){b.textContent=Math.round(now-first);requestAnimationFrame(draw)}else b.style.background='${rest.green}'})}</script>`;

/** What is drawn, and the colour that it has at its end; what never ends has the one that it begins with or has without it. */
const roots: [string, string][] = [
  [host('open', css('1.3s infinite alternate')), rest.blue],
  [host('closed', css('1.3s infinite alternate')), rest.blue],
  [host('closed', css('90s linear both')), rest.green],
  [
    `<div id="outer"></div><script>{const r=outer.attachShadow({mode:'closed'});const d=document.createElement('div');r.append(d);d.attachShadow({mode:'closed'}).innerHTML='${css('1s infinite')}'}</script>`,
    rest.blue,
  ],
  [
    `<iframe style="border:0;width:40px;height:40px" srcdoc="${escaped(`<body style='margin:0'>${host('closed', css('1s infinite'))}`)}"></iframe>`,
    rest.blue,
  ],
  [`<div><template shadowrootmode="closed">${css('1s infinite')}</template></div>`, rest.blue],
  [`<div><template shadowrootmode="open">${css('60s both')}</template></div>`, rest.green],
  [
    `<div id="by-script"></div><script>{const r=document.getElementById('by-script').attachShadow({mode:'closed'});const d=document.createElement('div');d.style.cssText='width:40px;height:40px;background:${rest.blue}';r.append(d);d.animate({background:['${rest.red}','${rest.green}']},{duration:60000,fill:'forwards'});d.animate({opacity:[0,1]},{duration:700,iterations:Infinity})}</script>`,
    rest.green,
  ],
  [counting, rest.green],
  [host('closed', `<svg ${SVG}>${grows}</svg>`), rest.green],
  [host('closed', '<img src="/late.svg" width="40" height="40" style="display:block">'), rest.green],
  [
    host(
      'closed',
      '<video src="/clip.webm" autoplay loop muted style="width:40px;height:40px;display:block;object-fit:fill"></video>',
    ),
    '#ff0000',
  ],
];

const drawings: [string, string][] = [
  [grows, rest.green],
  [rect('<set attributeName="opacity" to="1" begin="3s"/>', 'opacity="0"'), rest.green],
  [rect('<set attributeName="fill" to="#aa0000" begin="1s" dur="1s"/>'), rest.green],
  [
    rect(
      '<animate attributeName="fill" values="#aa0000;#0000aa;#00aa00" dur="2s" repeatCount="3" fill="freeze"/>',
    ).replace(rest.green, rest.red),
    rest.green,
  ],
  [
    rect(
      '<animate id="one" attributeName="x" from="-90" to="-40" dur="1s" fill="freeze"/><animate attributeName="x" begin="one.end+0.5s" to="0" dur="1s" fill="freeze"/>',
      'x="-90"',
    ),
    rest.green,
  ],
  [
    rect(
      '<animateTransform attributeName="transform" type="translate" from="-80" to="0 0" dur="1s" fill="freeze"/>',
      'transform="translate(-80)"',
    ),
    rest.green,
  ],
  [
    `<g transform="translate(-20 -20)">${rect('<animateMotion path="M-90,0 L20,20" dur="2s" fill="freeze"/>')}</g>`,
    rest.green,
  ],
  [
    `<polygon fill="${rest.green}" points="0,0 1,0 1,1"><animate attributeName="points" to="0,0 80,0 0,80" dur="1s" fill="freeze"/></polygon>`,
    rest.green,
  ],
  [
    `<g style="opacity:0">${rect('')}<animate attributeName="opacity" from="0" to="1" dur="1s" begin="0.2s" fill="freeze"/></g>`,
    rest.green,
  ],
  [
    `<path d="M0 20h40" stroke="${rest.green}" stroke-width="40" stroke-dasharray="40" stroke-dashoffset="40"><animate attributeName="stroke-dashoffset" by="-40" dur="800ms" fill="freeze"/></path>`,
    rest.green,
  ],
  [`<defs><symbol id="copied">${grows}</symbol></defs><use href="#copied"/>`, rest.green],
  [
    `${grows.replace('<animate ', '<animate id="called" begin="indefinite" ')}<script>addEventListener('load',()=>called.beginElement())</script>`,
    rest.green,
  ],
  // Without end, at the click of somebody, and ended without a trace: as without them.
  [rect('<animate attributeName="fill" values="#00aa00;#aa0000" dur="1s" repeatCount="indefinite"/>'), rest.green],
  [rect('<animate attributeName="fill" to="#aa0000" begin="click" dur="1s" fill="freeze"/>'), rest.green],
  [rect('<animate attributeName="fill" to="#aa0000" dur="0.3s"/>'), rest.green],
];

/** Files by name, with the colour at their end; the endless ones as they begin. Each is shown by an image and by a background. */
const files: Record<string, [Answer, string]> = {
  'smil.svg': [svgFile(grows), rest.green],
  'smil-endless.svg': [
    svgFile(
      rect(`<animate attributeName="fill" values="${rest.green};${rest.red}" dur="1s" repeatCount="indefinite"/>`),
    ),
    rest.green,
  ],
  'css.svg': [
    svgFile(
      `<style>@keyframes come{to{height:40px}}rect{animation:come .3s forwards}</style><rect width="40" height="0" fill="${rest.green}"/>`,
    ),
    rest.green,
  ],
  'css-endless.svg': [
    svgFile(`<style>@keyframes turn{to{fill:${rest.red}}}rect{animation:turn .7s infinite}</style>${rect('')}`),
    rest.green,
  ],
  'once.gif': [clip('gif', 1), '#0000ff'],
  'twice.webp': [clip('webp', 2), '#0000ff'],
  'once.png': [clip('apng', 1), '#0000ff'],
  'endless.gif': [{ type: 'image/gif', body: redThenBlue('gif') }, '#ff0000'],
  'endless.webp': [clip('webp', 0), '#ff0000'],
  'endless.png': [clip('apng', 0), '#ff0000'],
};

function svgFile(content: string): Answer {
  return { type: 'image/svg+xml', body: `<svg ${SVG}>${content}</svg>` };
}

test.describe('what is animated @once', () => {
  const booth = new PhotoBooth();
  let site: Site;
  test.beforeAll(async () => {
    const pictures = Object.keys(files)
      .map(
        (name, index) =>
          `${cell(index, 0, `<img src="/${name}" width="40" height="40">`)}${cell(index, 1, `<div style="height:40px;background:url(/${name}) 0 0/40px 40px"></div>`)}`,
      )
      .join('');
    const inline = `data:image/svg+xml,${encodeURIComponent(`<svg ${SVG}>${grows}</svg>`)}`;
    site = await startSite({
      '/roots': html(roots.map(([content], index) => cell(index, 0, content)).join('')),
      '/drawings': html(
        drawings
          .map(([content], index) => cell(index, 0, `<svg ${SVG} style="display:block">${content}</svg>`))
          .join(''),
      ),
      '/files': html(
        `${pictures}${cell(0, 2, `<div style="height:40px;background:url(&quot;${inline}&quot;)"></div>`)}${cell(1, 2, '<i></i>')}${cell(2, 2, `<svg ${SVG} width="40" height="40" style="display:block"><image href="smil.svg" width="40" height="40"/></svg>`)}`,
        '<style>i::before{content:url(/smil.svg);display:block;height:40px}</style>',
      ),
      '/refused': html(
        '<img src="/once.gif" width="40" height="40">',
        `<meta http-equiv="Content-Security-Policy" content="img-src 'self'">`,
      ),
      ...Object.fromEntries(Object.entries(files).map(([name, [answer]]) => [`/${name}`, answer])),
      '/late.svg': { type: 'image/svg+xml', body: `<svg ${SVG}>${rect('')}</svg>`, delayMs: 400 },
      '/clip.webm': { type: 'video/webm', body: redThenBlue('webm') },
    });
  });
  test.afterAll(async () => {
    await site.close();
    await booth.dispose();
  });
  const viewport = { width: 600, height: 200 };

  for (const [name, expected] of [
    ['roots', roots.map(([, color]) => color)],
    ['drawings', drawings.map(([, color]) => color)],
  ] as const)
    test(`stands at its end in all ${name}`, async () => {
      verifies('capture.ends', 'capture.steady', 'capture.same-bytes');
      const [one, other] = [
        await booth.photo(`${site.url}/${name}`, { viewport, dom: false }),
        await booth.photo(`${site.url}/${name}`, { viewport, fullPage: true, dom: false }),
      ];
      expect(one.shot.steady.settled).toBe(true);
      for (const { png } of [one, other]) {
        const drawn = await Promise.all(expected.map((_, index) => colorAt(png, index * 40 + 10, 10)));
        // A video's colours are a few levels off.
        expect(
          drawn.map((color, index) => (colorDistance(color, expected[index] ?? '') <= 4 ? expected[index] : color)),
        ).toEqual(expected);
      }
      expect(other.shot.image.sha256).toBe(one.shot.image.sha256);
    });

  test('stands at its end in picture files, and the endless ones as they begin', async () => {
    verifies('capture.ends', 'capture.untouched');
    const { shot, png } = await booth.photo(`${site.url}/files`, { viewport, dom: false });
    expect(shot.steady.settled).toBe(true);
    expect(shot.settle.unseen).toBeUndefined();
    const wrong = [];
    for (const [index, [name, [, color]]] of Object.entries(files).entries())
      for (const row of [0, 1]) {
        const drawn = await colorAt(png, index * 40 + 10, row * 40 + 30);
        // A GIF of few colours mixes its own; the other end of the clip is 255 off.
        if (colorDistance(drawn, color) > 60) wrong.push(`${name} ${row === 0 ? 'image' : 'background'}: ${drawn}`);
      }
    expect(wrong).toEqual([]);
    expect(await Promise.all([10, 50, 90].map((x) => colorAt(png, x, 110)))).toEqual([
      rest.green,
      rest.green,
      rest.green,
    ]);
  });

  test('is named where the page’s own policy lets nobody show its end', async () => {
    verifies('capture.ends');
    const { shot } = await booth.photo(`${site.url}/refused`, { dom: false });
    expect(shot.settle.unseen).toEqual([
      { selector: `${site.url}/once.gif`, reason: expect.stringContaining('content policy') },
    ]);
  });
});
