import { expect, test } from '@playwright/test';
import check from '../../src/checks/screens/writing-is-text.js';
import { verifies } from '../requirements.js';
import { FULL, SEED } from '../sample.js';
import { PhotoBooth } from './photo-booth.js';
import { startSite } from './site.js';

const SIZE = { width: 640, height: 400 };
const HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Lamps</title><link rel="icon" href="data:,">';
const SHOP = `${HEAD}<style>body{margin:0;font:15px/1.5 sans-serif}header{background:#123;color:#fff;padding:12px}main{padding:12px}</style>
<header>Lamps &nbsp; Home &nbsp; Products &nbsp; Orders &nbsp; Account</header><main><h2>All our lamps</h2><p>A small lamp for desks, with warm light and three levels of brightness.</p>
<p>A floor lamp that lights a whole room, dimmable from your phone.</p><input placeholder="Your address"><button>Add to cart</button></main>`;
const fills = `style="position:fixed;inset:0;width:${SIZE.width}px;height:${SIZE.height}px"`;
const bare = `${HEAD}<body style="margin:0">`;

/** Ways to paint the design; `/design.png` is what the real page looks like. */
const PAINTED: Record<string, string> = {
  'a picture over the page that lets clicks through': `${SHOP}<img src="/design.png" ${fills.replace('style="', 'style="pointer-events:none;')}>`,
  'the ground of the document': `${bare}<style>html{background:url(/design.png)}</style>`,
  'the content of a pseudo-element': `${SHOP}<style>body::after{content:url(/design.png);position:fixed;inset:0}</style>`,
  'a canvas': `${bare}<canvas width="640" height="400" ${fills}></canvas><script>const i=new Image();i.src='/design.png';i.onload=()=>document.querySelector('canvas').getContext('2d').drawImage(i,0,0)</script>`,
  'the content of an element': `${bare}<main style="content:url(/design.png);position:fixed;inset:0"></main>`,
  'two halves': `${bare}${['left', 'right'].map((side) => `<i style="position:fixed;${side}:0;width:320px;height:400px;background:url(/design.png) ${side}"></i>`).join('')}`,
  'the picture of a border': `${bare}<div ${fills.replace('style="', 'style="border-image:url(/design.png) 0 fill;')}></div>`,
  'a filter': `${bare}<svg width="0" height="0"><filter id="f" x="0" y="0" width="1" height="1"><feImage href="/design.png"/></filter></svg><div ${fills.replace('style="', 'style="filter:url(#f);background:#fff;')}></div>`,
  'an object': `${bare}<object type="image/png" data="/design.png" ${fills}></object>`,
  'a bitmap that is handed over': `${bare}<canvas width="640" height="400" ${fills}></canvas><script>fetch('/design.png').then((a)=>a.blob()).then(createImageBitmap).then((b)=>document.querySelector('canvas').getContext('bitmaprenderer').transferFromImageBitmap(b))</script>`,
  'a film of a canvas': `${bare}<video muted autoplay ${fills}></video><script>const i=new Image();i.src='/design.png';i.onload=()=>{const c=document.createElement('canvas');c.width=640;c.height=400;const v=document.querySelector('video');v.srcObject=c.captureStream();c.getContext('2d').drawImage(i,0,0);v.play()}</script>`,
  'the poster of a video': `${bare}<video poster="/design.png" ${fills}></video>`,
  'a picture in a drawing': `${bare}<svg ${fills}><image href="/design.png" width="640" height="400"/></svg>`,
  'a frame in a frame': `${bare}<iframe src="/outer" style="border:0;width:640px;height:400px"></iframe>`,
  'a closed shadow root': `${bare}<div id="host"></div><script>host.attachShadow({mode:'closed'}).innerHTML='<img src="/design.png" ${fills}>'</script>`,
  'slices side by side': `${bare}${Array.from({ length: 40 }, (_, at) => `<i style="float:left;width:80px;height:80px;background:url(/design.png) -${(at % 8) * 80}px -${Math.floor(at / 8) * 80}px"></i>`).join('')}`,
  'twice as large, scaled down, with one real button': `${bare}<img src="/large.png" ${fills}><button style="position:fixed;left:400px;top:300px">Really there</button>`,
  'a mask over the colour of letters': `${bare}<div ${fills.replace('style="', 'style="background:currentcolor;-webkit-mask:url(/design.png);mask-mode:luminance;')}></div>`,
  'letters that are windows': `${bare}<div style="position:fixed;inset:0;font:900px/400px monospace;overflow:hidden;background:url(/design.png);-webkit-background-clip:text;color:transparent">\u2588\u2588</div>`,
  'a thousand grounds of one line each': `${bare}<main></main><script>const i=new Image();i.src='/design.png';i.onload=()=>{const c=document.createElement('canvas');c.width=640;c.height=400;const x=c.getContext('2d');x.drawImage(i,0,0);const p=x.getImageData(0,0,640,400).data,s=[];for(let y=0;y<400;y++)for(let f=0,q=1;q<=640;q++){const a=(y*640+f)*4,b=(y*640+q)*4;if(q===640||p[a]!==p[b]||p[a+1]!==p[b+1]){const r='rgb('+p[a]+' '+p[a+1]+' '+p[a+2]+')';s.push('linear-gradient('+r+','+r+') '+f+'px '+y+'px/'+(q-f)+'px 1px no-repeat');f=q}}for(let y=0;y<s.length;y+=1500)document.querySelector('main').insertAdjacentHTML('beforeend','<div style="position:fixed;inset:0;background:'+s.slice(y,y+1500)+'"></div>')}</script>`,
};

