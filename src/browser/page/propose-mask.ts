/// <reference lib="dom" />
import type { Agenda } from './agenda.js';

/** A selector for the smallest element that holds a moving part (CSS px of the page), when one that names it alone can be found. */
export function proposeMask(part: { x: number; y: number; width: number; height: number }): string | undefined {
  const agenda = Reflect.get(window, Symbol.for('codeloop.agenda')) as Agenda | undefined;
  const x = part.x + part.width / 2 - scrollX;
  const y = part.y + part.height / 2 - scrollY;
  const holds = (element: Element) => {
    const box = element.getBoundingClientRect();
    return (
      box.left + scrollX <= part.x + 1 &&
      box.top + scrollY <= part.y + 1 &&
      box.right + scrollX >= part.x + part.width - 1 &&
      box.bottom + scrollY >= part.y + part.height - 1
    );
  };
  // Beyond the viewport nothing can be asked for by its point.
  const inside = Array.from(document.querySelectorAll('body *')).filter(holds);
  let element = document.elementFromPoint(x, y) ?? inside.at(-1) ?? null;
  while (element && !holds(element)) element = element.parentElement;
  if (!element || element === document.body || element === document.documentElement) element = inside.at(-1) ?? null;
  if (!element) return undefined;
  return agenda?.scene?.nameOf(element);
}
