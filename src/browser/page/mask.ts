/// <reference lib="dom" />

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Paints boxes (CSS px of the page) over everything else, in one flat colour; called again it replaces them, with none it removes them. */
export function paintMasks({ boxes, color }: { boxes: Box[]; color: string }): void {
  const id = 'codeloop-masks';
  document.getElementById(id)?.remove();
  if (boxes.length === 0) return;
  const host = document.createElement('div');
  host.id = id;
  host.setAttribute('aria-hidden', 'true');
  host.style.cssText =
    'all:initial!important;position:absolute!important;left:0!important;top:0!important;width:0!important;height:0!important;' +
    'overflow:visible!important;z-index:2147483647!important;pointer-events:none!important';
  const root = host.attachShadow({ mode: 'closed' });
  for (const box of boxes) {
    const patch = document.createElement('div');
    patch.style.cssText = `position:absolute;background:${color};left:${box.x}px;top:${box.y}px;width:${box.width}px;height:${box.height}px`;
    root.append(patch);
  }
  document.documentElement.append(host);
  // The top layer is above dialogs too; its static position is the page's corner.
  if ('showPopover' in host) {
    host.setAttribute('popover', 'manual');
    host.style.setProperty('inset', '0 auto auto 0', 'important');
    host.style.setProperty('display', 'block', 'important');
    host.showPopover();
  }
}
