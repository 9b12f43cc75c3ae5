import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { knownProblem } from '../../src/report/findings.js';
import { Run } from '../../src/store/run.js';
import { knownBefore } from '../../src/verify/report-spots.js';
import { verifies } from '../requirements.js';
import { type BaselineProject, openBaselineProject } from './baseline-project.js';
import { typist } from './call-tools.js';

interface Standing {
  status: string;
  problems: { title: string; screen?: string; text?: string }[];
}

describe('a button without a name', () => {
  let project: BaselineProject;
  beforeAll(async () => {
    project = await openBaselineProject();
    await writeFile(
      path.join(project.dir, 'site/index.html'),
      '<!doctype html><html lang="en"><title>Lamps</title><h1>Lamps</h1><button id="buy"></button></html>',
    );
  });
  afterAll(() => project?.close());

  const standing = (result: Record<string, unknown>): Standing => {
    // Shape of the tools' own results, which the dispatcher has validated.
    const gate = (result.gate ?? result) as {
      failing_gates: ({ id: string } & Standing)[];
      passing_gates: string[];
      not_applicable: { id: string; reason: string }[];
    };
    const failing = gate.failing_gates.find(({ id }) => id === 'accessibility');
    if (failing) return { status: failing.status, problems: failing.problems };
    return { status: gate.passing_gates.includes('accessibility') ? 'pass' : 'not applicable', problems: [] };
  };
  const verify = async () => {
    const result = await project.result('codeloop_verify', {});
    return { result, ...standing(result) };
  };
  const accept = (selector: string) =>
    writeFile(
      path.join(project.dir, '.codeloop/accessibility.json'),
      JSON.stringify({
        accepted: [{ rule: 'button-name', selector, screens: ['home'], reason: 'a widget of others' }],
      }),
    );

  test('fails its gate, is diagnosed, and is in the run beside the picture', async () => {
    verifies('accessibility.gate', 'accessibility.examined');
    const { status, problems, result } = await verify();
    expect(status).toBe('fail');
    expect(problems.map(({ title, screen }) => [title, screen])).toEqual([
      ['Buttons must have discernible text (button-name, critical).', 'home'],
    ]);
    expect(result.skipped).not.toContainEqual(expect.objectContaining({ what: 'accessibility' }));
    const diagnosis = await project.result('codeloop_diagnose', {});
    expect(diagnosis.issues).toContainEqual(
      expect.objectContaining({ category: 'accessibility', severity: 'critical', screens: ['home'] }),
    );
    const stored = `artifacts/runs/${result.run_id}/screenshots/home.phone.axe.json`;
    expect(JSON.parse(await readFile(path.join(project.dir, stored), 'utf8'))).toMatchObject({
      frames: 1,
      violations: expect.arrayContaining([
        expect.objectContaining({ rule: 'button-name', nodes: [expect.objectContaining({ selector: '#buy' })] }),
      ]),
    });
  });

  test('a result that was edited afterwards is no pass', async () => {
    verifies('accessibility.missing');
    const { result } = await verify();
    const stored = path.join(project.dir, `artifacts/runs/${result.run_id}/screenshots`);
    const names = (await readdir(stored)).filter((name) => name.includes('.axe.'));
    for (const name of names)
      await writeFile(
        path.join(stored, name),
        (await readFile(path.join(stored, name), 'utf8')).replace('"button-name"', '"button-none"'),
      );
    const judged = standing(await project.result('codeloop_gate_check', {}));
    expect(judged.status).toBe('could_not_run');
    expect(judged.problems).toMatchObject([{ text: expect.stringContaining('is not as it was written') }]);
  });

  test('counts as accepted once that is committed, and for this element alone', async () => {
    verifies('accessibility.accepted');
    await accept('#buy');
    // The rules changed: a run from before cannot be judged by them.
    expect((await project.call('codeloop_gate_check', {})).kind).toBe('error');
    expect((await verify()).status).toBe('needs_human');
    // Nobody begins with accepted findings: a person says so, whatever there was before.
    const { person, asked } = typist('accept 1');
    await project.result('codeloop_bars_accept', { reason: 'a widget of others' }, { person });
    expect(asked[0]).toMatch(/accessibility\.accepted was lowered, .*nothing →/);
    await project.git('add', '-A');
    await project.git('commit', '-qm', 'accept');
    const { status, result } = await verify();
    expect(status).toBe('pass');
    expect(result.checks).toContainEqual(expect.objectContaining({ id: 'accessibility-accepted', status: 'fail' }));
    expect(result.status).toBe('pass');
    await accept('#sell');
    const again = await verify();
    expect(again.status).toBe('fail');
    // The last green run had it too: in the report it is known, not new.
    verifies('report.known');
    const run = await Run.open(project.dir, String(again.result.run_id), { tool: 'test' });
    expect(await knownBefore(run)).toContain(knownProblem('home', 'button-name', '#buy'));
    const html = await readFile(path.join(project.dir, `artifacts/runs/${again.result.run_id}/report.html`), 'utf8');
    expect([...html.matchAll(/data-age="([^"]*)"/g)].map(([, age]) => age)).toEqual(['=known']);
  });

  test('is not looked for where accessibility.enabled is false, which is told', async () => {
    await project.configure({ accessibility: { enabled: false } });
    const { status, result } = await verify();
    expect(status).toBe('not applicable');
    expect(result.skipped).toContainEqual({ what: 'accessibility', reason: 'accessibility.enabled is false' });
  });
});
