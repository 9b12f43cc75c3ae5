import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifies } from '../requirements.js';
import { type BaselineProject, openBaselineProject } from './baseline-project.js';

let project: BaselineProject;
beforeAll(async () => {
  project = await openBaselineProject();
  await mkdir(path.join(project.dir, 'docs/acceptance'), { recursive: true });
  await writeFile(
    path.join(project.dir, 'docs/spec.md'),
    '## Home\n- [ ] Lamps are shown [proof: screen home]\n- [ ] It is nice\n## Cart\n- [ ] It is there [proof: screen cart]\n',
  );
  await writeFile(path.join(project.dir, 'docs/extra.yaml'), '- {id: more, text: Lamps, proof: {screen: home}}\n');
});
afterAll(() => project?.close());

const write = (text: string) => writeFile(path.join(project.dir, 'docs/acceptance/lamps.yaml'), text);
const verify = async () => {
  const { gate } = await project.result('codeloop_verify', {});
  return criteriaOf(gate);
};
const criteriaOf = (result: unknown) => {
  // Shape of the tool's own result, which the dispatcher has validated.
  const gate = result as {
    failing_gates: { id: string; status: string; problems: { title: string; file?: string }[] }[];
    passing_gates: string[];
  };
  const failing = gate.failing_gates.find(({ id }) => id === 'acceptance_criteria_met');
  return failing ?? (gate.passing_gates.includes('acceptance_criteria_met') ? 'pass' : 'not applicable');
};

test('criteria are judged by what this run proved, and a broken file or an empty one is no pass', async () => {
  verifies('acceptance.proof', 'acceptance.never-empty', 'acceptance.files');
  expect(await verify()).toBe('not applicable');
  await write(
    '- {id: seen, text: Lamps are shown, proof: {screen: home}}\n- {id: quiet, text: No errors, proof: {check: page-errors}}\n',
  );
  // The rules changed: a run from before cannot be judged by them.
  expect((await project.call('codeloop_gate_check', {})).kind).toBe('error');
  expect(await verify()).toBe('pass');
  const gate = async (given: Record<string, unknown>) => criteriaOf(await project.result('codeloop_gate_check', given));
  expect(await gate({ acceptance_path: 'docs/extra.yaml' })).toBe('pass');
  // Sections and items of a specification are criteria like others, and never fewer than those of the project.
  expect(await gate({ spec_path: 'docs/spec.md' })).toMatchObject({
    status: 'fail',
    problems: [
      { file: 'docs/spec.md', text: 'cart-3: It is there [proof: screen cart]' },
      { title: 'This acceptance criterion cites no proof.', text: 'home-2: It is nice' },
    ],
  });
  expect(await project.call('codeloop_gate_check', { spec_path: 'docs/none.md' })).toMatchObject({
    error: { code: 'SPEC_NOT_FOUND' },
  });
  expect(await project.call('codeloop_gate_check', { acceptance_path: '../x.yaml' })).toMatchObject({
    error: { code: 'PATH_OUTSIDE_ROOTS' },
  });
  await write('- {id: seen, text: Lamps are shown, proof: {screen: cart}}\n');
  expect(await verify()).toMatchObject({
    status: 'fail',
    problems: [{ file: 'docs/acceptance/lamps.yaml', title: expect.stringContaining('no such screen is configured') }],
  });
  await write('- {id: seen');
  expect(await verify()).toMatchObject({
    status: 'fail',
    problems: [{ title: 'This acceptance file cannot be read.' }],
  });
  await write('');
  expect(await verify()).toMatchObject({ status: 'needs_human' });
});
