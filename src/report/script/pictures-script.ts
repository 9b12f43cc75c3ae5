/** Views of one comparison: mode, slider, onion skin, blink, zoom; and the size of the pins. */
export const picturesScript = `
const sizes = new ResizeObserver((changes) => {
  for (const { target } of changes) fitPins(target);
});
function fitPins(svg) {
  const width = svg.getBoundingClientRect().width;
  if (width === 0) return;
  const k = svg.viewBox.baseVal.width / width;
  svg.style.setProperty('--k', String(k));
  // Marks that would lie on each other go to the nearest free place, sideways first: in CSS px, so anew at every width.
  const taken = [];
  for (const pin of [...all('.move .pin', svg), ...all('.sign .pin', svg)]) {
    const sign = pin.querySelector('circle') || pin.querySelector('text');
    const { e, f } = pin.parentNode.transform.baseVal[0].matrix;
    const [x, y] = ['x', 'y'].map((side) => Number(sign.getAttribute('c' + side) || sign.getAttribute(side)));
    const at = ([right, down]) => [e / k + x + right, f / k + y + down];
    const free = (step) => {
      const [left, top] = at(step);
      return taken.every(([a, b]) => Math.hypot(left - a, top - b) >= 19) && (step === steps[0] || (left > 9 && left < width - 9));
    };
    const step = (sign.matches('circle') && steps.find(free)) || steps[0];
    taken.push(at(step));
    pin.style.setProperty('--beside-x', step[0] + 'px');
    pin.style.setProperty('--beside-y', step[1] + 'px');
  }
}
// Places around a mark, the nearest first, sideways before up and down.
const steps = [];
for (let x = -8; x < 9; x++) for (let y = -8; y < 9; y++) steps.push([x * 19, y * 19]);
steps.sort(([a, b], [x, y]) => Math.abs(a) + 2 * Math.abs(b) - Math.abs(x) - 2 * Math.abs(y));

// On a long page the first difference may lie far below; the first look should find it.
function showFirstRegion(pictures) {
  const mark = pictures.querySelector('.actual .outline .line');
  if (!mark) return;
  const below = mark.getBoundingClientRect().bottom - pictures.getBoundingClientRect().top;
  if (below > pictures.clientHeight) pictures.scrollTop = below - pictures.clientHeight / 2;
}

let made = 0;
function prepare(card) {
  if (card.dataset.ready) return;
  card.dataset.ready = 'yes';
  build(card);
  for (const svg of all('.regions-on-top', card)) { fitPins(svg); sizes.observe(svg); }
  for (const pictures of all('.pictures', card)) showFirstRegion(pictures);
  const tools = card.querySelector('.tools');
  if (!tools) return;
  made += 1;
  tools.append(document.getElementById('tools').content.cloneNode(true));
  const comparison = tools.closest('.comparison');
  for (const radio of all('[type=radio]', tools)) {
    radio.name = 'view-' + made;
    radio.checked = radio.value === 'side';
  }
  tools.querySelector('legend').textContent = 'View of ' + tools.dataset.name;
  const seam = document.createElement('span');
  seam.className = 'seam';
  comparison.querySelector('.actual .frame').append(seam);
  setMix(comparison, 50);
  if (still.matches) pause(comparison, true);
}

const overlays = ['slider', 'onion', 'blink'];
function setMode(comparison, mode) {
  if (!('both' in comparison.dataset)) return;
  comparison.dataset.mode = mode;
  const radio = comparison.querySelector('[type=radio][value=' + mode + ']');
  if (radio) radio.checked = true;
  show(comparison, false);
  comparison.querySelector('.pictures').scrollLeft = 0;
}

// The cut is a share of the frame; the reference may be smaller than the frame, so its own cut is worked out from pixels.
function setMix(comparison, value) {
  const range = comparison.querySelector('[type=range]');
  range.value = String(value);
  range.setAttribute('aria-valuetext', value + ' % reference');
  comparison.style.setProperty('--cut', value + '%');
  comparison.style.setProperty('--mix', String(value / 100));
  const image = comparison.querySelector('.reference img');
  const share = image ? parseFloat(image.getAttribute('width')) : 100;
  comparison.style.setProperty('--cut-in-picture', Math.min(100, (value / share) * 100) + '%');
}

function show(comparison, flipped) {
  comparison.toggleAttribute('data-flipped', flipped);
  comparison.querySelector('.showing').textContent = flipped ? 'Actual' : 'Reference';
}
function pause(comparison, paused) {
  comparison.toggleAttribute('data-paused', paused);
  comparison.querySelector('.pause').textContent = paused ? 'Play' : 'Pause';
}
// Slower than three flashes a second (WCAG 2.3.1).
setInterval(() => {
  for (const comparison of all('.comparison[data-mode=blink]:not([data-paused])')) {
    show(comparison, !comparison.hasAttribute('data-flipped'));
  }
}, 800);

function zoom(comparison, on) {
  comparison.classList.toggle('zoomed', on);
  comparison.querySelector('.zoom').checked = on;
  const note = comparison.querySelector('.copies');
  note.hidden = true;
  for (const image of all('img', comparison)) {
    const { full, width } = image.dataset;
    image.dataset.copy = image.dataset.copy || image.getAttribute('src');
    const settle = () => {
      const exact = image.naturalWidth === Number(width);
      image.classList.toggle('exact', exact);
      if (on && !exact) {
        note.hidden = false;
        note.textContent = 'The full-size files are not beside this report: what you see are copies, ' + image.naturalWidth + ' of ' + width + ' pixels wide.';
      }
    };
    image.onload = settle;
    if (!full) { settle(); continue; }
    // The embedded copy may be smaller than the picture; the file beside the report has every pixel.
    image.onerror = () => { image.onerror = null; image.src = image.dataset.copy; };
    const wanted = on ? full : image.dataset.copy;
    if (image.getAttribute('src') === wanted) settle();
    else image.src = wanted;
  }
}
// A report travels without its run: a link that would lead nowhere shows what there is instead.
function openFull(link) {
  const comparison = link.closest('.comparison');
  const probe = new Image();
  probe.onload = () => open(link.href, '_blank', 'noopener');
  probe.onerror = () => { if (comparison.querySelector('.zoom')) zoom(comparison, true); else link.replaceWith('Full size: not beside this report'); };
  probe.src = link.href;
}

// A region is lit while it is pointed at, and stays picked after a click: scrolling there moves the pointer off it.
const listsOf = (comparison) => comparison.closest('.card') || comparison;
function light(comparison, index, on, how) {
  const named = '[data-region="' + index + '"]';
  for (const mark of all('.outline' + named, comparison)) mark.classList.toggle(how, on);
  const line = listsOf(comparison).querySelector('.locate' + named);
  if (line) line.closest('li').classList.toggle(how, on);
}
function locate(comparison, index) {
  for (const mark of all('.is-picked', listsOf(comparison))) mark.classList.remove('is-picked');
  light(comparison, index, true, 'is-picked');
  if (comparison.classList.contains('no-regions')) setRegions(comparison, true);
  const mark = all('.outline[data-region="' + index + '"] .line', comparison).find((rect) => rect.getClientRects().length > 0);
  if (mark) mark.scrollIntoView({ block: 'center', inline: 'center', behavior: still.matches ? 'auto' : 'smooth' });
}
function setRegions(comparison, on) {
  comparison.classList.toggle('no-regions', !on);
  const box = comparison.querySelector('.show-regions');
  if (box) box.checked = on;
}
`;