/** A picture with the grain of a photograph, as a drawing in a file. */
const PHOTO = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="400"><filter id="a"><feTurbulence baseFrequency=".02 .05" numOctaves="5"/></filter><rect width="100%" height="100%" filter="url(#a)"/></svg>`;
const WORDMARK = `<svg xmlns="http://www.w3.org/2000/svg" width="220" height="40"><text y="22" font-family="sans-serif" font-size="17">Lamps and more lamps</text></svg>`;

/** What people build. */
const BUILT: Record<string, string> = {
  'the shop itself, with letters that shine through and letters in a drawing': `${SHOP}<h3 style="background:linear-gradient(90deg,red,blue);-webkit-background-clip:text;color:transparent">New lamps today, and many more tomorrow</h3><svg width="300" height="30"><text y="20">Sales of lamps by month and year</text></svg>`,
  'a headline over a photograph that fills the screen': `${bare}<div style="position:fixed;inset:0;background:url(/photo.svg);color:#fff"><h1>Light for everyone</h1><p>Lamps for desks, floors and walls</p></div>`,
  'a gallery of photographs without a word': `${bare}${'<img src="/photo.svg" width="200" height="180" style="margin:4px">'.repeat(6)}`,
  'a log-in with a wordmark on a photograph': `${bare}<style>body{background:url(/photo.svg)}</style><img src="/wordmark.svg"><form style="background:#fff;width:300px"><label>Name <input></label><br><label>Password <input></label><br><button>Log in</button></form>`,
  'a closed shadow root with text': `${bare}<div id="host"></div><script>host.attachShadow({mode:'closed'}).innerHTML='<p>A small lamp for desks, with warm light.</p><p style="-webkit-text-fill-color:#333!important">And one for floors and walls.</p>'</script><div><template shadowrootmode="closed"><p>Declared lamps are lamps as well.</p></template></div>`,
};

const sampled = (names: string[]) => (FULL ? names : [0, 1].map((at) => names[(SEED * 2 + at) % names.length] ?? ''));

test.describe('a picture of the design is no screen @once', () => {
  test(`whatever paints it is named, what people build is not${FULL ? '' : ' (sample)'}`, async () => {
    verifies('integrity.picture');
    const booth = new PhotoBooth();
    const pages = Object.fromEntries(
      [...Object.entries(PAINTED), ...Object.entries(BUILT)].map(([name, html]) => [
        `/${encodeURIComponent(name)}`,
        html,
      ]),
    );
    const origin = await startSite({ '/': SHOP });
    const options = { viewport: SIZE, writing: true, dom: false };
    const design = await booth.photo(origin.url, options);
    const large = await booth.photo(origin.url, { ...options, viewport: { ...SIZE, device_scale_factor: 2 } });
    const site = await startSite({
      ...pages,
      '/outer': `${bare}<iframe src="/inner" style="border:0;width:640px;height:400px;display:block"></iframe>`,
      '/inner': `${bare}<img src="/design.png" style="display:block">`,
      '/design.png': { type: 'image/png', body: design.png },
      '/large.png': { type: 'image/png', body: large.png },
      '/photo.svg': { type: 'image/svg+xml', body: PHOTO },
      '/wordmark.svg': { type: 'image/svg+xml', body: WORDMARK },
    });
    const verdicts: Record<string, string> = {};
    for (const name of [...sampled(Object.keys(PAINTED)), ...sampled(Object.keys(BUILT))]) {
      const { shot } = await booth.photo(`${site.url}/${encodeURIComponent(name)}`, options);
      const cell = {
        screen: 'home',
        viewport: 'v',
        version: 1,
        captured_at: '',
        ad_hoc: false,
        ad_hoc_reasons: [],
        tree: '',
        screenshot: shot,
      };
      const { status } = check.run({ screens: [{ screen: 'home' }], cells: [cell] });
      verdicts[name] = status === 'pass' || status === 'fail' ? status : JSON.stringify(shot);
      if (name in PAINTED !== (status === 'fail')) console.error(name, shot.writing);
    }
    await Promise.all([site.close(), origin.close()]);
    expect(verdicts).toEqual(
      Object.fromEntries(Object.keys(verdicts).map((name) => [name, name in PAINTED ? 'fail' : 'pass'])),
    );
    expect(design.shot.writing).toMatchObject({ drawn: 0, covered: 0 });
  });
});
