import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Progress } from '../../src/call/define-tool.js';
import { Run } from '../../src/store/run.js';
import { verifies } from '../requirements.js';
import { type BaselineProject, openBaselineProject } from './baseline-project.js';

let project: BaselineProject;
const write = (file: string, text: string) => {
  mkdirSync(path.dirname(path.join(project.dir, file)), { recursive: true });
  writeFileSync(path.join(project.dir, file), text);
};
const page = (name: string, script = '') =>
  `<!doctype html><html lang="en"><title>${name}</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><main><h1>${name}</h1><p id="said"></p></main>${script}</html>`;
beforeAll(async () => {
  project = await openBaselineProject();
  write('site/index.html', page('Lamps'));
  write('site/cart.html', page('Cart', '<script type="module" src="cart.js"></script>'));
  write('site/about.html', page('About'));
  write(
    'site/cart.js',
    "import { count } from './count.js';\ndocument.querySelector('#said').textContent = count + ' lamps';",
  );
  write('site/count.js', 'export const count = 2;');
  await project.configure({
    screens: ['/', '/cart.html', '/about.html'].map((at) => ({
      name: at === '/' ? 'home' : at.slice(1, -5),
      path: at,
    })),
  });
});
afterAll(() => project?.close());

interface Verified extends Record<string, unknown> {
  run_id: string;
  skipped: { what: string; reason: string }[];
  gate: { recommendation: string };
}
let watched: Progress[] = [];
const verify = async (given: Record<string, unknown>) => {
  watched = [];
  return (await project.result('codeloop_verify', given, { progress: (now) => watched.push(now) })) as Verified;
};
/** What a person saw last: the pieces that ended, and whether it was known how long the rest would take. */
const lastSeen = () => {
  const work = watched.at(-1)?.work;
  return { ended: work?.ended.map(({ name }) => name).sort(), known: work?.left !== undefined };
};
const manifest = async (id: string) => (await Run.open(project.dir, id, { tool: 'test' })).manifest;

test('after a one-file change only the screens that load it are photographed; the others are taken over, and say so', async () => {
  verifies('verify.affected', 'verify.carried', 'doors.live-list');
  const full = await verify({ scope: 'affected' });
  expect(lastSeen()).toEqual({ ended: ['about@phone', 'cart@phone', 'home@phone'], known: false });
  expect(full.skipped).toContainEqual({
    what: 'scope affected',
    reason: 'every cell was photographed: there is no earlier run to take pictures over from',
  });
  write('site/count.js', 'export const count = 3;');
  const narrowed = await verify({ scope: 'affected' });
  expect(lastSeen()).toEqual({ ended: ['cart@phone'], known: true });
  const cells = (await manifest(narrowed.run_id)).cells;
  expect(cells.map(({ screen, carried }) => [screen, carried?.from_run]).sort()).toEqual([
    ['about', full.run_id],
    ['cart', undefined],
    ['home', full.run_id],
  ]);
  expect(cells.find(({ screen }) => screen === 'home')?.carried).toMatchObject({
    reason: 'nothing that home.phone is made from is among what changed: site/count.js',
    inputs_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(narrowed.gate.recommendation).toBe('ready_for_review');
  // Good while a section is built, and not for more.
  const gate = await project.result('codeloop_gate_check', { stage: 'integration' });
  expect(JSON.stringify(gate.failing_gates)).toContain(`Its picture was taken over from ${full.run_id}.`);
});

test('a look at some screens is judged for these, and an interrupted run goes on by its id, and photographs only what it lacks', async () => {
  verifies('verify.resumed', 'verify.part-judged');
  write('site/about.html', page('About us'));
  const some = await verify({ screens: ['home', 'cart'] });
  const { run_id: id } = some;
  expect(some).toMatchObject({ status: 'pass', part: { cells: 2, of: 3 }, gate: { passed: false, failing_gates: [] } });
  expect(some.summary).toMatch(/^PASS of the 2 cell\(s\) asked for, of 3\. The gate asks for all cells/);
  expect(await project.result('codeloop_gate_check', {})).toMatchObject({ status: 'fail', passed: false });
  const run = await Run.open(project.dir, id, { tool: 'test' });
  await run.update((draft) => Object.assign(draft, { state: 'incomplete', state_reason: 'CANCELLED' }));
  const resumed = await verify({ run_id: id });
  expect(resumed).toMatchObject({ run_id: id, state: 'finished' });
  expect(resumed.skipped).toContainEqual({ what: '2 cell(s)', reason: `photographed before ${id} was interrupted` });
  const versions = (await manifest(id)).cells.map(({ screen, version }) => [screen, version]);
  expect(versions.sort()).toEqual([
    ['about', 1],
    ['cart', 1],
    ['home', 1],
  ]);
  // Looked at afterwards it is not made again.
  expect((await verify({ run_id: id })).run_id).toBe(id);
  expect((await manifest(id)).cells).toHaveLength(3);
});
