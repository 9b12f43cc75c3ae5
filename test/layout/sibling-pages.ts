import type { JudgedPage } from './pages.js';

const SENTENCE = 'Warm light makes a room quiet, cold light keeps you awake.';
const PHOTO =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='400' height='200'%3E%3Crect width='400' height='200' fill='%23468'/%3E%3Ccircle cx='100' cy='100' r='60' fill='%23fc0'/%3E%3C/svg%3E";
const CLEAR =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='300' height='100'%3E%3Ccircle cx='250' cy='50' r='40' fill='none' stroke='%23fc0' stroke-width='3'/%3E%3C/svg%3E";

/** How the documents of the frames begin. */
const FRAME = "<body style='margin:0;padding:8px;font:16px/20px Arial'>";

/** Kinds of broken pages that no list names. */
export const BROKEN_SIBLINGS: readonly JudgedPage[] = [
  {
    about: 'a page written from the right with a band that is too wide',
    style: '.band{width:960px;background:#ddd;padding:8px}.cut{width:92px;overflow:hidden;white-space:nowrap}',
    body: `<div dir="ltr"></div><script>document.documentElement.dir='rtl'</script><p class="cut" id="cut">Warm white ceiling lamp</p><div class="band">${SENTENCE}</div>`,
    faults: ['clipped #cut', 'outside_viewport div.band'],
  },
  {
    about: 'rows of a grid that are lower than their text',
    style: '.notes{display:grid;grid-auto-rows:30px;width:200px}.notes p{margin:0}',
    body: `<div class="notes"><p>${SENTENCE}</p><p>One more line of it</p></div>`,
    faults: ['text_overlap div.notes > p:nth-of-type(2)'],
  },
  {
    about:
      'a picture that may be clear in part, and a ground of a picture, over the words beside them; a label that runs into its field',
    style: `.row{position:relative;height:130px}.row h2{width:520px;margin:0;font-size:36px}.row img,.row i{position:absolute;left:380px;top:0;width:200px;height:100px}
      .row i{background:url("${PHOTO}")}.f{position:relative}.f label{position:absolute}.f input{margin-left:90px;width:200px;border:1px solid #333}`,
    body: `<div class="row"><h2 id="a">Lamps for every room of your house</h2><img src="${PHOTO}" alt=""></div>
      <div class="row"><h2 id="b">Lamps for every room of your house</h2><i></i></div><div class="f"><label for="m">E-mail address at work</label><input id="m"></div>`,
    faults: ['covered #a', 'covered #b', 'text_overlap div.f > label'],
  },
  {
    about:
      'a large text that is marked as decoration, and stands out as no decoration does; a pale one beside it is one',
    style:
      '.deco{position:relative;height:120px}.deco b{position:absolute;left:0;top:-20px;font-size:64px}.pale b{color:#ddd}',
    body: `<div class="deco" id="dark"><b aria-hidden="true">Lamps</b><p>${SENTENCE}</p></div><div class="deco pale"><b aria-hidden="true">Lamps</b><p>${SENTENCE}</p></div>`,
    faults: ['text_overlap #dark > b'],
  },
  {
    about: 'a heading whose lines lie over each other',
    style: 'h2{width:240px;font-size:32px;line-height:.5;margin:30px 0 60px}',
    body: `<h2>Lamps for every room of the house</h2><p>${SENTENCE}</p>`,
    faults: ['text_overlap body > h2'],
  },
  {
    about: 'a bar at the foot of the window over the last link of the page',
    style:
      '.bar{position:fixed;left:0;right:0;bottom:0;height:70px;background:#246;color:#fff}.tall{height:700px}body{padding-bottom:0!important}',
    body: `<div class="tall">${SENTENCE}</div><a id="last" href="#terms">Terms of use</a><div class="bar">Our shop</div>`,
    faults: ['covered #last'],
  },
  {
    about: 'a ground that lies over the button of its own card',
    style:
      ".card{position:relative;padding:20px;border:1px solid #333}.card::after{content:'';position:absolute;inset:0;background:rgba(0,0,0,.05)}",
    body: `<div class="card"><p>${SENTENCE}</p><button id="buy">Buy</button></div>`,
    faults: ['covered #buy'],
  },
  {
    about: 'cells of a fixed table that write into the next one',
    style: 'table{table-layout:fixed;width:300px;border-collapse:collapse}td{white-space:nowrap}',
    body: '<table><tr><td>Ceiling lamp with a cable</td><td id="price">240 euro</td><td>In stock</td></tr></table>',
    faults: ['text_overlap #price'],
  },
  {
    about: 'an open menu that the next section covers',
    style:
      '.nav{position:relative;z-index:0}.list{position:absolute;top:30px;left:0;width:200px;background:#fff;border:1px solid #333}.list a{display:block;padding:8px}.next{position:relative;z-index:1;background:#cde;height:120px;margin-top:40px}',
    body: '<div class="nav"><b>Rooms</b><div class="list"><a href="#k">Kitchen</a><a id="bath" href="#b">Bath</a></div></div><div class="next">Offers of this week</div>',
    faults: ['covered #bath'],
  },
  {
    about: 'a picture with the size of its file, made narrower without its height',
    style: '.col{width:180px}img{max-width:100%}',
    body: `<div class="col"><img src="${PHOTO}" width="400" height="200" alt="A lamp"></div>`,
    faults: ['image_distorted img[alt="A lamp"]'],
  },
  {
    about: 'a caption that a button does not hold',
    style: '.go{width:110px;white-space:nowrap;background:#06c;color:#fff;border:0;padding:8px;text-align:left}',
    body: `<button class="go">Put it into the basket now</button><p style="margin-top:40px">${SENTENCE}</p>`,
    faults: ['protrudes button.go'],
  },
  {
    about: 'a date that a program could not read',
    style: '',
    body: `<p id="when">Delivered on Invalid Date</p><p id="safe">Lamps &amp;amp; shades</p><p>${SENTENCE}</p>`,
    faults: ['leftover_text #safe', 'leftover_text #when'],
  },
  {
    about: 'words that fields, lists and buttons have no room for',
    style: 'select,.n{width:100px}.low{width:200px;height:14px;font-size:22px;padding:0}',
    body: `<p><select id="land"><option>Norway</option><option selected>United Kingdom of Great Britain</option></select></p>
      <p dir="rtl"><select id="turned"><option>United Kingdom of Great Britain</option></select></p>
      <p><input class="n" id="hint" placeholder="Everything about lamps of glass and brass"></p>
      <p><input class="n" aria-label="A hint that can be guessed" placeholder="you@example.com"></p><p><input class="n" id="buy" type="submit" value="Put it into the basket"></p>
      <p><select class="low" id="low"><option>Kingdom</option></select></p>`,
    faults: ['clipped #buy', 'clipped #land', 'clipped #low', 'clipped #turned'],
  },
  {
    about:
      'dates, numbers, a file and lists of several rows in fields with no room for them, a line of an editor that is too low, words that styles write',
    style: `.d{width:70px}.ed{border:1px solid;overflow:hidden;height:9px;width:300px;margin:6px 0}
      #gen{width:80px;overflow:hidden;white-space:nowrap;border:1px solid}#gen::before{content:'Ceiling lamp with a cable'}`,
    body: `<p><input type="date" class="d" id="day" value="2026-11-30"> <input type="time" id="time" style="width:56px" value="12:30"> <input type="month" id="month" style="width:90px">
      <input type="number" id="sum" style="width:44px" value="123456"> <input type="file" id="file" style="width:64px"></p>
      <p><select id="rows" size="3" style="width:90px"><option>Norway</option><option>United Kingdom of Great Britain</option></select></p>
      <div class="ed" id="line" contenteditable="true">Ceiling lamp</div><div id="gen"></div>
      <iframe id="in" style="width:300px;height:60px" srcdoc="${FRAME}<input type='date' id='far' style='width:70px' value='2026-11-30'>"></iframe>`,
    faults: [
      'clipped #day',
      'clipped #file',
      'clipped #gen',
      'clipped #in >> #far',
      'clipped #line',
      'clipped #month',
      'clipped #rows',
      'clipped #sum',
      'clipped #time',
    ],
  },
  {
    about: 'words that styles write over others: a label of a cell, a number of a step, a band with a ground',
    style: `.c{position:relative;padding:4px}.c::before{content:attr(data-label);position:absolute;left:2px;top:4px}
      #step::before{content:'12345. ';left:-8px}#band{width:260px}#band::after{content:'Reduced';position:absolute;left:60px;top:4px;background:#c00;color:#fff;padding:0 6px}`,
    body: `<div class="c" id="cell" data-label="Price per month">240 euro in all</div><p class="c" id="step">${SENTENCE}</p><p class="c" id="band">Ceiling lamp with a cable</p>`,
    faults: ['covered #band', 'text_overlap #cell', 'text_overlap #step'],
  },
  {
    about: 'words cut on a gradient, and over each other before a picture',
    style: `.g{width:210px;height:40px;padding:6px;overflow:hidden;white-space:nowrap;color:#fff;background:linear-gradient(90deg,#123,#39c)}.g a{color:#fff}
      .p{position:relative;width:400px;height:200px;background:url("${PHOTO}");color:#fff}.p h2,.p p{position:absolute;left:20px;top:20px;margin:0}.p p{left:60px;top:32px}`,
    body: `<div class="g" id="cut">Lamps for every room of your house</div><div class="p"><h2>Light at night</h2><p id="over">New this spring</p></div>`,
    faults: ['clipped #cut', 'text_overlap #over'],
  },
  {
    about: 'labels of drawings over each other, in one that is scaled too',
    style: '',
    body: `<svg width="400" height="60"><text id="jan" x="10" y="40">January sales</text><text id="feb" x="60" y="40">February sales</text></svg>
      <svg width="600" height="150" viewBox="0 0 200 50"><text id="a" x="10" y="25" font-size="8">Ceiling lamps</text><text id="b" x="40" y="27" font-size="8">Desk lamps</text></svg>`,
    faults: ['text_overlap #b', 'text_overlap #feb'],
  },
  {
    about: 'a table that its box cuts in the middle of a column, and a grid of roles',
    style:
      '.w{width:240px;overflow:hidden;border:1px solid #999}td{white-space:nowrap;padding:4px 12px}.r{display:flex}.r div{flex:0 0 120px;white-space:nowrap;padding:4px}',
    body: `<div class="w"><table><tr><td>Ceiling lamp</td><td id="far">With a long cable</td><td>240 euro</td></tr></table></div>
      <div class="w" role="grid">${'<div class="r" role="row"><div role="gridcell">Ceiling lamp</div><div role="gridcell">With a very long cable</div><div role="gridcell">240 euro</div></div>'.repeat(2)}</div>`,
    faults: ['clipped #far', 'clipped [role=grid] > div:nth-of-type(1) > div:nth-of-type(2)'],
  },
  {
    about:
      'frames of the page itself: what is cut in one, in one within one, at the edge of one that does not scroll, and what the page lays over one',
    style: `iframe{width:300px;height:90px;border:2px solid;display:block;margin:8px 0}#edge{width:120px;height:60px}
      .on{position:relative}.over{position:absolute;left:0;top:10px;width:80px;height:16px;background:#c00}`,
    body: `<div class="on"><iframe id="moved" srcdoc="${FRAME}<div style='height:100px'></div><p id='under' style='margin:0'>Ceiling lamp with a cable</p><div style='height:300px'></div><script>scrollTo(0,98)</script>"></iframe><div class="over"></div></div>
      <iframe id="own" srcdoc="${FRAME}<p style='width:60px;overflow:hidden;white-space:nowrap' id='cut'>Ceiling lamp</p>"></iframe>
      <iframe id="outer" srcdoc="${FRAME}<iframe id='inner' srcdoc='<p id=deep style=&quot;width:60px;overflow:hidden;white-space:nowrap&quot;>Ceiling lamp</p>'></iframe>"></iframe>
      <iframe id="edge" scrolling="no" srcdoc="${FRAME}<p style='white-space:nowrap' id='long'>Ceiling lamp with a cable</p>"></iframe>`,
    faults: [
      'clipped #edge >> #long',
      'clipped #outer >> #inner >> #deep',
      'clipped #own >> #cut',
      'covered #moved >> #under',
    ],
  },
  {
    about:
      'icons that a style writes in a font that is not there, the names of icons, and a box to tick that nobody sees',
    style: `.fa::before{content:"\\f044";font-family:Nowhere}.mi{font-family:"Material Icons";font-size:24px;font-style:normal}
      button{min-width:40px;height:40px}.none{appearance:none;width:18px;height:18px}`,
    body: `<h1>Tools</h1><button aria-label="Edit"><i class="fa"></i></button> <span class="mi">shopping_cart</span>
      <p style="margin-top:60px"><input class="none" type="checkbox" aria-label="Agree"> <span style="margin-left:60px">I agree to the terms</span></p><p>${SENTENCE}</p>`,
    faults: ['leftover_text span.mi', 'missing_glyph i.fa', 'vanishes input[aria-label="Agree"]'],
  },
  {
    about:
      'words in a clear colour, white ones with a white shadow, a section that never came, pictures that were not loaded or have no size',
    style: `#clear,.n a{color:transparent}#cut{color:transparent;background-clip:text;-webkit-background-clip:text}#white{color:#fff;text-shadow:0 1px 2px #fff}
      .rise{opacity:0;transform:translateY(20px);transition:all .6s}#flat{width:0}`,
    body: `<p id="clear">${SENTENCE}</p><h2 id="cut">Lamps for every room</h2><h2 id="white">Lamps of brass</h2><section class="rise" id="rise"><h2>Our shop</h2><p>${SENTENCE}</p></section>
      <img id="wait" data-src="lamp.jpg" width="300" height="120" alt="A lamp"><img id="flat" src="${PHOTO}" alt="A lamp in the hall"><p>${SENTENCE}</p>`,
    faults: [
      'unreadable #clear',
      'unreadable #cut',
      'unreadable #rise',
      'unreadable #white',
      'vanishes #flat',
      'vanishes #wait',
    ],
  },
  {
    about:
      'boxes to tick that nobody sees in a form, a white hint, slides moved away, tabs of which none is open, a column of no width',
    style: `.o input{opacity:0}.d input{display:none}#hint::placeholder{color:#fff}#car{overflow:hidden;width:600px;height:120px;border:1px solid #ccc}#car div{display:flex;transform:translateX(-1800px)}
      #car p{flex:0 0 600px}#panels{min-height:120px;border:1px solid #ccc}#col{width:0;overflow:hidden;flex:none}.r{display:flex}`,
    body: `<form><p class="o"><label id="a"><input type="checkbox"> I agree to the terms</label></p><p class="d"><label id="b"><input type="radio" name="r"> Small lamps</label></p><p><input id="hint" placeholder="Your street"></p></form>
      <div id="car"><div><p>${SENTENCE}</p><p>${SENTENCE}</p><p>${SENTENCE}</p></div></div><div role="tablist"><span role="tab">Details</span></div><div id="panels"><p hidden>${SENTENCE}</p><p hidden>${SENTENCE}</p></div>
      <div class="r"><div id="col">${SENTENCE}</div><p>${SENTENCE}</p></div>`,
    faults: ['unreachable #car', 'unreachable #panels', 'unreadable #hint', 'vanishes #a', 'vanishes #b'],
  },
];

