/// <reference lib="dom" />

/**
 * Notes which addresses that end with `/favicon.ico` the page itself asks for: Playwright tells of none of them, whatever they are for. Runs
 * before any script of the page, and with nothing that the page can put something else in the place of: a list of what was loaded can be
 * emptied or replaced, an observer from the beginning hears all. `window[Symbol.for('codeloop.icons')]()` answers the addresses so far.
 */
export function noteIconRequests(): void {
  const { apply } = Reflect;
  const { exec } = RegExp.prototype;
  const { getEntries } = PerformanceObserverEntryList.prototype;
  const getter = (owner: object, name: string) => Object.getOwnPropertyDescriptor(owner, name)?.get;
  const [nameOf, kindOf] = [
    getter(PerformanceEntry.prototype, 'name'),
    getter(PerformanceResourceTiming.prototype, 'initiatorType'),
  ];
  const icon = /^([^#?]*\/favicon\.ico(?:\?[^#]*)?)(?:#|$)/;
  const asked: string[] = [];
  const note = (entries: PerformanceEntryList): void => {
    for (let at = 0; at < entries.length && nameOf && kindOf; at++) {
      const by: unknown = apply(kindOf, entries[at], []);
      // The browser's own question is listed too, as asked by nobody or by the page's link.
      const found = by === 'other' || by === 'link' ? null : apply(exec, icon, [apply(nameOf, entries[at], [])]);
      if (found) asked[asked.length] = found[1] ?? '';
    }
  };
  const observer = new PerformanceObserver((list) => note(apply(getEntries, list, [])));
  const take = observer.takeRecords.bind(observer);
  observer.observe({ type: 'resource', buffered: true });
  Object.defineProperty(window, Symbol.for('codeloop.icons'), {
    value: () => {
      note(take());
      return asked;
    },
  });
}
