/// <reference lib="dom" />
import { withAgenda } from './agenda-parts.js';
import type { PageFacts } from './page-facts.js';

/** An entry of the Layout Instability API, which the DOM's own types do not have. */
interface ShiftEntry extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  sources?: { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[];
}

/**
 * How the page moved by itself until now: the largest sum of moves less than 1 s apart within 5 s (Cumulative Layout Shift, web.dev/cls),
 * with the element that moved most. Undefined where the browser does not tell.
 */
export async function layoutShifts(): Promise<PageFacts['shift']> {
  if (!PerformanceObserver.supportedEntryTypes.includes('layout-shift')) return undefined;
  const agenda = agendaOf(window);
  const nextFrame = agenda?.native.requestAnimationFrame ?? window.requestAnimationFrame.bind(window);
  const later = agenda?.native.setTimeout ?? window.setTimeout.bind(window);
  const entries: ShiftEntry[] = [];
  const observer = new PerformanceObserver((list) => entries.push(...(list.getEntries() as ShiftEntry[])));
  observer.observe({ type: 'layout-shift', buffered: true });
  await new Promise<void>((resolve) => {
    nextFrame(() => later(resolve, 0));
    later(resolve, 1000);
  });
  observer.disconnect();
  let score = 0;
  let burst = { first: 0, last: 0, sum: 0 };
  let worst: { node: Node; by: number; area: number } | undefined;
  for (const { value, hadRecentInput, startTime, sources = [] } of entries) {
    if (hadRecentInput) continue;
    const goesOn = burst.sum > 0 && startTime - burst.last < 1000 && startTime - burst.first < 5000;
    burst = goesOn
      ? { ...burst, last: startTime, sum: burst.sum + value }
      : { first: startTime, last: startTime, sum: value };
    score = Math.max(score, burst.sum);
    for (const { node, previousRect: from, currentRect: to } of sources) {
      const area = Math.max(from.width * from.height, to.width * to.height);
      const by = Math.round(Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y)));
      if (node && by > 0 && area * by > (worst ? worst.area * worst.by : 0)) worst = { node, by, area };
    }
  }
  const all = Array.from(document.querySelectorAll('*'));
  const node = worst?.node instanceof Element ? worst.node : worst?.node.parentElement;
  const element = node ? all.indexOf(node) : -1;
  return {
    ...{ score: Math.round(score * 1000) / 1000, by: worst?.by ?? 0, count: all.length },
    ...(element >= 0 ? { element } : {}),
  };
}

withAgenda(layoutShifts);
