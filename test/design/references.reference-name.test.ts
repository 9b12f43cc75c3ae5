import { describe, expect, it } from 'vitest';
import { readReferenceName } from '../../src/design/references.js';

const known = {
  viewports: ['mobile', 'tablet', 'desktop'],
  screens: ['Home Page', 'cart', 'v1.desktop'],
  defaultViewport: 'desktop',
};
const at = (screen: string, viewport: string, scale?: number) => ({
  kind: 'reference',
  screen,
  viewport,
  ...(scale === undefined ? {} : { scale }),
});

describe('readReferenceName', () => {
  it.each([
    ['mobile/home_page.png', at('Home Page', 'mobile')],
    ['Mobile/Home Page.PNG', at('Home Page', 'mobile')],
    ['mobile/home-page@2x.png', at('Home Page', 'mobile', 2)],
    ['cart/tablet.webp', at('cart', 'tablet')],
    ['cart.mobile.jpeg', at('cart', 'mobile')],
    ['cart@3x.png', at('cart', 'desktop', 3)],
    ['cart.jpg', at('cart', 'desktop')],
    ['mobile/New Thing.png', at('new-thing', 'mobile')],
  ])('%s', (path, meaning) => {
    expect(readReferenceName(path, known)).toEqual(meaning);
  });

  it.each([
    ['mobile.png', 'is a viewport, so the screen'],
    ['a/b/c.png', 'deeper'],
    ['wide/cart.png', 'neither "wide" nor "cart" is a viewport'],
    ['mobile/@2x.png', 'name is empty'],
  ])('%s is unmatched', (path, reason) => {
    expect(readReferenceName(path, known)).toMatchObject({
      kind: 'unmatched',
      reason: expect.stringContaining(reason),
    });
  });

  it.each(['mobile/tablet.png', 'v1.desktop.png'])('%s is ambiguous', (path) => {
    expect(() => readReferenceName(path, known)).toThrow(expect.objectContaining({ code: 'REFERENCE_AMBIGUOUS' }));
  });
});
