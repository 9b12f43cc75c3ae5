import type { LayoutCondition } from '../../src/core/vocabulary/layout.js';
import type { JudgedPage } from './pages.js';

/** A page to judge under one condition; its faults show there only, as `kind selector`. */
export interface ConditionPage extends JudgedPage {
  condition: LayoutCondition;
}

const SENTENCE = 'Warm light makes a room quiet, cold light keeps you awake.';

/** One fault each that only the condition shows. */
export const BROKEN_UNDER: readonly ConditionPage[] = [
  {
    condition: 'text_200',
    about: 'a button of fixed height that cuts larger text',
    style:
      '.buy{height:18px;width:220px;overflow:hidden;padding:0;border:1px solid #333;display:block;font-size:16px}.note{margin:12px 0}',
    body: `<button class="buy">Buy a lamp</button><p class="note">${SENTENCE}</p>`,
    faults: ['clipped button.buy'],
  },
  {
    condition: 'text_200',
    about: 'a title in a bar of fixed height, with text below it',
    style: '.bar{height:40px}.bar h2{margin:0;font-size:20px;line-height:1.2;width:300px}.bar+p{margin:0}',
    body: `<div class="bar"><h2>Lamps for every room</h2></div><p>${SENTENCE}</p>`,
    faults: ['text_overlap div.bar > h2'],
  },
  {
    condition: 'text_spacing',
    about: 'a chip that just holds its text',
    style: '.chip{display:block;width:132px;overflow:hidden;white-space:nowrap;border:1px solid #333}',
    body: `<span class="chip">Warm white lamp</span><p>${SENTENCE}</p>`,
    faults: ['clipped span.chip'],
  },
  {
    condition: 'reflow',
    about: 'a row of a width that small windows do not have, for low windows only',
    style: '@media (max-height:300px){.offers{width:480px;background:#ddd}}',
    body: `<div class="offers">${SENTENCE}</div>`,
    faults: ['outside_viewport div.offers'],
  },
  {
    condition: 'forced_colors',
    about: 'an icon that is the ground of a box, cut out by a mask',
    style: `.icon{width:40px;height:40px;padding:0;border:0;background:none}.icon::before{content:'';display:block;width:40px;height:40px;background:#06c;border-radius:50%}
      @media (forced-colors:active){.icon{background:Canvas}}`,
    body: `<button class="icon" aria-label="Search"></button><p>${SENTENCE}</p>`,
    faults: ['vanishes button[aria-label="Search"]'],
  },
  {
    condition: 'dark',
    about: 'a text whose colour was forgotten when the ground became dark',
    style:
      '.card{padding:12px;color:#222;background:#fff}@media (prefers-color-scheme:dark){body,.card{background:#111}h2{color:#eee}}',
    body: `<h2>Lamps</h2><div class="card">Ships tomorrow</div>`,
    faults: ['unreadable div.card'],
  },
  {
    condition: 'dark',
    about: 'a black icon on a ground that became black',
    style: '@media (prefers-color-scheme:dark){body{background:#000;color:#eee}}',
    body: `<svg class="mark" width="48" height="48"><circle cx="24" cy="24" r="20" fill="#000"/></svg><p>${SENTENCE}</p>`,
    faults: ['vanishes svg.mark'],
  },
  {
    condition: 'rtl',
    about: 'a mark that stands where texts end, and begin from the other side',
    style:
      '.pick{position:relative;width:220px;border:1px solid #333;padding:8px}.pick i{position:absolute;right:8px;top:8px;font-style:normal}',
    body: `<div class="pick">Choose a lamp<i>open</i></div><p>${SENTENCE}</p>`,
    faults: ['text_overlap div.pick > i'],
  },
  {
    condition: 'long_text',
    about: 'tabs of fixed width that cut words of another language',
    style: '.tab{display:inline-block;width:66px;overflow:hidden;white-space:nowrap;border:1px solid #333}',
    body: `<span class="tab">Settings</span><p>${SENTENCE}</p>`,
    faults: ['clipped span.tab'],
  },
  ...(['text_200', 'long_text', 'text_spacing'] as const).map((condition) => ({
    condition,
    about: `a frame of the page with a frame in it, whose tabs cut what is set ${condition}`,
    style: 'iframe{width:360px;height:120px;border:1px solid}',
    body: `<iframe id="out" srcdoc="<p style='margin:0'>Lamps</p><iframe id='in' srcdoc='<span id=tab style=&quot;display:inline-block;width:62px;overflow:hidden;white-space:nowrap&quot;>Settings</span>'></iframe>"></iframe>`,
    faults: ['clipped #out >> #in >> #tab'],
  })),
  {
    condition: 'rtl',
    about: 'a frame in which a mark stands where texts begin from the other side',
    style: 'iframe{width:360px;height:80px;border:1px solid}',
    body: `<iframe id="own" srcdoc="<div style='position:relative;width:220px;padding:8px'>Choose a lamp<i id='mark' style='position:absolute;right:8px;top:8px'>open</i></div>"></iframe>`,
    faults: ['text_overlap #own >> #mark'],
  },
  {
    condition: 'print',
    about: 'an app whose contents scroll in a box as high as the window',
    style:
      'html,body{height:100%}body{padding:0}.app{height:100vh;overflow:auto;padding:20px;box-sizing:border-box}.app p{margin:0 0 40px}',
    body: `<div class="app">${`<p>${SENTENCE}</p>`.repeat(24)}</div>`,
    faults: ['not_printed div.app'],
  },
  {
    condition: 'keyboard',
    about: 'links without a sign of the focus, and a button that is none',
    style: 'a:focus{outline:none}.fake{display:inline-block;padding:6px 12px;border:1px solid #333}',
    body: `<p><a href="#a">Desk lamps</a> <a href="#b">Floor lamps</a></p><div class="fake" role="button">Buy</div><button>Call</button>`,
    faults: ['no_focus a[href="#a"] +1', 'not_tabbable [role=button]'],
  },
  {
    condition: 'keyboard',
    about: 'a field that keeps the focus',
    style: '',
    body: `<input id="code" aria-label="Code" onkeydown="if(event.key==='Tab')event.preventDefault()"><button>Send</button>`,
    faults: ['focus_trap #code'],
  },
  {
    condition: 'keyboard',
    about: 'a frame with a link without a sign of the focus and a button that is none, and links before and after it',
    style: 'iframe{width:300px;height:120px}',
    body: `<p><a href="#a">Desk lamps</a></p><iframe id="in" srcdoc="<style>a:focus{outline:none}</style><p><a id='plain' href='#b'>Floor lamps</a> <a href='#c' style='outline:auto'>Offers</a></p><button id='ok'>Buy</button><div id='fake' role='button'>Call</div>"></iframe><p><a href="#d">Imprint</a></p>`,
    faults: ['no_focus #in >> #plain', 'not_tabbable #in >> #fake'],
  },
];

