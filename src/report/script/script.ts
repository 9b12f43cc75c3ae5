import { filterScript } from './filter-script.js';
import { picturesScript } from './pictures-script.js';

/** Opening entries, and handing what happens inside them to the comparison it happened in. */
const cardScript = `
let cards = all('.card');
const bodyOf = (card) => card.querySelector(':scope > details > .body');
// What lies in a closed entry is one text until it is looked at: a thousand entries cost a thousand texts, not eighty thousand elements.
const keptOf = (card) => {
  const kept = bodyOf(card).querySelector(':scope > noscript');
  return kept && kept.textContent;
};
function build(card) {
  const kept = keptOf(card);
  if (kept !== null) bodyOf(card).replaceChildren(...new DOMParser().parseFromString(kept, 'text/html').body.childNodes);
}
// What a problem or a log entry is about is shown on the picture of the same entry.
const within = (event) => {
  const at = event.target.closest && event.target.closest('.comparison, .spot');
  return at && (at.matches('.spot') ? at.closest('.card').querySelector('.comparison') : at);
};

document.addEventListener('toggle', (event) => {
  const card = event.target.closest('.card');
  if (card && event.target.open && event.target.parentElement === card) prepare(card);
}, true);

document.addEventListener('input', (event) => {
  const comparison = within(event);
  if (comparison && event.target.type === 'range') setMix(comparison, Number(event.target.value));
});
document.addEventListener('change', (event) => {
  const comparison = within(event);
  if (!comparison) return;
  if (event.target.type === 'radio') setMode(comparison, event.target.value);
  if (event.target.classList.contains('show-regions')) setRegions(comparison, event.target.checked);
  if (event.target.classList.contains('zoom')) zoom(comparison, event.target.checked);
});
document.addEventListener('click', (event) => {
  const comparison = within(event);
  if (!comparison) return;
  const full = event.target.closest('a.full');
  if (full && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); openFull(full); return; }
  const region = event.target.closest('.locate, .outline, .sign');
  if (region) {
    locate(comparison, region.dataset.region);
    if (!region.classList.contains('locate')) listsOf(comparison).querySelector('.locate[data-region="' + region.dataset.region + '"]').focus();
  }
  if (event.target.closest('.pause')) pause(comparison, !comparison.hasAttribute('data-paused'));
  if (event.target.closest('.flip')) { pause(comparison, true); show(comparison, !comparison.hasAttribute('data-flipped')); }
});

// The slider follows the pointer anywhere on the pictures. Touch scrolls first: only a sideways drag moves the seam.
let dragged = null;
function drag(event) {
  const frame = dragged.querySelector('.actual .frame').getBoundingClientRect();
  const share = ((event.clientX - frame.left) / frame.width) * 100;
  setMix(dragged, Math.round(Math.min(100, Math.max(0, share))));
}
document.addEventListener('pointerdown', (event) => {
  const comparison = within(event);
  if (!comparison || comparison.dataset.mode !== 'slider' || event.button !== 0) return;
  if (!event.target.closest('.frame') || event.target.closest('.pin')) return;
  dragged = comparison;
  if (event.pointerType === 'mouse') event.preventDefault();
  drag(event);
});
document.addEventListener('pointermove', (event) => { if (dragged) drag(event); });
for (const end of ['pointerup', 'pointercancel']) document.addEventListener(end, () => { dragged = null; });

for (const [name, on] of [['pointerover', true], ['pointerout', false], ['focusin', true], ['focusout', false]]) {
  document.addEventListener(name, (event) => {
    const comparison = within(event);
    const region = comparison && event.target.closest('.locate, .outline, .sign, .regions li');
    const holder = region && (region.dataset.region ? region : region.querySelector('.locate'));
    if (holder) light(comparison, holder.dataset.region, on, 'is-lit');
  });
}

function openTarget() {
  let name = '';
  // A link can carry a name that is no valid escape; then there is nothing to open.
  try { name = decodeURIComponent(location.hash.slice(1)); } catch { return; }
  if (!name) return;
  const holding = document.getElementById(name) ? undefined : cards.find((card) => (keptOf(card) || '').includes(' id="' + name + '"'));
  if (holding) build(holding);
  const target = document.getElementById(name);
  if (!target) return;
  const holder = target.closest('.card');
  if (holder) reveal(holder);
  if (holder && holder !== target) return visit(target);
  const details = target.matches('details') ? target : target.querySelector(':scope > details');
  if (details) details.open = true;
  // Opening changed the heights above and below: go there again.
  target.scrollIntoView({ block: 'start' });
}
function reveal(card) {
  if (card.hidden) clearFilter();
}
`;

