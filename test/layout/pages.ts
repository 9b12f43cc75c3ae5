/** A page to judge: what it is about, its markup, and the faults that it has, as `kind selector`; empty: it is meant as it is. */
export interface JudgedPage {
  about: string;
  body: string;
  style: string;
  faults: readonly string[];
  /** Window, CSS px; default 800. */
  width?: number;
}

const LOREM =
  'Warm light makes a room quiet, cold light keeps you awake, and a lamp that can do both is worth its price in any month of the year.';
const PICTURE =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='400' height='200'%3E%3Crect width='400' height='200' fill='%23468'/%3E%3Ccircle cx='100' cy='100' r='60' fill='%23fc0'/%3E%3C/svg%3E";

const PLAIN =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'%3E%3Crect width='9' height='9' fill='%23468'/%3E%3C/svg%3E";

/** What designers do on purpose: nothing of it is a certain finding. */
export const MEANT: readonly JudgedPage[] = [
  {
    about:
      'a page that is blurred behind a dialog, the back of a card, words on a photograph and on a shape of a dark drawing',
    style: `main{filter:blur(5px)}#q{position:fixed;top:20px;left:20px;background:#fff;padding:20px;border:1px solid}
      .h{background:url("${PICTURE}");color:#fff;padding:10px}.back{transform:rotateY(180deg);backface-visibility:hidden}.d{background:#111}`,
    body: `<main><p>${LOREM}</p></main><h2 class="h">Light at night</h2><p class="back">The back of it</p>
      <div class="d"><svg width="300" height="60"><rect width="300" height="60" fill="#fff"/><text x="10" y="30">Sales of lamps</text></svg></div><div id="q" role="dialog">Sign in to go on</div>`,
    faults: [],
  },
  {
    about: 'badges on buttons and avatars that overlap',
    style: `.bell{position:relative;padding:12px 20px;background:#eee;border:1px solid #999}
      .bell b{position:absolute;top:-8px;right:-10px;background:#c00;color:#fff;border-radius:10px;padding:0 6px;font-size:12px}
      .who{display:flex;margin-top:20px}.who i{width:44px;height:44px;border-radius:50%;background:#357;color:#fff;font-style:normal;display:grid;place-items:center;border:2px solid #fff;margin-left:-12px}`,
    body: '<button class="bell">Messages <b>12</b></button><div class="who"><i>AB</i><i>CD</i><i>EF</i></div>',
    faults: [],
  },
  {
    about: 'a carousel that goes on beyond both edges of its box',
    style: `.show{overflow:hidden;width:600px}.strip{display:flex;gap:10px;transform:translateX(-90px)}
      .strip article{flex:0 0 220px;background:#eee;padding:10px}`,
    body: `<div class="show"><div class="strip"><article>First lamp of many</article><article>Second lamp of many</article><article>Third lamp of many</article><article>Fourth lamp of many</article></div></div>`,
    faults: [],
  },
  {
    about: 'a marquee whose text is wider than its line',
    style: `.news{overflow:hidden;white-space:nowrap;border:1px solid #999;width:300px}.news span{display:inline-block;animation:go 9s linear infinite}
      @keyframes go{from{transform:translateX(0)}to{transform:translateX(-50%)}}`,
    body: `<div class="news"><span>${LOREM}</span></div><marquee>${LOREM}</marquee>`,
    faults: [],
  },
  {
    about: 'a sticky bar, and a drawer and a menu that are closed',
    style: `.bar{position:sticky;top:0;background:#fff;border-bottom:1px solid #999;padding:10px}
      .drawer{position:fixed;top:0;left:-280px;width:260px;height:100%;background:#eee;padding:10px}
      .menu{max-height:0;overflow:hidden}.menu a{display:block}.panel{visibility:hidden;position:absolute}`,
    body: `<div class="bar">Lamps</div><nav class="drawer"><a href="#a">All lamps</a></nav><div class="menu"><a href="#b">Desk</a><a href="#c">Floor</a></div><p>${LOREM}</p><div class="panel">Hidden until it is wanted</div>`,
    faults: [],
  },
  {
    about: 'text for screen readers only, and a link that skips to the content',
    style: `.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0);white-space:nowrap}
      .skip{position:absolute;left:-9999px}`,
    body: `<a class="skip" href="#main">Skip to the content</a><h2>Orders<span class="sr"> of the last twelve months, newest first</span></h2><p>${LOREM}</p>`,
    faults: [],
  },
  {
    about: 'decorative layers: a huge faint number behind a text, a shape behind a heading, text over a picture',
    style: `.step{position:relative;padding:30px 20px}.step b{position:absolute;left:10px;top:-10px;font-size:110px;line-height:1;color:rgba(0,0,0,.08)}
      .blob{position:absolute;left:0;top:220px;width:300px;height:120px;border-radius:50%;background:#def;z-index:-1}
      .hero{position:relative}.hero img{width:400px;display:block}.hero h2{position:absolute;left:20px;top:40px;color:#fff;margin:0}`,
    body: `<div class="step"><b aria-hidden="true">1</b><p>Choose a lamp for the room.</p></div><div class="blob"></div><h2>Soft shapes</h2><div class="hero"><img src="${PICTURE}" alt=""><h2>Light at night</h2></div>`,
    faults: [],
  },
  {
    about: 'a card pulled over the edge of the one above by a negative margin',
    style: `.top{background:#357;color:#fff;padding:30px 20px 60px}.card{background:#fff;border:1px solid #999;margin:-40px 20px 0;padding:20px;position:relative}
      .wide{margin:0 -20px;background:#eee;padding:20px}.box{padding:20px;border:1px solid #999}`,
    body: `<div class="top">Everything about lamps</div><div class="card">${LOREM}</div><div class="box"><div class="wide">A band that reaches over the padding of its box</div></div>`,
    faults: [],
  },
  {
    about: 'a table and code that scroll inside their boxes',
    style: `.scroll{overflow:auto;width:320px;border:1px solid #999}pre{overflow-x:auto;background:#eee;padding:10px}td{padding:8px 40px;white-space:nowrap}`,
    body: `<div class="scroll"><table><tr><td>Order number</td><td>Placed on this day</td><td>Delivered to</td></tr></table></div><pre>const lamps = await fetch('https://example.test/lamps?room=kitchen&amp;sort=price&amp;order=ascending&amp;limit=100').then((answer) =&gt; answer.json());</pre>`,
    faults: [],
  },
  {
    about: 'ellipsis and line clamp by design, and text that fades out under a button',
    style: `.one{width:160px;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}
      .two{width:220px;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden}
      .more{position:relative;height:58px;overflow:hidden;width:300px}.more::after{content:'';position:absolute;left:0;right:0;bottom:0;height:40px;background:linear-gradient(transparent,#fff)}`,
    body: `<p class="one">${LOREM}</p><p class="two">${LOREM}</p><div class="more">${LOREM} ${LOREM}</div><button>Read more</button>`,
    faults: [],
  },
  {
    about: 'tooltips and a map with its controls over it',
    style: `.tip{position:relative;display:inline-block;margin:60px 0 0 40px}.tip span{position:absolute;left:-20px;bottom:120%;background:#222;color:#fff;padding:4px 8px;white-space:nowrap}
      .map{position:relative;width:500px;height:240px}.map canvas{width:500px;height:240px;background:#cdb}.map button{position:absolute;right:10px;width:32px;height:32px}`,
    body: `<div class="tip">Delivery<span>Free above 40 euro</span></div><div class="map"><canvas width="500" height="240"></canvas><button style="top:10px">+</button><button style="top:52px">-</button></div>`,
    faults: [],
  },
  {
    about: 'a floating label, an icon and a unit in a field, a custom box to check',
    style: `.field{position:relative;width:300px;margin:10px 0}.field input{width:100%;height:52px;padding:20px 40px 4px 12px;box-sizing:border-box;border:1px solid #777}
      .field label{position:absolute;left:12px;top:6px;font-size:12px}.field span{position:absolute;right:12px;top:18px}
      .check{position:relative;display:block;padding-left:34px;line-height:24px}.check input{position:absolute;left:0;width:24px;height:24px;margin:0}.check i{position:absolute;left:0;top:0;width:24px;height:24px;background:#ccc}`,
    body: `<div class="field"><input id="w"><label for="w">Width</label><span>cm</span></div><label class="check"><input type="checkbox"><i></i>Send me news</label>`,
    faults: [],
  },
  {
    about: 'a menu that is open over the text below its button',
    style: `.nav{position:relative}.list{position:absolute;left:0;top:40px;width:200px;background:#fff;border:1px solid #999;padding:10px;z-index:5}.list a{display:block;padding:8px}p{width:360px;margin-top:30px}`,
    body: `<div class="nav"><button aria-expanded="true">Rooms</button><div class="list" role="menu"><a href="#k" role="menuitem">Kitchen</a><a href="#b" role="menuitem">Bath</a></div></div><p>${LOREM}</p>`,
    faults: [],
  },
  {
    about: 'a dialog over its veil, and a list with a card whose link covers it whole',
    style: `.veil{position:fixed;inset:0;background:rgba(0,0,0,.5)}.dialog{position:fixed;left:200px;top:100px;width:400px;background:#fff;padding:20px}
      .card{position:relative;border:1px solid #999;padding:16px;margin-top:20px}.card a::after{content:'';position:absolute;inset:0}`,
    body: `<p>${LOREM}</p><button>Buy</button><div class="card"><a href="#lamp">Desk lamp</a><p>With a cable of two metres.</p></div><div class="veil"></div><div class="dialog" role="dialog"><p>Really?</p><button>Yes</button></div>`,
    faults: [],
  },
  {
    about: 'a modal dialog over a form, with no role or class',
    style: 'form{padding:20px}input{display:block;margin:12px 0}dialog{width:300px}',
    body: `<form><label>Name <input name="name"></label><label>Town <input name="town"></label><a href="#more">More</a> <button>Send</button></form><dialog id="q"><p>Really?</p><button>Yes</button></dialog><script>q.showModal()</script>`,
    faults: [],
  },
  {
    about: 'a popover over a button and words, a table whose columns stay, with cells of two rows',
    style: `#pop{position:fixed;inset:30px auto auto 90px;margin:0;width:200px;padding:16px}.t{position:relative;width:300px;margin-top:60px}.s{overflow:auto}td,th{padding:6px 20px;white-space:nowrap;height:20px}
      thead tr{background:#eee}.c{position:absolute;right:0;top:0;width:70px;height:132px;background:#fff;border-left:1px solid #999}`,
    body: `<button popovertarget="pop">Sort by</button> <button style="margin-left:80px">Newest</button><p>Lamps for every room of your house.</p><div id="pop" popover>By price</div>
      <div class="t"><div class="s"><table><thead><tr><th rowspan="2">Lamp</th><th colspan="2">Of what</th><th rowspan="2">Buy</th></tr><tr><th>Shade of it</th><th>Foot of it</th></tr></thead>
      <tr><td>Ceiling lamp</td><td>Opal glass</td><td>Brass and steel</td><td>240</td></tr></table></div><div class="c">Buy</div></div><script>pop.showPopover()</script>`,
    faults: [],
  },
  {
    about:
      'a select that a script drew anew, a title with its version, a select cut to hide its arrow, tags whose words a hover fills, a table that two draw',
    style: `.new{position:relative;border:1px solid #999;padding:8px;width:300px}.old{position:relative;overflow:hidden;width:0;height:0}.old select{position:absolute;width:700px}
      pre{background:#eee;margin:-20px 0 20px 340px;position:relative}.at{font-size:16px;position:absolute}h1{font:64px/1.2 serif;margin:30px 0}.cut{width:120px;overflow:hidden;border:1px solid #999}.cut select{width:150px;border:1px solid #333;background:#fff}
      .fill{position:relative;padding:4px 10px;border:1px solid #999;z-index:0}.fill i{position:absolute;inset:0 50% 0 0;background:#fd0;z-index:-1}.t{display:flex}.t div{overflow:hidden;width:130px}.t table{width:260px;table-layout:fixed;border-collapse:collapse}.t div:first-child table{width:130px}`,
    body: `<div class="new"><div class="old"><select><option>Warm white</option></select></div>Warm white</div><pre>shop.select('warm')</pre><h1>Lamp<span>sone</span><span class="at">v1.5.3</span></h1>
      <div class="cut"><select><option>Berlin</option></select></div><p><a class="fill" href="#"><i></i>Warm white</a></p><div class="t"><div><table><tr><td>Lamp</td></tr></table></div><div><table><tr><td>Opal glass</td><td>Brass and steel</td></tr></table></div></div>`,
    faults: [],
  },
  {
    about:
      'a sheet that peeks in at the foot of the window, a dialog that scrolls, a drawer before its veil, faces pulled over each other',
    style: `.sheet{position:fixed;left:0;right:0;bottom:0;height:300px;transform:translateY(240px);background:#eee}.d{position:fixed;left:300px;top:40px;width:260px;height:200px;overflow:auto;background:#fff}
      .veil{position:fixed;inset:0;background:#0004}.drawer{position:fixed;left:0;top:0;bottom:0;width:120px;background:#fff}.who{display:flex;margin-left:200px}.who i{width:44px;height:44px;background:#cde;position:relative;margin-right:-16px;font:700 22px/44px sans-serif;text-align:center}`,
    body: `<button>Buy it now or never</button><p>${LOREM}</p><div class="who"><i>WM</i><i>MW</i><i>+8</i></div><div class="veil"></div><div class="drawer"><a href="#r">Rooms</a></div>
      <div class="d"><h2>Terms</h2><p>${LOREM} ${LOREM}</p><button>Accept</button></div><div class="sheet"><h3>Filters</h3><p style="margin-top:200px">Of glass</p><button>Show</button></div>`,
    faults: [],
  },
];

