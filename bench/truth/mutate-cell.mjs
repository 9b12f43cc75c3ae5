import { KINDS } from './mutations/kinds.mjs';
import { readCandidates } from './page/candidates.mjs';
import { identify, mutate, restore } from './page/mutate.mjs';
import { seeded } from './seeded.mjs';

/** Least share of an element's points that nothing may cover for it to be visible. */
const CLEAR = 0.6;
/** Mutations between two proofs that the page is back as it was, byte for byte. */
const BATCH = 8;

/**
 * Photographs a page and then each of its mutations, one at a time. After every few of them the page is photographed as it is; is that
 * not the reference byte for byte, then the page is loaded anew and they are taken again one by one, each with a proof of its own; one
 * that then cannot be undone gets a page of its own. Calls `keep(pair)` for each.
 */
export async function mutateCell(cell, camera, seed, keep) {
  const stage = await openStage(cell, camera);
  try {
    let batch = [];
    const wanted = [...cell.mutations];
    while (wanted.length > 0 || batch.length > 0) {
      const next = wanted.shift();
      if (next) {
        const pair = await mutation(stage, cell, camera, seed, next);
        if (pair) batch.push(pair);
      }
      if (batch.length === BATCH || (wanted.length === 0 && batch.length > 0)) {
        if (await isBack(stage, camera)) for (const pair of batch) keep(pair);
        else for (const pair of batch) keep(await again(stage, cell, camera, seed, pair));
        batch = [];
      }
    }
    return { reference: stage.reference, candidates: stage.candidates.length, reloads: stage.reloads };
  } finally {
    await stage.view.session.close();
  }
}

async function openStage(cell, camera) {
  const stage = { reloads: -1 };
  await load(stage, cell, camera);
  return stage;
}

/** Opens the page in a session of its own and photographs it; the picture must be that of the first time. */
async function load(stage, cell, camera) {
  await stage.view?.session.close();
  stage.view = await camera.open(cell.page, cell.size);
  stage.reloads++;
  // The first picture wakes lazy content, and looking for candidates scrolls the page: the reference is taken after both.
  await camera.shoot(stage.view);
  stage.candidates = await stage.view.session.page.evaluate(readCandidates, cell.page.fullPage);
  const shot = await camera.shoot(stage.view);
  if (stage.reference && shot.sha256 !== stage.reference.sha256)
    throw new Error(`${cell.id}: a new load does not give the same picture`);
  stage.reference ??= shot;
  stage.selectors ??= JSON.parse(shot.dom).elements.map(({ selector }) => selector);
  if (!(await isBack(stage, camera))) throw new Error(`${cell.id}: does not stand still`);
}

const isBack = async (stage, camera) => (await camera.shoot(stage.view)).sha256 === stage.reference.sha256;

async function again(stage, cell, camera, seed, pair) {
  await load(stage, cell, camera);
  const taken = await mutation(stage, cell, camera, seed, { kind: pair.kind, turn: pair.turn });
  if (!taken) throw new Error(`${pair.id}: no such element after a new load`);
  if (!(await isBack(stage, camera))) await load(stage, cell, camera);
  return taken;
}

async function mutation(stage, cell, camera, seed, { kind: name, turn }) {
  const kind = KINDS.find((one) => one.kind === name);
  const random = seeded(seed, cell.id, name, String(turn));
  const chosen = choose(stage, cell, kind, random);
  if (!chosen) return undefined;
  const { candidate, change } = chosen;
  const { page } = stage.view.session;
  const { selectors } = stage;
  const before = await page.evaluate(identify, { index: candidate.index, selectors });
  await page.evaluate(mutate, { index: candidate.index, change });
  try {
    const actual = await camera.shoot(stage.view);
    const found = JSON.parse(actual.dom).elements.map(({ selector }) => selector);
    const after = await page.evaluate(identify, { selectors: found });
    // What loses its last content loses its box with it; and which of two equal neighbours is the extra one nobody can tell.
    const emptied = kind.gone ? await page.evaluate(identify, { index: candidate.index, selectors, gone: true }) : [];
    const twin = change.extra ? await page.evaluate(identify, { index: candidate.index, selectors: found }) : undefined;
    const own = kind.gone
      ? [...before.own, ...emptied]
      : twin
        ? [...after.own, ...twin.own]
        : [...before.own, ...after.own];
    const same = kind.gone ? before.same : twin ? after.same : [...before.same, ...after.same];
    const rects = [change.extra ? undefined : before.rect, kind.gone ? undefined : after.rect, after.other];
    return {
      id: `${cell.id}.${name}.${turn}`,
      cell: cell.name,
      type: 'mutation',
      kind: name,
      turn,
      element: {
        own: [...new Set(own)],
        same: [...new Set(same)],
        tag: candidate.tag,
        text: candidate.ownText.slice(0, 40),
        rects: rects.filter(Boolean),
      },
      change,
      properties: kind.properties,
      regionKinds: kind.regionKinds,
      subThreshold: kind.subThreshold ?? false,
      reach: kind.reach ?? 3,
      reference: stage.reference,
      actual,
    };
  } finally {
    await page.evaluate(restore);
  }
}

/** A visible element that this kind fits, and the change; none where the page has no such element. */
function choose({ candidates, selectors }, cell, kind, random) {
  const fitting = candidates.filter(
    (candidate) => candidate.clear >= CLEAR && !candidate.fixed && kind.fits(candidate, cell) && selectors.length > 0,
  );
  for (const candidate of random.shuffled(fitting).slice(0, 12)) {
    const change = kind.change(candidate, random, cell);
    if (change) return { candidate, change };
  }
  return undefined;
}
