/** Runs in the page. Changes one element as `change` says, and keeps how to undo it in `window.__truthUndo`. */
export function mutate({ index, change }) {
  const target = window.__truth[index];
  const put = (element, name, value) => {
    if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
  };
  window.__truthTarget = target;
  window.__truthUndo = [];
  const undo = (work) => window.__truthUndo.unshift(work);
  if (change.style) {
    const was = target.getAttribute('style');
    undo(() => put(target, 'style', was));
    for (const [name, value] of Object.entries(change.style)) target.style.setProperty(name, value, 'important');
  }
  for (const [name, value] of Object.entries(change.attributes ?? {})) {
    const was = target.getAttribute(name);
    undo(() => put(target, name, was));
    put(target, name, value);
  }
  if (change.text !== undefined) {
    const node = [...target.childNodes].find((one) => one.nodeType === 3 && one.data.trim() !== '');
    const was = node.data;
    undo(() => {
      node.data = was;
    });
    node.data = change.text;
  }
  if (change.extra) {
    const copy = target.cloneNode(true);
    copy.removeAttribute('id');
    target.after(copy);
    window.__truthTarget = copy;
    undo(() => copy.remove());
  }
  if (change.swap) {
    const next = target.nextElementSibling;
    const [mark, other] = [document.createComment(''), document.createComment('')];
    target.before(mark);
    next.before(other);
    mark.replaceWith(next);
    other.replaceWith(target);
    window.__truthOther = next;
    undo(() => {
      const [first, second] = [document.createComment(''), document.createComment('')];
      next.before(first);
      target.before(second);
      first.replaceWith(target);
      second.replaceWith(next);
      window.__truthOther = undefined;
    });
  }
}

/** Runs in the page. Undoes the last `mutate`. */
export function restore() {
  for (const work of window.__truthUndo ?? []) work();
  window.__truthUndo = [];
}

/**
 * Runs in the page. Which of the selectors name the changed element (or, after a swap, the other one; or an element of which the box
 * is the same within a pixel and which it lies in or holds), and where it is, CSS px of the page. With `gone`: which of the selectors name
 * elements around it that have no box left.
 */
export function identify({ index, selectors, gone }) {
  const target = (index === undefined ? window.__truthTarget : window.__truth[index]) ?? null;
  const box = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x: x + scrollX, y: y + scrollY, width, height };
  };
  if (gone)
    return selectors.filter((selector) => {
      const element = document.querySelector(selector);
      if (!element || element === target || !element.contains(target)) return false;
      const { width, height } = element.getBoundingClientRect();
      return width === 0 || height === 0;
    });
  if (!target?.isConnected) return { own: [], same: [] };
  const rect = box(target);
  const own = [];
  const same = [];
  for (const selector of selectors) {
    let element = null;
    try {
      element = document.querySelector(selector);
    } catch {
      // A selector that is not CSS names nothing.
    }
    if (!element) continue;
    if (element === target || element === window.__truthOther) own.push(selector);
    else if (element.contains(target) || target.contains(element)) {
      const other = box(element);
      const apart = Math.max(
        Math.abs(other.x - rect.x),
        Math.abs(other.y - rect.y),
        Math.abs(other.x + other.width - rect.x - rect.width),
        Math.abs(other.y + other.height - rect.y - rect.height),
      );
      if (apart <= 1) same.push(selector);
    }
  }
  const swapped = window.__truthOther ? box(window.__truthOther) : undefined;
  return { own, same, rect, ...(swapped ? { other: swapped } : {}) };
}
