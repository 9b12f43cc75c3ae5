import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminFlow, plantsOf, shopFlow } from '../../bench/replay/flows.mjs';
import { healthyFaults, plantedFaults, randomOf } from '../../bench/replay/judge.mjs';
import { folderSource, shopSource, startPlantedSite } from '../../bench/replay/planted-site.mjs';
import { startAgent, visit } from '../../bench/replay/visit.mjs';
import { verifies } from '../requirements.js';
import { FULL, SEED, sampled } from '../sample.js';
import { BIN } from './programs.js';

const some = sampled(test, 2);

// A sample of bench/replay-truth.mjs: one app with one plant, and both ways of taking steps. Another seed takes others, the full run both apps.
const random = randomOf(SEED);
/** A third of the usual window, in which each page still has all that it has in that: every picture costs by its size. */
const viewport = FULL ? '1280x800' : '800x480';
const template = path.join(import.meta.dirname, '../../node_modules/startbootstrap-sb-admin-2');

const APPS = [
  ['the example shop', shopFlow, shopSource, ['dead button', 'answer 500']],
  [
    'an admin template of somebody else',
    adminFlow,
    async () => folderSource(template),
    ['console error', 'blank page'],
  ],
] as const;

describe.each(APPS.filter((_, at) => FULL || at === SEED % APPS.length))('%s', (_name, flow, source, kinds) => {
  let site: Awaited<ReturnType<typeof startPlantedSite>>;
  let agent: Awaited<ReturnType<typeof startAgent>>;
  const atOnce = random() < 0.5;
  beforeAll(async () => {
    site = await startPlantedSite(await source());
    agent = await startAgent(BIN);
  });
  afterAll(async () => {
    await agent?.close();
    await site?.close();
  });

  some('that is healthy matches the whole flow and has no findings', async () => {
    verifies('replay.truth', 'replay.healthy', 'replay.flow');
    expect(flow.steps.length).toBeGreaterThanOrEqual(10);
    site.plant = undefined;
    expect(healthyFaults(await visit(agent, site, flow, { atOnce, viewport }), flow)).toEqual([]);
  });

  for (const kind of kinds.filter((_, at) => FULL || at === SEED % kinds.length)) {
    const places = plantsOf(flow)[kind];
    const place = places[Math.floor(random() * places.length)];
    some(`with a ${kind} at step ${place?.step} has just that finding, there`, async () => {
      verifies('replay.truth', 'replay.findings');
      site.plant = place?.plant;
      expect(
        plantedFaults(await visit(agent, site, flow, { atOnce: !atOnce, viewport, plantedAt: place?.step }), place),
      ).toEqual([]);
    });
  }
});
