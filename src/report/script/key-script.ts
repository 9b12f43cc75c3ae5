/** Single-key shortcuts. They can be switched off (WCAG 2.1.4) and keep away from fields and from chords. */
export const keyScript = `
function visibleCards() {
  return cards.filter((card) => !card.hidden);
}
function currentCard() {
  const focused = document.activeElement && document.activeElement.closest('.card');
  return focused && !focused.hidden ? focused : null;
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
  if (key === 'j') return move(1);
  if (key === 'k') return move(-1);
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
  if (filter.hidden && event.key === 'f') return;
  press(event.key);
});
`;
