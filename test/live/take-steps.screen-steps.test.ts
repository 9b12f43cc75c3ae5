import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { openShop, type ShopProject } from '../tools/shop-project.js';

const some = sampled(test, 2);

describe('a screen with steps', () => {
  let shop: ShopProject;
  const steps = [
    { action: 'fill', target: { label: 'Promo code' }, value: 'WELCOME10' },
    { action: 'click', target: { role: 'button', name: 'Apply' } },
    { action: 'wait', value: 'Promo WELCOME10' },
  ];
  beforeAll(async () => {
    shop = await openShop({
      viewports: { desktop: { width: 1000, height: 700 } },
      screens: [
        { name: 'bag', path: '/cart?bag=arc-lamp.1' },
        { name: 'bag with code', path: '/cart?bag=arc-lamp.1', steps },
        { name: 'broken', path: '/', steps: [{ action: 'click', target: { test_id: 'nowhere' }, timeout_ms: 300 }] },
        {
          name: 'led on',
          path: '/shop',
          steps: [{ action: 'click', target: { role: 'link', name: 'Arc Table Lamp' } }],
        },
        { name: 'unreadable', path: '/', steps: [{ action: 'clik' }] },
      ],
    });
  });
  afterAll(() => shop?.close());

  const capture = async (screen_name: string) => {
    const { json } = await shop.call('codeloop_capture_screenshot', { screen_name, return: 'path' });
    return (json.cells as Record<string, unknown>[])[0] ?? {};
  };

  some('is photographed after them', async () => {
    verifies('steps.before-picture');
    const [plain, after] = [await capture('bag'), await capture('bag with code')];
    expect([plain.failure, after.failure]).toEqual([undefined, undefined]);
    const boxes = (cell: Record<string, unknown>) =>
      readFileSync(path.join(shop.dir, String(cell.path).replace(/\.png$/, '.dom.json')), 'utf8');
    // The field itself proposes the code to everybody.
    expect(boxes(plain).includes('Promo WELCOME10')).toBe(false);
    expect(boxes(after).includes('Promo WELCOME10')).toBe(true);
    expect(String((await capture('led on')).url)).toMatch(/\/product\/arc-lamp$/);
  });

  some('fails as the cell that it is, saying which step', async () => {
    verifies('steps.before-picture');
    expect(await capture('broken')).toMatchObject({
      failure: {
        code: 'SCREEN_STEP_FAILED',
        message: expect.stringContaining("Step 1 of the screen's steps (click) failed: TARGET_NOT_FOUND"),
      },
    });
    expect(await capture('unreadable')).toMatchObject({ failure: { code: 'CONFIG_INVALID' } });
  });
});
