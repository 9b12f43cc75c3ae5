import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InteractionLine } from '../../src/core/vocabulary/step.js';
import { verifies } from '../requirements.js';
import { FULL, sampled } from '../sample.js';
import { openShop, type ShopProject } from './shop-project.js';

const few = sampled(test, 2);

/** A visitor buys a lamp: from the catalogue to the number of the order. */
const CHECKOUT = [
  { action: 'click', target: { role: 'link', name: 'Arc Table Lamp' } },
  { action: 'assert_url', value: '/product/arc-lamp' },
  { action: 'click', target: { role: 'button', name: 'Increase quantity' } },
  { action: 'click', target: { test_id: 'add-to-bag' } },
  // Not by the link in the message, which goes after four seconds however slow the machine is.
  { action: 'click', target: { test_id: 'bag-link' } },
  { action: 'assert_text', target: { test_id: 'bag-lines' }, value: 'Arc Table Lamp' },
  { action: 'fill', target: { label: 'Promo code' }, value: 'WELCOME10' },
  { action: 'click', target: { role: 'button', name: 'Apply' } },
  { action: 'click', target: { text: 'Go to checkout' } },
  { action: 'assert_url', value: '/checkout' },
  {
    action: 'fill_form',
    value: {
      'E-mail address': 'ada@example.com',
      'First name': 'Ada',
      'Last name': 'Lovelace',
      'Street and number': '12 Tide Row',
      City: 'Cork',
      Postcode: '12345',
      Country: 'Ireland',
    },
  },
  { action: 'click', target: { role: 'button', name: 'Continue to shipping' } },
  { action: 'check', target: { role: 'radio', name: 'Express' } },
  { action: 'click', target: { role: 'button', name: 'Continue to payment' } },
  { action: 'type', target: { label: 'Card number' }, value: '4242 4242 4242 4242' },
  { action: 'fill', target: { label: 'Expiry' }, value: '04 / 29' },
  { action: 'fill', target: { label: 'Security code' }, value: '123' },
  { action: 'fill', target: { label: 'Name on card' }, value: 'Ada Lovelace' },
  { action: 'click', target: { role: 'button', name: 'Review order' } },
  { action: 'check', target: { label: 'I accept the terms of sale' } },
  { action: 'click', target: { role: 'button', name: 'Place order' } },
  { action: 'wait', target: { test_id: 'order-done' } },
  { action: 'assert_text', value: 'Thank you, your order is in' },
];

/** The same steps, for a machine that lets anything wait. */
const patient = (steps: typeof CHECKOUT) => steps.map((step) => ({ ...step, timeout_ms: 60_000 }));