/** What holds under a condition, or does not know of it, is no fault. */
export const MEANT_UNDER: readonly ConditionPage[] = [
  {
    condition: 'text_200',
    about: 'boxes that grow with their text, and a title with an ellipsis',
    style: '.buy{padding:6px 12px}.one{width:160px;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}',
    body: `<button class="buy">Buy a lamp</button><p class="one">${SENTENCE}</p>`,
    faults: [],
  },
  {
    condition: 'text_200',
    about: 'a frame that scrolls to what became larger',
    style: 'iframe{width:360px;height:80px;border:1px solid}',
    body: `<iframe srcdoc="<p>${SENTENCE}</p><p>${SENTENCE}</p>"></iframe><p>${SENTENCE}</p>`,
    faults: [],
  },
  {
    condition: 'text_spacing',
    about: 'a card that grows',
    style: '.card{min-height:60px;border:1px solid #333;padding:12px;width:240px}',
    body: `<div class="card">${SENTENCE}</div>`,
    faults: [],
  },
  {
    condition: 'reflow',
    about: 'a table that scrolls in its box, and text that wraps',
    style: '.wide{overflow-x:auto}td{padding:8px 40px;white-space:nowrap}',
    body: `<div class="wide"><table><tr><td>Order number</td><td>Placed on this day</td><td>Delivered to</td></tr></table></div><p>${SENTENCE}</p>`,
    faults: [],
  },
  {
    condition: 'forced_colors',
    about: 'a button whose ground and shadow go, with its text; a decorative blob that goes',
    style: '.buy{background:#06c;color:#fff;border:0;padding:8px 16px}.blob{width:90px;height:60px;background:#def}',
    body: `<button class="buy">Buy</button><div class="blob"></div><p>${SENTENCE}</p>`,
    faults: [],
  },
  {
    condition: 'dark',
    about: 'a page that knows no dark scheme',
    style: '',
    body: `<h2>Lamps</h2><p>${SENTENCE}</p><svg width="48" height="48"><circle cx="24" cy="24" r="20"/></svg>`,
    faults: [],
  },
  {
    condition: 'rtl',
    about: 'a page of margins and floats that was written for one direction',
    style:
      '.side{float:left;width:160px;margin-right:20px}.main{margin-left:180px}.more{margin-left:auto;display:block}',
    body: `<div class="side">All lamps</div><div class="main"><p>${SENTENCE}</p><button class="more">More</button></div>`,
    faults: [],
  },
  {
    condition: 'long_text',
    about: 'buttons that grow, addresses, code and numbers that stay',
    style: 'pre{background:#eee;padding:8px;overflow-x:auto;width:300px}.buy{padding:8px 16px}',
    body: `<button class="buy">Settings</button><pre>const lamp = await fetch('/lamps').then((answer) =&gt; answer.json());</pre><p>1 234.50 EUR, hello@example.test</p>`,
    faults: [],
  },
  {
    condition: 'print',
    about: 'a menu that is left out, and a page that is longer than a sheet',
    style: '@media print{nav{display:none}}main p{margin:0 0 90px}',
    body: `<nav><a href="#a">Lamps</a></nav><main>${`<p>${SENTENCE}</p>`.repeat(12)}</main>`,
    faults: [],
  },
  {
    condition: 'reduced_motion',
    about: 'a spinner, and a banner that stands still here',
    style:
      '.spin{width:24px;height:24px;border:3px solid #ccc;border-top-color:#06c;border-radius:50%;animation:turn 1s linear infinite}@keyframes turn{to{transform:rotate(1turn)}}@media (prefers-reduced-motion:no-preference){h2{animation:turn 20s linear infinite}}',
    body: `<h2>Lamps</h2><div class="spin"></div>`,
    faults: [],
  },
  {
    condition: 'keyboard',
    about:
      'tabs that arrow keys move in, a group of choices, a box that shows the focus of what lies in it, a hidden native box',
    style: `.field{border:1px solid #333;padding:6px;width:200px}.field input{border:0;outline:0}.field:focus-within{border-color:#06c;box-shadow:0 0 0 2px #06c}
      .check input{position:absolute;opacity:0}.check span{border:1px solid #333;padding:4px}.check input:focus-visible+span{outline:3px solid #06c}`,
    body: `<div role="tablist"><button role="tab">One</button><button role="tab" tabindex="-1">Two</button></div>
      <label><input type="radio" name="r" checked>A</label><label><input type="radio" name="r">B</label>
      <div class="field"><input aria-label="Name"></div><label class="check"><input type="checkbox"><span>News</span></label>`,
    faults: [],
  },
  {
    condition: 'keyboard',
    about: 'a dialog that keeps the focus on purpose',
    style: '',
    body: `<p><a href="#a">Behind it</a></p><div role="dialog" aria-modal="true" id="d"><button id="x">Yes</button><button id="y">No</button></div>
      <script>y.addEventListener('keydown',(event)=>{if(event.key==='Tab'){event.preventDefault();x.focus()}});x.focus()</script>`,
    faults: [],
  },
];
