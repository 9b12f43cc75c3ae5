/// <reference lib="dom" />

/**
 * Takes from a page's window what only a driven browser has: `navigator.webdriver`, and a window without a frame around the page. Proxies of the
 * browser's own getters still read as native code.
 */
export function beOrdinary(): void {
  const answer = (owner: object, name: string, value: () => unknown): void => {
    const own = Object.getOwnPropertyDescriptor(owner, name);
    if (own?.get) Object.defineProperty(owner, name, { ...own, get: new Proxy(own.get, { apply: value }) });
  };
  answer(Navigator.prototype, 'webdriver', () => false);
  answer(window, 'outerHeight', () => innerHeight + 87);
}
