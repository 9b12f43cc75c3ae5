import { expect, test } from '@playwright/test';
import { verifies } from '../requirements.js';
import { PhotoBooth } from './photo-booth.js';
import { html, startSite } from './site.js';

const page = html(
  `<script>document.title=JSON.stringify([innerWidth,innerHeight,devicePixelRatio,'ontouchstart' in window,matchMedia('(pointer:coarse)').matches,
   matchMedia('(prefers-color-scheme:dark)').matches,matchMedia('(prefers-reduced-motion:reduce)').matches,navigator.language,
   Intl.DateTimeFormat().resolvedOptions().timeZone])</script>`,
  '<meta name="viewport" content="width=device-width">',
);

test('a page sees the viewport it was given, and nothing of the session before @once', async () => {
  verifies('capture.viewports', 'capture.isolated');
  const booth = new PhotoBooth();
  const site = await startSite({ '/': page });
  const phone = {
    width: 390,
    height: 664,
    device_scale_factor: 3,
    is_mobile: true,
    has_touch: true,
    color_scheme: 'dark',
    reduced_motion: 'no-preference',
    locale: 'de-DE',
    timezone: 'Asia/Tokyo',
  } as const;
  const first = await booth.photo(site.url, { viewport: phone });
  const second = await booth.photo(site.url, { viewport: { width: 800, height: 600 } });
  await booth.dispose();
  await site.close();
  expect(JSON.parse(first.shot.title)).toEqual([390, 664, 3, true, true, true, false, 'de-DE', 'Asia/Tokyo']);
  expect(first.shot.size).toEqual({ width: 1170, height: 1992 });
  expect(JSON.parse(second.shot.title)).toEqual([800, 600, 1, false, false, false, true, 'en-US', 'UTC']);
});

test('sessions share no storage and no cookie @once', async () => {
  verifies('capture.isolated');
  const booth = new PhotoBooth();
  const site = await startSite({
    '/': html(
      "<script>document.title=localStorage.length+document.cookie;localStorage.setItem('a','1');document.cookie='b=2'</script>",
    ),
  });
  const titles = [];
  for (let i = 0; i < 2; i++) titles.push((await booth.photo(site.url)).shot.title);
  await booth.dispose();
  await site.close();
  expect(titles).toEqual(['0', '0']);
});
