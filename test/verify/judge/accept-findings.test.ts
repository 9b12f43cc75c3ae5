import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAccessibilityBaseline, parseLayoutBaseline } from '../../../src/config/acceptance.js';
import { withAccepted } from '../../../src/config/accepted-list.js';
import { verifies } from '../../requirements.js';
import { type BaselineProject, openBaselineProject } from '../baseline-project.js';
import { typist } from '../call-tools.js';

let project: BaselineProject;
const read = (file: string) => readFileSync(path.join(project.dir, file), 'utf8');
const page = (more = '') =>
  writeFileSync(
    path.join(project.dir, 'site/index.html'),
    `<!doctype html><html lang="en"><title>Lamps</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<main><h1>Lamps</h1><img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7">
<p id="label" style="width:60px;height:20px;overflow:hidden;white-space:nowrap">A long label that is cut</p>${more}</main></html>`,
  );
beforeAll(async () => {
  project = await openBaselineProject({ whole: true });
  page();
});
afterAll(() => project?.close());
const failing = (result: Record<string, unknown>) =>
  (result.gate as { failing_gates: { id: string }[] }).failing_gates
    .map(({ id }) => id)
    .filter((id) => /access|layout|integrity/.test(id));

test('what is there on the first day is accepted by one confirmed command, and what comes later is not', async () => {
  verifies('findings.accepted-at-once');
  // On a branch: where it left the main line, nothing was accepted.
  await project.git('branch', '-M', 'main');
  await project.git('checkout', '-qb', 'work');
  expect(failing(await project.result('codeloop_verify', {}))).toEqual(['layout_sound', 'accessibility']);
  const given = { reason: 'known on the first day' };
  for (const as of [{ ci: true }, { agent: 'CLAUDECODE' }, typist('yes')])
    await expect(project.call('codeloop_findings_accept', given, as)).resolves.toMatchObject({
      error: { code: 'PERSON_NEEDED' },
    });
  const person = typist('accept 2');
  const { accepted } = await project.result('codeloop_findings_accept', given, person);
  expect(person.asked[0]).toContain('image-alt: img on home\n  clipped: #label on home');
  expect(accepted).toEqual([
    { what: 'image-alt', element: 'img', screens: ['home'], file: '.codeloop/accessibility.json' },
    { what: 'clipped', element: '#label', screens: ['home'], file: '.codeloop/layout.json' },
  ]);
  expect(parseAccessibilityBaseline(read('.codeloop/accessibility.json'))).toEqual([
    { rule: 'image-alt', selector: 'img', screens: ['home'], reason: given.reason },
  ]);
  expect(parseLayoutBaseline(read('.codeloop/layout.json'))).toMatchObject([{ kind: 'clipped', selector: '#label' }]);
  expect(JSON.parse(read('.codeloop/bars.json')).accepted.map(({ key }: { key: string }) => key)).toEqual([
    'accessibility.accepted',
    'layout.accepted',
  ]);
  await project.git('add', '-A');
  await project.git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '-qm', 'what is known');
  expect(failing(await project.result('codeloop_verify', {}))).toEqual([]);
  page('<input>');
  const later = await project.result('codeloop_verify', {});
  expect([failing(later), JSON.stringify(later.gate)]).toEqual([
    ['accessibility'],
    expect.stringContaining('(label, critical)'),
  ]);
});

test('what a person wrote in the file stays', () => {
  const own = '{\n  // ours\n  "accepted": [\n    { "rule": "label", "selector": "#a", "reason": "old" },\n  ],\n}\n';
  const text = withAccepted(own, [{ rule: 'image-alt', selector: 'img', screens: ['home'], reason: 'new' }]);
  expect(text).toContain('// ours');
  expect(parseAccessibilityBaseline(text).map(({ rule }) => rule)).toEqual(['label', 'image-alt']);
  expect(parseAccessibilityBaseline(withAccepted(undefined, []))).toEqual([]);
});
