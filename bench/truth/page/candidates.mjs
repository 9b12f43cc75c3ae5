/**
 * Runs in the page. Keeps every element that is wholly in the picture (of the full page or the viewport) in `window.__truth` and answers facts about each:
 * box (CSS px of the page), computed styles, texts, what is painted of it, and how much of it nothing covers (0-1, from 25 points).
 */
export function readCandidates(fullPage) {
  const names = [
    'color', 'backgroundColor', 'backgroundImage', 'fontSize', 'fontWeight', 'fontFamily', 'letterSpacing', 'display', 'position',
    'float', 'opacity', 'visibility', 'boxShadow', 'overflowX', 'transform', 'flexDirection', 'flexWrap', 'lineHeight',
    'borderTopWidth', 'borderTopStyle', 'borderTopColor', 'borderLeftWidth', 'borderLeftColor', 'borderTopLeftRadius',
    'paddingLeft', 'paddingTop', 'marginTop', 'marginLeft',
  ]; // biome-ignore format: a list of names
  const seen = [];
  const facts = [];
  const alpha = (color) => Number(/rgba\(.*,\s*([\d.]+)\)/.exec(color)?.[1] ?? 1);
  const solid = (element) => {
    for (let at = element; at; at = at.parentElement) if (Number(getComputedStyle(at).opacity) < 1) return false;
    return true;
  };
  const backdrop = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== 'none') return 'image';
      if (alpha(style.backgroundColor) === 1) return style.backgroundColor;
      if (alpha(style.backgroundColor) > 0) return 'mixed';
    }
    return 'rgb(255, 255, 255)';
  };
  for (const element of document.body.querySelectorAll('*')) {
    if (/^(SCRIPT|STYLE|BR|OPTION|NOSCRIPT|TEMPLATE)$/.test(element.tagName)) continue;
    if (element.closest('svg') && element.tagName !== 'svg') continue;
    const first = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    if (first.width < 4 || first.height < 4 || style.visibility !== 'visible' || style.display === 'contents') continue;
    const middle = first.top + scrollY - (innerHeight - Math.min(first.height, innerHeight)) / 2;
    if (fullPage) scrollTo({ left: 0, top: middle, behavior: 'instant' });
    else if (first.bottom > innerHeight) continue;
    const box = element.getBoundingClientRect();
    const rect = { x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height };
    if (rect.x < 0 || rect.y < 0 || rect.x + rect.width > innerWidth + 0.5) continue;
    let hits = 0;
    let points = 0;
    for (const across of [0.1, 0.3, 0.5, 0.7, 0.9])
      for (const down of [0.1, 0.3, 0.5, 0.7, 0.9]) {
        const [x, y] = [box.x + box.width * across, box.y + box.height * down];
        if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue;
        points++;
        const hit = document.elementFromPoint(x, y);
        if (hit && (element === hit || element.contains(hit))) hits++;
      }
    const ownText = [...element.childNodes]
      .filter((node) => node.nodeType === 3)
      .map((node) => node.data)
      .join(' ')
      .trim();
    const fixed = (() => {
      for (let at = element; at; at = at.parentElement)
        if (/fixed|sticky/.test(getComputedStyle(at).position)) return true;
      return false;
    })();
    const next = element.nextElementSibling;
    const nextBox = next?.getBoundingClientRect();
    const parent = element.parentElement;
    const styles = Object.fromEntries(names.map((name) => [name, style[name]]));
    const before = getComputedStyle(element, '::before').content;
    facts.push({
      index: seen.push(element) - 1,
      tag: element.tagName.toLowerCase(),
      className: element.getAttribute('class') ?? '',
      rect,
      styles,
      ownText,
      leaf: element.children.length === 0,
      fixed,
      solid: solid(element),
      clear: points === 0 ? 0 : hits / points,
      backdrop: parent ? backdrop(parent) : 'rgb(255, 255, 255)',
      ownBackground: alpha(style.backgroundColor),
      painted:
        alpha(style.backgroundColor) > 0 || style.backgroundImage !== 'none' || style.boxShadow !== 'none' ||
        (style.borderTopStyle !== 'none' && Number.parseFloat(style.borderTopWidth) > 0),
      icon: /^I$/.test(element.tagName) && before !== 'none' && before !== 'normal' && before.length <= 4,
      loaded: element.tagName === 'IMG' && element.complete && element.naturalWidth > 0,
      form: /^(INPUT|SELECT|TEXTAREA|BUTTON)$/.test(element.tagName),
      next: next && nextBox.width >= 4 && nextBox.height >= 4 && next.tagName === element.tagName
        ? { same: next.outerHTML === element.outerHTML, text: next.textContent?.trim() !== element.textContent?.trim() }
        : undefined,
      children: [...element.children].filter((child) => child.getBoundingClientRect().height >= 4).length,
      parentDisplay: parent ? getComputedStyle(parent).display : '',
    }); // biome-ignore format: one fact a line
  }
  window.__truth = seen;
  scrollTo({ left: 0, top: 0, behavior: 'instant' });
  return facts;
}
