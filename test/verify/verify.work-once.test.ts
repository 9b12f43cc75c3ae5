import { copyFile, mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { checks } from '../../src/checks/index.js';
import { countedWork } from '../../src/core/lanes.js';
import { verifies } from '../requirements.js';
import { type BaselineProject, openBaselineProject } from './baseline-project.js';
import { typist } from './call-tools.js';

/** What was done while `work` ran: pictures decoded from files and pages' boxes parsed, by path in the project, and checks judged. */
async function countWork(dir: string, work: () => Promise<unknown>) {
  const decoded: string[] = [];
  const parsed: string[] = [];
  const inProject = (file: string) =>
    path
      .relative(dir, file)
      .replaceAll(path.sep, '/')
      .replace(/run-[\w-]+/, 'RUN');
  const onDecode = (message: unknown) => {
    // What a camera looks at before it is stored has no path.
    const { name } = message as { name: string };
    if (path.isAbsolute(name)) decoded.push(inProject(name));
  };
  const onBoxes = (message: unknown) => void parsed.push(inProject((message as { file: string }).file));
  const spies = checks.map((check) => ({ id: check.id, run: vi.spyOn(check, 'run') }));
  countedWork.decode.subscribe(onDecode);
  countedWork.pageBoxes.subscribe(onBoxes);
  try {
    await work();
    const judged = spies.flatMap(({ id, run }) => run.mock.calls.map(() => id));
    return { decoded: decoded.toSorted(), parsed: parsed.toSorted(), judged: judged.toSorted() };
  } finally {
    countedWork.decode.unsubscribe(onDecode);
    countedWork.pageBoxes.unsubscribe(onBoxes);
    for (const { run } of spies) run.mockRestore();
  }
}

describe('a screen that differs from its design and from what was accepted', () => {
  let project: BaselineProject;
  let shot: string;
  let accepted: string;
  let runId: string;
  /** Checks that the gates of a stage ask, each once. */
  let asked: string[];

  beforeAll(async () => {
    project = await openBaselineProject({ git: false });
    const first = await project.result('codeloop_verify', {});
    await project.result('codeloop_update_baseline', { screens: ['home'], reason: 'the first look' });
    await project.result('codeloop_baseline_accept', { reason: 'as it should be' }, typist('accept 1'));
    const folder = path.join(project.dir, '.codeloop/baselines');
    const [picture = ''] = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.png'));
    accepted = `.codeloop/baselines/${picture}`;
    shot = 'artifacts/runs/RUN/screenshots/home.phone';
    await mkdir(path.join(project.dir, 'designs'));
    const taken = path.join(project.dir, `${shot.replace('RUN', String(first.run_id))}.png`);
    await copyFile(taken, path.join(project.dir, 'designs/home.png'));
    await project.paint('#ad0606');
  });
  afterAll(() => project?.close());

  test('is decoded once for each comparison, its page is parsed once for both, and each check is judged once', async () => {
    verifies('verify.once');
    let result: Record<string, unknown> = {};
    const { decoded, parsed, judged } = await countWork(project.dir, async () => {
      result = await project.result('codeloop_verify', {});
    });
    expect(decoded).toEqual([accepted, `${shot}.png`, `${shot}.png`, 'designs/home.png'].toSorted());
    expect(parsed).toEqual([accepted.replace(/\.png$/, '.dom.json'), `${shot}.dom.json`].toSorted());
    runId = String(result.run_id);
    const { checks: found, passing_checks: held } = result as { checks: { id: string }[]; passing_checks: string[] };
    asked = [...new Set([...found.map(({ id }) => id), ...held])].toSorted();
    expect(asked.length).toBeGreaterThan(20);
    expect(judged).toEqual(asked);
  });

  test('is judged and diagnosed again from what is stored, each check once, no picture decoded, no page parsed', async () => {
    verifies('verify.once');
    for (const tool of ['codeloop_gate_check', 'codeloop_diagnose']) {
      const work = await countWork(project.dir, () => project.result(tool, { run_id: runId }));
      expect(work, tool).toEqual({ decoded: [], parsed: [], judged: asked });
    }
  });

  test('costs the same where a page has no boxes beside it, and nothing where the bytes are equal', async () => {
    verifies('verify.once');
    await project.paint('#0645ad');
    const same = await countWork(project.dir, () => project.result('codeloop_verify', {}));
    expect([same.decoded, same.parsed]).toEqual([[], []]);
    await project.paint('#ad0606');
    const bare = path.join(project.dir, accepted.replace(/\.png$/, '.dom.json'));
    await rename(bare, `${bare}.away`);
    const measured = await countWork(project.dir, () => project.result('codeloop_verify', {}));
    expect(measured.decoded).toEqual([accepted, `${shot}.png`, `${shot}.png`, 'designs/home.png'].toSorted());
    expect(measured.parsed).toEqual([`${shot}.dom.json`]);
  });

  test('costs design_compare one decode of each side and one parse', async () => {
    verifies('verify.once');
    const work = await countWork(project.dir, () => project.result('codeloop_design_compare', {}));
    expect(work).toEqual({ decoded: [`${shot}.png`, 'designs/home.png'], parsed: [`${shot}.dom.json`], judged: [] });
  });
});
