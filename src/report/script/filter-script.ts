/** The filter and the theme switch. */
export const filterScript = `
const filter = document.getElementById('filter');
function applyFilter() {
  const { screen, viewport, failing } = filter.elements;
  let shown = 0;
  for (const card of cards) {
    const bad = card.dataset.status !== 'pass' && card.dataset.status !== 'not_compared';
    const fits = (!screen.value || card.dataset.screen === screen.value)
      && (!viewport.value || card.dataset.viewport === viewport.value)
      && (!failing.checked || bad);
    card.hidden = !fits;
    if (fits) shown += 1;
  }
  const total = cards.length.toLocaleString('en-US');
  document.getElementById('shown').textContent =
    shown === cards.length ? total + (shown === 1 ? ' screenshot' : ' screenshots') : shown.toLocaleString('en-US') + ' of ' + total + ' shown';
  document.getElementById('nothing').hidden = shown > 0 || cards.length === 0;
}
function clearFilter() {
  filter.reset();
  applyFilter();
}

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
  filter.addEventListener('change', applyFilter);
  filter.addEventListener('submit', (event) => event.preventDefault());
  // A browser may bring back the fields of an earlier visit.
  applyFilter();
  const button = document.getElementById('theme');
  button.hidden = false;
  button.addEventListener('click', () => nextTheme(button));
  addEventListener('hashchange', openTarget);
  openTarget();
}
`;
