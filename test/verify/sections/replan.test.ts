import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifies } from '../../requirements.js';
import { type BaselineProject, openBaselineProject } from '../baseline-project.js';

let project: BaselineProject;
beforeAll(async () => {
  project = await openBaselineProject({ git: false });
  await mkdir(path.join(project.dir, 'docs'));
});
afterAll(() => project?.close());

const FILE = '.codeloop/sections.json';
const write = (text: string, file = 'docs/spec.md') => writeFile(path.join(project.dir, file), text);
const replan = (given: Record<string, unknown> = {}) => project.result('codeloop_replan', given);
const code = async (given: Record<string, unknown> = {}) => {
  const reply = await project.call('codeloop_replan', given);
  return reply.kind === 'error' ? reply.error.code : 'worked';
};

test('a specification becomes sections, a change of it reopens what it affects, and the change is kept', async () => {
  verifies('replan.changes');
  expect(await code()).toBe('SPEC_NOT_FOUND');
  expect(await code({ spec_path: 'package.json' })).toBe('ARGUMENTS_INVALID');
  expect(await code({ spec_path: '../spec.md' })).toBe('PATH_OUTSIDE_ROOTS');
  await write('sections: [', 'docs/torn.yaml');
  expect(await code({ spec_path: 'docs/torn.yaml' })).toBe('CONFIG_INVALID');
  await write(
    '# Shop\n## Home\n- [ ] Lamps\n## Cart\nScreens: cart\nDepends on: Home\n- [ ] Total\n## About\n- [ ] Who\n',
  );
  expect(await replan()).toMatchObject({
    summary: 'Planned 3 section(s) from docs/spec.md.',
    // The screen of that name shows it where the specification names none.
    order: [{ id: 'home', screens: ['home'] }, { id: 'cart', screens: ['cart'], after: ['home'] }, { id: 'about' }],
    next: [{ tool: 'codeloop_section_status', arguments: { section: 'home', set: 'ready_to_build' } }, {}, {}],
  });
  expect(await replan()).toMatchObject({ summary: 'Nothing changed in docs/spec.md.' });

  // As if they had been built and verified.
  const file = JSON.parse(await readFile(path.join(project.dir, FILE), 'utf8'));
  for (const section of file.sections) section.state = 'done';
  await write(JSON.stringify(file), FILE);
  await project.result('codeloop_section_status', { section: 'By hand', set: 'planned' });
  await write(
    '# Shop\n## Cart\nScreens: cart\n- [ ] Total\n- [ ] Shipping\n## Home\n- [ ] Lamps\n## Help\n- [ ] How\n',
  );
  expect(await replan()).toMatchObject({
    summary: '1 new, 1 changed, 1 gone in docs/spec.md; 1 section(s) are to be built again.',
    added: ['help'],
    changed: [{ id: 'cart', items_added: ['Shipping'], items_removed: [] }],
    removed: ['about'],
    reopened: ['cart'],
    order: [
      { id: 'cart', state: 'building' },
      { id: 'help', state: 'planned' },
      { id: 'by-hand', state: 'planned' },
      { id: 'home', state: 'done' },
    ],
  });
  expect(JSON.parse(await readFile(path.join(project.dir, FILE), 'utf8')).scope_changes).toMatchObject([
    { added: ['help'], changed: ['cart'], removed: ['about'] },
  ]);
});

test('a file of sections that is not as codeloop writes it is an error that names it, and stays as it is', async () => {
  verifies('sections.moves');
  for (const broken of ['{', '{"schema_version":1,"sections":[{"id":"a"}],"scope_changes":[]}']) {
    await write(broken, FILE);
    const reply = await project.call('codeloop_section_status', { section: 'a', set: 'planned' });
    expect(reply).toMatchObject({ kind: 'error', error: { code: 'CONFIG_INVALID' } });
    expect(await readFile(path.join(project.dir, FILE), 'utf8')).toBe(broken);
  }
});