/** One real fault each, among things that are meant. */
export const BROKEN: readonly JudgedPage[] = [
  {
    about:
      'words that are there and that nobody reads (what is blurred in a part of the page may be meant): mirrored, on a gradient or a picture of their colour, in a field, in a drawing',
    style: `.b{filter:blur(5px)}.m{transform:scaleX(-1)}.g{background:linear-gradient(#246,#246);color:#246;padding:10px}.p{background:url("${PLAIN}");color:#468;padding:10px}
      .f{color:#fff;background:#fff}.d{background:#1c1c22}.l{letter-spacing:-.5em}`,
    body: `<div class="b" id="b"><p>${LOREM}</p></div><h2 class="m" id="m">Lamps for you</h2><h2 class="g" id="g">Desk lamps</h2><h2 class="p" id="p">Floor lamps</h2>
      <input class="f" id="f" value="Anna Berg"><div class="d"><svg width="300" height="60"><text id="d" x="10" y="30">Sales of lamps</text></svg></div><p class="l" id="l">Cold light</p>`,
    faults: ['d', 'f', 'g', 'l', 'm', 'p'].map((id) => `unreadable #${id}`),
  },
  {
    about: 'a page that hides what sticks out at its side, with the end of a row beyond it',
    style:
      'body{overflow-x:hidden}.row{display:flex;gap:20px;width:1200px}.row b{flex:0 0 900px}.strip{display:flex;gap:20px;margin-top:20px}.strip article{flex:0 0 300px;background:#eee}',
    body: `<div class="row"><b>Three lamps</b><button id="pay">Pay now</button></div><div class="row"><b>Our shop</b><a id="cart" href="#c" aria-label="Basket"><img src="${PICTURE}" width="40" height="20" alt=""></a></div>
      <div class="strip">${[1, 2, 3, 4].map((one) => `<article><button>Buy lamp ${one}</button></article>`).join('')}</div>`,
    faults: ['unreachable #cart', 'unreachable #pay'],
  },
  {
    about: 'a dialog set in the middle that is higher than the window, both ends of it out of reach',
    style:
      '.d{position:fixed;left:50%;top:50%;transform:translate(-50%,-50%);width:400px;height:900px;background:#fff;border:1px solid;box-sizing:border-box}.d button{position:absolute;bottom:8px}',
    body: `<p>${LOREM}</p><div class="d" role="dialog"><h2 id="title">Terms of sale</h2><p>${LOREM}</p><button id="yes">Accept</button></div>`,
    faults: ['unreachable #title', 'unreachable #yes'],
  },
  {
    about: 'a heading whole behind a bar that stays at the top of the window',
    style:
      '.bar{position:fixed;left:0;right:0;top:0;height:90px;background:#246;color:#fff}h1{margin:0;font-size:28px}p{margin-top:60px}',
    body: `<h1>Lamps</h1><p>${LOREM}</p><div class="bar">Shop</div>`,
    faults: ['covered h1'],
  },
  {
    about: 'a backdrop whose dialog is gone',
    style: '.veil{position:fixed;inset:0;background:#0004}',
    body: `<p>${LOREM}</p><button>Buy</button><div class="veil"></div>`,
    faults: ['covered div.veil'],
  },
  {
    about: 'a form that is wider than its card, a form lower than its button, a table in a box that hides its end',
    style: `form{margin:0}input{border:1px solid #666;padding:8px;box-sizing:border-box;width:100%}.card{overflow:hidden;width:400px;border:1px solid #999}.f{width:500px;display:flex;gap:20px}
      .low{height:112px;overflow:hidden;margin:20px 0}.low button{height:40px}.t{overflow:hidden;width:400px}table{width:520px;table-layout:fixed;border-collapse:collapse}td{border:1px solid #999;padding:6px}`,
    body: `<div class="card"><form class="f"><input id="first"><input id="last"></form></div><form class="low"><p>Mail <input></p><button id="go">Sign in</button></form>
      <div class="t"><table id="stock"><tr><td>Lamp</td><td>Opal</td><td>Brass</td><td>Berlin</td><td>240</td></tr></table></div>`,
    faults: ['clipped #go', 'clipped #last', 'clipped #stock'],
  },
  {
    about: 'a table of which the window hides the end, a badge over the words that it belongs to',
    style:
      'html,body{overflow-x:hidden}table{width:1100px;table-layout:fixed}td:last-child{text-align:right}h3{position:relative}h3 b{position:absolute;left:90px;top:0;background:#c00;color:#fff;padding:2px 8px}',
    body: `<table id="stock"><tr><td>Lamp</td><td>Opal</td><td>Brass</td><td>Berlin</td><td>240</td></tr></table><h3 id="title">Lamps for every room of your house<b>NEW</b></h3><p>${LOREM}</p>`,
    faults: ['covered #title', 'outside_viewport #stock'],
  },
  {
    about: 'a sign of which no font has a shape',
    style: '',
    body: '<p id="sign">Call us \u{f8ff} today</p><p>\u2713 In stock, 20 \u20ac, \u2605 4.5, \u00bd off, caf\u00e9 \u2192 shop</p>',
    faults: ['missing_glyph #sign'],
  },
  {
    about: 'a fixed width that the window does not have',
    style: '.wide{width:620px;background:#eee;padding:10px}',
    body: `<h2>Lamps</h2><div class="wide"><p>${LOREM}</p></div>`,
    width: 400,
    faults: ['outside_viewport div.wide'],
  },
  {
    about: 'a heading that runs into the text below it, since its height is fixed',
    style: '.title{height:30px;width:220px;font-size:24px;line-height:1.2;margin:0}.title+p{margin:0}',
    body: `<h2 class="title">Lamps for every room of the house</h2><p>${LOREM}</p>`,
    faults: ['text_overlap body > p'],
  },
  {
    about: 'a fixed bar over the top of the page',
    style:
      '.bar{position:fixed;left:0;right:0;top:0;height:56px;background:#246;color:#fff}h1{margin:16px 0 20px;font-size:36px;line-height:1.2}',
    body: `<div class="bar">Shop</div><h1>Lamps for rooms</h1><p>${LOREM}</p>`,
    faults: ['covered h1'],
  },
  {
    about: 'a button under a banner',
    style:
      '.row{position:relative;height:60px}.buy{padding:12px 20px}.banner{position:absolute;left:-8px;top:-8px;width:200px;height:64px;background:#fd0}',
    body: '<div class="row"><button class="buy">Buy now</button><div class="banner">Sale</div></div>',
    faults: ['covered button.buy'],
  },
  {
    about: 'a label that ends in the middle of a letter',
    style: '.chip{width:92px;overflow:hidden;white-space:nowrap;border:1px solid #999}',
    body: '<p class="chip">Warm white ceiling lamp</p>',
    faults: ['clipped p.chip'],
  },
  {
    about: 'a line cut through by a box of fixed height',
    style: '.note{height:34px;overflow:hidden;width:260px;line-height:24px;border:1px solid #999;margin:0}',
    body: `<p class="note">${LOREM}</p>`,
    faults: ['clipped p.note'],
  },
  {
    about: 'text that grows out of its coloured box',
    style: '.tag{width:90px;height:28px;background:#c30;color:#111;white-space:nowrap;padding:4px}',
    body: '<div class="tag">Only three lamps left</div><p>In stock again in May.</p>',
    faults: ['protrudes div.tag'],
  },
  {
    about: 'a text in the colour of its ground',
    style: '.ghost{background:#fff;color:#fefefe;padding:8px}',
    body: '<p class="ghost">Ships tomorrow</p><p>Free above 40 euro.</p>',
    faults: ['unreadable p.ghost'],
  },
  {
    about: 'a value that was not there, and braces that nobody filled in',
    style: '',
    body: '<p id="price">Price: NaN €</p><p id="hello">Hello {{ user.name }}!</p><p>The word undefined in a longer sentence about programs is nothing to worry about at all.</p>',
    faults: ['leftover_text #hello', 'leftover_text #price'],
  },
  {
    about: 'a picture squeezed to a square',
    style: 'img{width:200px;height:200px}',
    body: `<img src="${PICTURE}" alt="A lamp"><p>${LOREM}</p>`,
    faults: ['image_distorted img[alt="A lamp"]'],
  },
  {
    about: 'a heading that begins left of the window',
    style: 'h2{margin-left:-60px}',
    body: `<h2>Lamps for rooms</h2><p>${LOREM}</p>`,
    faults: ['outside_viewport body > h2'],
  },
  {
    about: 'a form that a header of fixed height does not hold',
    style:
      '.head{height:50px;background:#c22}.head input{float:right;height:40px;width:260px;margin-top:34px;border:2px solid #000;background:#fff}',
    body: `<div class="head"><input aria-label="Search"></div><p style="margin-top:60px">${LOREM}</p>`,
    faults: ['protrudes input[aria-label="Search"]'],
  },
  {
    about:
      'what was typed in under a button with a ground over the end of its field, beside one with room for it and a hint',
    style: `.f{position:relative;width:240px;margin:12px 0}.f input{width:240px;height:36px;padding:0 8px;box-sizing:border-box}
      .f button{position:absolute;right:0;top:0;height:36px;width:80px;background:#246;color:#fff;border:0}.ok input{padding-right:88px}`,
    body: `<div class="f"><input id="town" aria-label="Town" value="Stratford-upon-Avon, Warwickshire"><button>Search</button></div>
      <div class="f"><input aria-label="Room" value="Kitchen"><button>Search</button></div><div class="f ok"><input aria-label="Lamp" value="Ceiling lamp with a cable"><button>Search</button></div>
      <div class="f"><input aria-label="Wish" placeholder="What are you looking for today?"><button>Search</button></div>`,
    faults: ['covered #town'],
  },
];

/** A whole document. */
export function documentOf({ body, style }: JudgedPage): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Lamps</title><link rel="icon" href="data:,"><style>body{margin:0;padding:20px;font:16px/1.5 sans-serif;color:#222;background:#fff;min-height:500px}${style}</style></head><body>${body}</body></html>`;
}
