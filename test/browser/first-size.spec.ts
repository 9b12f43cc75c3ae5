import { expect, test } from '@playwright/test';
import { verifies } from '../requirements.js';
import { PhotoBooth } from './photo-booth.js';
import { startSite } from './site.js';

/** A page for phones that counts in its title what it hears; `early` is a script before the page names its viewport. */
const page = (early: string, late: string) => ({
  type: 'text/html',
  body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><script>var heard=[];function hear(){heard.push(innerWidth)}${early}</script>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><h1>Page</h1>
<script>${late};setInterval(function(){document.title=heard.join(' ')},20)</script></body></html>`,
});
const LISTEN = `addEventListener('resize',hear)`;

test.describe('a page for phones @once', () => {
  let booth: PhotoBooth;
  test.beforeAll(() => {
    booth = new PhotoBooth();
  });
  test.afterAll(() => booth.dispose());

  for (const [what, early, late, heard] of [
    ['that listens when its size is known hears nothing of it, however late that is told', '', LISTEN, ''],
    ['that listened before hears it', LISTEN, '', '375'],
    ['hears what it tells itself', '', `${LISTEN};dispatchEvent(new Event('resize'))`, '375'],
  ] as const) {
    test(what, async () => {
      verifies('capture.same-bytes');
      const site = await startSite({ '/': page(early, late) });
      const viewport = { width: 375, height: 812, is_mobile: true, has_touch: true };
      const titles = await Promise.all(
        [1, 2, 3].map(async () => (await booth.photo(site.url, { viewport })).shot.title),
      );
      await site.close();
      expect(titles).toEqual([heard, heard, heard]);
    });
  }
});
