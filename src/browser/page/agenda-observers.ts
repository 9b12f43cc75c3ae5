/// <reference lib="dom" />
import type { Agenda } from './agenda.js';

/**
 * Watches the page's observers of sizes and places for the agenda: they hear nothing while it is deaf, and it knows what they wait for.
 * Runs after `installAgenda` and before any script of the page.
 */
export function installObservers(): void {
  const agenda = Reflect.get(window, Symbol.for('codeloop.agenda')) as Agenda | undefined;
  if (!agenda) return;
  const answer = (work: () => void) => {
    if (agenda.deaf) return;
    work();
    if (agenda.told) document.dispatchEvent(new UIEvent(agenda.told, { detail: Math.round(performance.now()) }));
  };
  const Resize = window.ResizeObserver;
  window.ResizeObserver = class extends Resize {
    constructor(callback: ResizeObserverCallback) {
      super((entries, observer) => answer(() => callback.call(observer, entries, observer)));
    }
  };
  const Intersection = window.IntersectionObserver;
  const watching = new Set<{
    of: WeakRef<IntersectionObserver>;
    ratios: WeakMap<Element, number>;
    targets: Set<WeakRef<Element>>;
  }>();
  window.IntersectionObserver = class extends Intersection {
    readonly #ratios = new WeakMap<Element, number>();
    readonly #targets = new Set<WeakRef<Element>>();
    constructor(callback: IntersectionObserverCallback, options?: IntersectionObserverInit) {
      super((entries, observer) => {
        for (const { target, isIntersecting, intersectionRatio } of entries)
          if (isIntersecting) this.#ratios.set(target, Math.max(this.#ratios.get(target) ?? -1, intersectionRatio));
        answer(() => callback.call(observer, entries, observer));
      }, options);
      watching.add({ of: new WeakRef(this), ratios: this.#ratios, targets: this.#targets });
    }
    override observe(target: Element) {
      super.observe(target);
      if (this.#ratios.has(target)) return;
      this.#ratios.set(target, -1);
      this.#targets.add(new WeakRef(target));
    }
    override unobserve(target: Element) {
      super.unobserve(target);
      this.#ratios.delete(target);
      for (const one of this.#targets) if (one.deref() === target) this.#targets.delete(one);
    }
    override disconnect() {
      super.disconnect();
      for (const one of this.#targets) {
        const target = one.deref();
        if (target) this.#ratios.delete(target);
      }
      this.#targets.clear();
    }
  };
  agenda.watched = () =>
    [...watching].flatMap((entry) => {
      const observer = entry.of.deref();
      if (!observer) watching.delete(entry);
      const { root, rootMargin, thresholds } = observer ?? { root: null, rootMargin: '', thresholds: [] };
      const margin =
        root === null || root instanceof Document || root === agenda.scroller?.deref() ? rootMargin : undefined;
      return (observer ? [...entry.targets] : []).flatMap((reference) => {
        const element = reference.deref();
        if (!element) entry.targets.delete(reference);
        return element?.isConnected
          ? [{ element, ratio: entry.ratios.get(element) ?? -1, wanted: Math.max(0, ...thresholds), margin }]
          : [];
      });
    });
}
