/** Opening entries, and handing what happens inside them to the comparison it happened in. */
export const cardScript = `
const cards = all('.card');
const within = (event) => event.target.closest && event.target.closest('.comparison');

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
  const region = event.target.closest('.locate, .outline');
  if (region) {
    locate(comparison, region.dataset.region);
    if (!region.classList.contains('locate')) comparison.querySelector('.locate[data-region="' + region.dataset.region + '"]').focus();
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
    const region = comparison && event.target.closest('.locate, .outline, .regions li');
    const holder = region && (region.dataset.region ? region : region.querySelector('.locate'));
    if (holder) light(comparison, holder.dataset.region, on, 'is-lit');
  });
}

function openTarget() {
  let name = '';
  // A link can carry a name that is no valid escape; then there is nothing to open.
  try { name = decodeURIComponent(location.hash.slice(1)); } catch { return; }
  const target = name && document.getElementById(name);
  if (!target) return;
  if (target.classList.contains('card')) reveal(target);
  const details = target.matches('details') ? target : target.querySelector(':scope > details');
  if (details) details.open = true;
  // Opening changed the heights above and below: go there again.
  target.scrollIntoView({ block: 'start' });
}
function reveal(card) {
  if (card.hidden) clearFilter();
}
`;
