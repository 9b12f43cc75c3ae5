/** The filter, which narrows the list of screens, and the search, which also names each place that holds its words. */
export const filterScript = `
const filter = document.getElementById('filter');
const tally = document.getElementById('shown');
const every = tally.textContent;
const texts = new Map();
function textOf(card) {
  if (!texts.has(card)) {
    const kept = keptOf(card);
    // Its tags and marks are all ours, quoted and escaped by one printer: what stands between them is the text.
    const inside = kept === null ? bodyOf(card).textContent : kept.replace(/<(?:[^>"]|"[^"]*")*>/g, ' ');
    const text = card.querySelector('summary').textContent + ' ' + inside;
    texts.set(card, text.replace(/&lt;/g, '<').replace(/&quot;/g, '"').replace(/&amp;/g, '&').toLowerCase());
  }
  return texts.get(card);
}
function applyFilter() {
  const { find, screen, viewport, status, kind, file, age, failing } = filter.elements;
  const words = find.value.toLowerCase().split(/[ ]+/).filter(Boolean);
  let shown = 0;
  for (const card of cards) {
    const bad = card.dataset.status !== 'pass' && card.dataset.status !== 'not_compared';
    const fits = (!screen.value || card.dataset.screen === screen.value)
      && (!viewport || !viewport.value || card.dataset.viewport === viewport.value)
      && (!failing.checked || bad)
      && (!status || !status.value || '=' + card.dataset.status === status.value)
      && (!kind || !kind.value || card.dataset.kinds.split(' ').includes(kind.value))
      && (!file || !file.value || card.dataset.files.split('\\n').includes(file.value))
      && (!age || !age.value || card.dataset.age === age.value)
      && words.every((word) => textOf(card).includes(word));
    card.hidden = !fits;
    if (fits) shown += 1;
  }
  showHits(words);
  tally.textContent = shown === cards.length ? every : shown.toLocaleString('en-US') + ' of ' + cards.length.toLocaleString('en-US') + ' shown';
  document.getElementById('nothing').hidden = shown > 0 || cards.length === 0;
}
// Besides the screens that hold the words, the places themselves: differences, problems, log entries, faults of layouts, moments of recordings.
const inCards = '.regions > ol > li, .findings > li:not(.more), .log li';
const elsewhere = '.layout-fault, .test-look, .moments li, .flow blockquote, .group > ul > li';
const mostHits = 50;
let hits = [];
function showHits(words) {
  const list = document.getElementById('hits');
  hits = [];
  let more = false;
  const look = (items, where, called) => items.forEach((item, index) => {
    const heading = called || (item.closest('.flow, .layout-fault, .test-look, .group').querySelector('h3').textContent);
    const text = item.textContent.toLowerCase();
    const all = text + ' ' + heading.toLowerCase();
    // Words of the heading alone find the screen, which stands in the list already.
    if (!words.every((word) => all.includes(word)) || !words.some((word) => text.includes(word))) return;
    const parts = [item.querySelector('.says') || item.querySelector('b, .text, p') || item, item.querySelector('.quoted')];
    const says = parts.map((part) => (part ? part.textContent.trim() : '')).join(' ').trim().slice(0, 160);
    // The same thing at other viewports of a screen, or told again by a gate, is one place to go to.
    const same = hits.find((hit) => hit.says === says && (!where || !hit.card || hit.card.dataset.screen === where.dataset.screen));
    if (same) { if (same.heading !== heading && !same.others.includes(heading)) same.others.push(heading); return; }
    if (hits.length >= mostHits) { more = true; return; }
    hits.push({ item: where ? undefined : item, card: where, index, heading, says, others: [] });
  });
  if (words.length > 0) {
    for (const card of cards) {
      if (card.hidden || more) continue;
      const kept = keptOf(card);
      const held = kept === null ? bodyOf(card) : new DOMParser().parseFromString(kept, 'text/html');
      look(all(inCards, held), card, Array.from(card.querySelectorAll('summary h3 bdi'), (part) => part.textContent).join(' '));
    }
    // What a gate says of a screen stands at that screen.
    if (!more) look(all(elsewhere).filter((item) => !item.closest('.group') || !item.querySelector('p > a')), undefined, '');
  }
  list.hidden = hits.length === 0;
  list.replaceChildren(...hits.map(({ says, heading, others }, index) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.hit = index;
    const where = document.createElement('span');
    where.textContent = heading + (others.length === 0 ? '' : ' and ' + others.length + ' more');
    button.append(says, ' ', where);
    const line = document.createElement('li');
    line.append(button);
    return line;
  }));
  if (more) {
    const line = document.createElement('li');
    line.textContent = 'More than ' + mostHits + ' places have these words.';
    list.append(line);
  }
}
function goToHit({ item, card, index }) {
  if (card) build(card);
  const target = item || all(inCards, card)[index];
  for (let details = target.closest('details'); details; details = details.parentElement.closest('details')) details.open = true;
  if (card) return visit(target);
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: 'center' });
}
function clearFilter() {
  filter.reset();
  applyFilter();
}
`;