describe('acting over MCP', () => {
  let shop: ShopProject;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop?.close());

  test('refuses a recording that does not run', async () => {
    verifies('steps.targets');
    const step = { action: 'wait', value: 1 };
    const reply = await shop.call('codeloop_interact', { recording_id: 'rec-none', ...step });
    expect([reply.isError, reply.text.includes('RECORDING_NOT_FOUND')], reply.text).toEqual([true, true]);
  });

  test('buys a lamp in one call of 23 steps, and keeps a line of each', async () => {
    verifies('steps.actions', 'steps.told');
    // Each press is looked at before and after: at a small window that is a quarter of the work.
    const visit = { url: '/shop', viewport: 'mobile', screenshot: true };
    const reply = await shop.call('codeloop_interact', { ...visit, steps: patient(CHECKOUT) });
    expect(reply.json.summary, reply.text.slice(-3000)).toMatch(/^page-[0-9a-f]{6}: 23 of 23 step\(s\) done\.$/);
    expect([reply.json.status, reply.isError, reply.images]).toEqual(['pass', false, 1]);
    expect(reply.text.length).toBeLessThan(30_000);
    const log = readdirSync(path.join(shop.dir, 'artifacts/runs', String(reply.json.run_id), 'logs'));
    const file = log.find((name) => name.startsWith('interaction_log')) ?? '';
    const lines = readFileSync(path.join(shop.dir, 'artifacts/runs', String(reply.json.run_id), 'logs', file), 'utf8')
      .trim()
      .split('\n')
      .map((line) => InteractionLine.parse(JSON.parse(line)));
    expect(lines.map(({ action }) => action)).toEqual(CHECKOUT.map(({ action }) => action));
    expect(lines.every(({ success, page_id }) => success && page_id === reply.json.page_id)).toBe(true);
    expect(lines[0]).toMatchObject({ target_type: 'role', recording_id: null, console_errors: [], frame: null });

    if (!FULL) return;
    // What was done in the page becomes a flow, which is replayed at two sizes.
    const viewports = ['tablet', 'mobile'];
    const flow = await shop.call('codeloop_run_flow', {
      page_id: reply.json.page_id,
      save_as: 'Buy a lamp',
      viewports,
    });
    expect(flow.json.summary, flow.text.slice(-3000)).toBe(
      `Buy a lamp: ${viewports.length} of ${viewports.length} viewport(s) passed. Saved as .codeloop/flows/buy-a-lamp.json.`,
    );
    expect(flow.json.flow_file).toBe('.codeloop/flows/buy-a-lamp.json');
  });

  few('stops at the first failure, with a picture and what is near', async () => {
    verifies('steps.targets');
    const steps = [
      { action: 'assert_visible', target: { role: 'heading', name: 'Shop all' } },
      { action: 'click', target: { role: 'button', name: 'Clear all filters' }, timeout_ms: 600 },
      { action: 'reload' },
    ];
    const reply = await shop.call('codeloop_interact', { url: '/shop', steps });
    expect([reply.json.status, reply.isError, reply.images]).toEqual(['fail', false, 1]);
    expect(reply.json.summary).toMatch(/: step 2 of 3 \(click\) failed: TARGET_NOT_FOUND\.$/);
    const told = reply.json.steps as { failure?: { details: { untrusted_candidates: { name: string }[] } } }[];
    expect(told).toHaveLength(2);
    expect(told[1]?.failure?.details.untrusted_candidates[0]?.name).toBe('Clear filters');
    await shop.call('codeloop_interact', { page_id: reply.json.page_id, action: 'reload' });
  });

  test('reads a page in parts, each with references that can be used', async () => {
    verifies('snapshot.bounded', 'steps.refs');
    const opened = await shop.call('codeloop_page_snapshot', { url: '/shop' });
    expect(opened.text.length / 4).toBeLessThan(4000);
    const page_id = opened.json.page_id;
    const found = await shop.call('codeloop_page_snapshot', { page_id, find: 'sort by', selector: 'main' });
    const lines = found.json.lines as string[];
    const ref = /combobox "Sort by" \[(e\d+)\]/.exec(lines.join('\n'))?.[1];
    expect(ref, lines.join('\n')).toBeDefined();
    const chosen = await shop.call('codeloop_interact', {
      page_id,
      action: 'select_option',
      target: { ref },
      value: 'Top rated',
    });
    expect(chosen.json.status, chosen.text).toBe('pass');
  });

  test('says what is wrong with a call before anything is done', async () => {
    verifies('steps.targets');
    const wrong: [Record<string, unknown>, string][] = [
      [{ url: '/' }, 'give either action or steps'],
      [{ url: '/', steps: [{ action: 'clik' }] }, 'step 1: action'],
      [{ url: '/', action: 'click', target: { ref: 'e1', text: 'x' } }, 'exactly one of'],
    ];
    for (const [given, words] of wrong) {
      const reply = await shop.call('codeloop_interact', given);
      expect([reply.isError, reply.json.code]).toEqual([true, 'ARGUMENTS_INVALID']);
      expect(reply.json.message).toContain(words);
    }
    const gone = await shop.call('codeloop_interact', { page_id: 'page-000000', action: 'reload' });
    expect(gone.json.code).toBe('PAGE_NOT_FOUND');
  });
});