/** Recordings: a moment of the time line is one press away, and frames go by one at a time. */
const playerScript = `
// Recordings hold 25 pictures a second unless configured otherwise; a step of that length shows each.
const frameSeconds = 1 / 25;
function videoOf(event) {
  const player = event.target.closest && event.target.closest('.player');
  return player && player.querySelector('video');
}
document.addEventListener('click', (event) => {
  const video = videoOf(event);
  if (!video) return;
  const moment = event.target.closest('.moment, .key-frame');
  const frame = event.target.closest('.frame');
  if (moment && !event.ctrlKey && !event.metaKey && !video.error) {
    event.preventDefault();
    video.pause();
    video.currentTime = Number(moment.dataset.at) / 1000;
    follow(video, moment);
    video.scrollIntoView({ block: 'nearest' });
  }
  if (frame) {
    video.pause();
    video.currentTime = Math.max(0, video.currentTime + Number(frame.dataset.by) * frameSeconds);
  }
});
// The log goes in step, and so do the key frames: what has just happened is marked. Of several things at one time it is the one that somebody pressed.
function follow(video, pressed) {
  for (const list of ['.moment', '.key-frame']) mark(video, all(list, video.closest('.player')), pressed && pressed.matches(list) && pressed);
}
function mark(video, moments, pressed) {
  const at = (moment) => Number(moment.dataset.at);
  let now = moments.filter((moment) => at(moment) <= video.currentTime * 1000 + 1).pop();
  const kept = pressed || moments.find((moment) => moment.hasAttribute('aria-current'));
  if (kept && Math.abs(at(kept) - video.currentTime * 1000) <= 1) now = kept;
  for (const moment of moments) moment.removeAttribute('aria-current');
  if (now) now.setAttribute('aria-current', 'true');
}
for (const name of ['timeupdate', 'seeked']) document.addEventListener(name, (event) => {
  if (event.target.closest('.player')) follow(event.target);
}, true);
`;

/** The theme switch, and what begins when the page is there. */
const startScript = `
const themes = ['auto', 'light', 'dark'];
function nextTheme(button) {
  const root = document.documentElement;
  const theme = themes[(themes.indexOf(root.dataset.theme || 'auto') + 1) % themes.length];
  if (theme === 'auto') delete root.dataset.theme;
  else root.dataset.theme = theme;
  button.textContent = 'Theme: ' + theme;
}

function start() {
  for (const card of cards) if (card.querySelector(':scope > details').open) prepare(card);
  filter.hidden = cards.length < 2;
  // A search field that is left changes too: what was found must stand while somebody goes to it.
  filter.addEventListener('change', ({ target }) => { if (target !== filter.elements.find) applyFilter(); });
  filter.elements.find.addEventListener('input', applyFilter);
  filter.addEventListener('submit', (event) => event.preventDefault());
  document.getElementById('hits').addEventListener('click', ({ target }) => {
    const button = target.closest('[data-hit]');
    if (button) goToHit(hits[button.dataset.hit]);
  });
  // A browser may bring back the fields of an earlier visit.
  applyFilter();
  for (const frame of all('.frame[data-by]')) frame.hidden = false;
  for (const copy of all('.copy')) {
    copy.hidden = false;
    copy.addEventListener('click', async () => {
      const code = copy.parentElement.querySelector('code');
      // Where the clipboard is shut, the text is selected: one key copies it.
      try { await navigator.clipboard.writeText(code.textContent); copy.textContent = 'Copied'; }
      catch { getSelection().selectAllChildren(code); copy.textContent = 'Selected'; }
    });
  }
  const button = document.getElementById('theme');
  button.hidden = false;
  button.addEventListener('click', () => nextTheme(button));
  addEventListener('hashchange', openTarget);
  openTarget();
  // The browser goes to the target by itself once more when everything is loaded; the picture is what should be seen.
  if (location.hash.includes('~')) addEventListener('load', () => requestAnimationFrame(() => requestAnimationFrame(openTarget)));
}
`;

