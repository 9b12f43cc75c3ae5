import { expect, test } from '@playwright/test';
import { verifies } from '../requirements.js';
import { FULL, SEED } from '../sample.js';
import { PhotoBooth } from './photo-booth.js';
import { startTemplate } from './template.js';

// Each page at each viewport; as a sample one page at one of them: test/e2e/real-input.test.ts looks at others, at two.
const NAMES = ['index', 'charts', 'tables'];
const PROJECTS = ['mobile', 'tablet', 'desktop'];
for (const [at, name] of NAMES.entries()) {
  const sampled = PROJECTS[(at + SEED) % PROJECTS.length];
  for (const project of FULL ? PROJECTS : at === SEED % NAMES.length ? [sampled] : [])
    test(`${name} of a real template comes back to its own reference @${project}`, async ({
      viewport,
      isMobile,
      hasTouch,
    }) => {
      verifies('capture.same-bytes', 'capture.steady');
      const site = await startTemplate();
      const options = {
        fullPage: true,
        viewport: {
          width: viewport?.width ?? 0,
          height: viewport?.height ?? 0,
          is_mobile: isMobile ?? false,
          has_touch: hasTouch ?? false,
        },
      };
      // Two browser processes; in the second several sessions at once.
      const [one, other] = [new PhotoBooth({ own: true }), new PhotoBooth({ own: true })];
      try {
        const first = await one.photo(`${site.url}/${name}.html`, options);
        const again = await Promise.all(
          (FULL ? [1, 2, 3] : [1, 2]).map(() => other.photo(`${site.url}/${name}.html`, options)),
        );
        expect(first.shot.steady.settled).toBe(true);
        expect(first.shot.size.height).toBeGreaterThan(options.viewport.height);
        expect(first.shot.settle.fonts_missing).toEqual(['Nunito']);
        expect(first.shot.logs.filter(({ level }) => level === 'error')).toEqual([]);
        for (const { shot } of again) {
          expect(shot.steady.settled).toBe(true);
          expect(shot.image.sha256).toBe(first.shot.image.sha256);
        }
      } finally {
        await Promise.all([one.dispose(), other.dispose(), site.close()]);
      }
    });
}