/** Kinds of pages that are meant so, and that no list names. */
export const MEANT_SIBLINGS: readonly JudgedPage[] = [
  {
    about: 'what is closed, hidden until it is found or skipped, and was measured by a script',
    style:
      '.skip{content-visibility:hidden;contain-intrinsic-size:100px 20px}summary{height:24px}div p{margin:0;height:90px}',
    body: `<details><summary>One</summary><div><p>${SENTENCE}</p></div><details open><summary>In it</summary><p>${SENTENCE}</p></details></details><details><summary>Two</summary><div><p>${SENTENCE}</p></div></details><div hidden="until-found"><p>${SENTENCE}</p></div><div class="skip"><p>${SENTENCE}</p></div><h2>Below them</h2><p>Read on</p><script>for (const one of document.querySelectorAll('p')) one.getBoundingClientRect()</script>`,
    faults: [],
  },
  {
    about:
      'a picture that is clear where words lie under it, shapes under a text by a negative z-index, a label on the edge of its field and one in it, the empty side of a huge letter cut, on a plain ground, on stripes and on a picture',
    style: `.row{position:relative;height:110px}.row h2{margin:0;font-size:36px}.row img{position:absolute;left:100px;top:0}.under{position:absolute;left:60px;top:0;width:200px;height:90px;background:#fe9;z-index:-1}
      .f{position:relative;margin:20px 0;width:260px}.f label{position:absolute;left:10px;top:-9px;background:#fff}.f input{width:240px;padding:10px;border:1px solid #333}.f .in{top:10px;background:none}`,
    body: `<div class="row"><h2>Lamps for every room of your house</h2><img src="${CLEAR}" alt=""></div><div class="row"><h2>Lamps for every room</h2><div class="under"></div></div>
      <div class="f"><label for="m">E-mail</label><input id="m"></div><div class="f"><label class="in" for="n">Name</label><input id="n"></div>
      <div style="overflow:hidden;width:420px;height:110px"><b style="font-size:90px;line-height:1;margin-left:-4px">register</b></div>
      <div style="overflow:hidden;width:420px;height:110px;background:repeating-linear-gradient(#9cf 0 20px,#28f 20px 40px)"><b style="font-size:90px;line-height:1;margin-left:-4px">register</b></div>
      <div style="overflow:hidden;width:420px;height:110px;background:url(&quot;${PHOTO}&quot;) 0/60px 30px"><b style="font-size:90px;line-height:1;margin-left:-4px;color:#fff">register</b></div>`,
    faults: [],
  },
  {
    about: 'a line that fades out at its side, by a mask and under a gradient, and words about values',
    style: `.fade{width:300px;overflow:hidden;white-space:nowrap;position:relative}.mask{mask-image:linear-gradient(90deg,#000 70%,transparent)}
      .under::after{content:'';position:absolute;top:0;right:0;bottom:0;width:60px;background:linear-gradient(90deg,transparent,#fff)}`,
    body: `<p class="fade mask">${SENTENCE} ${SENTENCE}</p><p class="fade under">${SENTENCE} ${SENTENCE}</p><p>The value NaN means not a number.</p>`,
    faults: [],
  },
  {
    about: 'a table whose head and first column stay while it scrolls',
    style:
      '.t{height:120px;width:260px;overflow:auto}th{position:sticky;top:0;background:#eee}td:first-child{position:sticky;left:0;background:#fff}td,th{padding:8px 30px;white-space:nowrap}',
    body: `<div class="t"><table><tr><th>Lamp</th><th>Room</th><th>Price</th></tr>${'<tr><td>Desk lamp</td><td>Kitchen</td><td>240</td></tr>'.repeat(6)}</table></div>`,
    faults: [],
  },
  {
    about: 'a picture with an overlay that shows when it is pointed at',
    style:
      '.pic{position:relative;width:300px;height:150px}.pic img{width:300px;height:150px}.over{position:absolute;inset:0;background:#000c;color:#fff;opacity:0;display:grid;place-items:center}',
    body: `<div class="pic"><img src="${PHOTO}" alt=""><div class="over"><p>Desk lamp</p><button>Buy</button></div></div>`,
    faults: [],
  },
  {
    about: 'a ribbon turned across the corner of a card, cut by it',
    style:
      '.card{position:relative;overflow:hidden;width:240px;height:140px;border:1px solid #333}.ribbon{position:absolute;top:18px;right:-40px;width:150px;text-align:center;background:#c00;color:#fff;transform:rotate(45deg)}',
    body: '<div class="card"><span class="ribbon">New here</span><p>Desk lamp</p></div>',
    faults: [],
  },
  {
    about: 'a first letter over three lines, text in columns, and a word set upright',
    style:
      '.drop::first-letter{float:left;font-size:54px;line-height:.9;padding-right:6px}.cols{columns:3;width:640px}.up{writing-mode:vertical-rl;float:right}',
    body: `<div class="up">Since 1921</div><p class="drop">${SENTENCE} ${SENTENCE}</p><div class="cols">${SENTENCE} ${SENTENCE}</div>`,
    faults: [],
  },
  {
    about: 'signs above and below the line, small letters above words',
    style: 'sup,sub{line-height:0}p{line-height:1.1}',
    body: '<p>H<sub>2</sub>O and m<sup>2</sup>, a note<sup><a href="#n">1</a></sup> on <ruby>lamp<rt>light</rt></ruby> and its <del>240</del> <b>199</b> euro</p>',
    faults: [],
  },
  {
    about: 'a field over the coloured copy of its own text',
    style:
      '.ed{position:relative;width:360px;height:90px;font:14px/1.5 monospace}.ed pre,.ed textarea{position:absolute;inset:0;margin:0;padding:8px;border:0;font:inherit;white-space:pre-wrap}.ed textarea{color:transparent;caret-color:#000;background:none;resize:none}',
    body: '<div class="ed"><pre>const lamp = light("warm");</pre><textarea aria-label="Code">const lamp = light("warm");</textarea></div>',
    faults: [],
  },
  {
    about: 'a bar of progress with its figure over the part that is done',
    style:
      '.bar{position:relative;width:300px;height:26px;background:#ddd}.bar i{position:absolute;left:0;top:0;bottom:0;width:55%;background:#8bc}.bar span{position:relative;display:block;text-align:center;line-height:26px}',
    body: '<div class="bar"><i></i><span>55 % of the lamps are sold</span></div>',
    faults: [],
  },
  {
    about: 'a switch drawn over its native box, and a star rating of labels',
    style:
      '.sw{position:relative;display:inline-block;width:50px;height:26px}.sw input{position:absolute;opacity:0;width:0;height:0}.sw i{position:absolute;inset:0;background:#999;border-radius:13px}.stars{display:inline-flex;flex-direction:row-reverse}.stars input{position:absolute;opacity:0}.stars label{font-size:26px;padding:2px}',
    body: '<label class="sw"><input type="checkbox" aria-label="On"><i></i></label><div class="stars"><input type="radio" name="s" id="s2"><label for="s2">\u2605</label><input type="radio" name="s" id="s1"><label for="s1">\u2605</label></div>',
    faults: [],
  },
  {
    about: 'a deck of cards that lie turned behind each other, the upper ones whole',
    style:
      '.deck{position:relative;height:180px;width:260px}.deck div{position:absolute;inset:0;background:#fff;border:1px solid #333;padding:16px}.deck div:nth-child(1){transform:rotate(-6deg)}.deck div:nth-child(2){transform:rotate(3deg)}',
    body: `<div class="deck"><div>Third lamp</div><div>Second lamp</div><div>${SENTENCE}</div></div>`,
    faults: [],
  },
  {
    about: 'a chat with faces that reach over its bubbles, and an arrow at each',
    style:
      ".m{position:relative;margin:24px 0 0 40px;padding:12px;background:#def;border-radius:8px;width:320px}.m::before{content:'';position:absolute;left:-8px;top:14px;border:8px solid transparent;border-right-color:#def;border-left:0}.m img{position:absolute;left:-44px;top:-4px;width:40px;height:40px;border-radius:50%;object-fit:cover}",
    body: `<div class="m"><img src="${PHOTO}" alt="">${SENTENCE}</div><div class="m"><img src="${PHOTO}" alt="">Yes, that one.</div>`,
    faults: [],
  },
  {
    about: 'fields whose words fit, end in dots, were typed in, or are hidden on purpose',
    style: `.n{width:100px}.dots{width:100px;text-overflow:ellipsis}.clear::placeholder{color:transparent}.own{appearance:none;padding:6px;border:1px solid #999}
      .over{position:relative;width:80px}.over select{position:absolute;inset:0;width:80px;opacity:0}`,
    body: `<p><select><option>United Kingdom of Great Britain</option></select> <select class="own"><option>United Kingdom of Great Britain</option></select></p>
      <p><select class="dots"><option>United Kingdom of Great Britain</option></select></p><p><input class="n" aria-label="Name" value="Everything about lamps and light"></p>
      <p><input class="n clear" aria-label="Name" placeholder="Everything about lamps"></p><div class="over">EN<select aria-label="Language"><option>English (United Kingdom)</option></select></div>`,
    faults: [],
  },
  {
    about:
      'fields that hold their dates and numbers, a long name of a file, hints and texts that go on below, an editor of one line, an ornament that styles write',
    style: `.ed{border:1px solid;overflow:hidden;white-space:nowrap;width:120px;height:24px;margin:6px 0}.hint:empty::before{content:'Write to us about your lamp'}.area{width:160px;height:40px}
      .card{position:relative;overflow:hidden;width:120px;height:50px;border:1px solid}.card::after{content:'2026';position:absolute;right:-30px;top:0;font-size:40px;color:#eee}`,
    body: `<p><input type="date" value="2026-11-30"> <input type="date" style="width:106px" value="2026-11-30"> <input type="time"> <input type="datetime-local"> <input type="month"> <input type="week">
      <input type="number" style="width:60px" value="12345"> <input type="file" style="width:150px"></p>
      <p><textarea aria-label="Note" class="area" placeholder="${SENTENCE} ${SENTENCE}"></textarea> <textarea aria-label="Note" class="area" style="overflow:hidden">${SENTENCE} ${SENTENCE}</textarea>
      <select multiple><option>Norway</option><option>United Kingdom of Great Britain</option></select></p>
      <div class="ed" contenteditable>${SENTENCE}</div><div class="ed hint" contenteditable></div><div class="card">Lamps</div>`,
    faults: [],
  },
  {
    about:
      'what styles write around words: a star, a mark of a quotation, a shadow of the same word, a number behind a step, a hint that is not open',
    style: `.star::after{content:' required'}.q{position:relative;padding:20px}.q::before{content:'\\201C';position:absolute;left:4px;top:-10px;font-size:90px;color:#ddd}
      .g,.t,.n,.l{position:relative}.g::after{content:'Lamps';position:absolute;left:2px;top:2px;color:#f008}.t::after{content:'Closed now';position:absolute;left:0;top:2px;opacity:0}
      .n::before{content:'01';position:absolute;left:0;top:-20px;font-size:60px;color:#eee;z-index:-1}.l{color:transparent}.l::after{content:'Loading';position:absolute;left:0;color:#000}`,
    body: `<p class="star">Name</p><blockquote class="q">${SENTENCE}</blockquote><h2 class="g">Lamps</h2><p class="t">Ceiling lamp with a cable</p><h3 class="n">First step of it</h3><p class="l">Saved it</p>`,
    faults: [],
  },
  {
    about:
      'words of drawings: over a line and a bar, turned, outlined by themselves, under a hint with a ground, not shown',
    style: '',
    body: `<svg width="600" height="200"><path d="M0 100 L400 20" stroke="red" stroke-width="4"/><text x="150" y="74">Peak value</text><rect x="10" y="120" width="90" height="60" fill="#cde"/><text x="20" y="150">A bar</text>
      ${['January', 'February', 'March', 'April'].map((month, at) => `<text transform="translate(${250 + at * 24},190) rotate(-45)" text-anchor="end">${month}</text>`).join('')}
      <defs><g id="n"><text x="428" y="40" >Munich</text></g><clipPath id="k"><text x="30" y="150">A bit</text></clipPath></defs><symbol id="y"><text x="150" y="74">Peak of it</text></symbol><pattern id="p" width="9" height="9"><text x="424" y="100">Sales</text></pattern>
      <text x="420" y="40" stroke="#fff" stroke-width="4">Berlin</text><text x="420" y="40">Berlin</text><text x="420" y="100">Sales of May</text><text x="424" y="100" fill="none">Hidden one</text>
      <text x="428" y="100" opacity="0">Hidden two</text><g><rect x="410" y="140" width="120" height="40" fill="#fff" stroke="#333"/><text x="420" y="164">Value 240</text></g></svg>`,
    faults: [],
  },
  {
    about:
      'a notice that is taken away, over the end of the page; a high bar, over what scrolls away under it; a badge on a drawing',
    style: `.bar{position:fixed;left:0;right:0;bottom:0;height:250px;background:#234;color:#fff;padding:16px}.bar b{position:absolute;right:16px;top:16px}.room{height:500px}.pic{position:relative;width:260px}
      .pic em{position:absolute;left:30px;top:14px;background:#c00;color:#fff;padding:2px 8px}`,
    body: `<div class="pic"><svg width="260" height="120"><rect width="260" height="120" fill="#234"/><text x="20" y="34" fill="#fff">Lumen shop</text></svg><em>Sale</em></div><div style="height:260px"></div>
      <a href="#mid">Everything about lamps</a><div class="room"></div><a href="#end">Imprint</a><div class="bar">We use cookies.<button>Accept all</button></div>`,
    faults: [],
  },
  {
    about: 'the head of a table that goes along with its body, and a box with a scroll bar of its own',
    style: `.w{width:240px}.h,.ps{overflow:hidden}.b{overflow:auto}table{width:460px}td,th{white-space:nowrap;padding:4px 12px}
      .ps{width:240px;position:relative}.ps__rail-x{position:absolute;left:0;right:0;bottom:0;height:6px;background:#ddd}`,
    body: `<div class="w"><div class="h"><table><tr><th>Name</th><th>What it is made of</th><th>Price</th></tr></table></div>
      <div class="b"><table><tr><td>Ceiling lamp</td><td>Brass and a long cable</td><td>240 euro</td></tr></table></div></div>
      <div class="ps"><table><tr><td>Ceiling lamp</td><td>Brass and a long cable</td><td>240 euro</td></tr></table><div class="ps__rail-x"></div></div>`,
    faults: [],
  },
  {
    about: 'frames that scroll both ways, hold a bar of their own, or are not shown',
    style: 'iframe{width:300px;height:90px;border:2px solid;display:block;margin:8px 0}',
    body: `<iframe srcdoc="${FRAME}<p style='width:700px'>${SENTENCE} ${SENTENCE}</p><p style='margin:300px 0'>The end</p>"></iframe>
      <iframe srcdoc="${FRAME}<div style='position:fixed;inset:0 0 auto;height:24px;background:#ddd'>Bar</div><p style='margin:30px 0 200px'>Desk lamp</p>"></iframe>
      <iframe style="visibility:hidden" srcdoc="${FRAME}<p style='width:60px;overflow:hidden;white-space:nowrap'>Ceiling lamp</p>"></iframe>
      <iframe style="opacity:0" srcdoc="${FRAME}<p style='width:60px;overflow:hidden;white-space:nowrap'>Ceiling lamp</p>"></iframe>`,
    faults: [],
  },
  {
    about: 'two modal dialogs, one over the other, and one in a frame',
    style:
      'form{padding:20px}input{display:block;margin:12px 0}dialog{width:300px}#b{width:200px;margin-top:120px}iframe{width:360px;height:160px}',
    body: `<form><label>Name <input name="name"></label><a href="#more">More</a> <button>Send</button></form><iframe srcdoc="${FRAME}<p>Ceiling lamp with a cable</p><button>Buy</button><a href='#x'>More of them</a><dialog id='f'>Really?<button>Yes</button></dialog><script>f.showModal()</script>"></iframe>
      <dialog id="a"><p>Really?</p><button>Yes</button><button>No</button><p>It is of glass.</p></dialog><dialog id="b"><p>Sure?</p><button>Yes</button></dialog><script>a.showModal();b.showModal()</script>`,
    faults: [],
  },
  {
    about:
      'a choice of colours with clear ticks, boxes that labels draw, fields with a line of their row, and a switch',
    style: `.c button{width:32px;height:32px;border-radius:50%;border:1px solid #0003;margin:4px}.t input,.s input{appearance:none;width:18px;height:18px}
      .t span{display:inline-block;width:18px;height:18px;border:2px solid #333;margin-left:-22px}.f{border-bottom:1px solid #333;width:300px}.f input{border:0;width:280px;height:32px;outline:0}
      .s{display:inline-block;position:relative;width:44px;height:24px;border-radius:12px;background:#ccc}.s i{position:absolute;left:2px;top:2px;width:20px;height:20px;border-radius:50%;background:#fff}`,
    body: `<p class="c">${['#ef4444', '#1d4ed8', '#ffffff', '#111111'].map((color) => `<button aria-label="${color}" style="background:${color}"><svg viewBox="0 0 24 24" width="16" height="16"><path d="M4 12l5 5L20 6" fill="none" stroke="transparent" stroke-width="3"/></svg></button>`).join('')}</p>
      <label class="t"><input type="checkbox"><span></span> I agree</label><div class="f"><input aria-label="Name"></div>
      <button class="s" style="border:0" role="switch" aria-label="Dark"><i></i></button><p>${SENTENCE}</p>`,
    faults: [],
  },
  {
    about:
      'a month whose titles end in their day, an editor whose scroll bar lies beneath its edge, and the fields that an editor and a slider keep',
    style: `.m{display:grid;grid-template-columns:repeat(7,80px)}.m div{border:1px solid #ccc;height:60px}.m p{margin:2px;background:#06c;color:#fff;white-space:nowrap;overflow:hidden}
      .e{height:96px;overflow:hidden;border:1px solid #999}.e pre{height:100%;box-sizing:content-box;padding-bottom:50px;margin:0 0 -50px;overflow:auto;font:14px/20px monospace}
      .k{height:0;width:3px;overflow:hidden;position:relative}.k textarea{position:absolute;width:600px;height:20px;border:0;padding:0}.r{position:relative;height:40px;width:300px;background:#def}.r input{position:absolute;width:0;height:0;padding:0;border:2px solid transparent;background:none;z-index:-1}`,
    body: `<h1>Plan</h1><div class="m">${Array.from({ length: 14 }, (_, at) => `<div>${at + 16}${at % 5 ? '' : '<p>A meeting of all who make lamps</p>'}</div>`).join('')}</div>
      <div class="e"><pre>${Array.from({ length: 40 }, (_, at) => `lamp ${at}`).join('\n')}</pre></div><div class="k"><textarea aria-label="Keys"></textarea></div>
      <div class="r"><input aria-label="From"></div><p>${SENTENCE}</p>`,
    faults: [],
  },
  {
    about:
      'words drawn by a ground, a line or a shadow, a button that works, a caption and actions that come by pointing, a hidden message',
    style: `.g{color:transparent;background:linear-gradient(90deg,#06c,#c06);-webkit-background-clip:text;background-clip:text}.o{color:transparent;-webkit-text-stroke:1px #222;font-size:48px}
      .w{color:#fff;text-shadow:0 1px 3px #000}.s{color:transparent;text-shadow:0 0 0 #222}.b{position:relative;color:transparent;background:#06c;border:0;padding:10px 20px}
      .b::after{content:'';position:absolute;inset:0;margin:auto;width:14px;height:14px;border:2px solid #fff;border-top-color:transparent;border-radius:50%;animation:s 1s linear infinite}@keyframes s{to{transform:rotate(1turn)}}
      .e,.a,figcaption{opacity:0}tr:hover .a,figure:hover figcaption{opacity:1}`,
    body: `<h2 class="g">Lamps for every room</h2><h2 class="o">Lamps</h2><h2 class="w">Lamps of brass</h2><h2 class="s">Lamps of oak</h2><button class="b">Saving your order</button>
      <p class="e" role="status">Your order was saved and is on its way to you.</p><table><tr><td>Lamp<td class="a"><a href="#e">Edit this row of the order</a></table>
      <figure style="width:300px;margin:0"><img src="${PHOTO}" width="300" height="150" alt="A lamp"><figcaption>A lamp of brass in the hall of our shop</figcaption></figure>`,
    faults: [],
  },
];
