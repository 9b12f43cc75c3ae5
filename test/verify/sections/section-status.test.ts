import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifies } from '../../requirements.js';
import { type BaselineProject, openBaselineProject } from '../baseline-project.js';

let project: BaselineProject;
beforeAll(async () => {
  project = await openBaselineProject();
  await page('cart');
  await project.configure({
    screens: [
      { name: 'home', path: '/' },
      { name: 'cart', path: '/cart.html' },
    ],
  });
});
afterAll(() => project?.close());

const page = (name: string, script = '') =>
  writeFile(
    path.join(project.dir, `site/${name}.html`),
    `<!doctype html><html lang="en"><title>${name}</title><meta name="viewport" content="width=device-width"><main><h1>${name}</h1></main>${script}</html>`,
  );
const call = (tool: string, given: Record<string, unknown> = {}) => project.result(`codeloop_${tool}`, given);
const set = (section: string, state: string, more: Record<string, unknown> = {}) =>
  call('section_status', { section, set: state, ...more });
const refused = async (section: string, state: string) => {
  const reply = await project.call('codeloop_section_status', { section, set: state });
  return reply.kind === 'error' ? reply.error.message : 'allowed';
};
const build = async (section: string) => {
  for (const state of ['ready_to_build', 'building', 'verifying']) await set(section, state);
};

test('before anything is verified, the loop says what is missing and a section cannot be called verified', async () => {
  verifies('workflow.steps', 'sections.evidence', 'sections.moves');
  expect(await call('check_workflow')).toMatchObject({
    status: 'fail',
    state: 'PENDING',
    missing: ['verify', 'gate'],
    uncovered_screens: ['home', 'cart'],
    next: [{ tool: 'codeloop_verify', arguments: {} }],
  });
  expect(await set('home', 'planned', { screens: ['home'] })).toMatchObject({ unassigned_screens: ['cart'] });
  await set('Cart', 'planned', { screens: ['cart'] });
  expect(await refused('home', 'done')).toBe(
    'Section home stays planned and does not become done: a section that is planned cannot become done.',
  );
  expect(await refused('hom', 'ready_to_build')).toBe('There is no section hom.');
  await build('home');
  expect(await refused('home', 'internally_verified')).toMatch(/: nothing has been verified yet\.$/);
  expect(await call('integration_check')).toMatchObject({ status: 'could_not_run', state: 'nothing_finished' });
});

test('a green verdict lets a section be verified, and one of integration makes it done', async () => {
  verifies('sections.evidence', 'sections.integration', 'workflow.steps');
  expect(await call('verify')).toMatchObject({ status: 'pass' });
  expect(await call('check_workflow')).toMatchObject({ status: 'pass', state: 'COMPLETE', missing: [] });
  expect(await set('home', 'internally_verified')).toMatchObject({
    sections: [{ state: 'internally_verified', last: { evidence: { stage: 'section', verdict: 1 } } }],
  });
  // What it failed by cannot be left out afterwards.
  const reply = await project.call('codeloop_section_status', { section: 'home', screens: [] });
  expect(reply).toMatchObject({ kind: 'error', error: { code: 'SECTION_MOVE_REFUSED' } });
  await build('cart');
  await set('cart', 'internally_verified');
  expect(await refused('cart', 'integration_pending')).toBe('allowed');
  expect(await refused('cart', 'done')).toMatch(/: the code as it is now was not judged at stage integration\.$/);
  expect(await call('integration_check')).toMatchObject({
    status: 'pass',
    sections: [
      { section: 'home', before: 'internally_verified', after: 'done', outcome: 'holds' },
      { section: 'cart', before: 'integration_pending', after: 'done', outcome: 'holds' },
    ],
    regressions: [],
    gate: { stage: 'integration', passed: true },
  });
});

test('a section that breaks is a regression by name, and the other is left alone', async () => {
  verifies('sections.integration', 'sections.evidence');
  await writeFile(path.join(project.dir, 'site/bad.js'), 'throw new Error("lamp");');
  await page('cart', '<script src="bad.js"></script>');
  expect(await refused('cart', 'integration_regression')).toMatch(/no run was made from the code as it is now/);
  expect(await call('integration_check')).toMatchObject({
    status: 'fail',
    regressions: ['cart'],
    sections: [
      { section: 'home', after: 'done', outcome: 'holds' },
      { section: 'cart', before: 'done', after: 'integration_regression', outcome: 'regressed' },
    ],
  });
  await page('cart');
  expect(await call('integration_check')).toMatchObject({
    status: 'pass',
    sections: [{}, { section: 'cart', before: 'integration_regression', after: 'done' }],
  });
});

test('a release is ready with every cell, section and decision, in one report; a state in a file proves nothing', async () => {
  verifies('stages.release', 'stages.proof', 'layout.conditions.release');
  expect(await call('release_readiness')).toMatchObject({
    status: 'could_not_run',
    cells: [{ failing: ['layout-conditions'] }, { failing: ['layout-conditions'] }],
    next: [{ tool: 'codeloop_diagnose' }, { tool: 'codeloop_verify', arguments: { conditions: ['all'] } }],
  });
  expect(await call('verify', { conditions: ['all'] })).toMatchObject({ status: 'pass' });
  // The same code need not be looked at so again.
  expect(await call('integration_check')).toMatchObject({ status: 'pass' });
  expect(await call('release_readiness')).toMatchObject({
    status: 'pass',
    ready_count: 2,
    cell_count: 2,
    cells: [{ ready: true, picture: 'fresh', design: 'none', baseline: 'none', failing: [] }, {}],
    sections: [{ finished: true }, { finished: true }],
    gate: { stage: 'release', passed: true },
    artifacts: [{ path: expect.stringMatching(/report\.html$/) }],
  });
  await page('cart', '<p>new</p>');
  await call('verify', { conditions: ['all'] });
  await call('update_baseline', { screens: ['home'], reason: 'first' });
  expect(await call('section_status')).toMatchObject({ counts: { done: 2 } });
  expect(await call('release_readiness')).toMatchObject({
    status: 'fail',
    ready_count: 1,
    sections: [{ unproven: 'the code as it is now was not judged at stage integration' }, {}],
    gate: {
      failing_gates: [
        { id: 'sections_complete', status: 'fail' },
        { id: 'zero_critical_issues', status: 'fail' },
        { id: 'decisions_settled', status: 'needs_human' },
      ],
    },
    next: [{ tool: 'codeloop_integration_check' }],
  });
});