/** Single-key shortcuts. They can be switched off (WCAG 2.1.4) and keep away from fields and from chords. */
const keyScript = `
function visibleCards() {
  return cards.filter((card) => !card.hidden);
}
function currentCard() {
  const focused = document.activeElement && document.activeElement.closest('.card');
  return focused && !focused.hidden ? focused : null;
}
// Differences are visited in the order of the page, over the screens that the filter shows.
const listed = '.regions > ol > li, .findings > li.blocks:not(.of-pair, .same)';
const differing = new Map();
function differs(card) {
  if (!differing.has(card)) {
    const kept = keptOf(card);
    differing.set(card, kept === null ? card.querySelector(listed) !== null : /<section class="regions"| class="blocks"/.test(kept));
  }
  return differing.get(card);
}
function differencesOf(card) {
  build(card);
  return all(listed, card);
}
let visited = null;
function visit(item) {
  const card = item.closest('.card');
  for (let details = item.closest('details'); details; details = details.parentElement.closest('details')) details.open = true;
  prepare(card);
  if (visited) visited.classList.remove('is-visited');
  visited = item;
  item.classList.add('is-visited');
  const button = item.querySelector('.locate');
  if (!button) {
    item.tabIndex = -1;
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: 'center' });
  } else {
    button.focus({ preventScroll: true });
    locate(within({ target: button }), button.dataset.region);
  }
  if (!item.id) return;
  // A frame in a chat has no address of its own to change.
  try { history.replaceState(null, '', '#' + encodeURIComponent(item.id)); } catch { }
}
function step(by) {
  const list = visibleCards().filter(differs);
  if (list.length === 0) return move(by);
  const at = visited && visited.isConnected ? list.indexOf(visited.closest('.card')) : -1;
  if (at === -1) return visit(differencesOf(list[0])[0]);
  const here = differencesOf(list[at]);
  const beside = here[here.indexOf(visited) + by];
  if (beside) return visit(beside);
  const there = list[at + by] ? differencesOf(list[at + by]) : [visited];
  visit(by > 0 ? there[0] : there[there.length - 1]);
}
function move(step) {
  const list = visibleCards();
  if (list.length === 0) return;
  const at = list.indexOf(currentCard());
  const next = list[at === -1 ? 0 : Math.min(list.length - 1, Math.max(0, at + step))];
  next.querySelector('summary').focus({ preventScroll: true });
  next.scrollIntoView({ block: 'start' });
}
const views = { 1: 'side', 2: 'slider', 3: 'onion', 4: 'blink' };
function press(key) {
  if (key === 'j') return step(1);
  if (key === 'k') return step(-1);
  if (key === 'n') return move(1);
  if (key === 'p') return move(-1);
  if (key === 'f') {
    filter.elements.failing.checked = !filter.elements.failing.checked;
    return applyFilter();
  }
  const card = currentCard() || visibleCards()[0];
  if (!card) return;
  const details = card.querySelector(':scope > details');
  if (key === 'o') { details.open = !details.open; return; }
  const comparison = card.querySelector('.comparison[data-both]');
  if (!comparison || !(key in views || key === 'r' || key === 'z')) return;
  details.open = true;
  prepare(card);
  if (key in views) setMode(comparison, views[key]);
  if (key === 'r') setRegions(comparison, comparison.classList.contains('no-regions'));
  if (key === 'z') zoom(comparison, !comparison.classList.contains('zoomed'));
}
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (!document.getElementById('shortcuts').checked) return;
  if (event.target.closest('select, textarea, input:not([type=checkbox]):not([type=radio]):not([type=range])')) return;
  if (filter.hidden && (event.key === 'f' || event.key === '/')) return;
  if (event.key === '/') {
    event.preventDefault();
    filter.elements.find.focus();
    filter.elements.find.scrollIntoView({ block: 'nearest' });
    return;
  }
  press(event.key);
});
`;

/**
 * The script of the report; constant, because the page's policy names its hash. Plain text and not a compiled module: it
 * runs in the reader's browser, where no bundler of ours has been. Without it the page still shows everything.
 */
export const script: string = `(() => {
'use strict';
const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
const still = matchMedia('(prefers-reduced-motion: reduce)');
${picturesScript}
${cardScript}
${playerScript}
${filterScript}
${startScript}
${keyScript}
start();
})();`;

/**
 * The same for pictures that come one after the other into a page without a list to narrow (chat-viewer.tsx): an expression that gives a
 * function, to be called when something new is shown.
 */
export const viewerScript: string = `(() => {
'use strict';
const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
const still = matchMedia('(prefers-reduced-motion: reduce)');
const filter = { hidden: true };
const clearFilter = () => {};
${picturesScript}
${cardScript}
${keyScript}
document.addEventListener('click', ({ target }) => {
  const button = target.closest && target.closest('[data-step]');
  if (button) step(Number(button.dataset.step));
});
return () => { cards = all('.card'); for (const card of cards) prepare(card); };
})()`;
